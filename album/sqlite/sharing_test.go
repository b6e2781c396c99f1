package sqlite

import (
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/corsage-go/corsage/album"
)

// Rules are read as they were written, from the cache as well, which stays small
// and shares nothing with its callers.
func TestSharingCache(t *testing.T) {
	c := sharingCache{}
	for n := range 3 * mostRemembered {
		want := album.Sharing{
			Read:   album.Rule{Sites: album.ChosenSites, Origins: []string{fmt.Sprintf("https://%d.example", n)}, Credentials: n%2 == 0},
			Change: album.Rule{Sites: album.AnySite},
		}
		text, err := encodeSharing(want)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			got, err := c.decode(text)
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Fatalf("%s is read as %+v, %v", text, got, err)
			}
			got.Read.Origins[0] = "https://evil.example"
		}
	}
	if len(c) > mostRemembered {
		t.Errorf("the cache holds %d texts, want at most %d", len(c), mostRemembered)
	}
	if _, err := c.decode(`{"read":`); err == nil {
		t.Error("half a text was read")
	}
}

// Whatever a database says, from a restored file for instance, is read as rules or
// refused. What is read is read the same from the cache, and written as it was read.
func FuzzDecodeSharing(f *testing.F) {
	for _, text := range []string{
		`{"read":{"sites":"nobody"},"change":{"sites":"nobody"}}`,
		`{"read":{"sites":"chosen","origins":["https://a.example","https://*.b.example"],"credentials":true},"change":{"sites":"any"}}`,
		`{}`, `null`, `[]`, `"`, `{"read":`, `{"read":{"sites":7}}`, `{"read":{"sites":"any"},"change":7}`, `{"read":{"origins":[null]}}`, `{"READ":{"sites":"any"}}`,
		`{"read":{"sites":"any"},"read":{"sites":"nobody"}}`, "{\"read\":{\"sites\":\"\xff\"}}", `{"Version":9}`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c := sharingCache{}
		first, err := c.decode(text)
		if err != nil {
			if !reflect.DeepEqual(first, album.Sharing{}) || len(c) != 0 {
				t.Errorf("%q is refused with %v, and yet read as %+v", text, err, first)
			}
			return
		}
		if first.Version != 0 {
			t.Errorf("%q sets the version %d, which has a column of its own", text, first.Version)
		}
		cached, err := c.decode(text)
		if err != nil || !reflect.DeepEqual(cached, first) {
			t.Errorf("%q is read as %+v and then, from the cache, as %+v, %v", text, first, cached, err)
		}
		written, err := encodeSharing(first)
		if err != nil {
			t.Fatal(err)
		}
		again, err := sharingCache{}.decode(written)
		if err != nil || !sameRule(again.Read, first.Read) || !sameRule(again.Change, first.Change) {
			t.Errorf("%q is read as %+v, and written as %s", text, first, written)
		}
	})
}

// sameRule does not tell an empty list of origins from none.
func sameRule(a, b album.Rule) bool {
	return a.Sites == b.Sites && a.Credentials == b.Credentials && slices.Equal(a.Origins, b.Origins)
}

// What makes a write durable is in force: see https://www.sqlite.org/pragma.html.
func TestSettings(t *testing.T) {
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "corsage.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	reader := <-s.readers
	defer func() { s.readers <- reader }()
	for _, test := range []struct {
		conn *conn
		name string
		want any
	}{
		{s.writer.conn, "journal_mode", "wal"},
		{s.writer.conn, "synchronous", int64(2)}, // FULL
		{s.writer.conn, "fullfsync", int64(1)},
		{s.writer.conn, "checkpoint_fullfsync", int64(1)},
		{s.writer.conn, "foreign_keys", int64(1)},
		{s.writer.conn, "busy_timeout", int64(10_000)},
		{s.writer.conn, "trusted_schema", int64(0)},
		{s.writer.conn, "application_id", int64(applicationID)},
		{reader, "query_only", int64(1)},
		{reader, "busy_timeout", int64(10_000)},
		{reader, "trusted_schema", int64(0)},
	} {
		q := &query{does: test.name, sql: "PRAGMA " + test.name}
		got, err := one(test.conn, q, func(_ *conn, r row) (any, error) { return r[0], nil })
		if err != nil || got != test.want {
			t.Errorf("%s is %v, %v; want %v", test.name, got, err, test.want)
		}
	}
}
