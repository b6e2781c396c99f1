package albumtest

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/corsage-go/corsage/album"
)

var photoTests = []storeTest{
	{"a photo is found by ID and by name, as stored", photoFound},
	{"a photo is counted in its album", photoCounted},
	{"a photo's name is unique in its album", photoNameUnique},
	{"with replace the old photo gives way to the new one", photoReplaced},
	{"an album has no more photos than the limit", photosLimited},
	{"a photo has an album that the store knows", photoNeedsAlbum},
	{"an absent photo is NotFound", photoAbsent},
	{"photos come newest first, and before gives the next page", photosPaged},
	{"a deleted photo is gone and counted out of its album", photoDeleted},
	{"the newest photo is the cover, whatever is deleted or replaced", coverFollows},
	{"an objection to deleting a photo is returned as it is, and nothing is deleted", photoDeleteRefused},
}

func photoFound(f *fixture) {
	a := f.addAlbum(f.addPerson("Ada").ID, "Spring")
	for i, redaction := range [][]album.Edit{
		nil,
		{{Offset: 0, Length: 1}},
		{{Offset: 20, Length: 4000, With: []byte("\x00\xff<>&")}, {Offset: 1 << 40, Length: 1 << 33, With: []byte{0}}},
	} {
		p := f.newPhoto(a, hostileNames[len(hostileNames)-1-i])
		p.Size, p.Width, p.Height, p.Redaction = 5<<32, 9999, 1, redaction
		replaced, err := f.PutPhoto(f.ctx, p, false, plenty)
		wantEqual(f, replaced, err, "")

		got, err := f.Photo(f.ctx, p.ID)
		wantEqual(f, got, err, p)
		got, err = f.PhotoByName(f.ctx, a.ID, p.Name)
		wantEqual(f, got, err, p)
	}
}

func photoCounted(f *fixture) {
	ada := f.addPerson("Ada")
	a, other := f.addAlbum(ada.ID, "Spring"), f.addAlbum(ada.ID, "Summer")
	for i := range 3 {
		p := f.newPhoto(a, fmt.Sprint(i))
		p.Created = noon.Add(time.Duration(i+1) * time.Minute)
		_, err := f.PutPhoto(f.ctx, p, i%2 == 0, plenty)
		f.must(err)

		a.Photos, a.Cover, a.Updated, a.Version = i+1, p.ID, p.Created, a.Version+1
		got, err := f.Album(f.ctx, a.ID)
		wantEqual(f, got, err, a)
	}
	got, err := f.Album(f.ctx, other.ID)
	wantEqual(f, got, err, other)
}

func photoNameUnique(f *fixture) {
	ada := f.addPerson("Ada")
	a, other := f.addAlbum(ada.ID, "Spring"), f.addAlbum(ada.ID, "Summer")
	p := f.addPhoto(a, "crocus.jpg")
	f.addPhoto(other, "crocus.jpg")
	before, err := f.Album(f.ctx, a.ID)
	f.must(err)

	_, err = f.PutPhoto(f.ctx, f.newPhoto(a, "crocus.jpg"), false, plenty)
	f.wantKind(err, album.Conflict, "a taken name")
	_, err = f.PutPhoto(f.ctx, f.newPhoto(a, "crocus.jpg"), false, 1)
	f.wantKind(err, album.Conflict, "a taken name in a full album")
	again := f.newPhoto(a, "iris.jpg")
	again.ID = p.ID
	_, err = f.PutPhoto(f.ctx, again, true, plenty)
	f.wantKind(err, album.Conflict, "a taken ID")

	after, err := f.Album(f.ctx, a.ID)
	wantEqual(f, after, err, before)
	photos, err := f.Photos(f.ctx, a.ID, "", 10)
	wantEqual(f, photos, err, []album.Photo{p})
}

func photoReplaced(f *fixture) {
	a := f.addAlbum(f.addPerson("Ada").ID, "Spring")
	old, kept := f.addPhoto(a, "crocus.jpg"), f.addPhoto(a, "iris.jpg")
	p := f.newPhoto(a, "crocus.jpg")
	p.Created = noon.Add(time.Hour)

	// The album is full, but holds no more photos afterwards.
	replaced, err := f.PutPhoto(f.ctx, p, true, 2)
	wantEqual(f, replaced, err, old.ID)
	_, err = f.Photo(f.ctx, old.ID)
	f.wantKind(err, album.NotFound, "a replaced photo")
	photos, err := f.Photos(f.ctx, a.ID, "", 10)
	wantEqual(f, photos, err, []album.Photo{p, kept})

	a.Photos, a.Cover, a.Updated, a.Version = 2, p.ID, p.Created, a.Version+3
	got, err := f.Album(f.ctx, a.ID)
	wantEqual(f, got, err, a)
}

func photosLimited(f *fixture) {
	ada := f.addPerson("Ada")
	a, other := f.addAlbum(ada.ID, "Spring"), f.addAlbum(ada.ID, "Summer")
	f.addPhoto(other, "not in Spring")
	for _, name := range []string{"1", "2"} {
		_, err := f.PutPhoto(f.ctx, f.newPhoto(a, name), false, 2)
		f.must(err)
	}
	_, err := f.PutPhoto(f.ctx, f.newPhoto(a, "3"), false, 2)
	f.wantExhausted(err, 2, "the third of two")
	_, err = f.PutPhoto(f.ctx, f.newPhoto(a, "3"), true, 1)
	f.wantExhausted(err, 1, "the third of one")
	_, err = f.PhotoByName(f.ctx, a.ID, "3")
	f.wantKind(err, album.NotFound, "a photo that was refused")
}

func photoNeedsAlbum(f *fixture) {
	ada := f.addPerson("Ada")
	p := f.newPhoto(f.newAlbum(ada.ID, "nowhere"), "crocus.jpg")
	for _, replace := range []bool{false, true} {
		_, err := f.PutPhoto(f.ctx, p, replace, plenty)
		f.wantKind(err, album.NotFound, "a photo for no album")
	}
	_, err := f.Photo(f.ctx, p.ID)
	f.wantKind(err, album.NotFound, "a photo that was refused")
}

func photoAbsent(f *fixture) {
	a := f.addAlbum(f.addPerson("Ada").ID, "Spring")

	_, err := f.Photo(f.ctx, f.id())
	f.wantKind(err, album.NotFound, "an unknown ID")
	_, err = f.PhotoByName(f.ctx, a.ID, "crocus.jpg")
	f.wantKind(err, album.NotFound, "an unknown name")
	err = f.DeletePhoto(f.ctx, f.id(), noon, func(album.Photo) error {
		f.Error("check was called without a photo")
		return nil
	})
	f.wantKind(err, album.NotFound, "deleting nothing")
	photos, err := f.Photos(f.ctx, f.id(), "", 10)
	if err != nil || len(photos) != 0 {
		f.Errorf("no album has the photos %v, %v", photos, err)
	}
}

func photosPaged(f *fixture) {
	ada := f.addPerson("Ada")
	a, other := f.addAlbum(ada.ID, "Spring"), f.addAlbum(ada.ID, "Summer")
	var want []album.Photo
	for i := range 7 {
		want = append(want, f.addPhoto(a, fmt.Sprint(i)))
		f.addPhoto(other, fmt.Sprint(i))
	}
	slices.Reverse(want)

	for _, limit := range []int{1, 3, 7, 100} {
		var got []album.Photo
		for before := album.ID(""); ; before = got[len(got)-1].ID {
			page, err := f.Photos(f.ctx, a.ID, before, limit)
			f.must(err)
			got = append(got, page...)
			if len(page) < limit || len(got) > len(want) {
				break
			}
		}
		wantEqual(f, got, nil, want)
	}
}

func photoDeleted(f *fixture) {
	a := f.addAlbum(f.addPerson("Ada").ID, "Spring")
	kept, p := f.addPhoto(a, "crocus.jpg"), f.addPhoto(a, "iris.jpg")
	later := noon.Add(time.Hour)

	err := f.DeletePhoto(f.ctx, p.ID, later, func(got album.Photo) error {
		wantEqual(f, got, nil, p)
		return nil
	})
	f.must(err)
	_, err = f.Photo(f.ctx, p.ID)
	f.wantKind(err, album.NotFound, "a deleted photo")
	f.wantKind(f.DeletePhoto(f.ctx, p.ID, later, agree), album.NotFound, "deleting it again")

	a.Photos, a.Cover, a.Updated, a.Version = 1, kept.ID, later, a.Version+3
	got, err := f.Album(f.ctx, a.ID)
	wantEqual(f, got, err, a)
	f.addPhoto(a, "iris.jpg") // its name is free
}

func coverFollows(f *fixture) {
	a := f.addAlbum(f.addPerson("Ada").ID, "Spring")
	first := f.newPhoto(a, "made first, put last")
	second, third := f.addPhoto(a, "second"), f.addPhoto(a, "third")
	_, err := f.PutPhoto(f.ctx, first, false, plenty)
	f.must(err)
	f.wantCover(a, third.ID, 3)

	// In the place of the newest comes an older one.
	older := f.newPhoto(a, "third")
	older.ID = second.ID[:len(second.ID)-1] + next(second.ID[len(second.ID)-1])
	_, err = f.PutPhoto(f.ctx, older, true, plenty)
	f.must(err)
	f.wantCover(a, max(older.ID, second.ID), 3)

	for _, step := range []struct {
		deleted, cover album.ID
	}{
		{first.ID, max(older.ID, second.ID)},
		{max(older.ID, second.ID), min(older.ID, second.ID)},
		{min(older.ID, second.ID), ""},
	} {
		f.must(f.DeletePhoto(f.ctx, step.deleted, noon, agree))
		photos, err := f.Photos(f.ctx, a.ID, "", 10)
		f.must(err)
		f.wantCover(a, step.cover, len(photos))
	}
}

// next returns a digit of an ID that differs from c.
func next(c byte) album.ID {
	if c == '0' {
		return "1"
	}
	return "0"
}

func (f *fixture) wantCover(a album.Album, cover album.ID, photos int) {
	f.Helper()
	a, err := f.Album(f.ctx, a.ID)
	f.must(err)
	if a.Cover != cover || a.Photos != photos {
		f.Errorf("the album has %d photos and the cover %q, want %d and %q", a.Photos, a.Cover, photos, cover)
	}
}

func photoDeleteRefused(f *fixture) {
	a := f.addAlbum(f.addPerson("Ada").ID, "Spring")
	p := f.addPhoto(a, "crocus.jpg")
	refusal := errors.New("not today")

	err := f.DeletePhoto(f.ctx, p.ID, noon, func(album.Photo) error { return refusal })
	if err != refusal { //nolint:errorlint // "as it is": neither wrapped nor replaced
		f.Errorf("got the error %v, want the very error of check", err)
	}
	got, err := f.Photo(f.ctx, p.ID)
	wantEqual(f, got, err, p)
	f.wantCover(a, p.ID, 1)
}
