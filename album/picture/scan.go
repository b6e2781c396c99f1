package picture

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"

	"github.com/corsage-go/corsage/album"
)

// Bounds for files made to cause work. Real files stay far below them.
const (
	maxParts = 1 << 20 // segments, chunks or blocks of a file
	maxEdits = 1000    // of a redaction, which the store keeps with the photo
)

// scan is one look through a file: it reads the file through a small buffer,
// words what is wrong with it, and collects the edits of its redaction.
type scan struct {
	r         io.ReaderAt
	size      int64 // of the file
	maxPixels int64
	format    string // its name, for messages

	buf   []byte // what is buffered of the file; its capacity is fixed
	start int64  // where buf begins in the file
	edits []album.Edit
	saved int64 // bytes by which the edits shorten the file
}

// at returns n bytes at offset off, valid until the next call; n is at most the
// buffer's capacity.
func (s *scan) at(off int64, n int) ([]byte, error) {
	if off < s.start || off+int64(n) > s.start+int64(len(s.buf)) {
		if err := s.fill(off); err != nil {
			return nil, err
		}
	}
	b := s.buf[off-s.start:]
	if len(b) < n {
		return nil, s.truncated()
	}
	return b[:n], nil
}

// byteAt returns one byte.
func (s *scan) byteAt(off int64) (byte, error) {
	if i := off - s.start; i >= 0 && i < int64(len(s.buf)) {
		return s.buf[i], nil
	}
	b, err := s.at(off, 1)
	if err != nil {
		return 0, err
	}
	return b[0], nil
}

// fill reads the buffer full from off on.
func (s *scan) fill(off int64) error {
	if off < 0 || off >= s.size {
		return s.truncated()
	}
	b := s.buf[:min(int64(cap(s.buf)), s.size-off)]
	s.buf, s.start = s.buf[:0], off
	if n, err := s.r.ReadAt(b, off); n < len(b) {
		return unreadable(err)
	}
	s.buf = b
	return nil
}

// cut leaves the bytes from from up to to out of what other sites get.
func (s *scan) cut(from, to int64) error { return s.replace(from, to, nil) }

// replace puts with in the place of the bytes from from up to to, unless they
// are that already: what was redacted once has nothing more to redact.
func (s *scan) replace(from, to int64, with []byte) error {
	if to-from == int64(len(with)) {
		same, err := s.holds(from, with)
		if same || err != nil {
			return err
		}
	}
	s.saved += to - from - int64(len(with))
	if n := len(s.edits); n > 0 && s.edits[n-1].Offset+s.edits[n-1].Length == from {
		last := &s.edits[n-1]
		last.Length += to - from
		last.With = append(last.With, with...)
		return nil
	}
	if len(s.edits) == maxEdits {
		return album.Errorf(album.Unsupported,
			"the %s file holds more than %d separate pieces of metadata; export it again without metadata", s.format, maxEdits)
	}
	s.edits = append(s.edits, album.Edit{Offset: from, Length: to - from, With: slices.Clone(with)})
	return nil
}

// holds reports whether the file has the bytes b at off.
func (s *scan) holds(off int64, b []byte) (bool, error) {
	if len(b) == 0 {
		return true, nil
	}
	got, err := s.at(off, len(b))
	return bytes.Equal(got, b), err
}

// redaction returns the edits in order.
func (s *scan) redaction() []album.Edit {
	slices.SortFunc(s.edits, func(a, b album.Edit) int { return cmp.Compare(a.Offset, b.Offset) })
	return s.edits
}

// checkPixels refuses a picture of no size or of too many pixels.
func (s *scan) checkPixels(at int64, width, height int) error {
	if width <= 0 || height <= 0 {
		return s.broken(at, "the picture is %d x %d pixels", width, height)
	}
	if n := int64(width) * int64(height); n > s.maxPixels {
		return album.Errorf(album.TooLarge,
			"the picture has %d x %d = %d pixels; the limit is %d; make it smaller and upload it again",
			width, height, n, s.maxPixels)
	}
	return nil
}

// broken says what is wrong at an offset of the file.
func (s *scan) broken(at int64, format string, args ...any) error {
	return album.Errorf(album.Unsupported, "the %s file is broken at byte %d: %s; export it again with the program that made it",
		s.format, at, fmt.Sprintf(format, args...))
}

// unsupported says what the file uses, at an offset, that the service cannot
// handle although it may be right.
func (s *scan) unsupported(at int64, format string, args ...any) error {
	return album.Errorf(album.Unsupported, "the %s file uses at byte %d what the service does not support: %s; export it as an ordinary JPEG or PNG",
		s.format, at, fmt.Sprintf(format, args...))
}

// truncated says that the file ends too early.
func (s *scan) truncated() error {
	return album.Errorf(album.Unsupported, "the %s file ends at byte %d, before the picture does; upload it again, whole", s.format, s.size)
}

// tooManyParts says that a file is made of absurdly many pieces.
func (s *scan) tooManyParts() error {
	return album.Errorf(album.Unsupported, "the %s file is made of more than %d parts; export it again with another program", s.format, maxParts)
}

// unreadable is a failure of the store or the disk, not of the picture.
func unreadable(err error) error {
	if err == io.EOF {
		err = io.ErrUnexpectedEOF // the file is shorter than its size says
	}
	return &album.Error{Kind: album.Internal, Detail: "the file cannot be read; try again", Err: err}
}
