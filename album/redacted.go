package album

import (
	"errors"
	"io"
	"slices"
)

// Redacted is an original seen through its edits: a reader of the bytes that
// remain, with the replacements in their places. It copies nothing and stores
// nothing, and it can seek, so ranges of it can be served like those of the
// original.
//
// ReadAt may be called concurrently where the original's may; Read and Seek
// share one position and may not.
type Redacted struct {
	src      io.ReaderAt
	sections []section
	size     int64
	pos      int64
}

// section is a run of bytes of the redacted representation: those of with, or,
// where with is nil, those of the original from offset from on.
type section struct {
	start, end int64 // where it lies in the redacted representation
	from       int64
	with       []byte
}

var (
	_ io.ReadSeekCloser = (*Redacted)(nil)
	_ io.ReaderAt       = (*Redacted)(nil)
)

// Redact returns a reader of the size bytes of src with the edits applied. The
// edits are those of Photo.Redaction: sorted, without overlap, inside the
// original; if they are not, the error is of kind Internal, because edits come
// from Pictures by way of the Store. The reader keeps the edits' bytes, which
// must not change. Closing it closes src if src is an io.Closer.
func Redact(src io.ReaderAt, size int64, edits []Edit) (*Redacted, error) {
	if size < 0 {
		return nil, Errorf(Internal, "a photo cannot have %d bytes", size)
	}
	r := &Redacted{src: src}
	done := int64(0) // how much of the original has found its section
	for i, e := range edits {
		// Not e.Offset+e.Length > size: the sum may overflow.
		if e.Length < 0 || e.Offset < done || e.Offset > size || e.Length > size-e.Offset {
			return nil, Errorf(Internal,
				"edit %d of %d (%d bytes at %d) does not fit behind byte %d of a photo of %d bytes",
				i+1, len(edits), e.Length, e.Offset, done, size)
		}
		r.add(section{from: done}, e.Offset-done)
		r.add(section{with: e.With}, int64(len(e.With)))
		done = e.Offset + e.Length
	}
	r.add(section{from: done}, size-done)
	return r, nil
}

// add appends a section of n bytes, unless it is empty.
func (r *Redacted) add(s section, n int64) {
	if n == 0 {
		return
	}
	s.start, s.end = r.size, r.size+n
	r.sections = append(r.sections, s)
	r.size = s.end
}

// Size returns how many bytes the redacted representation has.
func (r *Redacted) Size() int64 { return r.size }

// ReadAt implements io.ReaderAt.
func (r *Redacted) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, errors.New("album: ReadAt before the start of a redacted photo")
	}
	first, _ := slices.BinarySearchFunc(r.sections, off, func(s section, off int64) int {
		if s.end <= off {
			return -1
		}
		return 1
	})
	n := 0
	for _, s := range r.sections[first:] {
		if n == len(p) {
			return n, nil
		}
		m, err := r.readSection(s, p[n:], off+int64(n)-s.start)
		n += m
		if err != nil {
			return n, err
		}
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// readSection fills p from byte skip of the section on, as far as the section
// goes. It returns an error if it reads less than that.
func (r *Redacted) readSection(s section, p []byte, skip int64) (int, error) {
	if s.with != nil {
		return copy(p, s.with[skip:]), nil
	}
	p = p[:min(int64(len(p)), s.end-s.start-skip)]
	n, err := r.src.ReadAt(p, s.from+skip)
	switch {
	case n == len(p):
		return n, nil // io.ReaderAt may say io.EOF already; more sections may follow
	case err == io.EOF:
		return n, io.ErrUnexpectedEOF // the original is shorter than it was said to be
	default:
		return n, err
	}
}

// Read implements io.Reader.
func (r *Redacted) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	n, err := r.ReadAt(p, r.pos)
	r.pos += int64(n)
	if n > 0 && err == io.EOF {
		err = nil // the next call says so
	}
	return n, err
}

// Seek implements io.Seeker.
func (r *Redacted) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekStart:
	case io.SeekCurrent:
		offset += r.pos
	case io.SeekEnd:
		offset += r.size
	default:
		return 0, errors.New("album: Seek in a redacted photo from an unknown place")
	}
	if offset < 0 {
		return 0, errors.New("album: Seek before the start of a redacted photo")
	}
	r.pos = offset
	return offset, nil
}

// Close closes the original if it can be closed.
func (r *Redacted) Close() error {
	if c, ok := r.src.(io.Closer); ok {
		return c.Close()
	}
	return nil
}
