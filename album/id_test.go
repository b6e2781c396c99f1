package album

import (
	"bytes"
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

var someTime = time.Date(2026, 11, 23, 8, 30, 0, 123_000_000, time.UTC)

// IDs made later sort later, are made of 26 characters, and tell when they were
// made.
func TestIDsSortByTime(t *testing.T) {
	var last ID
	for _, at := range []time.Time{
		time.UnixMilli(0), time.UnixMilli(1), someTime, someTime.Add(time.Millisecond),
		someTime.Add(time.Hour), time.UnixMilli(maxTime),
	} {
		id, err := NewID(at, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if id <= last {
			t.Errorf("%s at %s does not sort after %s", id, at, last)
		}
		if len(id) != idChars || !id.Time().Equal(at) {
			t.Errorf("%s tells %s, want %s", id, id.Time(), at)
		}
		last = id
	}
}

// An ID holds all 80 random bits, in order.
func TestIDHoldsRandomness(t *testing.T) {
	for _, tt := range []struct {
		random byte
		want   ID
	}{
		{0x00, "00000000010000000000000000"},
		{0xff, "0000000001zzzzzzzzzzzzzzzz"},
	} {
		got, err := NewID(time.UnixMilli(1), bytes.NewReader(bytes.Repeat([]byte{tt.random}, 10)))
		if err != nil || got != tt.want {
			t.Errorf("%s, %v; want %s", got, err, tt.want)
		}
	}
}

// No ID is made without its time or its randomness.
func TestNewIDFails(t *testing.T) {
	noMore := errors.New("no more")
	if id, err := NewID(someTime, iotest.ErrReader(noMore)); !errors.Is(err, noMore) || id != "" {
		t.Errorf("without randomness: %q, %v", id, err)
	}
	for _, at := range []time.Time{time.UnixMilli(-1), time.UnixMilli(maxTime + 1), {}} {
		if id, err := NewID(at, rand.Reader); err == nil || id != "" {
			t.Errorf("at %s: %q, %v", at, id, err)
		}
	}
}

// There is one spelling of an ID, and every other text is refused.
func TestParseID(t *testing.T) {
	const good = "01k9x4yzabcdefghjkmnpqrstv"
	if id, err := ParseID(good); err != nil || string(id) != good {
		t.Errorf("%q, %v", id, err)
	}
	for _, bad := range []string{
		"", good[1:], good + "0", strings.ToUpper(good), "8" + good[1:], "01k9x4yzabcdefghjkmnpqrsti",
		"01k9x4yzabcdefghjkmnpqrst/", "../../../../../../etc/passwd"[:26], "01k9x4yzabcdefghjkmnpqrst\x00", strings.Repeat("é", 13),
	} {
		if id, err := ParseID(bad); KindOf(err) != Invalid || err == nil || id != "" {
			t.Errorf("%q: %q, %v", bad, id, err)
		}
		if at := ID(bad).Time(); !at.IsZero() {
			t.Errorf("%q tells the time %s", bad, at)
		}
	}
}

// The IDs of one Library never repeat or sort backwards, also when many are made
// in one millisecond or the clock is set back.
func TestIDsOfOneLibrary(t *testing.T) {
	c := chance{random: rand.Reader}
	last := ID("")
	for i := range 1000 {
		at := someTime
		if i >= 500 {
			at = someTime.Add(-time.Hour)
		}
		id, err := c.id(at)
		if err != nil || id <= last {
			t.Fatalf("ID %d: %s after %s, %v", i, id, last, err)
		}
		last = id
	}
}

// Whatever parses is an ID that encodes to the same text.
func FuzzParseID(f *testing.F) {
	for _, s := range []string{"", "01k9x4yzabcdefghjkmnpqrstv", "7zzzzzzzzzzzzzzzzzzzzzzzzz", "80000000000000000000000000", "01K9X4YZABCDEFGHJKMNPQRSTV"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		id, err := ParseID(s)
		if err != nil {
			if KindOf(err) != Invalid {
				t.Errorf("%q: kind %s", s, KindOf(err))
			}
			return
		}
		raw, ok := decodeID(s)
		if !ok || encodeID(raw) != id || string(id) != s {
			t.Errorf("%q comes back as %q", s, encodeID(raw))
		}
		made, err := NewID(id.Time(), bytes.NewReader(raw[6:]))
		if err != nil || made != id {
			t.Errorf("%q made again is %q, %v", s, made, err)
		}
	})
}

func BenchmarkNewID(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := NewID(someTime, rand.Reader); err != nil {
			b.Fatal(err)
		}
	}
}
