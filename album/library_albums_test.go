package album_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/album/memory"
)

// An album is there with what it was given, and a name is taken only once for
// each person.
func TestCreateAlbum(t *testing.T) {
	w := newWorld(t)
	a, created, err := w.CreateAlbum(w.ctx, w.ann, " New Album ", true)
	if err != nil || !created {
		t.Fatal(a, created, err)
	}
	if a.Name != "New Album" || a.Owner != w.ann.Person || a.Version != 1 || !a.Created.Equal(w.clock.now) || a.Sharing.Read.Sites != album.Nobody {
		t.Errorf("%+v", a)
	}
	if got := must(w.Album(w.ctx, w.ann, a.ID))(t); got.ID != a.ID || got.Name != a.Name {
		t.Errorf("stored %+v", got)
	}
	if again, created, err := w.CreateAlbum(w.ctx, w.ann, "New Album", true); err != nil || created || again.ID != a.ID {
		t.Errorf("again with reuse: %+v, %v, %v", again, created, err)
	}
	_, _, err = w.CreateAlbum(w.ctx, w.ann, "New Album", false)
	wantKind(t, err, album.Conflict, "name: ", `"New Album"`)
	if _, created, err := w.CreateAlbum(w.ctx, w.bob, "New Album", false); err != nil || !created {
		t.Errorf("another person's: %v, %v", created, err)
	}
	_, _, err = w.CreateAlbum(w.ctx, w.ann, "a\x00", false)
	wantKind(t, err, album.Invalid, "name: ")
	_, _, err = w.CreateAlbum(w.ctx, album.Viewer{}, "x", false)
	wantKind(t, err, album.Unauthenticated)
}

// An album made by a foreign site is shared with that site and no other, for
// people recognised as its maker was.
func TestCreateAlbumFromForeignSite(t *testing.T) {
	w := newWorld(t)
	for _, tt := range []struct {
		name   string
		viewer album.Viewer
		want   album.Rule
	}{
		{"by token", token(w.ann, site(partner), album.ScopeManage), chosen(partner)},
		{"by sign-in there", at(w.ann, site(partner)), withCredentials(chosen(partner))},
	} {
		a, created, err := w.CreateAlbum(w.ctx, tt.viewer, tt.name, false)
		if err != nil || !created || a.Owner != w.ann.Person || a.Sharing.Change.Sites != "" {
			t.Fatalf("%s: %+v, %v, %v", tt.name, a, created, err)
		}
		s := must(w.Sharing(w.ctx, w.ann, a.ID))(t)
		for _, r := range []album.Rule{s.Read, s.Change} {
			if r.Sites != tt.want.Sites || !slices.Equal(r.Origins, tt.want.Origins) || r.Credentials != tt.want.Credentials {
				t.Errorf("%s: rule %+v, want %+v", tt.name, r, tt.want)
			}
		}
		_, err = w.Album(w.ctx, at(tt.viewer, site(stranger)), a.ID)
		wantKind(t, err, album.Forbidden, stranger)
	}
	_, _, err := w.CreateAlbum(w.ctx, token(w.ann, site(partner), album.ScopeUpload), "x", false)
	wantKind(t, err, album.Forbidden, `"manage"`)
	basic := at(w.ann, site(partner))
	basic.Via = album.ViaBasic
	_, _, err = w.CreateAlbum(w.ctx, basic, "x", false)
	wantKind(t, err, album.Unauthenticated, partner)
}

// A site that may not read an album gets no look at it by creating one of the
// same name.
func TestCreateAlbumDoesNotShowUnsharedOnes(t *testing.T) {
	w := newWorld(t)
	secret := w.album("secret", nobody, nobody)
	a, created, err := w.CreateAlbum(w.ctx, token(w.ann, site(partner), album.AllScopes), "secret", true)
	wantKind(t, err, album.Conflict)
	if created || a.ID == secret.ID {
		t.Errorf("%+v, %v", a, created)
	}
}

// A person may own so many albums; to ask again for one of them stays possible.
func TestAlbumsAreLimited(t *testing.T) {
	w := newWorld(t, func(c *album.Config) { c.Limits.AlbumsPerson = 2 })
	for i := range 2 {
		must(w.album(fmt.Sprint("album ", i), nobody, nobody), nil)(t)
	}
	_, _, err := w.CreateAlbum(w.ctx, w.ann, "album 2", true)
	wantKind(t, err, album.Exhausted, "2 albums")
	if e, _ := errors.AsType[*album.Error](err); e.Limit != 2 {
		t.Errorf("limit %d", e.Limit)
	}
	if _, created, err := w.CreateAlbum(w.ctx, w.ann, "album 1", true); err != nil || created {
		t.Errorf("one that is there: %v, %v", created, err)
	}
}

// Who sees which albums in a list. Everything in a list may be read, and what
// is not in it belongs to somebody else or may not be read.
func TestAlbumLists(t *testing.T) {
	w := newWorld(t)
	w.album("private", nobody, nobody)
	w.album("open", anySite, nobody)
	w.album("partner", chosen(partner), nobody)
	w.album("partner+", withCredentials(chosen(partner)), nobody)
	w.album("stranger", chosen(stranger), nobody)
	w.album("drop box", nobody, chosen(partner))
	bobs, _, err := w.CreateAlbum(w.ctx, w.bob, "bob's", false)
	must(bobs, err)(t)
	must(w.SetSharing(w.ctx, w.bob, bobs.ID, album.Sharing{Read: chosen(partner)}, album.Match{}))(t)

	basic := w.ann
	basic.Via = album.ViaBasic
	for _, tt := range []struct {
		name   string
		viewer album.Viewer
		want   string // newest first
	}{
		{"owner at home", w.ann, "drop box,stranger,partner+,partner,open,private"},
		{"other at home", w.bob, "bob's"},
		{"anonymous at home", album.Viewer{}, "open"},
		{"anonymous at partner", at(album.Viewer{}, site(partner)), "bob's,partner,open"},
		{"anonymous at stranger", at(album.Viewer{}, site(stranger)), "stranger,open"},
		{"anonymous somewhere", at(album.Viewer{}, album.Site{Foreign: true}), "open"},
		{"token at partner", token(w.ann, site(partner), album.ScopeRead), "partner+,partner,open"},
		{"token at stranger", token(w.ann, site(stranger), album.ScopeRead), "stranger,open"},
		{"token of bob at partner", token(w.bob, site(partner), album.ScopeRead), "bob's"},
		{"session at partner", at(w.ann, site(partner)), "partner+"},
		{"basic at partner", at(basic, site(partner)), "partner+"},
		{"session at stranger, ignored", at(w.ann, site(stranger)), "stranger,open"},
		{"session of bob at partner, ignored", at(w.bob, site(partner)), "bob's,partner,open"},
		{"token at home, ignored", token(w.ann, album.Site{}, album.AllScopes), "open"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			page := must(w.Albums(w.ctx, tt.viewer, album.Page{}))(t)
			var names []string
			for _, a := range page.Albums {
				names = append(names, a.Name)
				if _, err := w.Album(w.ctx, tt.viewer, a.ID); err != nil {
					t.Errorf("%s is listed, but: %v", a.Name, err)
				}
				if tt.viewer.Site.Foreign && a.Sharing.Version != 0 {
					t.Errorf("%s shows its rules: %+v", a.Name, a.Sharing)
				}
			}
			if got := strings.Join(names, ","); got != tt.want || page.Next != "" {
				t.Errorf("%s, next %q; want %s", got, page.Next, tt.want)
			}
		})
	}
	_, err = w.Albums(w.ctx, token(w.ann, site(partner), album.ScopeUpload), album.Page{})
	wantKind(t, err, album.Forbidden, `"read"`)
}

// The rules decide what is in a list, even if the store's index of them is wrong.
func TestListsTrustRulesOnly(t *testing.T) {
	w := newWorld(t)
	w.album("private", nobody, nobody)
	w.album("partner", chosen(partner), nobody)
	w.album("partner+", withCredentials(chosen(partner)), nobody)
	w.store.careless = true
	for _, tt := range []struct {
		viewer album.Viewer
		want   int
	}{
		{album.Viewer{}, 0},
		{at(album.Viewer{}, site(stranger)), 0},
		{at(album.Viewer{}, site(partner)), 1},
		{w.bob, 0},
		{w.ann, 3},
	} {
		if page := must(w.Albums(w.ctx, tt.viewer, album.Page{}))(t); len(page.Albums) != tt.want {
			t.Errorf("%+v sees %d albums, want %d", tt.viewer, len(page.Albums), tt.want)
		}
	}
}

// A list comes in pages, each row once, and the last page says so.
func TestAlbumPages(t *testing.T) {
	w := newWorld(t, func(c *album.Config) { c.Limits.PageMost = 4 })
	for i := range 10 {
		w.album(fmt.Sprint(i), anySite, nobody)
	}
	for _, tt := range []struct {
		limit int
		pages []int
	}{
		{1, []int{1, 1, 1, 1, 1, 1, 1, 1, 1, 1}},
		{3, []int{3, 3, 3, 1}},
		{0, []int{4, 4, 2}},
		{1000, []int{4, 4, 2}},
	} {
		for _, v := range []album.Viewer{w.ann, {}, at(album.Viewer{}, site(partner))} {
			var names, next string
			for i, rows := range tt.pages {
				page := must(w.Albums(w.ctx, v, album.Page{Cursor: next, Limit: tt.limit}))(t)
				if len(page.Albums) != rows || (page.Next == "") != (i == len(tt.pages)-1) {
					t.Errorf("limit %d, page %d: %d rows, next %q", tt.limit, i, len(page.Albums), page.Next)
				}
				for _, a := range page.Albums {
					names += a.Name
				}
				next = page.Next
			}
			if names != "9876543210" {
				t.Errorf("limit %d: %s", tt.limit, names)
			}
		}
	}
	_, err := w.Albums(w.ctx, w.ann, album.Page{Cursor: "nonsense"})
	wantKind(t, err, album.Invalid, "cursor: ")
	_, err = w.Albums(w.ctx, w.ann, album.Page{Limit: -1})
	wantKind(t, err, album.Invalid, "limit: ")
}

// An edit for an old version is refused and changes nothing; the refusal names
// the version that is there.
func TestEditsOfVersions(t *testing.T) {
	w := newWorld(t)
	a := w.album("old", nobody, nobody)
	w.clock.advance(time.Minute)
	renamed := must(w.RenameAlbum(w.ctx, w.ann, a.ID, "new", album.Match{Versions: []int64{1, a.Version}}))(t)
	if renamed.Name != "new" || renamed.Version != a.Version+1 || !renamed.Updated.Equal(w.clock.now) {
		t.Errorf("%+v", renamed)
	}
	_, err := w.RenameAlbum(w.ctx, w.ann, a.ID, "newer", album.Match{Versions: []int64{a.Version}})
	wantKind(t, err, album.Stale, fmt.Sprintf("version %d now", renamed.Version))
	err = w.DeleteAlbum(w.ctx, w.ann, a.ID, album.Match{Versions: []int64{}})
	wantKind(t, err, album.Stale)
	if got := must(w.Album(w.ctx, w.ann, a.ID))(t); got.Name != "new" {
		t.Errorf("changed all the same: %+v", got)
	}
	if same := must(w.RenameAlbum(w.ctx, w.ann, a.ID, "new", album.Match{}))(t); same.Version != renamed.Version {
		t.Errorf("the same name again is an edit: %+v", same)
	}
	if err := w.DeleteAlbum(w.ctx, w.ann, a.ID, album.Match{Versions: []int64{renamed.Version}}); err != nil {
		t.Error(err)
	}
	_, err = w.Album(w.ctx, w.ann, a.ID)
	wantKind(t, err, album.NotFound)
}

// Of many edits for one version, one is done.
func TestOneEditForEachVersion(t *testing.T) {
	w := newWorld(t)
	a := w.album("album", nobody, nobody)
	this := album.Match{Versions: []int64{a.Version}}
	var mu sync.Mutex
	done := 0
	var all sync.WaitGroup
	for i := range 30 {
		all.Go(func() {
			var err error
			switch name := fmt.Sprint(i); i % 3 {
			case 0:
				_, err = w.RenameAlbum(w.ctx, w.ann, a.ID, name, this)
			default:
				_, _, err = w.AddPhoto(w.ctx, w.ann, a.ID, name, strings.NewReader("PIC"), i%2 == 0, this)
			}
			if err == nil {
				mu.Lock()
				defer mu.Unlock()
				done++
			} else if album.KindOf(err) != album.Stale {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := must(w.Album(w.ctx, w.ann, a.ID))(t); done != 1 || got.Version != a.Version+1 || len(w.blobIDs()) != got.Photos {
		t.Errorf("%d edits were done; %+v, %d blobs", done, got, len(w.blobIDs()))
	}
}

// While a photo is written that is meant for one version of the album, no other
// edit of the album is; those without a condition do not wait for each other.
func TestConditionalEditsAreAlone(t *testing.T) {
	w := newWorld(t)
	a := w.album("album", nobody, nobody)
	var alone []bool
	look := func() { alone = append(alone, album.EditedAlone(w.Library, a.ID)) }
	w.store.putPhoto = func() error { look(); return nil }
	w.store.deletePhoto = look

	var ids []album.ID
	for i, m := range []album.Match{{}, {Versions: []int64{a.Version + 1}}} {
		p, _, err := w.AddPhoto(w.ctx, w.ann, a.ID, fmt.Sprint(i), strings.NewReader("PIC"), false, m)
		ids = append(ids, must(p, err)(t).ID)
	}
	for i, m := range []album.Match{{}, {Versions: []int64{a.Version + 3}}} {
		if err := w.DeletePhoto(w.ctx, w.ann, ids[i], m); err != nil {
			t.Error(err)
		}
	}
	if want := []bool{false, true, false, true}; !slices.Equal(alone, want) {
		t.Errorf("alone %v, want %v", alone, want)
	}
	if album.EditedAlone(w.Library, a.ID) {
		t.Error("the album stays locked")
	}
}

// A taken or impossible name is refused, and only after who asks has been.
func TestRenameAlbum(t *testing.T) {
	w := newWorld(t)
	a := w.album("one", nobody, nobody)
	w.album("two", nobody, nobody)
	_, err := w.RenameAlbum(w.ctx, w.ann, a.ID, "two", album.Match{})
	wantKind(t, err, album.Conflict, "name: ", `"two"`)
	_, err = w.RenameAlbum(w.ctx, w.ann, a.ID, "", album.Match{})
	wantKind(t, err, album.Invalid, "name: ")
	_, err = w.RenameAlbum(w.ctx, w.bob, a.ID, "", album.Match{})
	wantKind(t, err, album.NotFound)
	_, err = w.RenameAlbum(w.ctx, album.Viewer{}, a.ID, "three", album.Match{})
	wantKind(t, err, album.Unauthenticated)
}

// With an album go its photos and their bytes.
func TestDeleteAlbum(t *testing.T) {
	w := newWorld(t)
	a, kept := w.album("goes", nobody, nobody), w.album("stays", nobody, nobody)
	p := w.photo(a, "a.png", "PIC a")
	w.photo(a, "b.png", "PIC b")
	stays := w.photo(kept, "a.png", "PIC c")
	if err := w.DeleteAlbum(w.ctx, w.bob, a.ID, album.Match{}); album.KindOf(err) != album.NotFound {
		t.Errorf("somebody else: %v", err)
	}
	if err := w.DeleteAlbum(w.ctx, w.ann, a.ID, album.Match{}); err != nil {
		t.Fatal(err)
	}
	if ids := w.blobIDs(); !slices.Equal(ids, []album.ID{stays.ID}) {
		t.Errorf("bytes of %v are left", ids)
	}
	_, err := w.Photo(w.ctx, w.ann, p.ID)
	wantKind(t, err, album.NotFound)
	wantKind(t, w.DeleteAlbum(w.ctx, w.ann, a.ID, album.Match{}), album.NotFound)
}

// What is no ID does not reach the store.
func TestTextsThatAreNoIDs(t *testing.T) {
	w := newWorld(t)
	for _, id := range []album.ID{"", "x", "../../etc/passwd", "01K9X4YZABCDEFGHJKMNPQRSTV", album.ID(strings.Repeat("0", 1<<16))} {
		for name, ask := range map[string]func() error{
			"Album":       func() error { _, err := w.Album(w.ctx, w.ann, id); return err },
			"RenameAlbum": func() error { _, err := w.RenameAlbum(w.ctx, w.ann, id, "x", album.Match{}); return err },
			"DeleteAlbum": func() error { return w.DeleteAlbum(w.ctx, w.ann, id, album.Match{}) },
			"Sharing":     func() error { _, err := w.Sharing(w.ctx, w.ann, id); return err },
			"Photos":      func() error { _, err := w.Photos(w.ctx, w.ann, id, album.Page{}); return err },
			"Photo":       func() error { _, err := w.Photo(w.ctx, w.ann, id); return err },
			"OpenPhoto":   func() error { _, err := w.OpenPhoto(w.ctx, w.ann, id, 320); return err },
			"DeletePhoto": func() error { return w.DeletePhoto(w.ctx, w.ann, id, album.Match{}) },
			"RevokeToken": func() error { return w.RevokeToken(w.ctx, w.ann, id) },
		} {
			if err := ask(); album.KindOf(err) != album.NotFound {
				t.Errorf("%s(%.20q): %v", name, id, err)
			}
		}
	}
}

// A library that lacks something, or has limits that cannot be, is not made.
func TestNewLibraryChecks(t *testing.T) {
	good := func() album.Config {
		return album.Config{
			Store: memory.NewStore(), Blobs: memory.NewBlobs(), Pictures: &fakePictures{},
			Now: time.Now, Random: strings.NewReader(strings.Repeat("x", 1000)),
		}
	}
	if l, err := album.NewLibrary(good()); err != nil || l.Limits() != album.DefaultLimits {
		t.Errorf("%v", err)
	}
	for name, spoil := range map[string]func(*album.Config){
		"no store":        func(c *album.Config) { c.Store = nil },
		"no blobs":        func(c *album.Config) { c.Blobs = nil },
		"no pictures":     func(c *album.Config) { c.Pictures = nil },
		"no clock":        func(c *album.Config) { c.Now = nil },
		"no randomness":   func(c *album.Config) { c.Random = nil },
		"bad randomness":  func(c *album.Config) { c.Random = iotest.ErrReader(errors.New("broken")) },
		"negative limit":  func(c *album.Config) { c.Limits.PhotoBytes = -1 },
		"short passwords": func(c *album.Config) { c.Limits.PasswordBytes = 7 },
	} {
		c := good()
		spoil(&c)
		if l, err := album.NewLibrary(c); err == nil || l != nil {
			t.Errorf("%s: a library is made", name)
		}
	}
}
