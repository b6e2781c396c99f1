package album_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/corsage-go/corsage/album"
)

// applyEdits is the plainest implementation there is: what Redact is measured by.
func applyEdits(original []byte, edits []album.Edit) []byte {
	var out []byte
	done := int64(0)
	for _, e := range edits {
		out = append(out, original[done:e.Offset]...)
		out = append(out, e.With...)
		done = e.Offset + e.Length
	}
	return append(out, original[done:]...)
}

// A redacted photo reads, seeks and answers ranges like a file that holds the
// edited bytes.
func TestRedactReadsLikeAFile(t *testing.T) {
	const original = "0123456789"
	tests := []struct {
		name  string
		edits []album.Edit
		want  string
	}{
		{"no edits", nil, "0123456789"},
		{"cut at the start", []album.Edit{{Offset: 0, Length: 3}}, "3456789"},
		{"cut at the end", []album.Edit{{Offset: 7, Length: 3}}, "0123456"},
		{"cut everything", []album.Edit{{Offset: 0, Length: 10}}, ""},
		{"insert", []album.Edit{{Offset: 5, With: []byte("abc")}}, "01234abc56789"},
		{"insert at both ends", []album.Edit{{Offset: 0, With: []byte("<")}, {Offset: 10, With: []byte(">")}}, "<0123456789>"},
		{"replace by less", []album.Edit{{Offset: 2, Length: 6, With: []byte("-")}}, "01-89"},
		{"replace by more", []album.Edit{{Offset: 9, Length: 1, With: []byte("nine")}}, "012345678nine"},
		{"neighbours", []album.Edit{{Offset: 1, Length: 2}, {Offset: 3, Length: 2, With: []byte("x")}}, "0x56789"},
		{"two inserts at one place", []album.Edit{{Offset: 4, With: []byte("a")}, {Offset: 4, With: []byte("b")}}, "0123ab456789"},
		{"an edit of nothing", []album.Edit{{Offset: 4}}, "0123456789"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, err := album.Redact(strings.NewReader(original), int64(len(original)), tt.edits)
			if err != nil {
				t.Fatal(err)
			}
			if r.Size() != int64(len(tt.want)) {
				t.Errorf("Size() = %d, want %d", r.Size(), len(tt.want))
			}
			if err := iotest.TestReader(r, []byte(tt.want)); err != nil {
				t.Error(err)
			}
		})
	}
}

func ExampleRedact() {
	original := "sunset (taken at home), large"
	edits := []album.Edit{
		{Offset: 6, Length: 16},                        // leave out
		{Offset: 24, Length: 5, With: []byte("small")}, // put in its place
	}
	r, err := album.Redact(strings.NewReader(original), int64(len(original)), edits)
	if err != nil {
		fmt.Println(err)
		return
	}
	text, err := io.ReadAll(r)
	fmt.Printf("%d bytes: %s %v\n", r.Size(), text, err)
	// Output: 13 bytes: sunset, small <nil>
}

// Edits that cannot be those of the photo are refused before anything is read.
func TestRedactRefusesWrongEdits(t *testing.T) {
	tests := []struct {
		name  string
		size  int64
		edits []album.Edit
	}{
		{"negative size", -1, nil},
		{"negative offset", 10, []album.Edit{{Offset: -1, Length: 1}}},
		{"negative length", 10, []album.Edit{{Offset: 1, Length: -1}}},
		{"behind the end", 10, []album.Edit{{Offset: 11}}},
		{"over the end", 10, []album.Edit{{Offset: 5, Length: 6}}},
		{"sum overflows", 10, []album.Edit{{Offset: 5, Length: math.MaxInt64}}},
		{"unsorted", 10, []album.Edit{{Offset: 5, Length: 1}, {Offset: 2, Length: 1}}},
		{"overlapping", 10, []album.Edit{{Offset: 2, Length: 3}, {Offset: 4, Length: 1}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := album.Redact(strings.NewReader("0123456789"), tt.size, tt.edits)
			if _, ok := errors.AsType[*album.Error](err); !ok || album.KindOf(err) != album.Internal {
				t.Errorf("got %v, want an Error of kind Internal", err)
			}
		})
	}
}

// A photo whose file is shorter than the store says is an error, never a short
// body that looks complete.
func TestRedactNoticesAShortOriginal(t *testing.T) {
	r, err := album.Redact(strings.NewReader("0123"), 10, []album.Edit{{Offset: 9, Length: 1, With: []byte("x")}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(r)
	if string(got) != "0123" || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("read %q, %v; want the four bytes and io.ErrUnexpectedEOF", got, err)
	}
}

// An error of the original reaches the reader as it is.
func TestRedactPassesReadErrorsOn(t *testing.T) {
	r, err := album.Redact(brokenDisk{}, 10, []album.Edit{{Offset: 0, Length: 0, With: []byte("head")}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(r)
	if string(got) != "head" || !errors.Is(err, errDisk) {
		t.Errorf("read %q, %v; want what was inserted and the disk's error", got, err)
	}
}

// Seeking to where nothing can be is an error and moves nothing.
func TestRedactSeeksOnlyWhereItCan(t *testing.T) {
	r, err := album.Redact(strings.NewReader("0123456789"), 10, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Seek(4, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Seek(-5, io.SeekCurrent); err == nil {
		t.Error("no error for a place before the start")
	}
	if _, err := r.Seek(0, 3); err == nil {
		t.Error("no error for an unknown whence")
	}
	if _, err := r.ReadAt(make([]byte, 1), -1); err == nil {
		t.Error("no error for ReadAt before the start")
	}
	if got, err := io.ReadAll(r); string(got) != "456789" || err != nil {
		t.Errorf("read %q, %v; want the rest from byte 4", got, err)
	}
}

// Closing the reader closes the blob under it, so that callers have one thing
// to close.
func TestRedactCloses(t *testing.T) {
	blob := &closeCounter{ReaderAt: strings.NewReader("0123456789")}
	r, err := album.Redact(blob, 10, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil || blob.closed != 1 {
		t.Errorf("Close() = %v, closed %d times; want nil and once", err, blob.closed)
	}
	plain, err := album.Redact(strings.NewReader(""), 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := plain.Close(); err != nil {
		t.Errorf("Close() over what cannot be closed = %v, want nil", err)
	}
}

// Whatever the edits, every range of the redacted representation is that of the
// edited bytes; edits that do not fit give an error, never a panic.
func FuzzRedact(f *testing.F) {
	f.Add([]byte("0123456789"), []byte{2, 3, 1, 0, 2, 0}, 1, 4)
	f.Add([]byte("0123456789"), []byte{0, 10, 5}, 0, 5)
	f.Add([]byte(""), []byte{0, 0, 7}, 3, 9)
	f.Add([]byte("0123456789"), []byte{5, 200, 0}, 0, 10)
	f.Fuzz(func(t *testing.T, original, script []byte, off, n int) {
		edits := editsFrom(script)
		r, err := album.Redact(bytes.NewReader(original), int64(len(original)), edits)
		if err != nil {
			if album.KindOf(err) != album.Internal {
				t.Fatalf("kind %v, want Internal", album.KindOf(err))
			}
			return
		}
		want := applyEdits(original, edits)
		if got, err := io.ReadAll(r); !bytes.Equal(got, want) || err != nil {
			t.Fatalf("read %q, %v; want %q", got, err, want)
		}
		if off < 0 || off > len(want) || n < 0 || n > 1<<16 {
			return
		}
		got, err := io.ReadAll(io.NewSectionReader(r, int64(off), int64(n)))
		if part := want[off:min(len(want), off+n)]; !bytes.Equal(got, part) || err != nil {
			t.Fatalf("bytes %d to %d are %q, %v; want %q", off, off+n, got, err, part)
		}
	})
}

// editsFrom makes edits of threes of bytes: the distance from the edit before,
// the length, and the length of the replacement.
func editsFrom(script []byte) []album.Edit {
	var edits []album.Edit
	at := int64(0)
	for ; len(script) >= 3; script = script[3:] {
		e := album.Edit{Offset: at + int64(script[0]), Length: int64(script[1])}
		e.With = bytes.Repeat([]byte{'a' + byte(len(edits)%26)}, int(script[2]))
		edits = append(edits, e)
		at = e.Offset + e.Length
	}
	return edits
}

var errDisk = errors.New("the disk is broken")

type brokenDisk struct{}

func (brokenDisk) ReadAt([]byte, int64) (int, error) { return 0, errDisk }

type closeCounter struct {
	io.ReaderAt
	closed int
}

func (c *closeCounter) Close() error {
	c.closed++
	return nil
}
