package album_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/corsage-go/corsage/album"
)

// leaving is the context of a caller who goes away after it has been asked about
// so many times; every call of the store asks.
type leaving struct {
	context.Context
	left atomic.Int32
}

func (l *leaving) Err() error {
	if l.left.Add(-1) < 0 {
		return context.Canceled
	}
	return nil
}

// worksForCallers is everything that the library does for somebody who can go away,
// on the n-th try.
var worksForCallers = map[string]func(w *world, ctx context.Context, n int) error{
	"Albums": func(w *world, ctx context.Context, _ int) error {
		_, err := w.Albums(ctx, at(w.ann, site(partner)), album.Page{})
		return err
	},
	"CreateAlbum": func(w *world, ctx context.Context, _ int) error {
		_, _, err := w.CreateAlbum(ctx, w.ann, "album", true)
		return err
	},
	"Album": func(w *world, ctx context.Context, _ int) error {
		_, err := w.Album(ctx, w.ann, w.firstAlbum().ID)
		return err
	},
	"RenameAlbum": func(w *world, ctx context.Context, n int) error {
		_, err := w.RenameAlbum(ctx, w.ann, w.firstAlbum().ID, fmt.Sprint("album ", n), album.Match{})
		return err
	},
	"DeleteAlbum": func(w *world, ctx context.Context, _ int) error {
		return w.DeleteAlbum(ctx, w.ann, w.firstAlbum().ID, album.Match{})
	},
	"SetSharing": func(w *world, ctx context.Context, _ int) error {
		_, err := w.SetSharing(ctx, w.ann, w.firstAlbum().ID, album.Sharing{Read: anySite}, album.Match{})
		return err
	},
	"Photos": func(w *world, ctx context.Context, _ int) error {
		_, err := w.Photos(ctx, w.ann, w.firstAlbum().ID, album.Page{})
		return err
	},
	"AddPhoto": func(w *world, ctx context.Context, n int) error {
		_, _, err := w.AddPhoto(ctx, w.ann, w.firstAlbum().ID, fmt.Sprint(n), strings.NewReader("PIC"), false, album.Match{})
		return err
	},
	"AddPhoto, replacing": func(w *world, ctx context.Context, _ int) error {
		_, _, err := w.AddPhoto(ctx, w.ann, w.firstAlbum().ID, "a.png", strings.NewReader("PIC"), true, album.Match{})
		return err
	},
	"Photo": func(w *world, ctx context.Context, _ int) error {
		_, err := w.Photo(ctx, w.ann, w.firstAlbum().Cover)
		return err
	},
	"DeletePhoto": func(w *world, ctx context.Context, _ int) error {
		return w.DeletePhoto(ctx, w.ann, w.firstAlbum().Cover, album.Match{})
	},
	"OpenPhoto": func(w *world, ctx context.Context, _ int) error { return w.open(ctx, 0) },
	"OpenPhoto, thumbnail": func(w *world, ctx context.Context, _ int) error {
		return w.open(ctx, 320)
	},
	"SignIn": func(w *world, ctx context.Context, _ int) error {
		_, _, err := w.SignIn(ctx, "ann", password, "", "")
		return err
	},
	"ViewerByPassword": func(w *world, ctx context.Context, _ int) error {
		_, err := w.ViewerByPassword(ctx, "ann", password, "", album.Site{})
		return err
	},
	"AddPerson": func(w *world, ctx context.Context, n int) error {
		_, err := w.AddPerson(ctx, fmt.Sprint("person ", n), password)
		return err
	},
	"SetPassword": func(w *world, ctx context.Context, _ int) error {
		return w.SetPassword(ctx, "ann", "battery staple")
	},
	"RevokeTokens": func(w *world, ctx context.Context, _ int) error {
		return w.RevokeTokens(ctx, "ann")
	},
	"IssueToken": func(w *world, ctx context.Context, _ int) error {
		_, _, err := w.IssueToken(ctx, w.ann, album.TokenRequest{Label: "x", Origin: partner, Scopes: album.ScopeRead})
		return err
	},
	"Tokens": func(w *world, ctx context.Context, _ int) error {
		_, err := w.Tokens(ctx, w.ann)
		return err
	},
	"Person": func(w *world, ctx context.Context, _ int) error {
		_, err := w.Person(ctx, w.ann)
		return err
	},
	"Sweep": func(w *world, ctx context.Context, _ int) error {
		_, err := w.Sweep(ctx)
		return err
	},
}

// Whenever the caller goes away, the work stops and says why, and what it has
// done is whole: no photo without bytes, no bytes without photo.
func TestCallersWhoLeave(t *testing.T) {
	for name, work := range worksForCallers {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.photo(w.album("album", withCredentials(chosen(partner)), nobody), "a.png", withPlace)
			for n := 0; ; n++ {
				ctx := &leaving{Context: t.Context()}
				ctx.left.Store(int32(n))
				err := work(w, ctx, n)
				w.wantWhole()
				if err == nil {
					if n == 0 {
						t.Error("it never asks about its caller")
					}
					return
				}
				if !errors.Is(err, context.Canceled) || n > 100 {
					t.Fatalf("after %d: %v", n, err)
				}
			}
		})
	}
}

// firstAlbum is ann's newest.
func (w *world) firstAlbum() album.Album {
	w.t.Helper()
	return must(w.Albums(w.ctx, w.ann, album.Page{}))(w.t).Albums[0]
}

func (w *world) open(ctx context.Context, edge int) error {
	c, err := w.OpenPhoto(ctx, at(w.ann, site(partner)), w.firstAlbum().Cover, edge)
	if err != nil {
		return err
	}
	return c.Close()
}

// wantWhole checks that every photo has its bytes, and all bytes have a photo.
func (w *world) wantWhole() {
	w.t.Helper()
	photos := 0
	for _, a := range must(w.Albums(w.ctx, w.ann, album.Page{}))(w.t).Albums {
		for _, p := range must(w.Photos(w.ctx, w.ann, a.ID, album.Page{}))(w.t).Photos {
			must(w.OpenPhoto(w.ctx, w.ann, p.ID, 0))(w.t).Close()
			photos++
		}
	}
	if ids := w.blobIDs(); len(ids) != photos {
		w.t.Errorf("%d photos, bytes of %v", photos, ids)
	}
}

// The secrets that come in are looked up for callers who are still there.
func TestProofsOfCallersWhoLeave(t *testing.T) {
	w := newWorld(t)
	_, session, err := w.SignIn(w.ctx, "ann", password, "", "")
	must(session, err)(t)
	_, bearer, err := w.IssueToken(w.ctx, w.ann, album.TokenRequest{Label: "x", Origin: partner, Scopes: album.ScopeRead})
	must(bearer, err)(t)
	ctx, cancel := context.WithCancel(w.ctx)
	cancel()
	for name, work := range map[string]func() error{
		"ViewerBySession": func() error { _, err := w.ViewerBySession(ctx, session, album.Site{}); return err },
		"ViewerByToken":   func() error { _, err := w.ViewerByToken(ctx, bearer, site(partner)); return err },
		"SignOut":         func() error { return w.SignOut(ctx, session) },
	} {
		if err := work(); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
	must(w.ViewerBySession(w.ctx, session, album.Site{}))(t)
}
