package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/album/backup"
	"github.com/corsage-go/corsage/album/files"
	"github.com/corsage-go/corsage/album/sqlite"
)

// dataFolder is the folder that holds everything, opened.
type dataFolder struct {
	path    string
	store   album.Store
	blobs   album.Blobs // nil unless opened to serve
	closers []func() error
}

// openToServe opens the data folder for the one process that serves it, and
// makes it if there is none.
func openToServe(ctx context.Context, path string) (_ *dataFolder, err error) {
	d, err := prepareFolder(path)
	if err != nil {
		return nil, err
	}
	// First, as it can be open only once: two services would not see each other's
	// changes of the sharing rules at once, which is what each promises.
	blobs, err := files.Open(filepath.Join(d.path, backup.Blobs))
	if err != nil {
		return nil, hinted(err, "to serve another folder, name it with --data")
	}
	d.blobs = blobs
	d.closers = append(d.closers, blobs.Close)
	if err := d.openStore(ctx); err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, nil
}

// openBeside opens what is known about people and albums, for a command that
// does its work while another process may be serving.
func openBeside(ctx context.Context, path string) (*dataFolder, error) {
	d, err := prepareFolder(path)
	if err != nil {
		return nil, err
	}
	return d, d.openStore(ctx)
}

// prepareFolder makes the folder and sees that it can be written.
func prepareFolder(path string) (*dataFolder, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, cannotWrite(path, err)
	}
	probe, err := os.CreateTemp(path, ".probe-*")
	if err != nil {
		return nil, cannotWrite(path, err)
	}
	if err := errors.Join(probe.Close(), os.Remove(probe.Name())); err != nil {
		return nil, cannotWrite(path, err)
	}
	return &dataFolder{path: path}, nil
}

func cannotWrite(path string, err error) error {
	reason := err
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		reason = e.Err
	}
	return hinted(inWords(err, "cannot write to the folder %s: %v", path, reason),
		"change its permissions, or name another folder with --data")
}

func (d *dataFolder) openStore(ctx context.Context) error {
	store, err := sqlite.Open(ctx, filepath.Join(d.path, backup.Database))
	if err != nil {
		return err
	}
	d.store = store
	d.closers = append(d.closers, store.Close)
	return nil
}

// close closes what was opened, the last first.
func (d *dataFolder) close() error {
	var errs []error
	for i := len(d.closers) - 1; i >= 0; i-- {
		errs = append(errs, d.closers[i]())
	}
	d.closers = nil
	return errors.Join(errs...)
}

// ready says whether the data can be read.
func (d *dataFolder) ready(ctx context.Context) error {
	_, err := d.store.TokenScopes(ctx, "", time.Time{})
	return err
}
