package albumtest

import (
	"errors"
	"slices"
	"time"

	"github.com/corsage-go/corsage/album"
)

var albumTests = []storeTest{
	{"an album is found by ID and by name, as stored", albumFound},
	{"a new album is empty, whatever its maker says", albumStartsEmpty},
	{"an album's name is unique among its owner's", albumNameUnique},
	{"an owner has no more albums than the limit", albumsLimited},
	{"an album has an owner whom the store knows", albumNeedsOwner},
	{"an absent album is NotFound", albumAbsent},
	{"an update is kept, and returned", albumUpdated},
	{"an update changes only name, times, version and sharing", albumUpdateBounded},
	{"an error of change is returned as it is, and nothing is written", albumUpdateRefused},
	{"an update cannot take another album's name", albumUpdateConflict},
	{"what a store returns is the caller's own", albumNotShared},
	{"a deleted album is gone with its photos, whose IDs are returned", albumDeleted},
	{"an objection to deleting is returned as it is, and nothing is deleted", albumDeleteRefused},
}

// fullSharing sets every field there is.
var fullSharing = album.Sharing{
	Read:    album.Rule{Sites: album.ChosenSites, Origins: []string{"http://localhost:*", "https://<&>.example"}, Credentials: true},
	Change:  album.Rule{Sites: album.AnySite},
	Version: 7,
}

func albumFound(f *fixture) {
	ada := f.addPerson("Ada")
	for _, name := range hostileNames {
		a := f.newAlbum(ada.ID, name)
		a.Updated, a.Version, a.Sharing = noon.Add(time.Hour), 41, fullSharing
		f.must(f.CreateAlbum(f.ctx, a, plenty))

		got, err := f.Album(f.ctx, a.ID)
		wantEqual(f, got, err, a)
		got, err = f.AlbumByName(f.ctx, ada.ID, name)
		wantEqual(f, got, err, a)
	}
}

func albumStartsEmpty(f *fixture) {
	a := f.newAlbum(f.addPerson("Ada").ID, "Spring")
	a.Photos, a.Cover = 3, f.id()
	f.must(f.CreateAlbum(f.ctx, a, plenty))

	a.Photos, a.Cover = 0, ""
	got, err := f.Album(f.ctx, a.ID)
	wantEqual(f, got, err, a)
}

func albumNameUnique(f *fixture) {
	ada, eve := f.addPerson("Ada"), f.addPerson("Eve")
	a := f.addAlbum(ada.ID, "Spring")
	f.addAlbum(eve.ID, "Spring")

	f.wantKind(f.CreateAlbum(f.ctx, f.newAlbum(ada.ID, "Spring"), plenty), album.Conflict, "a taken name")
	f.wantKind(f.CreateAlbum(f.ctx, f.newAlbum(ada.ID, "Spring"), 1), album.Conflict, "a taken name when there are too many")
	again := f.newAlbum(ada.ID, "Summer")
	again.ID = a.ID
	f.wantKind(f.CreateAlbum(f.ctx, again, plenty), album.Conflict, "a taken ID")

	albums, err := f.Albums(f.ctx, album.AlbumQuery{Owner: ada.ID, Limit: 10})
	wantEqual(f, albums, err, []album.Album{a})
}

func albumsLimited(f *fixture) {
	ada, eve := f.addPerson("Ada"), f.addPerson("Eve")
	f.addAlbum(eve.ID, "not Ada's")
	for _, name := range []string{"1", "2"} {
		f.must(f.CreateAlbum(f.ctx, f.newAlbum(ada.ID, name), 2))
	}
	f.wantExhausted(f.CreateAlbum(f.ctx, f.newAlbum(ada.ID, "3"), 2), 2, "the third of two")
	f.wantExhausted(f.CreateAlbum(f.ctx, f.newAlbum(ada.ID, "3"), 1), 1, "the third of one")

	second, err := f.AlbumByName(f.ctx, ada.ID, "2")
	f.must(err)
	_, err = f.DeleteAlbum(f.ctx, second.ID, agree)
	f.must(err)
	f.must(f.CreateAlbum(f.ctx, f.newAlbum(ada.ID, "3"), 2))
}

func albumNeedsOwner(f *fixture) {
	a := f.newAlbum(f.id(), "Spring")
	f.wantKind(f.CreateAlbum(f.ctx, a, plenty), album.NotFound, "an album of nobody")
	_, err := f.Album(f.ctx, a.ID)
	f.wantKind(err, album.NotFound, "an album that was refused")
}

func albumAbsent(f *fixture) {
	ada, eve := f.addPerson("Ada"), f.addPerson("Eve")
	f.addAlbum(ada.ID, "Spring")

	_, err := f.Album(f.ctx, f.id())
	f.wantKind(err, album.NotFound, "an unknown ID")
	_, err = f.AlbumByName(f.ctx, ada.ID, "Summer")
	f.wantKind(err, album.NotFound, "an unknown name")
	_, err = f.AlbumByName(f.ctx, eve.ID, "Spring")
	f.wantKind(err, album.NotFound, "another's album")
	_, err = f.UpdateAlbum(f.ctx, f.id(), func(*album.Album) error {
		f.Error("change was called without an album")
		return nil
	})
	f.wantKind(err, album.NotFound, "an update of nothing")
	_, err = f.DeleteAlbum(f.ctx, f.id(), func(album.Album) error {
		f.Error("check was called without an album")
		return nil
	})
	f.wantKind(err, album.NotFound, "deleting nothing")
}

func albumUpdated(f *fixture) {
	ada := f.addPerson("Ada")
	a := f.addAlbum(ada.ID, "Spring")
	want := a
	want.Name, want.Updated, want.Version, want.Sharing = "Summer", noon.Add(time.Hour), 2, fullSharing

	got, err := f.UpdateAlbum(f.ctx, a.ID, func(b *album.Album) error {
		wantEqual(f, *b, nil, a)
		b.Name, b.Updated, b.Version, b.Sharing = want.Name, want.Updated, want.Version, want.Sharing
		return nil
	})
	wantEqual(f, got, err, want)
	got, err = f.AlbumByName(f.ctx, ada.ID, "Summer")
	wantEqual(f, got, err, want)
	f.addAlbum(ada.ID, "Spring") // its old name is free
}

func albumUpdateBounded(f *fixture) {
	ada, eve := f.addPerson("Ada"), f.addPerson("Eve")
	a := f.addAlbum(ada.ID, "Spring")
	p := f.addPhoto(a, "crocus.jpg")
	a, err := f.Album(f.ctx, a.ID)
	f.must(err)

	got, err := f.UpdateAlbum(f.ctx, a.ID, func(b *album.Album) error {
		b.ID, b.Owner, b.Photos, b.Cover = f.id(), eve.ID, 9, ""
		return nil
	})
	wantEqual(f, got, err, a)
	got, err = f.Album(f.ctx, a.ID)
	wantEqual(f, got, err, a)
	if a.Cover != p.ID {
		f.Errorf("the cover is %q, want %q", a.Cover, p.ID)
	}
}

func albumUpdateRefused(f *fixture) {
	a := f.addAlbum(f.addPerson("Ada").ID, "Spring")
	refusal := errors.New("not today")

	_, err := f.UpdateAlbum(f.ctx, a.ID, func(b *album.Album) error {
		b.Name, b.Sharing = "Summer", fullSharing
		return refusal
	})
	if err != refusal { //nolint:errorlint // "as it is": neither wrapped nor replaced
		f.Errorf("got the error %v, want the very error of change", err)
	}
	got, err := f.Album(f.ctx, a.ID)
	wantEqual(f, got, err, a)
	albums, err := f.Albums(f.ctx, album.AlbumQuery{Patterns: fullSharing.Read.Origins, Limit: 1})
	if err != nil || len(albums) > 0 {
		f.Errorf("the refused sharing is in force: %v, %v", albums, err)
	}
}

func albumUpdateConflict(f *fixture) {
	ada := f.addPerson("Ada")
	a := f.addAlbum(ada.ID, "Spring")
	b := f.addAlbum(ada.ID, "Summer")

	_, err := f.UpdateAlbum(f.ctx, a.ID, func(a *album.Album) error {
		a.Name, a.Version = "Summer", 2
		return nil
	})
	f.wantKind(err, album.Conflict, "a taken name")
	albums, err := f.Albums(f.ctx, album.AlbumQuery{Owner: ada.ID, Limit: 10})
	wantEqual(f, albums, err, []album.Album{b, a})
}

func albumNotShared(f *fixture) {
	a := f.newAlbum(f.addPerson("Ada").ID, "Spring")
	a.Sharing = fullSharing
	a.Sharing.Read.Origins = slices.Clone(fullSharing.Read.Origins)
	f.must(f.CreateAlbum(f.ctx, a, plenty))
	p := f.newPhoto(a, "crocus.jpg")
	p.Redaction = []album.Edit{{Offset: 2, Length: 3, With: []byte("abc")}}
	_, err := f.PutPhoto(f.ctx, p, false, plenty)
	f.must(err)

	spoil := func(a album.Album, p album.Photo) {
		a.Sharing.Read.Origins[0] = "https://evil.example"
		p.Redaction[0].With[0], p.Redaction[0].Offset = 'X', 999
	}
	spoil(a, p) // what was given
	for range 2 {
		a, err := f.Album(f.ctx, a.ID)
		wantEqual(f, a.Sharing, err, fullSharing)
		p, err := f.Photo(f.ctx, p.ID)
		wantEqual(f, p.Redaction, err, []album.Edit{{Offset: 2, Length: 3, With: []byte("abc")}})
		spoil(a, p) // what was got
	}
}

func albumDeleted(f *fixture) {
	ada := f.addPerson("Ada")
	a, b := f.addAlbum(ada.ID, "Spring"), f.addShared(ada.ID, "Summer", fullSharing.Read)
	kept := f.addPhoto(a, "crocus.jpg")
	p, q := f.addPhoto(b, "rose.jpg"), f.addPhoto(b, "iris.jpg")

	photos, err := f.DeleteAlbum(f.ctx, b.ID, func(got album.Album) error {
		if got.ID != b.ID || got.Photos != 2 {
			f.Errorf("check was shown %+v", got)
		}
		return nil
	})
	slices.Sort(photos)
	wantEqual(f, photos, err, []album.ID{p.ID, q.ID})

	_, err = f.Album(f.ctx, b.ID)
	f.wantKind(err, album.NotFound, "a deleted album")
	_, err = f.Photo(f.ctx, p.ID)
	f.wantKind(err, album.NotFound, "a deleted album's photo")
	_, err = f.ReadRule(f.ctx, fullSharing.Read.Origins)
	f.wantKind(err, album.NotFound, "a deleted album's rule")
	got, err := f.Photo(f.ctx, kept.ID)
	wantEqual(f, got, err, kept)

	photos, err = f.DeleteAlbum(f.ctx, f.addAlbum(ada.ID, "Summer").ID, agree)
	if err != nil || len(photos) != 0 {
		f.Errorf("an empty album left the photos %v, %v", photos, err)
	}
}

func albumDeleteRefused(f *fixture) {
	a := f.addAlbum(f.addPerson("Ada").ID, "Spring")
	p := f.addPhoto(a, "crocus.jpg")
	refusal := errors.New("not today")

	_, err := f.DeleteAlbum(f.ctx, a.ID, func(album.Album) error { return refusal })
	if err != refusal { //nolint:errorlint // "as it is": neither wrapped nor replaced
		f.Errorf("got the error %v, want the very error of check", err)
	}
	got, err := f.Photo(f.ctx, p.ID)
	wantEqual(f, got, err, p)
	if a, err = f.Album(f.ctx, a.ID); err != nil || a.Photos != 1 {
		f.Errorf("the album is %+v, %v; want it with one photo", a, err)
	}
}
