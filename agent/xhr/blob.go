package xhr

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/corsage-go/corsage/agent/fetch"
)

// Blob is a sequence of bytes with a type, which may be on disk. It cannot be
// changed, and may be used by several goroutines.
//
// Standard: https://w3c.github.io/FileAPI/#blob-section
type Blob struct {
	size   int64
	typ    string
	pieces []piece // flat, so that blobs of blobs of blobs cost no more to read
}

// piece is a range of bytes that are found in one place.
type piece struct {
	data   []byte // in memory; nil if they are found by open
	open   func(offset, length int64) (io.ReadCloser, error)
	offset int64 // for open
	length int64
}

// NewBlob returns a Blob of the bytes, which must not be changed any more.
func NewBlob(data []byte, typ string) *Blob {
	return newBlob([]piece{{data: data, length: int64(len(data))}}, typ)
}

// NewBlobFrom returns a Blob of size bytes that are found elsewhere. open gives
// length of them from an offset on; it is called whenever they are wanted, with a
// range inside the size, maybe by several goroutines.
func NewBlobFrom(size int64, typ string, open func(offset, length int64) (io.ReadCloser, error)) *Blob {
	return newBlob([]piece{{open: open, length: size}}, typ)
}

func newBlob(pieces []piece, typ string) *Blob {
	b := &Blob{typ: blobType(typ), pieces: pieces}
	for _, p := range pieces {
		b.size += p.length
	}
	return b
}

// blobType keeps a type that can stand in a header field, in lower case.
//
// Standard: https://w3c.github.io/FileAPI/#dom-blobpropertybag-type
func blobType(typ string) string {
	for i := range len(typ) {
		if typ[i] < ' ' || typ[i] > '~' {
			return ""
		}
	}
	return strings.ToLower(typ)
}

// Size returns the number of bytes.
func (b *Blob) Size() int64 { return b.size }

// Type returns the MIME type, "" if it is not known.
func (b *Blob) Type() string { return b.typ }

// Open gives the bytes from the beginning.
func (b *Blob) Open() (io.ReadCloser, error) {
	if len(b.pieces) == 1 {
		return b.pieces[0].reader()
	}
	return &sequence{pieces: b.pieces}, nil
}

func (p piece) reader() (io.ReadCloser, error) {
	if p.open != nil {
		return p.open(p.offset, p.length)
	}
	return bytesReader{bytes.NewReader(p.data)}, nil
}

// InMemory returns the bytes of a Blob that are in memory, all in one place; they
// must not be changed. ok is false for any other Blob.
func (b *Blob) InMemory() (data []byte, ok bool) {
	if len(b.pieces) != 1 || b.pieces[0].open != nil {
		return nil, len(b.pieces) == 0
	}
	return b.pieces[0].data, true
}

// Bytes reads all of the Blob into memory.
func (b *Blob) Bytes() (data []byte, err error) {
	r, err := b.Open()
	if err != nil {
		return nil, fmt.Errorf("blob: %w", err)
	}
	defer func() {
		if e := r.Close(); err == nil {
			err = e
		}
	}()
	return io.ReadAll(r)
}

// Slice returns the bytes from start to before end as a Blob of another type.
// Negative positions count from the end; all are brought inside the size.
//
// Standard: https://w3c.github.io/FileAPI/#slice-method-algo
func (b *Blob) Slice(start, end int64, typ string) *Blob {
	start, end = b.position(start), b.position(end)
	var pieces []piece
	at := int64(0)
	for _, p := range b.pieces {
		from, to := max(start-at, 0), min(end-at, p.length)
		if from < to {
			pieces = append(pieces, p.slice(from, to))
		}
		at += p.length
	}
	return newBlob(pieces, typ)
}

func (b *Blob) position(p int64) int64 {
	if p < 0 {
		return max(p+b.size, 0)
	}
	return min(p, b.size)
}

// slice is the piece from a position to before another.
func (p piece) slice(from, to int64) piece {
	p.length = to - from
	if p.open == nil {
		p.data = p.data[from:to:to]
	} else {
		p.offset += from
	}
	return p
}

func (b *Blob) extract() extracted {
	return extracted{body: &fetch.Body{Length: b.size, Open: b.Open}, contentType: b.typ}
}

// File is a Blob with a name.
//
// Standard: https://w3c.github.io/FileAPI/#file-section
type File struct {
	*Blob
	Name         string
	LastModified time.Time
}

// NewFile gives a Blob a name.
func NewFile(b *Blob, name string, lastModified time.Time) *File {
	return &File{Blob: b, Name: name, LastModified: lastModified}
}
