package files

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/corsage-go/corsage/album"
)

// Reader reads the blobs of a folder. It needs no lock: another process may be
// writing there.
type Reader struct{ dir string }

// NewReader returns a Reader of the blobs in the folder dir.
func NewReader(dir string) Reader { return Reader{dir} }

// Open implements album.Blobs.
func (r Reader) Open(ctx context.Context, key string) (album.Blob, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	name, err := path(r.dir, key)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, album.Errorf(album.NotFound, "there is no such blob")
	}
	if err != nil {
		return nil, fmt.Errorf("open a blob: %w", err)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open a blob: %w", err), f.Close())
	}
	return &blob{File: f, size: info.Size()}, nil
}

// blob is a committed blob being read. The File in it lets net/http hand the
// bytes from file to socket inside the kernel.
type blob struct {
	*os.File
	size int64
}

// Size returns how many bytes the blob has.
func (b *blob) Size() int64 { return b.size }

// Keys lists the keys under which there are blobs of a photo, the photo's own
// first.
func (r Reader) Keys(ctx context.Context, id album.ID) ([]string, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if _, err := album.ParseID(string(id)); err != nil {
		return nil, err
	}
	entries, err := r.entries(fan(id))
	if err != nil {
		return nil, err
	}
	var keys []string
	for _, e := range entries {
		if owner, err := album.PhotoOfKey(e.Name()); err == nil && owner == id {
			keys = append(keys, e.Name())
		}
	}
	return keys, nil
}

// entries lists a folder by name; nothing if there is no such folder.
func (r Reader) entries(name string) ([]os.DirEntry, error) {
	entries, err := os.ReadDir(filepath.Join(r.dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list blobs: %w", err)
	}
	return entries, nil
}

// Each implements album.Blobs. Blobs that come or go meanwhile may be missed.
func (r Reader) Each(ctx context.Context, f func(id album.ID, modified time.Time) error) error {
	folders, err := r.entries("")
	if err != nil {
		return err
	}
	for _, folder := range folders {
		if len(folder.Name()) != fanDigits {
			continue // tmp, or the lock
		}
		if err := r.eachIn(ctx, folder.Name(), f); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// eachIn calls f for the photos in one folder.
func (r Reader) eachIn(ctx context.Context, folder string, f func(id album.ID, modified time.Time) error) error {
	entries, err := r.entries(folder)
	if err != nil {
		return err
	}
	newest := map[album.ID]time.Time{}
	for _, e := range entries {
		id, err := album.PhotoOfKey(e.Name())
		if err != nil || fan(id) != folder {
			continue // not ours
		}
		info, err := e.Info() // fails if it has been deleted since the folder was listed
		if err == nil && info.ModTime().After(newest[id]) {
			newest[id] = info.ModTime()
		}
	}
	for id, modified := range newest {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := f(id, modified); err != nil {
			return err
		}
	}
	return nil
}
