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
	"slices"
	"time"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/album/files"
)

// Write writes a backup of the data folder to w. The service may be running: the
// backup holds what the database held at one moment while Write was at work.
// Write needs room for two copies of the database in os.TempDir.
//
// If Write fails, what it has written is no backup, and Restore refuses it. It
// fails for a photo whose bytes on disk are lost, or not those that were stored,
// and names it.
func Write(ctx context.Context, dataDir string, w io.Writer) (err error) {
	tmp, err := os.MkdirTemp("", "corsage-backup-")
	if err != nil {
		return fmt.Errorf("back up %s: %w", dataDir, err)
	}
	defer func() {
		if err = errors.Join(err, os.RemoveAll(tmp)); err != nil {
			err = fmt.Errorf("back up %s: %w", dataDir, err)
		}
	}()
	sums, err := os.Create(filepath.Join(tmp, manifest))
	if err != nil {
		return err
	}
	a := &archive{
		ctx: ctx, tar: tar.NewWriter(w), sums: bufio.NewWriter(sums), buffer: make([]byte, bufferSize),
		dataDir: dataDir, tmp: tmp, blobs: files.NewReader(filepath.Join(dataDir, Blobs)),
	}
	return errors.Join(a.write(sums), sums.Close())
}

const bufferSize = 256 << 10

// archive is a backup being written.
type archive struct {
	ctx    context.Context
	tar    *tar.Writer
	sums   *bufio.Writer // the manifest; in a file, as it grows with the number of blobs
	buffer []byte

	dataDir string
	tmp     string // a folder for snapshots
	blobs   files.Reader
}

func (a *archive) write(sums *os.File) error {
	snapshot, err := a.photos()
	if err != nil {
		return err
	}
	db, err := os.Open(snapshot)
	if err != nil {
		return err
	}
	if err := errors.Join(a.addFile(Database, db), db.Close(), a.sums.Flush()); err != nil {
		return err
	}
	if err := a.addFile(manifest, sums); err != nil {
		return err
	}
	return a.tar.Close()
}

// photo adds a photo's blobs; not there if it has none of its own.
func (a *archive) photo(p album.Photo) (there bool, err error) {
	keys, err := a.blobs.Keys(a.ctx, p.ID)
	if err != nil || !slices.Contains(keys, string(p.ID)) {
		return false, err
	}
	for _, key := range keys { // the photo's own first
		sum, size, err := a.blob(key, p.Created)
		switch own := key == string(p.ID); {
		case album.KindOf(err) == album.NotFound && own:
			return false, nil
		case album.KindOf(err) == album.NotFound:
			// What is made from a photo can be made again.
		case err != nil:
			return false, err
		case own && (size != p.Size || sum != p.Hash):
			return false, fmt.Errorf("photo %s (%q, %d bytes) is damaged on disk, where it has %d bytes: put it again or delete it", p.ID, p.Name, p.Size, size)
		}
	}
	return true, nil
}

func (a *archive) blob(key string, created time.Time) (sum string, size int64, err error) {
	b, err := a.blobs.Open(a.ctx, key)
	if err != nil {
		return "", 0, err
	}
	defer b.Close() //nolint:errcheck // it was only read
	sum, err = a.add(&tar.Header{Name: Blobs + "/" + key, Size: b.Size(), ModTime: created}, b)
	return sum, b.Size(), err
}

func (a *archive) addFile(name string, f *os.File) error {
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	_, err = a.add(&tar.Header{Name: name, Size: size}, io.NewSectionReader(f, 0, size))
	return err
}

// add adds a file, and returns its SHA-256 in hexadecimal digits.
func (a *archive) add(h *tar.Header, r io.Reader) (string, error) {
	h.Mode = 0o600
	if err := a.tar.WriteHeader(h); err != nil {
		return "", err
	}
	hash := sha256.New()
	n, err := io.CopyBuffer(io.MultiWriter(a.tar, hash), alive{a.ctx, r}, a.buffer)
	if err != nil {
		return "", fmt.Errorf("%s: %w", h.Name, err)
	}
	if n != h.Size {
		return "", fmt.Errorf("%s: it had %d bytes, and now %d", h.Name, h.Size, n)
	}
	sum := fmt.Sprintf("%x", hash.Sum(nil))
	_, err = fmt.Fprintf(a.sums, "%s  %s\n", sum, h.Name)
	return sum, err
}

// alive reads until the context ends.
type alive struct {
	ctx context.Context
	r   io.Reader
}

func (a alive) Read(p []byte) (int, error) {
	if err := a.ctx.Err(); err != nil {
		return 0, err
	}
	return a.r.Read(p)
}
