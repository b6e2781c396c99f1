package album_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/corsage-go/corsage/album"
)

// A thumbnail is made once, however many ask for it at the same time, and is
// kept beside the photo.
func TestThumbnailIsMadeOnce(t *testing.T) {
	w := newWorld(t)
	w.pics.gate = make(chan struct{})
	p := w.photo(w.album("open", anySite, nobody), "a.png", withPlace)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			c, err := w.OpenPhoto(w.ctx, album.Viewer{}, p.ID, 320)
			if err != nil {
				t.Error(err)
				return
			}
			defer c.Close()
			if c.Type != "image/jpeg" || c.Tag != "thumbnail-320" || !c.Public || c.Photo.ID != p.ID {
				t.Errorf("%+v", c)
			}
		})
	}
	close(w.pics.gate)
	all.Wait()
	if n := w.pics.thumbnails.Load(); n != 1 {
		t.Errorf("made %d times", n)
	}
	w.pics.png = true
	other := must(w.OpenPhoto(w.ctx, w.ann, p.ID, 1280))(t)
	defer other.Close()
	if other.Type != "image/png" || other.Tag != "thumbnail-1280" {
		t.Errorf("the other size: %+v", other)
	}
	if n := w.pics.thumbnails.Load(); n != 2 {
		t.Errorf("made %d times, with the other size", n)
	}
	for _, edge := range []int{1, -320, 321} {
		_, err := w.OpenPhoto(w.ctx, w.ann, p.ID, edge)
		wantKind(t, err, album.NotFound, "320 1280")
	}
}

// A picture whose pixels are broken is decoded once for each size, however often
// its thumbnail is asked for; the picture itself can be had, and replaced.
func TestThumbnailOfBrokenPixels(t *testing.T) {
	w := newWorld(t)
	w.pics.broken = album.Errorf(album.Unsupported, "the pixels cannot be decoded")
	a := w.album("open", anySite, nobody)
	p := w.photo(a, "a.png", "PIC")
	for range 3 {
		for _, edge := range album.ThumbnailEdges {
			_, err := w.OpenPhoto(w.ctx, album.Viewer{}, p.ID, edge)
			wantKind(t, err, album.NotFound, "its pixels are broken")
		}
	}
	if n := w.pics.thumbnails.Load(); int(n) != len(album.ThumbnailEdges) {
		t.Errorf("decoded %d times", n)
	}
	if err := must(w.OpenPhoto(w.ctx, album.Viewer{}, p.ID, 0))(t).Close(); err != nil {
		t.Error(err)
	}

	w.pics.broken = nil
	whole := w.photo(a, "b.png", "PIC")
	if err := must(w.OpenPhoto(w.ctx, album.Viewer{}, whole.ID, 320))(t).Close(); err != nil {
		t.Error(err)
	}
	if err := w.DeletePhoto(w.ctx, w.ann, p.ID, album.Match{}); err != nil {
		t.Fatal(err)
	}
	if ids := w.blobIDs(); len(ids) != 1 || ids[0] != whole.ID {
		t.Errorf("there are bytes of %v, want those of %v only", ids, whole.ID)
	}
}

// Only the picture's own fault is remembered: a disk that failed, or a caller who
// left, says nothing about the picture.
func TestThumbnailOfFailingDisk(t *testing.T) {
	w := newWorld(t)
	w.pics.broken = errors.New("the disk is broken")
	p := w.photo(w.album("open", anySite, nobody), "a.png", "PIC")
	if _, err := w.OpenPhoto(w.ctx, w.ann, p.ID, 320); !errors.Is(err, w.pics.broken) {
		t.Errorf("got %v", err)
	}
	w.pics.broken = nil
	if err := must(w.OpenPhoto(w.ctx, w.ann, p.ID, 320))(t).Close(); err != nil {
		t.Error(err)
	}
}

// Who finds too many others waiting for thumbnails is told when to come back; what
// has been made is served all the same.
func TestThumbnailQueueIsBounded(t *testing.T) {
	w := newWorld(t)
	p := w.photo(w.album("open", anySite, nobody), "a.png", "PIC")
	must(w.OpenPhoto(w.ctx, w.ann, p.ID, 1280))(t).Close()

	empty := album.FillThumbnailQueue(w.Library)
	_, err := w.OpenPhoto(w.ctx, album.Viewer{}, p.ID, 320)
	wantKind(t, err, album.TooOften, "10s")
	if e, ok := errors.AsType[*album.Error](err); !ok || e.Wait != 10*time.Second {
		t.Errorf("%v does not say when, for programs", err)
	}
	must(w.OpenPhoto(w.ctx, w.ann, p.ID, 1280))(t).Close()
	empty()
	must(w.OpenPhoto(w.ctx, album.Viewer{}, p.ID, 320))(t).Close()
}
