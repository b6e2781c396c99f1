package files

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/corsage-go/corsage/album"
)

// Blobs is an album.Blobs in a folder, which one process at a time may use. Open
// makes one.
type Blobs struct {
	Reader
	lock *os.File

	mu    sync.Mutex
	known map[string]bool // folders of blobs that exist, durably
}

var _ album.Blobs = (*Blobs)(nil)

// Open opens the folder dir, and makes it if there is none in the folder above.
// It removes the drafts that a process which died has left. Close it after use.
//
// Open fails, with an error that names the folder and the cure, if the folder
// cannot be written or another process uses it.
func Open(dir string) (*Blobs, error) {
	b := &Blobs{Reader: Reader{dir}, known: map[string]bool{}}
	if err := b.open(); err != nil {
		return nil, fmt.Errorf("open the folder of blobs %s: %w", dir, err)
	}
	return b, nil
}

func (b *Blobs) open() (err error) {
	if err := makeFolder(b.dir); err != nil {
		return err
	}
	if b.lock, err = lock(filepath.Join(b.dir, "lock")); err != nil {
		return err
	}
	// Nobody else uses the folder, so whatever is in tmp has lost its process.
	if err := errors.Join(os.RemoveAll(b.tmp()), makeFolder(b.tmp())); err != nil {
		return errors.Join(err, b.lock.Close())
	}
	return nil
}

func (b *Blobs) tmp() string { return filepath.Join(b.dir, "tmp") }

// Close lets other processes use the folder. Drafts must not be committed later.
func (b *Blobs) Close() error { return b.lock.Close() }

// folder returns the folder for a photo's blobs, which is there for good.
func (b *Blobs) folder(id album.ID) (string, error) {
	name := fan(id)
	folder := filepath.Join(b.dir, name)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.known[name] {
		return folder, nil
	}
	if err := makeFolder(folder); err != nil {
		return "", err
	}
	b.known[name] = true
	return folder, nil
}

// makeFolder makes a folder, if there is none, and makes that durable even if
// there is: another process may have died before it could.
func makeFolder(name string) error {
	if err := os.Mkdir(name, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return SyncFolder(filepath.Dir(name))
}

// SyncFolder makes durable which files are in a folder. It is for those who rename
// files on their own.
func SyncFolder(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Delete implements album.Blobs. It is not made durable: a blob that comes back
// after a power failure is nobody's, and is removed like others of that kind.
func (b *Blobs) Delete(ctx context.Context, id album.ID) error {
	keys, err := b.Keys(ctx, id)
	if err != nil {
		return err
	}
	for _, key := range keys {
		err := os.Remove(filepath.Join(b.dir, fan(id), key))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("delete a blob: %w", err)
		}
	}
	return nil
}
