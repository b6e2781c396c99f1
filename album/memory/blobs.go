package memory

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/corsage-go/corsage/album"
)

// Blobs is an album.Blobs in memory. NewBlobs makes one.
type Blobs struct {
	Now func() time.Time // gives committed blobs their time; set it before use

	mu    sync.Mutex
	blobs map[string]stored
}

var _ album.Blobs = (*Blobs)(nil)

type stored struct {
	bytes    []byte // never changed once it is here
	modified time.Time
}

// NewBlobs returns blobs without content, which take the time from time.Now.
func NewBlobs() *Blobs {
	return &Blobs{Now: time.Now, blobs: map[string]stored{}}
}

// Create implements album.Blobs.
func (b *Blobs) Create(ctx context.Context) (album.Draft, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return &draft{blobs: b}, nil
}

// Open implements album.Blobs.
func (b *Blobs) Open(ctx context.Context, key string) (album.Blob, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if _, err := album.PhotoOfKey(key); err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	s, ok := b.blobs[key]
	if !ok {
		return nil, absent("blob")
	}
	return &blob{Reader: bytes.NewReader(s.bytes)}, nil
}

// Delete implements album.Blobs.
func (b *Blobs) Delete(ctx context.Context, id album.ID) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if _, err := album.ParseID(string(id)); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for key := range b.blobs {
		if strings.HasPrefix(key, string(id)) {
			delete(b.blobs, key)
		}
	}
	return nil
}

// Each implements album.Blobs. It calls f with what was there when it began, so
// f may use the Blobs.
func (b *Blobs) Each(ctx context.Context, f func(id album.ID, modified time.Time) error) error {
	for id, modified := range b.newest() {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := f(id, modified); err != nil {
			return err
		}
	}
	return nil
}

// newest returns the time of the newest blob of each photo.
func (b *Blobs) newest() map[album.ID]time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	times := map[album.ID]time.Time{}
	for key, s := range b.blobs {
		id, _ := album.PhotoOfKey(key) // Commit takes no others
		if t, ok := times[id]; !ok || s.modified.After(t) {
			times[id] = s.modified
		}
	}
	return times
}

// blob is a committed blob being read; Size is the Reader's.
type blob struct{ *bytes.Reader }

func (*blob) Close() error { return nil }

// draft is a blob being written; done when it is committed or discarded.
type draft struct {
	blobs   *Blobs
	content []byte
	done    bool
}

var errDone = errors.New("the draft has been committed or discarded")

func (d *draft) Write(p []byte) (int, error) {
	if d.done {
		return 0, errDone
	}
	d.content = append(d.content, p...)
	return len(p), nil
}

func (d *draft) ReadAt(p []byte, off int64) (int, error) {
	if d.done {
		return 0, errDone
	}
	return bytes.NewReader(d.content).ReadAt(p, off)
}

func (d *draft) Size() int64 { return int64(len(d.content)) }

func (d *draft) Commit(key string) error {
	if d.done {
		return errDone
	}
	if _, err := album.PhotoOfKey(key); err != nil {
		return err
	}
	d.done = true
	d.blobs.mu.Lock()
	defer d.blobs.mu.Unlock()
	d.blobs.blobs[key] = stored{bytes: d.content, modified: d.blobs.Now()}
	return nil
}

func (d *draft) Discard() error {
	d.done = true
	return nil
}
