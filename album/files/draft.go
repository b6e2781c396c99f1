package files

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/corsage-go/corsage/album"
)

// draft is a blob being written, to a file in tmp.
type draft struct {
	blobs *Blobs
	file  *os.File // nil after its end
	size  int64
	err   error // of a write that failed: what is in the file is not what it should be
}

var errEnded = errors.New("the draft has been committed or discarded")

// Create implements album.Blobs.
func (b *Blobs) Create(ctx context.Context) (album.Draft, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(b.tmp(), "draft-")
	if err != nil {
		return nil, fmt.Errorf("begin a blob: %w", err)
	}
	return &draft{blobs: b, file: f}, nil
}

func (d *draft) Write(p []byte) (int, error) {
	if d.file == nil {
		return 0, errEnded
	}
	n, err := d.file.Write(p)
	d.size += int64(n)
	if err != nil {
		d.err = fmt.Errorf("write a blob: %w", err)
	}
	return n, d.err
}

func (d *draft) ReadAt(p []byte, off int64) (int, error) {
	if d.file == nil {
		return 0, errEnded
	}
	return d.file.ReadAt(p, off)
}

func (d *draft) Size() int64 { return d.size }

// Commit implements album.Draft. If it fails the draft can still be discarded.
func (d *draft) Commit(key string) error {
	if d.file == nil {
		return errEnded
	}
	id, err := album.PhotoOfKey(key)
	if err != nil {
		return err
	}
	if d.err != nil {
		return d.err
	}
	if err := d.commit(id, key); err != nil {
		return fmt.Errorf("commit a blob: %w", err)
	}
	return nil
}

// commit goes step by step, each durable before the next: the bytes, the folder,
// the file's place in it.
func (d *draft) commit(id album.ID, key string) error {
	if err := d.file.Sync(); err != nil {
		return err
	}
	folder, err := d.blobs.folder(id)
	if err != nil {
		return err
	}
	if err := os.Rename(d.file.Name(), filepath.Join(folder, key)); err != nil {
		return err
	}
	err = errors.Join(SyncFolder(folder), d.file.Close())
	d.file = nil
	return err
}

func (d *draft) Discard() error {
	if d.file == nil {
		return nil
	}
	err := errors.Join(os.Remove(d.file.Name()), d.file.Close())
	d.file = nil
	if err != nil {
		return fmt.Errorf("discard a blob: %w", err)
	}
	return nil
}
