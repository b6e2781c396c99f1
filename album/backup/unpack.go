package backup

import (
	"archive/tar"
	"bufio"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/album/files"
)

// unpacker is a backup being read.
type unpacker struct {
	ctx    context.Context
	tar    *tar.Reader
	dir    string
	blobs  *files.Blobs
	sums   *bufio.Writer // what the manifest should say; in a file, as it grows with the number of blobs
	buffer []byte
}

// unpack makes files of a backup in the empty folder dir, durably, and checks
// them against the manifest.
func unpack(ctx context.Context, r io.Reader, dir string) (err error) {
	blobs, err := files.Open(filepath.Join(dir, Blobs))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, blobs.Close()) }()

	sums, err := os.Create(filepath.Join(dir, manifest))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sums.Close(), os.Remove(sums.Name())) }()

	u := &unpacker{
		ctx: ctx, tar: tar.NewReader(alive{ctx, r}), dir: dir, blobs: blobs,
		sums: bufio.NewWriter(sums), buffer: make([]byte, bufferSize),
	}
	if err := u.unpackFiles(); err != nil {
		return err
	}
	return u.compare(sums)
}

var errCut = errors.New("the backup is cut short: copy it again")

// unpackFiles reads up to the manifest.
func (u *unpacker) unpackFiles() error {
	hasDatabase := false
	for {
		h, err := u.next()
		if err != nil {
			return err
		}
		key, isBlob := strings.CutPrefix(h.Name, Blobs+"/")
		switch {
		case hasDatabase && h.Name != manifest:
			err = errors.New("it comes after the database: this is no backup")
		case isBlob:
			err = u.blob(h, key)
		case h.Name == Database:
			err = u.database(h)
			hasDatabase = true
		case h.Name == manifest && !hasDatabase:
			err = errors.New("there is no database before it: this is no backup")
		case h.Name == manifest:
			return nil
		default:
			err = errors.New("a backup has no such file: is this one?")
		}
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return errCut
		}
		if err != nil {
			return fmt.Errorf("%.80q: %w", h.Name, err)
		}
	}
}

// next goes to the next file.
func (u *unpacker) next() (*tar.Header, error) {
	h, err := u.tar.Next()
	switch {
	case err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF):
		return nil, errCut
	case errors.Is(err, tar.ErrHeader):
		return nil, fmt.Errorf("this is no backup, or a damaged one: %w", err)
	case err != nil:
		return nil, err
	case h.Typeflag != tar.TypeReg || isSparse(h):
		return nil, fmt.Errorf("%.80q: it is no plain file: this is no backup", h.Name)
	}
	return h, nil
}

// isSparse reports whether the file has more bytes than the archive has for it,
// so that a small backup could fill the disk.
func isSparse(h *tar.Header) bool {
	for name := range h.PAXRecords {
		if strings.HasPrefix(name, "GNU.sparse.") {
			return true
		}
	}
	return false
}

func (u *unpacker) blob(h *tar.Header, key string) error {
	if err := u.isNew(key); err != nil {
		return err
	}
	d, err := u.blobs.Create(u.ctx)
	if err != nil {
		return err
	}
	if err := u.copy(d, h); err != nil {
		return errors.Join(err, d.Discard())
	}
	if err := d.Commit(key); err != nil {
		return errors.Join(err, d.Discard())
	}
	return nil
}

// isNew fails if there is a blob of that key, which another would take the place
// of.
func (u *unpacker) isNew(key string) error {
	b, err := u.blobs.Open(u.ctx, key)
	switch {
	case err == nil:
		return errors.Join(errors.New("it comes twice: this is no backup"), b.Close())
	case album.KindOf(err) == album.NotFound:
		return nil
	default:
		return err
	}
}

func (u *unpacker) database(h *tar.Header) error {
	f, err := os.OpenFile(filepath.Join(u.dir, Database), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if err := u.copy(f, h); err != nil {
		return errors.Join(err, f.Close())
	}
	return errors.Join(f.Sync(), f.Close())
}

// copy copies a file, and notes its SHA-256.
func (u *unpacker) copy(w io.Writer, h *tar.Header) error {
	hash := sha256.New()
	if _, err := io.CopyBuffer(io.MultiWriter(w, hash), u.tar, u.buffer); err != nil {
		return err
	}
	_, err := fmt.Fprintf(u.sums, "%x  %s\n", hash.Sum(nil), h.Name)
	return err
}

// compare checks that the manifest says what was noted, and is the end.
func (u *unpacker) compare(sums *os.File) error {
	if err := u.sums.Flush(); err != nil {
		return err
	}
	if _, err := sums.Seek(0, io.SeekStart); err != nil {
		return err
	}
	noted, given := bufio.NewScanner(sums), bufio.NewScanner(u.tar)
	for noted.Scan() {
		if !given.Scan() {
			return errors.Join(errCut, given.Err())
		}
		if given.Text() != noted.Text() {
			return fmt.Errorf("the manifest says %.200q and the file before it is %.200q: the backup is damaged, copy it again", given.Text(), noted.Text())
		}
	}
	switch {
	case noted.Err() != nil:
		return noted.Err()
	case given.Scan():
		return fmt.Errorf("the manifest has the line %.200q, and there is no such file: the backup is damaged, copy it again", given.Text())
	case given.Err() != nil:
		return given.Err()
	}
	if _, err := u.tar.Next(); err != io.EOF {
		return errors.Join(errors.New("something comes after the manifest: this is no backup, or a damaged one"), err)
	}
	return nil
}
