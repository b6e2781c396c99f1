package album_test

import (
	"strings"
	"testing"

	"github.com/corsage-go/corsage/album"
)

// A key is an ID, or an ID, a dot and a word, and says whose blob it is.
func TestPhotoOfKey(t *testing.T) {
	const id = "01kjp3r9zv8t5m2c7w4xq0a1b2"
	for key, good := range map[string]bool{
		id: true, id + ".320": true, id + "." + strings.Repeat("a", 32): true,
		"": false, id[:25]: false, id + "0": false, id + ".": false, id + ".320\n": false, id + ".a/b": false,
		id + ".A": false, strings.ToUpper(id): false, "../" + id[3:]: false, id + "." + strings.Repeat("a", 33): false,
	} {
		got, err := album.PhotoOfKey(key)
		switch {
		case good && (err != nil || got != id):
			t.Errorf("%q: got %q, %v, want %q", key, got, err, id)
		case !good:
			wantKind(t, err, album.Invalid, "is no key of a blob")
		}
	}
}
