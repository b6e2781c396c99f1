package album

import (
	"errors"
	"strings"
	"testing"
)

const someID = ID("01k9x4yzabcdefghjkmnpqrstv")

// A cursor leads back to the row it was made of, in its own list only.
func TestCursor(t *testing.T) {
	for _, list := range []byte{albumCursor, photoCursor} {
		c := makeCursor(list, someID)
		if len(c) != cursorChars || strings.Contains(c, string(someID)) {
			t.Errorf("cursor %q", c)
		}
		if got, err := parseCursor(list, c); err != nil || got != someID {
			t.Errorf("%q leads to %q, %v", c, got, err)
		}
	}
	if got, err := parseCursor(albumCursor, ""); err != nil || got != "" {
		t.Errorf("the first page begins at %q, %v", got, err)
	}
	c := makeCursor(albumCursor, someID)
	for _, bad := range []string{
		makeCursor(photoCursor, someID), string(someID), c[1:], c + "A", c + "\n", "\n" + c, c[:22] + "=", c[:11] + "+" + c[12:], "0", strings.Repeat("A", 1<<16),
	} {
		_, err := parseCursor(albumCursor, bad)
		if e, ok := errors.AsType[*Error](err); !ok || e.Kind != Invalid || e.Field != "cursor" {
			t.Errorf("%.40q: %v", bad, err)
		}
	}
}

// The number of rows has a default and a most; asking for less than none is an
// error.
func TestRows(t *testing.T) {
	l := Limits{PageSize: 50, PageMost: 200}
	for _, tt := range []struct{ asked, want int }{{0, 50}, {1, 1}, {200, 200}, {201, 200}, {1 << 30, 200}} {
		if got, err := l.rows(tt.asked); err != nil || got != tt.want {
			t.Errorf("asked for %d: %d, %v; want %d", tt.asked, got, err, tt.want)
		}
	}
	if _, err := l.rows(-1); err == nil || KindOf(err) != Invalid {
		t.Errorf("asked for -1: %v", err)
	}
}

// There is a next page exactly if a row is left over.
func TestPaged(t *testing.T) {
	id := func(id ID) ID { return id }
	rows := []ID{"01k9x4yzabcdefghjkmnpqrst2", "01k9x4yzabcdefghjkmnpqrst1", "01k9x4yzabcdefghjkmnpqrst0"}
	if got, next := paged(rows, 3, albumCursor, id); len(got) != 3 || next != "" {
		t.Errorf("3 of 3: %v, next %q", got, next)
	}
	got, next := paged(rows, 2, albumCursor, id)
	before, err := parseCursor(albumCursor, next)
	if len(got) != 2 || err != nil || before != rows[1] {
		t.Errorf("2 of 3: %v, next before %q, %v", got, before, err)
	}
}

// Whatever a cursor is read as is what it is written as.
func FuzzCursor(f *testing.F) {
	f.Add(makeCursor(albumCursor, someID))
	f.Add("")
	f.Add("AAAA")
	f.Fuzz(func(t *testing.T, s string) {
		id, err := parseCursor(albumCursor, s)
		switch {
		case err != nil && KindOf(err) != Invalid:
			t.Errorf("%q: %v", s, err)
		case err == nil && s != "" && makeCursor(albumCursor, id) != s:
			t.Errorf("%q leads to %q, whose cursor is %q", s, id, makeCursor(albumCursor, id))
		}
	})
}
