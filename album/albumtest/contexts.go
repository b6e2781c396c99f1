package albumtest

import (
	"context"
	"errors"
	"fmt"

	"github.com/corsage-go/corsage/album"
)

var contextTests = []storeTest{
	{"with a context that has ended nothing is read or written", endedContext},
	{"an error of the context means that nothing was written", cancelledWrite},
}

func endedContext(f *fixture) {
	ada := f.addPerson("Ada")
	a := f.addAlbum(ada.ID, "Spring")
	p, s, t := f.addPhoto(a, "crocus.jpg"), f.addSession(ada), f.addToken(ada, "guest site")
	a, err := f.Album(f.ctx, a.ID)
	f.must(err)
	ctx, cancel := context.WithCancel(f.ctx)
	cancel()

	refuse := func(err error) {
		f.Helper()
		if !errors.Is(err, context.Canceled) {
			f.Errorf("got %v, want an error that wraps context.Canceled", err)
		}
	}
	unasked := func(*album.Album) error {
		f.Error("change was called")
		return nil
	}
	other := f.newPhoto(a, "crocus.jpg")
	q := album.AlbumQuery{Owner: ada.ID, Limit: 10}

	refuse(f.CreatePerson(ctx, album.Person{ID: f.id(), Name: "Eve", Created: noon}))
	refuse(f.SetPassword(ctx, ada.ID, "x"))
	refuse(f.CreateAlbum(ctx, f.newAlbum(ada.ID, "Summer"), plenty))
	refuse(second(f.UpdateAlbum(ctx, a.ID, unasked)))
	refuse(second(f.DeleteAlbum(ctx, a.ID, agree)))
	refuse(second(f.PutPhoto(ctx, other, true, plenty)))
	refuse(f.DeletePhoto(ctx, p.ID, noon, agree))
	refuse(f.CreateSession(ctx, f.newSession(ada)))
	refuse(f.DeleteSession(ctx, s.ID))
	refuse(f.DeleteSessionsOf(ctx, ada.ID))
	refuse(f.CreateToken(ctx, f.newToken(ada, "x"), plenty))
	refuse(f.DeleteToken(ctx, ada.ID, t.ID))
	refuse(f.DeleteExpired(ctx, t.Expires))
	refuse(second(f.Person(ctx, ada.ID)))
	refuse(second(f.PersonByName(ctx, ada.Name)))
	refuse(second(f.People(ctx)))
	refuse(second(f.Album(ctx, a.ID)))
	refuse(second(f.AlbumByName(ctx, ada.ID, a.Name)))
	refuse(second(f.Albums(ctx, q)))
	refuse(second(f.ReadRule(ctx, []string{partner})))
	refuse(second(f.Photo(ctx, p.ID)))
	refuse(second(f.PhotoByName(ctx, a.ID, p.Name)))
	refuse(second(f.Photos(ctx, a.ID, "", 10)))
	refuse(second(f.SessionByHash(ctx, s.Hash)))
	refuse(second(f.TokenByHash(ctx, t.Hash)))
	refuse(second(f.Tokens(ctx, ada.ID)))
	refuse(second(f.TokenScopes(ctx, partner, noon)))

	people, err := f.People(f.ctx)
	wantEqual(f, people, err, []album.Person{ada})
	albums, err := f.Albums(f.ctx, q)
	wantEqual(f, albums, err, []album.Album{a})
	photo, err := f.Photo(f.ctx, p.ID)
	wantEqual(f, photo, err, p)
	session, err := f.SessionByHash(f.ctx, s.Hash)
	wantEqual(f, session, err, s)
	tokens, err := f.Tokens(f.ctx, ada.ID)
	wantEqual(f, tokens, err, []album.Token{t})
}

// cancelledWrite ends contexts while writes wait for their turn and while they
// are under way. Whoever gets the context's error may do the same again without
// fear of doing it twice.
func cancelledWrite(f *fixture) {
	ada := f.addPerson("Ada")
	f.race(func(i int) error {
		for n := range 8 {
			ctx, cancel := context.WithCancel(f.ctx)
			a := f.newAlbum(ada.ID, fmt.Sprint(i, n))
			go cancel()
			err := f.CreateAlbum(ctx, a, plenty)
			cancel()

			_, got := f.Album(f.ctx, a.ID)
			switch {
			case err == nil:
				f.check(got)
			case errors.Is(err, context.Canceled):
				f.wantKind(got, album.NotFound, "an album whose context ended first")
			default:
				f.Error(err)
			}
		}
		return nil
	})
}
