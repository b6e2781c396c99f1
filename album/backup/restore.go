package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/album/files"
	"github.com/corsage-go/corsage/album/sqlite"
)

// Restore makes a data folder of a backup. The folder must be empty or absent; a
// mount point cannot be used, but a folder in it can.
//
// The backup may come from anywhere: Restore takes nothing from it but plain
// files of the names it knows, checks each against the manifest and the database
// against the blobs, and works in a folder beside dataDir, which takes its name
// when everything is right and durable. If Restore fails, dataDir is as it was.
func Restore(ctx context.Context, r io.Reader, dataDir string) error {
	if err := restore(ctx, r, dataDir); err != nil {
		return fmt.Errorf("restore to %s: %w", dataDir, err)
	}
	return nil
}

func restore(ctx context.Context, r io.Reader, dataDir string) (err error) {
	unclaim, err := claim(dataDir)
	if err != nil {
		return err
	}
	dataDir = filepath.Clean(dataDir)
	stage, err := os.MkdirTemp(filepath.Dir(dataDir), filepath.Base(dataDir)+".restore-")
	if err != nil {
		return errors.Join(err, unclaim())
	}
	err = fill(ctx, r, stage)
	if err == nil {
		err = os.Rename(stage, dataDir)
	}
	if err != nil {
		return errors.Join(err, os.RemoveAll(stage), unclaim())
	}
	return files.SyncFolder(filepath.Dir(dataDir))
}

// claim sees to it that there is no folder dataDir: an empty one is removed now,
// so that one that cannot be is found out before the work. unclaim puts it back.
func claim(dataDir string) (unclaim func() error, err error) {
	info, err := os.Lstat(dataDir)
	if errors.Is(err, fs.ErrNotExist) {
		return func() error { return nil }, nil
	}
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, errors.New("it is no folder: give one that is empty or does not exist")
	}
	if entries, err := os.ReadDir(dataDir); err != nil || len(entries) > 0 {
		return nil, errors.Join(err, errors.New("the folder is not empty: give one that is, or does not exist"))
	}
	if err := os.Remove(dataDir); err != nil {
		return nil, fmt.Errorf("the folder cannot be replaced, give one in it: %w", err)
	}
	return func() error { return os.Mkdir(dataDir, info.Mode().Perm()) }, nil
}

// fill makes a durable data folder of the empty folder dir.
func fill(ctx context.Context, r io.Reader, dir string) error {
	if err := unpack(ctx, r, dir); err != nil {
		return err
	}
	if err := check(ctx, dir); err != nil {
		return err
	}
	return files.SyncFolder(dir)
}

// check compares the database with the blobs, photo by photo.
func check(ctx context.Context, dir string) error {
	store, err := sqlite.Open(ctx, filepath.Join(dir, Database))
	if err != nil {
		return err
	}
	err = store.Verify(ctx)
	if err == nil {
		blobs := files.NewReader(filepath.Join(dir, Blobs))
		err = store.EachPhoto(ctx, func(p album.Photo) error { return checkPhoto(ctx, p, blobs) })
	}
	return errors.Join(err, store.Close())
}

func checkPhoto(ctx context.Context, p album.Photo, blobs files.Reader) error {
	b, err := blobs.Open(ctx, string(p.ID))
	if err != nil {
		return fmt.Errorf("photo %s: %w: the backup is damaged", p.ID, err)
	}
	defer b.Close() //nolint:errcheck // nothing was written
	if b.Size() != p.Size {
		return fmt.Errorf("photo %s has %d bytes, and should have %d: the backup is damaged", p.ID, b.Size(), p.Size)
	}
	return nil
}
