package main

import (
	"bufio"
	"bytes"
	"strings"
	"testing"
)

// Whatever a file holds, it is read to scenarios that can be played or that say why
// not, or to an error about one of its lines.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"id":"a","page":{"origin":"A"},"steps":[{"request":{"body":{"kind":"text"}}}],"chromium":{"steps":[{}]},"differs":["step 2: x"]}`))
	f.Add([]byte("{}\n\n{\"steps\":3}\n"))
	f.Add([]byte("\x1f\x8b\x08\x00"))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := uncompressed(bufio.NewReader(bytes.NewReader(text)))
		if err != nil {
			return
		}
		all, line, err := read(r, "")
		if err != nil {
			if line < 1 || err.Error() == "" {
				t.Fatalf("%q: line %d: %v", text, line, err)
			}
			return
		}
		for _, s := range all {
			if s.problem() != "" {
				continue
			}
			s.isTimed()
			if got := deviations(s.Differs, len(s.Steps)); len(got) != len(s.Chromium.Steps) {
				t.Fatalf("%q: %d deviations of %d steps", text, len(got), len(s.Steps))
			}
			if _, err := s.placed(newPlaces(1, nil)); err != nil {
				t.Fatalf("%q cannot be placed: %v", text, err)
			}
		}
	})
}

// Every text about the standard is kept: in the form that it has, or as it is; and
// what should have been seen can be told from it.
func FuzzDeviations(f *testing.F) {
	f.Add("step 1: requests [actual GET B/r], standard [preflight OPTIONS B/r > actual GET B/r]")
	f.Add("outcome load, standard error")
	f.Add("events: lacking xhr.progress:4(0/0)")
	f.Add("Range of request 1: a, standard b, standard c")
	f.Add("step 99999999999999999999: x")
	recorded := seen{Requests: []arrival{{Kind: "actual", Method: "GET", Origin: "B", Path: "/r", Headers: [][2]string{{"Range", "a"}}}}, Events: []event{{On: "xhr", Type: "load"}}}
	f.Fuzz(func(t *testing.T, text string) {
		d := deviations([]string{text}, 1)[0]
		read := d.requests != nil || d.outcome != "" || len(d.fields)+len(d.lacking)+len(d.extra) > 0
		if read == (len(d.unread) > 0) && strings.TrimSpace(strings.TrimPrefix(text, "events: ")) == text {
			t.Fatalf("%q: read %v, and left %q", text, read, d.unread)
		}
		if want := d.expected(recorded); d.requests != nil && len(want.Requests) != len(d.requests) {
			t.Fatalf("%q: expects %v", text, want.Requests)
		}
		if recorded.Requests[0].Headers[0][1] != "a" || len(recorded.Events) != 1 {
			t.Fatalf("%q: the recording was changed", text)
		}
	})
}
