package album_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/album"
)

// Rules are in force at the next request, in canonical form, and count their
// own versions.
func TestSetSharing(t *testing.T) {
	w := newWorld(t)
	a := w.album("album", nobody, nobody)
	visitor := at(album.Viewer{}, site(partner))
	_, err := w.Album(w.ctx, visitor, a.ID)
	wantKind(t, err, album.Forbidden, partner)

	before := must(w.Sharing(w.ctx, w.ann, a.ID))(t)
	origins := []string{stranger, partner, stranger}
	s := must(w.SetSharing(w.ctx, w.ann, a.ID, album.Sharing{Read: chosen(origins...), Version: 99}, album.Match{Versions: []int64{before.Version}}))(t)
	if s.Version != before.Version+1 || !slices.Equal(s.Read.Origins, []string{partner, stranger}) || s.Change.Sites != album.Nobody {
		t.Errorf("%+v", s)
	}
	if !slices.Equal(origins, []string{stranger, partner, stranger}) {
		t.Errorf("the caller's slice is changed: %v", origins)
	}
	if got := must(w.Album(w.ctx, visitor, a.ID))(t); got.Name != "album" || got.Owner != "" {
		t.Errorf("the visitor sees %+v", got)
	}
	_, err = w.SetSharing(w.ctx, w.ann, a.ID, album.Sharing{}, album.Match{Versions: []int64{before.Version}})
	wantKind(t, err, album.Stale, fmt.Sprintf("version %d now", s.Version))
	if got := must(w.Album(w.ctx, w.ann, a.ID))(t); got.Version != a.Version+1 || got.Sharing.Version != s.Version {
		t.Errorf("%+v", got)
	}
	must(w.SetSharing(w.ctx, w.ann, a.ID, album.Sharing{}, album.Match{}))(t)
	_, err = w.Album(w.ctx, visitor, a.ID)
	wantKind(t, err, album.Forbidden, partner)
}

// The rules are the owner's, at the service's own pages; who may not change them
// is not told what is wrong with them either.
func TestSharingIsForTheOwner(t *testing.T) {
	w := newWorld(t)
	a := w.album("album", anySite, withCredentials(chosen(partner)))
	nonsense := album.Sharing{Read: album.Rule{Sites: "nonsense"}}
	for _, tt := range []struct {
		name   string
		viewer album.Viewer
		want   album.Kind
	}{
		{"owner at a site that may change the album", at(w.ann, site(partner)), album.Forbidden},
		{"owner's token", token(w.ann, site(partner), album.AllScopes), album.Forbidden},
		{"another", w.bob, album.Forbidden},
		{"nobody", album.Viewer{}, album.Unauthenticated},
	} {
		_, err := w.Sharing(w.ctx, tt.viewer, a.ID)
		wantKind(t, err, tt.want)
		_, err = w.SetSharing(w.ctx, tt.viewer, a.ID, nonsense, album.Match{})
		wantKind(t, err, tt.want)
	}
}

// Rules that cannot be are refused, naming the place and the cure, and nothing
// changes.
func TestRulesThatCannotBe(t *testing.T) {
	w := newWorld(t, func(c *album.Config) { c.Limits.SharedOrigins = 3 })
	a := w.album("album", anySite, nobody)
	for _, tt := range []struct {
		name string
		rule album.Rule
		want string // of the field, with "read" before it, and the sentence
	}{
		{"kind", album.Rule{Sites: "everybody"}, `.sites: "everybody"`},
		{"any with credentials", withCredentials(anySite), ".credentials: "},
		{"any with origins", album.Rule{Sites: album.AnySite, Origins: []string{partner}}, ".origins: "},
		{"nobody with origins", album.Rule{Sites: album.Nobody, Origins: []string{partner}}, ".origins: "},
		{"zero with origins", album.Rule{Origins: []string{partner}}, ".origins: "},
		{"none chosen", chosen(), ".origins: no site is chosen"},
		{"too many", chosen("https://a", "https://b", "https://c", "https://d"), ".origins: 4 origins"},
		{"any pattern", chosen(partner, "*"), `.origins[1]: "*" names every site`},
		{"null", chosen("null"), ".origins[0]: "},
		{"empty", chosen(""), ".origins[0]: "},
		{"two in one", chosen(partner, partner+" "+stranger), ".origins[1]: "},
		{"long", chosen("https://" + strings.Repeat("a", 300)), ".origins[0]: "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := w.SetSharing(w.ctx, w.ann, a.ID, album.Sharing{Read: tt.rule}, album.Match{})
			wantKind(t, err, album.Invalid, "read"+tt.want)
			_, err = w.SetSharing(w.ctx, w.ann, a.ID, album.Sharing{Change: tt.rule}, album.Match{})
			wantKind(t, err, album.Invalid, "change"+tt.want)
		})
	}
	if got := must(w.Sharing(w.ctx, w.ann, a.ID))(t); got.Read.Sites != album.AnySite || got.Version != a.Sharing.Version {
		t.Errorf("changed all the same: %+v", got)
	}
}

// The program's own check has the last word, except over the structure.
func TestCheckSharing(t *testing.T) {
	var seen []album.Sharing
	answer := func(s album.Sharing) (album.Sharing, error) { return s, nil }
	w := newWorld(t, func(c *album.Config) {
		c.CheckSharing = func(s album.Sharing) (album.Sharing, error) {
			seen = append(seen, s)
			return answer(s)
		}
	})
	a := w.album("album", nobody, nobody)

	answer = func(s album.Sharing) (album.Sharing, error) {
		s.Read.Origins = []string{"https://canonical.example"}
		return s, nil
	}
	s := must(w.SetSharing(w.ctx, w.ann, a.ID, album.Sharing{Read: chosen("HTTPS://Canonical.example:443")}, album.Match{}))(t)
	if !slices.Equal(s.Read.Origins, []string{"https://canonical.example"}) || len(seen) == 0 {
		t.Errorf("%+v", s)
	}

	bad := &album.Error{Kind: album.Invalid, Field: "read.origins[0]", Detail: "this is no origin"}
	answer = func(album.Sharing) (album.Sharing, error) { return album.Sharing{}, bad }
	_, err := w.SetSharing(w.ctx, w.ann, a.ID, album.Sharing{Read: chosen("x")}, album.Match{})
	if wantKind(t, err, album.Invalid, "read.origins[0]: this is no origin"); !errors.Is(err, bad) {
		t.Errorf("%v", err)
	}
	_, _, err = w.CreateAlbum(w.ctx, token(w.ann, site(partner), album.AllScopes), "new", false)
	wantKind(t, err, album.Invalid)

	answer = func(s album.Sharing) (album.Sharing, error) { return album.Sharing{Read: chosen("*")}, nil }
	_, err = w.SetSharing(w.ctx, w.ann, a.ID, album.Sharing{Read: chosen(partner)}, album.Match{})
	wantKind(t, err, album.Invalid, "read.origins[0]")
	if got := must(w.Sharing(w.ctx, w.ann, a.ID))(t); !slices.Equal(got.Read.Origins, s.Read.Origins) {
		t.Errorf("changed by what was refused: %+v", got)
	}
}

// A site that may only put photos in does so, and sees nothing of the album.
func TestDropBox(t *testing.T) {
	w := newWorld(t)
	a := w.album("drop box", nobody, chosen(partner))
	w.photo(a, "before.png", "PIC")
	v := token(w.ann, site(partner), album.AllScopes)
	p, created, err := w.AddPhoto(w.ctx, v, a.ID, "a.png", strings.NewReader(withPlace), false, album.Match{})
	if err != nil || !created || p.Name != "a.png" {
		t.Fatal(p, created, err)
	}
	_, err = w.Album(w.ctx, v, a.ID)
	wantKind(t, err, album.Forbidden)
	_, err = w.Photo(w.ctx, v, p.ID)
	wantKind(t, err, album.Forbidden)
	renamed := must(w.RenameAlbum(w.ctx, v, a.ID, "renamed", album.Match{}))(t)
	if renamed.Photos != 0 || renamed.Cover != "" || renamed.Sharing.Change.Sites != "" {
		t.Errorf("renaming shows %+v", renamed)
	}
}
