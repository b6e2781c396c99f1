package xhr

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
)

// A form is read from multipart/form-data as it was sent, or refused with a reason.
func TestParseMultipart(t *testing.T) {
	for name, tt := range map[string]struct{ body, want string }{
		"empty":            {"--B--", ""},
		"text":             {"--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\ny\r\n--B--\r\n", `a="x\r\ny"`},
		"escapes":          {"--B\r\ncontent-disposition:form-data; name=\"%22%0D%0a\"\r\n\r\n\r\n--B--", "\"\r\n=\"\""},
		"file":             {"--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"n\"\r\nContent-Type: A/b\r\n\r\n12\r\n--B--", "f=n a/b 2"},
		"file, no type":    {"--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"\"\r\nX: y\r\n\r\n\r\n--B--", "f= text/plain 0"},
		"unquoted":         {"--B\r\nContent-Disposition: form-data; name=a; x=y\r\n\r\n1\r\n--B--", `a="1"`},
		"two":              {"--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\xff\r\n--B--", `a="1" a="�"`},
		"no boundary":      {"x", "error"},
		"no end":           {"--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1", "error"},
		"no name":          {"--B\r\nContent-Disposition: form-data\r\n\r\n1\r\n--B--", "error"},
		"not form-data":    {"--B\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n1\r\n--B--", "error"},
		"no fields":        {"--B\r\n\r\n1\r\n--B--", "error"},
		"no colon":         {"--B\r\nx\r\n\r\n1\r\n--B--", "error"},
		"open quote":       {"--B\r\nContent-Disposition: form-data; name=\"a\r\n\r\n1\r\n--B--", "error"},
		"endless fields":   {"--B\r\n" + strings.Repeat("A: b\r\n", 5000) + "\r\n1\r\n--B--", "error"},
		"no line after it": {"--Bx--", "error"},
	} {
		entries, err := ParseMultipart([]byte(tt.body), "B", time.Time{})
		if got := describeEntries(entries, err); got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
}

func describeEntries(entries []Entry, err error) string {
	if errors.Is(err, ErrMultipart) {
		return "error"
	}
	var list []string
	for _, e := range entries {
		if e.File != nil {
			list = append(list, fmt.Sprintf("%s=%s %s %d", e.Name, e.File.Name, e.File.Type(), e.File.Size()))
			continue
		}
		list = append(list, fmt.Sprintf("%s=%q", e.Name, e.Value))
	}
	return strings.Join(list, " ")
}

// What is read from any bytes is sent as bytes that are read as the same.
func FuzzParseMultipart(f *testing.F) {
	f.Add([]byte("--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--B--"))
	f.Add([]byte("--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"n\"\r\nContent-Type: A/b\r\n\r\n12\r\n--B--"))
	f.Fuzz(func(t *testing.T, body []byte) {
		entries, err := ParseMultipart(body, "B", time.Time{})
		if err != nil {
			return
		}
		var form FormData
		for _, e := range entries {
			if e.File != nil {
				form.AppendFile(e.Name, e.File)
			} else {
				form.Append(e.Name, e.Value)
			}
		}
		sent, contentType := Extract(&form)
		r, err := sent.Open()
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = r.Close() }()
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		again, err := ParseMultipart(data, strings.TrimPrefix(contentType, "multipart/form-data; boundary="), time.Time{})
		if err != nil || len(again) != len(entries) {
			t.Fatalf("%d entries are read as %d: %v", len(entries), len(again), err)
		}
	})
}

// A Blob of many parts is flat, refers to what is large, and copies what is small.
func TestBlobBuilder(t *testing.T) {
	large := NewBlob(make([]byte, smallPiece), "")
	kept := 0
	b := BlobBuilder{Keep: func(data []byte) error { kept += len(data); return nil }}
	b.AddText("a\xff")
	b.AddBytes([]byte("b"))
	for _, part := range []*Blob{large, NewBlob([]byte("c"), ""), large.Slice(1, 3, "")} {
		if err := b.AddBlob(part); err != nil {
			t.Fatal(err)
		}
	}
	blob, err := b.Blob("X/y")
	if err != nil {
		t.Fatal(err)
	}
	if len(blob.pieces) != 3 || kept != 8 || blob.Size() != int64(8+smallPiece) || blob.Type() != "x/y" {
		t.Errorf("%d pieces, %d bytes kept, size %d, type %s", len(blob.pieces), kept, blob.Size(), blob.Type())
	}
	part, err := blob.Slice(3, -2, "").Slice(1, 1<<40, "").Bytes()
	if err != nil || string(part[:2]) != "b\x00" || string(part[len(part)-1:]) != "c" {
		t.Errorf("a slice begins with %q (%v)", part[:2], err)
	}
	var many BlobBuilder
	for range maxPieces {
		_ = many.AddBlob(large) // the last one is refused
	}
	if _, err := many.Blob(""); !errors.Is(err, ErrTooManyPieces) {
		t.Errorf("got %v for too many pieces", err)
	}
}
