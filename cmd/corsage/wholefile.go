package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/corsage-go/corsage/album/files"
)

// writeSecret writes a file for its owner's eyes only, whole or not at all.
func writeSecret(path string, content []byte) error {
	_, err := writeWhole(path, func(w io.Writer) error {
		_, err := io.Copy(w, bytes.NewReader(content))
		return err
	})
	return err
}

// writeWhole writes a file, for its owner's eyes only, that appears when it is
// complete and durable, or not at all.
func writeWhole(path string, write func(io.Writer) error) (size int64, err error) {
	folder := filepath.Dir(path)
	f, err := os.CreateTemp(folder, "."+filepath.Base(path)+"-*") // mode 0600
	if err != nil {
		return 0, hinted(fmt.Errorf("writing %s: %w", path, err), "choose a folder that exists and can be written")
	}
	counted := &countingWriter{w: f}
	err = write(counted)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return 0, errors.Join(err, os.Remove(f.Name()))
	}
	if err := files.SyncFolder(folder); err != nil {
		return 0, fmt.Errorf("writing %s: its name may be lost if the machine stops now: %w", path, err)
	}
	return counted.n, nil
}

// countingWriter counts what goes through it.
type countingWriter struct {
	w io.Writer
	n int64
}

// Write implements io.Writer.
func (c *countingWriter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}
