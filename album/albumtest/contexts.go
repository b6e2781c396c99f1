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

// oneOfEach is a person with one thing of each kind.
type oneOfEach struct {
	person  album.Person
	album   album.Album
	photo   album.Photo
	session album.Session
	token   album.Token
}

func (o oneOfEach) albums() album.AlbumQuery { return album.AlbumQuery{Owner: o.person.ID, Limit: 10} }

func endedContext(f *fixture) {
	ada := f.addPerson("Ada")
	a := f.addAlbum(ada.ID, "Spring")
	had := oneOfEach{ada, a, f.addPhoto(a, "crocus.jpg"), f.addSession(ada), f.addToken(ada, "guest site")}
	var err error
	had.album, err = f.Album(f.ctx, a.ID) // with its photo counted
	f.must(err)
	ctx, cancel := context.WithCancel(f.ctx)
	cancel()
	f.wantNoWrites(ctx, had)
	f.wantNoReads(ctx, had)
	f.wantStill(had)
}

// wantEnded fails the test unless err is the context's.
func (f *fixture) wantEnded(err error) {
	f.Helper()
	if !errors.Is(err, context.Canceled) {
		f.Errorf("got %v, want an error that wraps context.Canceled", err)
	}
}

func (f *fixture) wantNoWrites(ctx context.Context, had oneOfEach) {
	f.Helper()
	ada, a := had.person, had.album
	unasked := func(*album.Album) error {
		f.Error("change was called")
		return nil
	}
	f.wantEnded(f.CreatePerson(ctx, album.Person{ID: f.id(), Name: "Eve", Created: noon}))
	f.wantEnded(f.SetPassword(ctx, ada.ID, "x"))
	f.wantEnded(f.CreateAlbum(ctx, f.newAlbum(ada.ID, "Summer"), plenty))
	f.wantEnded(second(f.UpdateAlbum(ctx, a.ID, unasked)))
	f.wantEnded(second(f.DeleteAlbum(ctx, a.ID, agree)))
	f.wantEnded(second(f.PutPhoto(ctx, f.newPhoto(a, "crocus.jpg"), true, plenty)))
	f.wantEnded(f.DeletePhoto(ctx, had.photo.ID, noon, agree))
	f.wantEnded(f.CreateSession(ctx, f.newSession(ada), plenty))
	f.wantEnded(f.DeleteSession(ctx, had.session.ID))
	f.wantEnded(f.DeleteSessionsOf(ctx, ada.ID))
	f.wantEnded(f.CreateToken(ctx, f.newToken(ada, "x"), plenty))
	f.wantEnded(f.DeleteToken(ctx, ada.ID, had.token.ID))
	f.wantEnded(f.DeleteTokensOf(ctx, ada.ID))
	f.wantEnded(f.DeleteExpired(ctx, had.token.Expires))
}

func (f *fixture) wantNoReads(ctx context.Context, had oneOfEach) {
	f.Helper()
	ada, a, p := had.person, had.album, had.photo
	f.wantEnded(second(f.Person(ctx, ada.ID)))
	f.wantEnded(second(f.PersonByName(ctx, ada.Name)))
	f.wantEnded(second(f.People(ctx)))
	f.wantEnded(second(f.Album(ctx, a.ID)))
	f.wantEnded(second(f.AlbumByName(ctx, ada.ID, a.Name)))
	f.wantEnded(second(f.Albums(ctx, had.albums())))
	f.wantEnded(second(f.ReadRule(ctx, []string{partner})))
	f.wantEnded(second(f.Photo(ctx, p.ID)))
	f.wantEnded(second(f.PhotoByName(ctx, a.ID, p.Name)))
	f.wantEnded(second(f.Photos(ctx, a.ID, "", 10)))
	f.wantEnded(second(f.SessionByHash(ctx, had.session.Hash)))
	f.wantEnded(second(f.TokenByHash(ctx, had.token.Hash)))
	f.wantEnded(second(f.Tokens(ctx, ada.ID)))
	f.wantEnded(second(f.TokenScopes(ctx, partner, noon)))
}

func (f *fixture) wantStill(had oneOfEach) {
	f.Helper()
	people, err := f.People(f.ctx)
	wantEqual(f, people, err, []album.Person{had.person})
	albums, err := f.Albums(f.ctx, had.albums())
	wantEqual(f, albums, err, []album.Album{had.album})
	photo, err := f.Photo(f.ctx, had.photo.ID)
	wantEqual(f, photo, err, had.photo)
	session, err := f.SessionByHash(f.ctx, had.session.Hash)
	wantEqual(f, session, err, had.session)
	tokens, err := f.Tokens(f.ctx, had.person.ID)
	wantEqual(f, tokens, err, []album.Token{had.token})
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
