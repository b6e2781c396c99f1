package albumtest

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"time"

	"github.com/corsage-go/corsage/album"
)

var raceTests = []storeTest{
	{"of many who create an album of one name, one does", raceForName},
	{"many who create albums do not overrun the limit", raceForAlbums},
	{"many who put photos do not overrun the limit", raceForPhotos},
	{"many who create tokens do not overrun the limit", raceForTokens},
	{"of photos put in each other's place, each but the last is replaced once", raceToReplace},
	{"a replaced photo leaves no gap", replaceAtomic},
	{"no update of an album is lost", raceToUpdate},
	{"a photo is not left behind in a deleted album", raceToDelete},
	{"many different writes and reads get on with each other", raceOfAll},
}

// racers is how many goroutines do the same thing at the same time.
const racers = 16

// race runs do at the same time in many goroutines, and counts the kinds of its
// errors; success counts as the kind ok.
func (f *fixture) race(do func(i int) error) map[string]int {
	var (
		mu    sync.Mutex
		kinds = map[string]int{}
		all   sync.WaitGroup
		start = make(chan struct{})
	)
	for i := range racers {
		all.Go(func() {
			<-start
			kind := "ok"
			if err := do(i); err != nil {
				kind = album.KindOf(err).String()
			}
			mu.Lock()
			defer mu.Unlock()
			kinds[kind]++
		})
	}
	close(start)
	all.Wait()
	return kinds
}

func raceForName(f *fixture) {
	ada := f.addPerson("Ada")
	kinds := f.race(func(int) error {
		return f.CreateAlbum(f.ctx, f.newAlbum(ada.ID, "Spring"), plenty)
	})
	wantEqual(f, kinds, nil, map[string]int{"ok": 1, "conflict": racers - 1})
}

func raceForAlbums(f *fixture) {
	ada := f.addPerson("Ada")
	kinds := f.race(func(i int) error {
		return f.CreateAlbum(f.ctx, f.newAlbum(ada.ID, fmt.Sprint(i)), 5)
	})
	wantEqual(f, kinds, nil, map[string]int{"ok": 5, "exhausted": racers - 5})
	albums, err := f.Albums(f.ctx, album.AlbumQuery{Owner: ada.ID, Limit: 100})
	if err != nil || len(albums) != 5 {
		f.Errorf("there are %d albums, %v; want 5", len(albums), err)
	}
}

func raceForPhotos(f *fixture) {
	a := f.addAlbum(f.addPerson("Ada").ID, "Spring")
	kinds := f.race(func(i int) error {
		_, err := f.PutPhoto(f.ctx, f.newPhoto(a, fmt.Sprint(i)), i%2 == 0, 5)
		return err
	})
	wantEqual(f, kinds, nil, map[string]int{"ok": 5, "exhausted": racers - 5})
	photos, err := f.Photos(f.ctx, a.ID, "", 100)
	if err != nil || len(photos) != 5 {
		f.Fatalf("there are %d photos, %v; want 5", len(photos), err)
	}
	f.wantCover(a, photos[0].ID, 5)
}

func raceForTokens(f *fixture) {
	ada := f.addPerson("Ada")
	kinds := f.race(func(i int) error {
		return f.CreateToken(f.ctx, f.newToken(ada, fmt.Sprint(i)), 5)
	})
	wantEqual(f, kinds, nil, map[string]int{"ok": 5, "exhausted": racers - 5})
}

func raceToReplace(f *fixture) {
	a := f.addAlbum(f.addPerson("Ada").ID, "Spring")
	var mu sync.Mutex
	put, replaced := map[album.ID]bool{}, map[album.ID]int{}
	kinds := f.race(func(int) error {
		p := f.newPhoto(a, "crocus.jpg")
		old, err := f.PutPhoto(f.ctx, p, true, 1)
		mu.Lock()
		defer mu.Unlock()
		put[p.ID] = true
		replaced[old]++
		return err
	})
	wantEqual(f, kinds, nil, map[string]int{"ok": racers})

	last, err := f.PhotoByName(f.ctx, a.ID, "crocus.jpg")
	f.must(err)
	f.wantCover(a, last.ID, 1)
	want := map[album.ID]int{"": 1} // the first one replaced none
	for id := range put {
		if id != last.ID {
			want[id] = 1
		}
	}
	wantEqual(f, replaced, nil, want)
}

func replaceAtomic(f *fixture) {
	a := f.addAlbum(f.addPerson("Ada").ID, "Spring")
	f.addPhoto(a, "crocus.jpg")
	f.until(func() {
		for range 50 {
			_, err := f.PutPhoto(f.ctx, f.newPhoto(a, "crocus.jpg"), true, 1)
			f.check(err)
		}
	}, func() {
		_, err := f.PhotoByName(f.ctx, a.ID, "crocus.jpg")
		f.check(err)
		photos, err := f.Photos(f.ctx, a.ID, "", 10)
		if err != nil || len(photos) != 1 {
			f.Errorf("there are %d photos, %v; want 1 at every moment", len(photos), err)
		}
		if got, err := f.Album(f.ctx, a.ID); err != nil || got.Photos != 1 || got.Cover == "" {
			f.Errorf("the album is %+v, %v; want it with one photo at every moment", got, err)
		}
	})
}

// until runs look again and again while work runs.
func (f *fixture) until(work, look func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		work()
	}()
	for {
		look()
		select {
		case <-done:
			return
		default:
			runtime.Gosched()
		}
	}
}

// check is must for goroutines other than the test's own.
func (f *fixture) check(err error) {
	if err != nil {
		f.Error(err)
	}
}

func raceToUpdate(f *fixture) {
	const times = 10
	a := f.addAlbum(f.addPerson("Ada").ID, "Spring")
	kinds := f.race(func(int) error {
		for range times {
			_, err := f.UpdateAlbum(f.ctx, a.ID, func(a *album.Album) error {
				a.Version++
				a.Updated = a.Updated.Add(time.Second)
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	wantEqual(f, kinds, nil, map[string]int{"ok": racers})
	a.Version += racers * times
	a.Updated = a.Updated.Add(racers * times * time.Second)
	got, err := f.Album(f.ctx, a.ID)
	wantEqual(f, got, err, a)
}

func raceToDelete(f *fixture) {
	a := f.addAlbum(f.addPerson("Ada").ID, "Spring")
	var mu sync.Mutex
	put, deleted := map[album.ID]bool{}, map[album.ID]bool{}
	f.race(func(i int) error {
		if i == racers/2 {
			photos, err := f.DeleteAlbum(f.ctx, a.ID, agree)
			f.check(err)
			mu.Lock()
			defer mu.Unlock()
			for _, id := range photos {
				deleted[id] = true
			}
			return nil
		}
		p := f.newPhoto(a, fmt.Sprint(i))
		_, err := f.PutPhoto(f.ctx, p, false, plenty)
		if err != nil {
			f.wantKind(err, album.NotFound, "a photo for a deleted album")
			return nil
		}
		mu.Lock()
		defer mu.Unlock()
		put[p.ID] = true
		return nil
	})
	wantEqual(f, deleted, nil, put)
	for id := range put {
		_, err := f.Photo(f.ctx, id)
		f.wantKind(err, album.NotFound, "a photo of a deleted album")
	}
}

func raceOfAll(f *fixture) {
	ada := f.addPerson("Ada")
	shared := f.addShared(ada.ID, "shared", chosen(false, partner))
	kinds := f.race(func(i int) error {
		a := f.newAlbum(ada.ID, fmt.Sprint(i))
		a.Sharing.Read = chosen(i%2 == 0, partner)
		p, s, t := f.newPhoto(a, "crocus.jpg"), f.newSession(ada), f.newToken(ada, "")
		for _, do := range []func() error{
			func() error { return f.CreateAlbum(f.ctx, a, plenty) },
			func() error { return second(f.PutPhoto(f.ctx, p, false, plenty)) },
			func() error { return f.CreateSession(f.ctx, s, plenty) },
			func() error { return f.CreateToken(f.ctx, t, plenty) },
			func() error { return second(f.SessionByHash(f.ctx, s.Hash)) },
			func() error { return second(f.TokenByHash(f.ctx, t.Hash)) },
			func() error { return second(f.Photo(f.ctx, p.ID)) },
			func() error { return second(f.ReadRule(f.ctx, []string{partner})) },
			func() error { return second(f.TokenScopes(f.ctx, partner, noon)) },
			func() error { return second(f.Albums(f.ctx, album.AlbumQuery{Patterns: []string{partner}, Limit: 5})) },
			func() error { return f.DeletePhoto(f.ctx, p.ID, noon, agree) },
			func() error { return f.DeleteSession(f.ctx, s.ID) },
			func() error { return f.DeleteToken(f.ctx, ada.ID, t.ID) },
			func() error { return second(f.DeleteAlbum(f.ctx, a.ID, agree)) },
		} {
			if err := do(); err != nil {
				f.Error(err)
				return err
			}
		}
		return nil
	})
	wantEqual(f, kinds, nil, map[string]int{"ok": racers})
	albums, err := f.Albums(context.WithoutCancel(f.ctx), album.AlbumQuery{Limit: 10})
	wantEqual(f, albums, err, []album.Album{shared})
}

// second drops what a call returned beside its error.
func second[T any](_ T, err error) error { return err }
