package agent

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"os"
	"path/filepath"
	"time"

	"github.com/corsage-go/corsage/agent/xhr"
)

// ErrFileChanged is what reading a File ends with if the file on disk is no longer
// the one that was chosen.
//
// Standard: https://w3c.github.io/FileAPI/#file-section, snapshot state
var ErrFileChanged = errors.New("the file has changed since it was chosen")

// OpenFile is how a user chooses a file for a page: it returns a File whose bytes
// stay on disk until they are sent. Its type follows from the name's ending. The
// error wraps what os.Stat says, or says that it is no regular file.
func OpenFile(path string) (*File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("choose a file: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("choose a file: %s is not a regular file", path)
	}
	blob := xhr.NewBlobFrom(info.Size(), typeByName(path), func(offset, length int64) (io.ReadCloser, error) {
		return openPart(path, info, offset, length)
	})
	return xhr.NewFile(blob, filepath.Base(path), info.ModTime().Truncate(time.Millisecond)), nil
}

// typeByName is the MIME type that a name's ending stands for, without a charset,
// as browsers tell it.
func typeByName(path string) string {
	kind, _, err := mime.ParseMediaType(mime.TypeByExtension(filepath.Ext(path)))
	if err != nil {
		return ""
	}
	return kind
}

// part is a range of an open file.
type part struct {
	io.Reader
	io.Closer
}

func openPart(path string, chosen fs.FileInfo, offset, length int64) (io.ReadCloser, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read a chosen file: %w", err)
	}
	info, err := f.Stat()
	if err == nil && (info.Size() != chosen.Size() || !info.ModTime().Equal(chosen.ModTime())) {
		err = fmt.Errorf("%s: %w", path, ErrFileChanged)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("read a chosen file: %w", err), f.Close())
	}
	return part{io.NewSectionReader(f, offset, length), f}, nil
}

// NewBlob returns a Blob of bytes in memory, which must not be changed any more.
func NewBlob(data []byte, typ string) *Blob { return xhr.NewBlob(data, typ) }

// NewFile gives a Blob a name.
func NewFile(b *Blob, name string, lastModified time.Time) *File {
	return xhr.NewFile(b, name, lastModified)
}
