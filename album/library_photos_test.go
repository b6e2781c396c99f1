package album_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/corsage-go/corsage/album"
)

const withPlace = "PIC of <52.5 N 13.4 E> a house"

// A photo is what Inspect found, its hash is that of its bytes, and the album
// counts it.
func TestAddPhoto(t *testing.T) {
	w := newWorld(t)
	a := w.album("album", nobody, nobody)
	w.clock.advance(time.Minute)
	p, created, err := w.AddPhoto(w.ctx, w.ann, a.ID, " a.png ", iotest.OneByteReader(strings.NewReader(withPlace)), false, album.Match{})
	if err != nil || !created {
		t.Fatal(p, created, err)
	}
	sum := sha256.Sum256([]byte(withPlace))
	want := album.Photo{
		ID: p.ID, Album: a.ID, Owner: w.ann.Person, Name: "a.png", Type: "image/png", Size: int64(len(withPlace)),
		Width: 4, Height: 3, Hash: hex.EncodeToString(sum[:]), Created: w.clock.now,
	}
	if len(p.Redaction) != 1 {
		t.Errorf("redaction %v", p.Redaction)
	}
	for name, got := range map[string]album.Photo{"returned": p, "stored": must(w.Photo(w.ctx, w.ann, p.ID))(t)} {
		got.Redaction = nil
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s\n%+v, want\n%+v", name, got, want)
		}
	}
	if got := must(w.Album(w.ctx, w.ann, a.ID))(t); got.Photos != 1 || got.Cover != p.ID || got.Version != a.Version+1 {
		t.Errorf("album %+v", got)
	}
}

// A photo of the same name takes the other's place under an address of its own,
// and the other's bytes go.
func TestReplacePhoto(t *testing.T) {
	w := newWorld(t)
	a := w.album("album", nobody, withCredentials(chosen(partner)))
	old := w.photo(a, "a.png", "PIC old")
	must(w.OpenPhoto(w.ctx, w.ann, old.ID, 320))(t).Close()

	_, _, err := w.AddPhoto(w.ctx, w.ann, a.ID, "a.png", failing(t), false, album.Match{})
	wantKind(t, err, album.Conflict, "name: ", `"a.png"`)
	_, _, err = w.AddPhoto(w.ctx, token(w.ann, site(partner), album.ScopeUpload), a.ID, "a.png", failing(t), true, album.Match{})
	wantKind(t, err, album.Forbidden, `"manage"`)

	p, created, err := w.AddPhoto(w.ctx, w.ann, a.ID, "a.png", strings.NewReader("PIC new"), true, album.Match{})
	if err != nil || created || p.ID == old.ID {
		t.Fatal(p, created, err)
	}
	if _, err := w.Photo(w.ctx, w.ann, old.ID); album.KindOf(err) != album.NotFound {
		t.Errorf("the old one: %v", err)
	}
	if ids := w.blobIDs(); !slices.Equal(ids, []album.ID{p.ID}) {
		t.Errorf("bytes of %v are left, want %v", ids, p.ID)
	}
	if _, created, err := w.AddPhoto(w.ctx, token(w.ann, site(partner), album.ScopeUpload), a.ID, "b.png", strings.NewReader("PIC"), true, album.Match{}); err != nil || !created {
		t.Errorf("a new name needs no more than the scope to upload: %v, %v", created, err)
	}
}

// failing is a body that must not be read.
func failing(t *testing.T) io.Reader {
	return readerFunc(func([]byte) (int, error) {
		t.Error("the body was read")
		return 0, io.EOF
	})
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// What can be refused is refused before the body is read.
func TestRefusedBeforeTheBody(t *testing.T) {
	w := newWorld(t, func(c *album.Config) { c.Limits.PhotosAlbum = 1 })
	full, empty := w.album("full", anySite, nobody), w.album("empty", nobody, chosen(partner))
	w.photo(full, "a.png", "PIC")
	for _, tt := range []struct {
		name   string
		viewer album.Viewer
		album  album.ID
		photo  string
		match  album.Match
		want   album.Kind
		says   string
	}{
		{"no such album", w.ann, w.ann.Person, "b.png", album.Match{}, album.NotFound, "no such album"},
		{"anonymous", album.Viewer{}, full.ID, "b.png", album.Match{}, album.Unauthenticated, "sign in"},
		{"somebody else's", w.bob, full.ID, "b.png", album.Match{}, album.Forbidden, "somebody else"},
		{"unnamed site", at(w.ann, site(stranger)), full.ID, "b.png", album.Match{}, album.Forbidden, stranger},
		{"ambient proof only", at(w.ann, site(partner)), empty.ID, "b.png", album.Match{}, album.Unauthenticated, "token"},
		{"bad name", w.ann, empty.ID, "a/b.png", album.Match{}, album.Invalid, "name: "},
		{"old version", w.ann, full.ID, "b.png", album.Match{Versions: []int64{1}}, album.Stale, "version"},
		{"no room", w.ann, full.ID, "b.png", album.Match{}, album.Exhausted, "1 photos"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := w.AddPhoto(w.ctx, tt.viewer, tt.album, tt.photo, failing(t), false, tt.match)
			wantKind(t, err, tt.want, tt.says)
		})
	}
	if _, created, err := w.AddPhoto(w.ctx, w.ann, full.ID, "a.png", strings.NewReader("PIC 2"), true, album.Match{}); err != nil || created {
		t.Errorf("replacing in a full album: %v, %v", created, err)
	}
}

// Of an upload that fails nothing is kept, and the error says why.
func TestFailedUploadsLeaveNothing(t *testing.T) {
	broken := errors.New("broken pipe")
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	large := album.Errorf(album.TooLarge, "the request is too large")
	for _, tt := range []struct {
		name string
		ctx  context.Context
		body io.Reader
		want album.Kind
		says string
		is   error
	}{
		{"too many bytes", nil, strings.NewReader("PIC" + strings.Repeat("x", 98)), album.TooLarge, "100 bytes", nil},
		{"without end", nil, readerFunc(func(p []byte) (int, error) { return len(p), nil }), album.TooLarge, "100 bytes", nil},
		{"no picture", nil, strings.NewReader("<html>"), album.Unsupported, "no picture", nil},
		{"empty", nil, strings.NewReader(""), album.Unsupported, "empty", nil},
		{"connection lost", nil, io.MultiReader(strings.NewReader("PIC"), iotest.ErrReader(broken)), album.Invalid, "after 3 bytes", broken},
		{"cut short", nil, io.MultiReader(strings.NewReader("PIC"), iotest.ErrReader(io.ErrUnexpectedEOF)), album.Invalid, "after 3 bytes", io.ErrUnexpectedEOF},
		{"no progress", nil, readerFunc(func([]byte) (int, error) { return 0, nil }), album.Invalid, "after 0 bytes", io.ErrNoProgress},
		{"the reader's own error", nil, iotest.ErrReader(large), album.TooLarge, "the request", large},
		{"caller gone", canceled, strings.NewReader("PIC"), album.Internal, "", context.Canceled},
		{"caller gone meanwhile", nil, iotest.ErrReader(context.Canceled), album.Internal, "", context.Canceled},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, func(c *album.Config) { c.Limits.PhotoBytes = 100 })
			a := w.album("album", nobody, nobody)
			ctx := w.ctx
			if tt.ctx != nil {
				ctx = tt.ctx
			}
			_, _, err := w.AddPhoto(ctx, w.ann, a.ID, "a.png", tt.body, false, album.Match{})
			if album.KindOf(err) != tt.want || !strings.Contains(err.Error(), tt.says) || tt.is != nil && !errors.Is(err, tt.is) {
				t.Errorf("%v, want %s with %q", err, tt.want, tt.says)
			}
			if got := must(w.Album(w.ctx, w.ann, a.ID))(t); got.Photos != 0 || got.Version != a.Version || len(w.blobIDs()) != 0 {
				t.Errorf("left: %+v, bytes of %v", got, w.blobIDs())
			}
		})
	}
	w := newWorld(t, func(c *album.Config) { c.Limits.PhotoPixels = 10 })
	_, _, err := w.AddPhoto(w.ctx, w.ann, w.album("album", nobody, nobody).ID, "a.png", strings.NewReader("PIC"), false, album.Match{})
	wantKind(t, err, album.TooLarge, "12 pixels")
}

// A file of exactly the limit is taken.
func TestLargestPhoto(t *testing.T) {
	w := newWorld(t, func(c *album.Config) { c.Limits.PhotoBytes = 600 << 10 })
	a := w.album("album", nobody, nobody)
	content := "PIC" + strings.Repeat("x", 600<<10-3)
	if p := w.photo(a, "a.png", content); p.Size != 600<<10 {
		t.Errorf("size %d", p.Size)
	}
	_, _, err := w.AddPhoto(w.ctx, w.ann, a.ID, "b.png", strings.NewReader(content+"x"), false, album.Match{})
	wantKind(t, err, album.TooLarge)
}

// When the store fails, the bytes go too; unless it has the photo all the same,
// as when the failure came after the write.
func TestStoreFailsAfterCommit(t *testing.T) {
	full := album.Errorf(album.Exhausted, "full")
	failed := errors.New("disk full")
	for _, tt := range []struct {
		name  string
		spoil func(*flakyStore)
		want  album.Kind
		blobs int
	}{
		{"unknown failure", func(s *flakyStore) { s.putPhoto = func() error { return failed } }, album.Internal, 0},
		{"no room after all", func(s *flakyStore) { s.putPhoto = func() error { return full } }, album.Exhausted, 0},
		{"written all the same", func(s *flakyStore) { s.afterPutPhoto = failed }, album.Internal, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			a := w.album("album", nobody, nobody)
			tt.spoil(w.store)
			_, _, err := w.AddPhoto(w.ctx, w.ann, a.ID, "a.png", strings.NewReader("PIC"), false, album.Match{})
			if album.KindOf(err) != tt.want {
				t.Errorf("%v", err)
			}
			if got := must(w.Album(w.ctx, w.ann, a.ID))(t); len(w.blobIDs()) != tt.blobs || got.Photos != tt.blobs {
				t.Errorf("%d blobs, %d photos, want %d", len(w.blobIDs()), got.Photos, tt.blobs)
			}
		})
	}
}

// Two photos of one name at the same time: one is stored, and the other told so.
// With replacing, the later takes the earlier's place.
func TestUploadsOfOneName(t *testing.T) {
	for _, replace := range []bool{false, true} {
		w := newWorld(t)
		a := w.album("album", nobody, nobody)
		var all sync.WaitGroup
		created, conflicts := make(chan bool, 20), make(chan error, 20)
		for i := range 20 {
			all.Go(func() {
				_, new, err := w.AddPhoto(w.ctx, w.ann, a.ID, "a.png", strings.NewReader(fmt.Sprint("PIC", i)), replace, album.Match{})
				if err != nil {
					conflicts <- err
				} else if new {
					created <- true
				}
			})
		}
		all.Wait()
		if len(created) != 1 || len(w.blobIDs()) != 1 || replace != (len(conflicts) == 0) {
			t.Errorf("replace %v: %d created, %d blobs, %d refused", replace, len(created), len(w.blobIDs()), len(conflicts))
		}
		for range len(conflicts) {
			wantKind(t, <-conflicts, album.Conflict)
		}
	}
}

// A right that is taken away during the upload is gone at its end.
func TestRightTakenDuringUpload(t *testing.T) {
	w := newWorld(t)
	a := w.album("album", nobody, chosen(partner))
	v := token(w.ann, site(partner), album.ScopeUpload)
	body := io.MultiReader(strings.NewReader("PIC"), readerFunc(func([]byte) (int, error) {
		_, err := w.SetSharing(w.ctx, w.ann, a.ID, album.Sharing{}, album.Match{})
		return 0, errors.Join(io.EOF, err)
	}))
	_, _, err := w.AddPhoto(w.ctx, v, a.ID, "a.png", body, false, album.Match{})
	wantKind(t, err, album.Forbidden, partner)
	if len(w.blobIDs()) != 0 {
		t.Error("its bytes are left")
	}
}

// The photo that somebody else puts there during the upload is not replaced by
// who may only add.
func TestNameTakenDuringUpload(t *testing.T) {
	w := newWorld(t)
	a := w.album("album", nobody, chosen(partner))
	v := token(w.ann, site(partner), album.ScopeUpload)
	w.store.putPhoto = func() error {
		w.store.putPhoto = nil
		w.photo(a, "a.png", "PIC first")
		return nil
	}
	_, _, err := w.AddPhoto(w.ctx, v, a.ID, "a.png", strings.NewReader("PIC second"), true, album.Match{})
	wantKind(t, err, album.Forbidden, `"manage"`)
	if ids := w.blobIDs(); len(ids) != 1 {
		t.Errorf("bytes of %v", ids)
	}
}

// Memory does not grow with the size of an upload.
func TestUploadMemory(t *testing.T) {
	const size = 64 << 20
	w := newWorld(t, func(c *album.Config) { c.Blobs = &nowhere{Blobs: c.Blobs} })
	a := w.album("album", nobody, nobody)
	add := func(name string, n int64) uint64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, _, err := w.AddPhoto(w.ctx, w.ann, a.ID, name, io.LimitReader(pictures{}, n), false, album.Match{})
		runtime.ReadMemStats(&after)
		if err != nil {
			t.Fatal(err)
		}
		return after.TotalAlloc - before.TotalAlloc
	}
	add("warm up", 1<<20)
	if used := add("large", size); used > 1<<20 {
		t.Errorf("an upload of %d MiB took %d KiB of memory", size>>20, used>>10)
	}
}

// pictures is a file without end.
type pictures struct{}

func (pictures) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'P'
	}
	copy(p, "PIC")
	return len(p), nil
}

// nowhere keeps only the beginning of what is written.
type nowhere struct{ album.Blobs }

func (n *nowhere) Create(context.Context) (album.Draft, error) { return &lost{}, nil }

type lost struct {
	size  int64
	start []byte
}

func (l *lost) Write(p []byte) (int, error) {
	if l.start == nil {
		l.start = slices.Clone(p[:min(16, len(p))])
	}
	l.size += int64(len(p))
	return len(p), nil
}

func (l *lost) ReadAt(p []byte, off int64) (int, error) {
	if off >= int64(len(l.start)) {
		return 0, io.EOF
	}
	return copy(p, l.start[off:]), nil
}

func (l *lost) Size() int64         { return l.size }
func (l *lost) Commit(string) error { return nil }
func (l *lost) Discard() error      { return nil }

// Who gets the original, and who what is left without place and camera.
func TestOpenPhoto(t *testing.T) {
	w := newWorld(t)
	a := w.album("album", withCredentials(chosen(partner)), nobody)
	open := w.album("open", anySite, nobody)
	private, public := w.photo(a, "a.png", withPlace), w.photo(open, "a.png", withPlace)
	const redacted = "PIC of - a house"
	for _, tt := range []struct {
		name   string
		viewer album.Viewer
		id     album.ID
		want   string
		tag    string
		public bool
	}{
		{"owner at home", w.ann, private.ID, withPlace, "original", false},
		{"owner at home, public album", w.ann, public.ID, withPlace, "original", false},
		{"owner at partner", at(w.ann, site(partner)), private.ID, redacted, "redacted", false},
		{"owner's token", token(w.ann, site(partner), album.ScopeRead), private.ID, redacted, "redacted", false},
		{"owner at partner, public album", at(w.ann, site(partner)), public.ID, redacted, "redacted", true},
		{"other at home", w.bob, public.ID, redacted, "redacted", true},
		{"anonymous at home", album.Viewer{}, public.ID, redacted, "redacted", true},
		{"anonymous elsewhere", album.Viewer{Site: album.Site{Foreign: true}}, public.ID, redacted, "redacted", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := must(w.OpenPhoto(w.ctx, tt.viewer, tt.id, 0))(t)
			defer c.Close()
			got := must(io.ReadAll(c))(t)
			if string(got) != tt.want || c.Size != int64(len(tt.want)) || c.Tag != tt.tag || c.Public != tt.public || c.Type != "image/png" {
				t.Errorf("%q, %+v", got, c)
			}
			if about := must(w.Photo(w.ctx, tt.viewer, tt.id))(t); about.Size != c.Size || c.Photo.Size != c.Size || (about.Hash == "") != (tt.tag == "redacted") {
				t.Errorf("is told of %+v and %+v", about, c.Photo)
			}
			if at, err := c.Seek(-5, io.SeekEnd); err != nil || at != c.Size-5 || string(must(io.ReadAll(c))(t)) != "house" {
				t.Errorf("seek: %d, %v", at, err)
			}
		})
	}
	for _, v := range []album.Viewer{at(w.ann, site(stranger)), at(album.Viewer{}, site(partner)), w.bob} {
		if _, err := w.OpenPhoto(w.ctx, v, private.ID, 0); err == nil {
			t.Errorf("%+v sees the private photo", v)
		}
		if _, err := w.OpenPhoto(w.ctx, v, private.ID, 320); err == nil {
			t.Errorf("%+v sees the private thumbnail", v)
		}
	}
	_, err := w.OpenPhoto(w.ctx, w.bob, private.ID, 0)
	wantKind(t, err, album.NotFound, "photo")
}

// A photo with nothing private is passed through, still not as the original.
func TestOpenPhotoWithNothingPrivate(t *testing.T) {
	w := newWorld(t)
	p := w.photo(w.album("open", anySite, nobody), "a.png", "PIC")
	c := must(w.OpenPhoto(w.ctx, album.Viewer{}, p.ID, 0))(t)
	defer c.Close()
	if c.Tag != "redacted" || c.Size != 3 || !c.Public {
		t.Errorf("%+v", c)
	}
}

// Bytes that are lost are the service's fault, not a photo that is not there.
func TestLostBytes(t *testing.T) {
	w := newWorld(t)
	p := w.photo(w.album("album", nobody, nobody), "a.png", "PIC")
	if err := w.blobs.Delete(w.ctx, p.ID); err != nil {
		t.Fatal(err)
	}
	for _, edge := range []int{0, 320} {
		_, err := w.OpenPhoto(w.ctx, w.ann, p.ID, edge)
		wantKind(t, err, album.Internal)
	}
}

// Photos are listed newest first, in pages, to those who may see the album.
func TestPhotos(t *testing.T) {
	w := newWorld(t)
	a := w.album("album", chosen(partner), nobody)
	for i := range 5 {
		w.photo(a, fmt.Sprint(i), withPlace)
	}
	for _, v := range []album.Viewer{w.ann, at(album.Viewer{}, site(partner))} {
		var names, next string
		for i, rows := range []int{2, 2, 1} {
			page := must(w.Photos(w.ctx, v, a.ID, album.Page{Cursor: next, Limit: 2}))(t)
			if len(page.Photos) != rows || (page.Next == "") != (i == 2) {
				t.Errorf("page %d: %+v", i, page)
			}
			for _, p := range page.Photos {
				names += p.Name
				if (p.Hash == "") != v.Site.Foreign || (p.Redaction == nil) != v.Site.Foreign {
					t.Errorf("shown: %+v", p)
				}
			}
			next = page.Next
		}
		if names != "43210" {
			t.Errorf("names %s", names)
		}
	}
	_, err := w.Photos(w.ctx, at(w.ann, site(stranger)), a.ID, album.Page{})
	wantKind(t, err, album.Forbidden, stranger)
	_, err = w.Photos(w.ctx, w.ann, a.ID, album.Page{Cursor: must(w.Albums(w.ctx, w.ann, album.Page{}))(t).Next + "x"})
	wantKind(t, err, album.Invalid, "cursor: ")
	_, err = w.Photos(w.ctx, w.ann, a.ID, album.Page{Limit: -5})
	wantKind(t, err, album.Invalid, "limit: ")
}

// A photo goes with its bytes and thumbnails, if the one who asks may do that
// and means this version of the album.
func TestDeletePhoto(t *testing.T) {
	w := newWorld(t)
	a := w.album("album", chosen(partner), chosen(partner))
	p := w.photo(a, "a.png", "PIC")
	must(w.OpenPhoto(w.ctx, w.ann, p.ID, 320))(t).Close()
	wantKind(t, w.DeletePhoto(w.ctx, token(w.ann, site(partner), album.ScopeUpload|album.ScopeRead), p.ID, album.Match{}), album.Forbidden, `"manage"`)
	wantKind(t, w.DeletePhoto(w.ctx, w.bob, p.ID, album.Match{}), album.NotFound, "photo")
	wantKind(t, w.DeletePhoto(w.ctx, album.Viewer{}, p.ID, album.Match{}), album.Unauthenticated)
	wantKind(t, w.DeletePhoto(w.ctx, w.ann, p.ID, album.Match{Versions: []int64{a.Version}}), album.Stale)
	if err := w.DeletePhoto(w.ctx, token(w.ann, site(partner), album.ScopeManage), p.ID, album.Match{Versions: []int64{a.Version + 1}}); err != nil {
		t.Fatal(err)
	}
	if ids := w.blobIDs(); len(ids) != 0 {
		t.Errorf("bytes of %v are left", ids)
	}
	wantKind(t, w.DeletePhoto(w.ctx, w.ann, p.ID, album.Match{}), album.NotFound)
}

// Sweep removes bytes that no photo has, when they are old enough not to belong
// to an upload under way, and nothing else.
func TestSweep(t *testing.T) {
	w := newWorld(t)
	p := w.photo(w.album("album", nobody, nobody), "a.png", "PIC")
	orphan := must(album.ParseID("01k9x4yzabcdefghjkmnpqrstv"))(t)
	draft := must(w.blobs.Create(w.ctx))(t)
	if err := draft.Commit(string(orphan)); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		wait time.Duration
		want int
	}{{0, 0}, {59 * time.Minute, 0}, {2 * time.Minute, 1}, {0, 0}} {
		w.clock.advance(tt.wait)
		if n, err := w.Sweep(w.ctx); err != nil || n != tt.want {
			t.Errorf("after %s more: %d, %v; want %d", tt.wait, n, err, tt.want)
		}
	}
	if ids := w.blobIDs(); !slices.Equal(ids, []album.ID{p.ID}) {
		t.Errorf("bytes of %v are left", ids)
	}
	ended, cancel := context.WithCancel(w.ctx)
	cancel()
	if _, err := w.Sweep(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("a sweep that is called off: %v", err)
	}
}
