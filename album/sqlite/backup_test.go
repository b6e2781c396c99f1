package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/album/sqlite"
)

// fill adds a person with an album of photos.
func fill(t *testing.T, s *sqlite.Store, photos int) {
	t.Helper()
	ada := album.Person{ID: id('p', 1), Name: "Ada", Created: now}
	spring := album.Album{ID: id('a', 1), Owner: ada.ID, Name: "Spring", Created: now}
	spring.Sharing.Read = album.Rule{Sites: album.ChosenSites, Origins: []string{pattern}}
	must(t, s.CreatePerson(t.Context(), ada))
	must(t, s.CreateAlbum(t.Context(), spring, 1))
	for n := range photos {
		must(t, addPhoto(t, s, n))
	}
}

func addPhoto(t *testing.T, s *sqlite.Store, n int) error {
	_, err := s.PutPhoto(t.Context(), album.Photo{ID: id('f', n), Album: id('a', 1), Owner: id('p', 1), Name: fmt.Sprint(n), Created: now}, false, 10_000)
	return err
}

// A copy made while others write is the database as it was at one moment.
func TestBackup(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "corsage.db")
	s := open(t, path)
	fill(t, s, 100)
	var writing sync.WaitGroup
	ctx, stop := context.WithCancel(t.Context())
	writing.Go(func() {
		for n := 100; ctx.Err() == nil; n++ {
			if err := addPhoto(t, s, n); err != nil {
				t.Error(err)
			}
		}
	})
	for n := range 3 {
		copied := filepath.Join(dir, fmt.Sprint("copy", n))
		must(t, sqlite.Backup(t.Context(), path, copied))
		c := open(t, copied)
		must(t, c.Verify(t.Context()))
		found := 0
		must(t, c.EachPhoto(t.Context(), func(p album.Photo) error {
			if p.ID != id('f', found) {
				t.Errorf("photo %d is %s", found, p.ID)
			}
			found++
			return nil
		}))
		if a, err := c.Album(t.Context(), id('a', 1)); err != nil || a.Photos != found || found < 100 {
			t.Errorf("the album is %+v, %v, and there are %d photos", a, err, found)
		}
		info, err := os.Stat(copied)
		must(t, err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("the copy has the mode %v, want 0600", info.Mode())
		}
	}
	stop()
	writing.Wait()
}

// A copy that cannot be made leaves nothing, and overwrites nothing.
func TestBackupFails(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "corsage.db")
	fill(t, open(t, path), 10)
	text, occupied := filepath.Join(dir, "text"), filepath.Join(dir, "occupied")
	must(t, os.WriteFile(text, []byte(strings.Repeat("Dear diary. ", 1000)), 0o600))
	must(t, os.WriteFile(occupied, []byte("mine"), 0o600))
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for _, test := range []struct {
		name       string
		ctx        context.Context
		path, dest string
		want       string
	}{
		{"no database", t.Context(), filepath.Join(dir, "none"), filepath.Join(dir, "copy"), "no such file"},
		{"no folder", t.Context(), path, filepath.Join(dir, "none", "copy"), "no such file"},
		{"a text", t.Context(), text, filepath.Join(dir, "copy"), "no database"},
		{"occupied", t.Context(), path, occupied, "file exists"},
		{"given up", ended, path, filepath.Join(dir, "copy"), "context canceled"},
	} {
		err := sqlite.Backup(test.ctx, test.path, test.dest)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want an error about %q", test.name, err, test.want)
		}
		if _, err := os.Stat(test.dest); test.dest != occupied && !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: left %s", test.name, test.dest)
		}
	}
	if b, err := os.ReadFile(occupied); string(b) != "mine" || err != nil {
		t.Errorf("overwrote what was there with %q, %v", b, err)
	}
}

// Verify finds what should not be, whatever it is.
func TestVerify(t *testing.T) {
	for _, test := range []struct{ sql, want string }{
		{"UPDATE albums SET photos = 3", "counts its photos wrong"},
		{"UPDATE albums SET cover = ''", "counts its photos wrong"},
		{"UPDATE people SET albums = 7", "albums that are counted wrong"},
		{"DELETE FROM read_rules", "indexed wrong"},
		{"DELETE FROM albums", "belongs to none of albums"},
		{"PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = 'tokens_by_end'", "verify the database"},
	} {
		path := filepath.Join(t.TempDir(), "corsage.db")
		s := open(t, path)
		fill(t, s, 2)
		must(t, s.Verify(t.Context()))
		must(t, s.Close())
		execute(t, path, test.sql)
		err := open(t, path).Verify(t.Context())
		if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: got %v, want that %s", test.sql, err, test.want)
		}
	}
}

// EachPhoto gives every photo of however many, and stops with the error of its
// function.
func TestEachPhoto(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "corsage.db"))
	fill(t, s, 1)
	var all sync.WaitGroup
	for n := 1; n <= 1200; n++ {
		all.Go(func() {
			if err := addPhoto(t, s, n); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	next := 0
	must(t, s.EachPhoto(t.Context(), func(p album.Photo) error {
		if p.ID != id('f', next) {
			t.Fatalf("photo %d is %s", next, p.ID)
		}
		next++
		return nil
	}))
	enough := errors.New("enough")
	err := s.EachPhoto(t.Context(), func(album.Photo) error { return enough })
	if err != enough || next != 1201 {
		t.Errorf("got %d photos, and the error %v of the function", next, err)
	}
}
