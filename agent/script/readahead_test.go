package script

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/synctest"
)

// source is a body of a number of bytes that counts how many were read.
type source struct {
	left, read int
	err        error // at the end; nil for io.EOF
	closed     bool
}

func (s *source) Read(b []byte) (int, error) {
	n := min(len(b), s.left)
	s.left -= n
	s.read += n
	if n == 0 {
		if s.err != nil {
			return 0, s.err
		}
		return 0, io.EOF
	}
	return n, nil
}

func (s *source) Close() error {
	s.closed = true
	return nil
}

// A small response is read and its connection given back although nobody asks
// for it.
func TestReadAheadReadsUnasked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &source{left: 1000}
		r := newReadAhead(s, 0, nil)
		synctest.Wait()
		if s.read != 1000 || !s.closed {
			t.Fatalf("read %d bytes, closed %v", s.read, s.closed)
		}
		if b, err := io.ReadAll(r); err != nil || !bytes.Equal(b, make([]byte, 1000)) {
			t.Errorf("got %d bytes, %v", len(b), err)
		}
	})
}

// Of a large response no more is kept than the limit, until it is asked for.
func TestReadAheadHoldsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &source{left: 10 * ahead}
		r := newReadAhead(s, 0, nil)
		synctest.Wait()
		if s.read > ahead+64<<10 {
			t.Errorf("read %d bytes", s.read)
		}
		if b, err := io.ReadAll(r); err != nil || len(b) != 10*ahead {
			t.Errorf("got %d bytes, %v", len(b), err)
		}
	})
}

// An error comes after the bytes before it, and Close ends everything.
func TestReadAheadEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := errors.New("broken")
		b, err := io.ReadAll(newReadAhead(&source{left: 10, err: broken}, 10, nil))
		if len(b) != 10 || !errors.Is(err, broken) {
			t.Errorf("got %d bytes, %v", len(b), err)
		}
		s := &source{left: 10 * ahead}
		r := newReadAhead(s, 0, nil)
		synctest.Wait()
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		synctest.Wait() // the bubble would not end while the goroutine lives
		if _, err := r.Read(make([]byte, 1)); err == nil || !s.closed {
			t.Errorf("%v, closed %v", err, s.closed)
		}
	})
}
