package album_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/album/memory"
)

const (
	partner  = "https://partner.example"
	stranger = "https://stranger.example"
	password = "correct horse"
)

// world is a library with two people, and a clock that stands still.
type world struct {
	*album.Library
	t     *testing.T
	ctx   context.Context
	store *flakyStore
	blobs *memory.Blobs
	pics  *fakePictures
	clock *clock
	ann   album.Viewer // at the service's own pages
	bob   album.Viewer
}

func newWorld(t *testing.T, change ...func(*album.Config)) *world {
	t.Helper()
	w := &world{
		t: t, ctx: t.Context(), store: &flakyStore{Store: memory.NewStore()}, blobs: memory.NewBlobs(),
		pics: &fakePictures{}, clock: &clock{now: time.Date(2026, 11, 23, 8, 30, 0, 0, time.UTC)},
	}
	w.blobs.Now = w.clock.Now
	c := album.Config{Store: w.store, Blobs: w.blobs, Pictures: w.pics, Now: w.clock.Now, Random: rand.Reader}
	for _, f := range change {
		f(&c)
	}
	w.Library = must(album.NewLibrary(c))(t)
	album.QuickHashes(w.Library)
	w.ann, w.bob = w.person("ann"), w.person("bob")
	return w
}

func (w *world) person(name string) album.Viewer {
	w.t.Helper()
	p := must(w.AddPerson(w.ctx, name, password))(w.t)
	return album.Viewer{Person: p.ID, Via: album.ViaSession, Scopes: album.AllScopes}
}

// album makes one of ann's, shared as given.
func (w *world) album(name string, read, change album.Rule) album.Album {
	w.t.Helper()
	a, created, err := w.CreateAlbum(w.ctx, w.ann, name, false)
	if err != nil || !created {
		w.t.Fatal(a, created, err)
	}
	must(w.SetSharing(w.ctx, w.ann, a.ID, album.Sharing{Read: read, Change: change}, album.Match{}))(w.t)
	return must(w.Album(w.ctx, w.ann, a.ID))(w.t)
}

func (w *world) photo(a album.Album, name, content string) album.Photo {
	w.t.Helper()
	p, _, err := w.AddPhoto(w.ctx, w.ann, a.ID, name, strings.NewReader(content), false, album.Match{})
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

// blobIDs lists whose bytes there are.
func (w *world) blobIDs() (ids []album.ID) {
	w.t.Helper()
	err := w.blobs.Each(w.ctx, func(id album.ID, _ time.Time) error {
		ids = append(ids, id)
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return ids
}

// The rules and sites of these tests.
var (
	nobody  = album.Rule{Sites: album.Nobody}
	anySite = album.Rule{Sites: album.AnySite}
)

func chosen(origins ...string) album.Rule {
	return album.Rule{Sites: album.ChosenSites, Origins: origins}
}

func withCredentials(r album.Rule) album.Rule {
	r.Credentials = true
	return r
}

func site(origin string) album.Site {
	return album.Site{Foreign: true, Origin: origin, Patterns: []string{origin, album.AnyPattern}}
}

func at(v album.Viewer, s album.Site) album.Viewer {
	v.Site = s
	return v
}

func token(v album.Viewer, s album.Site, scopes album.Scopes) album.Viewer {
	v.Via, v.Scopes, v.Site = album.ViaToken, scopes, s
	return v
}

// must returns a value, or ends the test on an error.
func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// wantKind checks that an error is of a kind, and worded for people. Text that
// it must contain may follow.
func wantKind(t *testing.T, err error, kind album.Kind, contains ...string) {
	t.Helper()
	e, ok := errors.AsType[*album.Error](err)
	if !ok || e.Kind != kind {
		t.Errorf("got %v, want an error of kind %s", err, kind)
		return
	}
	for _, text := range contains {
		if !strings.Contains(e.Field+": "+e.Detail, text) {
			t.Errorf("%q, %q do not contain %q", e.Field, e.Detail, text)
		}
	}
}

type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// flakyStore fails, or does something else first, where a test wants it to.
type flakyStore struct {
	album.Store
	putPhoto      func() error // before PutPhoto, and instead if it returns an error
	afterPutPhoto error        // after PutPhoto was done
	deletePhoto   func()       // before DeletePhoto
	createSession func()       // before CreateSession
	createToken   func()       // before CreateToken
	patient       bool         // goes on when the caller has gone
	careless      bool         // lists every album, whatever is asked for
}

func (s *flakyStore) Albums(ctx context.Context, q album.AlbumQuery) ([]album.Album, error) {
	if s.careless {
		q = album.AlbumQuery{Limit: q.Limit}
	}
	return s.Store.Albums(ctx, q)
}

func (s *flakyStore) DeletePhoto(ctx context.Context, id album.ID, now time.Time, check func(album.Photo) error) error {
	if s.deletePhoto != nil {
		s.deletePhoto()
	}
	return s.Store.DeletePhoto(ctx, id, now, check)
}

func (s *flakyStore) PutPhoto(ctx context.Context, p album.Photo, replace bool, most int) (album.ID, error) {
	if s.putPhoto != nil {
		if err := s.putPhoto(); err != nil {
			return "", err
		}
	}
	replaced, err := s.Store.PutPhoto(ctx, p, replace, most)
	if err == nil && s.afterPutPhoto != nil {
		return "", s.afterPutPhoto
	}
	return replaced, err
}

func (s *flakyStore) CreateSession(ctx context.Context, n album.Session, most int) error {
	if s.createSession != nil {
		s.createSession()
	}
	return s.Store.CreateSession(ctx, n, most)
}

func (s *flakyStore) CreateToken(ctx context.Context, t album.Token, most int) error {
	if s.createToken != nil {
		s.createToken()
	}
	return s.Store.CreateToken(ctx, t, most)
}

func (s *flakyStore) PersonByName(ctx context.Context, name string) (album.Person, error) {
	if s.patient {
		ctx = context.WithoutCancel(ctx)
	}
	return s.Store.PersonByName(ctx, name)
}

// fakePictures takes files that begin with "PIC" for pictures of 4 x 3 pixels.
// What is between < and >, in the first 4 KiB, is private.
type fakePictures struct {
	thumbnails atomic.Int32
	gate       chan struct{} // if not nil, a thumbnail waits for it
	png        bool          // thumbnails are PNG
	broken     error         // if not nil, no thumbnail can be made
}

func (f *fakePictures) Inspect(r io.ReaderAt, size, maxPixels int64) (album.PictureInfo, error) {
	content := make([]byte, min(size, 4<<10))
	if _, err := r.ReadAt(content, 0); err != nil && err != io.EOF {
		return album.PictureInfo{}, err
	}
	if !bytes.HasPrefix(content, []byte("PIC")) {
		return album.PictureInfo{}, album.Errorf(album.Unsupported, "this is no picture")
	}
	if maxPixels < 12 {
		return album.PictureInfo{}, album.Errorf(album.TooLarge, "the picture has 12 pixels; the limit is %d", maxPixels)
	}
	info := album.PictureInfo{Type: "image/png", Width: 4, Height: 3}
	if from, to := bytes.IndexByte(content, '<'), bytes.IndexByte(content, '>'); from >= 0 && to > from {
		info.Redaction = []album.Edit{{Offset: int64(from), Length: int64(to - from + 1), With: []byte("-")}}
	}
	return info, nil
}

func (f *fakePictures) Thumbnail(ctx context.Context, w io.Writer, r io.ReaderAt, size int64, edge int) (string, error) {
	f.thumbnails.Add(1)
	if f.gate != nil {
		select {
		case <-f.gate:
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
	if f.broken != nil {
		_, _ = io.WriteString(w, "\xff\xd8 the first rows")
		return "", f.broken
	}
	if f.png {
		_, err := io.WriteString(w, "\x89PNG")
		return "image/png", err
	}
	_, err := fmt.Fprintf(w, "\xff\xd8 %d pixels of %d bytes", edge, size)
	return "image/jpeg", err
}
