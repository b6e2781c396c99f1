package backup

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/album/sqlite"
)

// mostSnapshots bounds how often a backup begins anew. Each time it copies only
// the photos that have been put since the time before, so two or three are enough
// even for a busy service.
const mostSnapshots = 10

// photos adds the blobs of all photos that are in one snapshot of the database,
// and returns the file of that snapshot.
func (a *archive) photos() (file string, err error) {
	last := &snapshot{} // has no photos
	for n := range mostSnapshots {
		next, err := takeSnapshot(a.ctx, a.dataDir, filepath.Join(a.tmp, fmt.Sprint(n, ".db")))
		if err != nil {
			return "", errors.Join(err, last.remove())
		}
		if err := errors.Join(a.more(next, last), last.remove()); err != nil {
			return "", errors.Join(err, next.remove())
		}
		if len(next.missing) == 0 {
			return next.file, next.store.Close()
		}
		last = next
	}
	err = errors.New("photos were deleted or replaced faster than they could be copied: try again when less is going on")
	return "", errors.Join(err, last.remove())
}

// more adds the blobs of the photos that the last snapshot did not have. Those it
// had have been added, or were missing and must not be there any more. A photo
// that was deleted never comes back, so snapshots before the last do not matter.
func (a *archive) more(next, last *snapshot) error {
	return next.store.EachPhoto(a.ctx, func(p album.Photo) error {
		if last.missing[p.ID] {
			return fmt.Errorf("photo %s (%q, %d bytes) has lost its file on disk: put it again or delete it, or restore an earlier backup", p.ID, p.Name, p.Size)
		}
		added, err := last.has(a.ctx, p.ID)
		if err != nil || added {
			return err
		}
		there, err := a.photo(p)
		if err == nil && !there {
			next.missing[p.ID] = true
		}
		return err
	})
}

// snapshot is the database as it was at one moment. The zero value is that of
// nothing.
type snapshot struct {
	file    string
	store   *sqlite.Store
	missing map[album.ID]bool // photos whose blobs were not there later on
}

func takeSnapshot(ctx context.Context, dataDir, file string) (*snapshot, error) {
	if err := sqlite.Backup(ctx, filepath.Join(dataDir, Database), file); err != nil {
		return nil, err
	}
	store, err := sqlite.Open(ctx, file)
	if err != nil {
		return nil, err
	}
	return &snapshot{file: file, store: store, missing: map[album.ID]bool{}}, nil
}

func (s *snapshot) has(ctx context.Context, id album.ID) (bool, error) {
	if s.store == nil {
		return false, nil
	}
	_, err := s.store.Photo(ctx, id)
	if err != nil && album.KindOf(err) == album.NotFound {
		return false, nil
	}
	return err == nil, err
}

func (s *snapshot) remove() error {
	if s.store == nil {
		return nil
	}
	return errors.Join(s.store.Close(), os.Remove(s.file))
}
