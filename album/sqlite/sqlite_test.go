package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/album/albumtest"
	"github.com/corsage-go/corsage/album/sqlite"
)

func open(t testing.TB, path string) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestStore(t *testing.T) {
	albumtest.TestStore(t, func(t *testing.T) album.Store {
		return open(t, filepath.Join(t.TempDir(), "corsage.db"))
	})
}
