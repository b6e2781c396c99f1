package albumtest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/corsage-go/corsage/album"
)

var queryTests = []storeTest{
	{"albums come newest first, and Before gives the next page", albumsPaged},
	{"only the owner's albums come, or everybody's", albumsByOwner},
	{"a list has at least one row", listsLimited},
	{"albums are found by the patterns of their reading rule", albumsByPatterns},
	{"an album that several patterns name comes once", albumsOnce},
	{"pages of albums found by patterns join up", albumsByPatternsPaged},
	{"changed rules are in force at once", rulesFollow},
	{"a reading rule is found by its patterns, those with credentials first", readRule},
}

func albumsPaged(f *fixture) {
	ada := f.addPerson("Ada")
	var want []album.ID
	for i := range 7 {
		want = append(want, f.addAlbum(ada.ID, fmt.Sprint(i)).ID)
	}
	slices.Reverse(want)

	for _, limit := range []int{1, 3, 7, 100} {
		wantEqual(f, f.pages(album.AlbumQuery{Owner: ada.ID, Limit: limit}), nil, want)
	}
}

// pages asks for page after page, and returns the IDs of all albums.
func (f *fixture) pages(q album.AlbumQuery) []album.ID {
	f.Helper()
	var ids []album.ID
	for {
		page, err := f.Albums(f.ctx, q)
		f.must(err)
		if len(page) > q.Limit {
			f.Fatalf("asked for %d albums, got %d", q.Limit, len(page))
		}
		for _, a := range page {
			if q.Before != "" && a.ID >= q.Before {
				f.Fatalf("album %s comes after %s", a.ID, q.Before)
			}
			ids = append(ids, a.ID)
			q.Before = a.ID
		}
		if len(page) < q.Limit {
			return ids
		}
	}
}

func albumsByOwner(f *fixture) {
	ada, eve := f.addPerson("Ada"), f.addPerson("Eve")
	a, e, b := f.addAlbum(ada.ID, "1"), f.addAlbum(eve.ID, "2"), f.addAlbum(ada.ID, "3")

	for _, test := range []struct {
		owner album.ID
		want  []album.Album
	}{
		{ada.ID, []album.Album{b, a}},
		{eve.ID, []album.Album{e}},
		{"", []album.Album{b, e, a}},
	} {
		got, err := f.Albums(f.ctx, album.AlbumQuery{Owner: test.owner, Limit: 10})
		wantEqual(f, got, err, test.want)
	}
	got, err := f.Albums(f.ctx, album.AlbumQuery{Owner: f.id(), Limit: 10})
	if err != nil || len(got) != 0 {
		f.Errorf("nobody has the albums %v, %v", got, err)
	}
}

func listsLimited(f *fixture) {
	a := f.addAlbum(f.addPerson("Ada").ID, "Spring")
	for _, limit := range []int{0, -1} {
		_, err := f.Albums(f.ctx, album.AlbumQuery{Limit: limit})
		f.wantKind(err, album.Invalid, "albums without a limit")
		_, err = f.Photos(f.ctx, a.ID, "", limit)
		f.wantKind(err, album.Invalid, "photos without a limit")
	}
}

const (
	partner   = "https://partner.example"
	partners  = "https://*.partner.example"
	stranger  = "https://stranger.example"
	localhost = "http://localhost:*"
)

func chosen(credentials bool, origins ...string) album.Rule {
	return album.Rule{Sites: album.ChosenSites, Origins: origins, Credentials: credentials}
}

func albumsByPatterns(f *fixture) {
	ada, eve := f.addPerson("Ada"), f.addPerson("Eve")
	f.addShared(ada.ID, "open", album.Rule{Sites: album.AnySite})
	f.addShared(ada.ID, "partner", chosen(false, partner))
	f.addShared(ada.ID, "partners", chosen(true, partners, localhost))
	f.addShared(eve.ID, "eve's", chosen(false, partner))
	f.addShared(ada.ID, "nobody's", album.Rule{Sites: album.Nobody})
	f.addShared(ada.ID, "forgotten", album.Rule{Origins: []string{partner}}) // no kind counts as Nobody
	drop := f.newAlbum(ada.ID, "drop box")
	drop.Sharing.Change = chosen(false, partner)
	f.must(f.CreateAlbum(f.ctx, drop, plenty))

	for _, test := range []struct {
		query album.AlbumQuery
		want  string
	}{
		{album.AlbumQuery{Patterns: []string{partner}}, "eve's partner"},
		{album.AlbumQuery{Patterns: []string{partner}, Owner: ada.ID}, "partner"},
		{album.AlbumQuery{Patterns: []string{partner}, With: album.WithoutCredentials}, "eve's partner"},
		{album.AlbumQuery{Patterns: []string{partner}, With: album.WithCredentials}, ""},
		{album.AlbumQuery{Patterns: []string{localhost}, With: album.WithCredentials}, "partners"},
		{album.AlbumQuery{Patterns: []string{localhost}, With: album.WithoutCredentials}, ""},
		{album.AlbumQuery{Patterns: []string{partner, partners, "*"}}, "eve's partners partner open"},
		{album.AlbumQuery{Patterns: []string{partner, partners, "*"}, Owner: ada.ID}, "partners partner open"},
		{album.AlbumQuery{Patterns: []string{partner, partners, "*"}, Owner: ada.ID, With: album.WithoutCredentials}, "partner open"},
		{album.AlbumQuery{Patterns: []string{"*"}}, "open"},
		{album.AlbumQuery{Patterns: []string{stranger}}, ""},
		{album.AlbumQuery{Patterns: []string{"https://%", partner + " ", ""}}, ""},
		{album.AlbumQuery{Patterns: []string{}}, ""},
		{album.AlbumQuery{Patterns: nil, Owner: eve.ID, With: album.WithCredentials}, "eve's"},
	} {
		test.query.Limit = 10
		got, err := f.Albums(f.ctx, test.query)
		f.must(err)
		if names := namesOf(got); names != test.want {
			f.Errorf("%+v: got %q, want %q", test.query, names, test.want)
		}
	}
}

func namesOf(albums []album.Album) string {
	var names []string
	for _, a := range albums {
		names = append(names, a.Name)
	}
	return strings.Join(names, " ")
}

func albumsOnce(f *fixture) {
	ada := f.addPerson("Ada")
	a := f.addShared(ada.ID, "many", chosen(false, localhost, partners, partner))
	got, err := f.Albums(f.ctx, album.AlbumQuery{Patterns: []string{partner, partner, partners, localhost, "*"}, Limit: 10})
	wantEqual(f, got, err, []album.Album{a})
}

func albumsByPatternsPaged(f *fixture) {
	ada, eve := f.addPerson("Ada"), f.addPerson("Eve")
	rules := []album.Rule{
		{Sites: album.AnySite},
		chosen(false, partner),
		chosen(true, partners, partner),
		{Sites: album.Nobody},
		chosen(false, stranger),
	}
	var all, adas []album.ID
	for i := range 20 {
		owner := []album.ID{ada.ID, eve.ID}[i/2%2]
		a := f.addShared(owner, fmt.Sprint(i), rules[i%len(rules)])
		if i%len(rules) < 3 {
			all = append(all, a.ID)
			if owner == ada.ID {
				adas = append(adas, a.ID)
			}
		}
	}
	slices.Reverse(all)
	slices.Reverse(adas)
	patterns := []string{partner, partners, album.AnyPattern}
	for limit := 1; limit <= len(all)+1; limit++ {
		wantEqual(f, f.pages(album.AlbumQuery{Patterns: patterns, Limit: limit}), nil, all)
		wantEqual(f, f.pages(album.AlbumQuery{Patterns: patterns, Owner: ada.ID, Limit: limit}), nil, adas)
	}
}

func rulesFollow(f *fixture) {
	a := f.addShared(f.addPerson("Ada").ID, "Spring", chosen(false, partner, partners))
	set := func(r album.Rule) {
		f.Helper()
		_, err := f.UpdateAlbum(f.ctx, a.ID, func(a *album.Album) error {
			a.Sharing.Read = r
			return nil
		})
		f.must(err)
	}
	for _, test := range []struct {
		rule            album.Rule
		with, withoutCr []string // patterns that find the album, by kind of rule
	}{
		{chosen(false, partners, stranger), nil, []string{partners, stranger}},
		{chosen(true, partners, stranger), []string{partners, stranger}, nil},
		{album.Rule{Sites: album.AnySite}, nil, []string{"*"}},
		{album.Rule{}, nil, nil},
	} {
		set(test.rule)
		for _, p := range []string{partner, partners, stranger, "*"} {
			f.wantFound(p, album.WithCredentials, slices.Contains(test.with, p))
			f.wantFound(p, album.WithoutCredentials, slices.Contains(test.withoutCr, p))
		}
	}
}

// wantFound fails the test unless some album is, or none is, found by the pattern.
func (f *fixture) wantFound(pattern string, with album.Credentials, want bool) {
	f.Helper()
	got, err := f.Albums(f.ctx, album.AlbumQuery{Patterns: []string{pattern}, With: with, Limit: 1})
	f.must(err)
	if found := len(got) > 0; found != want {
		f.Errorf("found by %q (credentials: %d): %t, want %t", pattern, with, found, want)
	}
}

func readRule(f *fixture) {
	ada := f.addPerson("Ada")
	f.addShared(ada.ID, "partner", chosen(false, localhost, partner))
	f.addShared(ada.ID, "with", chosen(true, partner, partners))
	f.addShared(ada.ID, "open", album.Rule{Sites: album.AnySite})
	drop := f.newAlbum(ada.ID, "drop box")
	drop.Sharing.Change = chosen(true, stranger)
	f.must(f.CreateAlbum(f.ctx, drop, plenty))

	for _, test := range []struct {
		patterns []string
		want     album.Rule
	}{
		{[]string{partner}, chosen(true, partner, partners)},
		{[]string{localhost}, chosen(false, localhost, partner)},
		{[]string{localhost, "*", partners}, chosen(true, partner, partners)},
		{[]string{stranger, "*"}, album.Rule{Sites: album.AnySite}},
	} {
		got, err := f.ReadRule(f.ctx, test.patterns)
		wantEqual(f, got, err, test.want)
	}
	for _, patterns := range [][]string{{stranger}, {}, nil} {
		_, err := f.ReadRule(f.ctx, patterns)
		f.wantKind(err, album.NotFound, "patterns that no reading rule names")
	}
}
