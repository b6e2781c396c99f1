package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/album/sqlite"
)

// What has been written is there after the database was closed and opened.
func TestReopen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "corsage.db")
	s := open(t, path)
	ada := album.Person{ID: id('p', 1), Name: "Ada", Created: now}
	spring := album.Album{ID: id('a', 2), Owner: ada.ID, Name: "Spring", Created: now, Updated: now}
	crocus := album.Photo{ID: id('f', 3), Album: spring.ID, Owner: ada.ID, Name: "crocus.jpg", Created: now}
	must(t, s.CreatePerson(t.Context(), ada))
	must(t, s.CreateAlbum(t.Context(), spring, 1))
	_, err := s.PutPhoto(t.Context(), crocus, false, 1)
	must(t, err)
	must(t, s.Close())

	s = open(t, path)
	a, err := s.AlbumByName(t.Context(), ada.ID, "Spring")
	if err != nil || a.ID != spring.ID || a.Photos != 1 || a.Cover != crocus.ID {
		t.Errorf("got the album %+v, %v", a, err)
	}
	p, err := s.Photo(t.Context(), crocus.ID)
	if err != nil || p.Name != crocus.Name {
		t.Errorf("got the photo %+v, %v", p, err)
	}
	must(t, s.Verify(t.Context()))
}

// A database that cannot be used is refused with one line that names it and says
// what to do.
func TestOpenRefuses(t *testing.T) {
	text := []byte("Dear diary, today I was taken for a database.\n" + strings.Repeat("x", 5000))
	for _, test := range []struct {
		name, file string
		prepare    func(t *testing.T, path string)
		want       string
	}{
		{"no folder", "none/corsage.db", nil, "no such file or directory: give a file that can be written, in a folder that exists"},
		{"a file for a folder", "file/corsage.db", func(t *testing.T, path string) {
			must(t, os.WriteFile(filepath.Dir(path), text, 0o600))
		}, "not a directory: give a file"},
		{"a folder for a file", "folder", func(t *testing.T, path string) {
			must(t, os.Mkdir(path, 0o700))
		}, "is a directory: give a file"},
		{"a text", "corsage.db", func(t *testing.T, path string) {
			must(t, os.WriteFile(path, text, 0o600))
		}, "the file is no database: give another one, or restore a backup"},
		{"another program's database", "corsage.db", func(t *testing.T, path string) {
			execute(t, path, "CREATE TABLE diary (day TEXT)")
		}, "another program's database: give another one"},
		{"a marked database of another program", "corsage.db", func(t *testing.T, path string) {
			execute(t, path, "PRAGMA application_id = 1")
		}, "another program's database: give another one"},
		{"a newer database", "corsage.db", func(t *testing.T, path string) {
			must(t, open(t, path).Close())
			execute(t, path, "PRAGMA user_version = 99")
		}, "version 99 and this program knows version 1: use the newer program"},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), test.file)
			if test.prepare != nil {
				test.prepare(t, path)
			}
			before, _ := os.ReadFile(path)
			s, err := sqlite.Open(t.Context(), path)
			if err == nil {
				must(t, s.Close())
				t.Fatal("it was opened")
			}
			for _, want := range []string{"open the database " + path, test.want} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("the error is %q, want it to say %q", err, want)
				}
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("the error has several lines: %q", err)
			}
			if after, _ := os.ReadFile(path); string(after) != string(before) {
				t.Error("the refused file was changed")
			}
		})
	}
}

// execute runs SQL on a file as another program would.
func execute(t *testing.T, path, sqlText string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	must(t, err)
	_, err = db.ExecContext(t.Context(), sqlText)
	must(t, errors.Join(err, db.Close()))
}

// Passwords' hashes are for the owner of the file only.
func TestFileMode(t *testing.T) {
	path := filepath.Join(t.TempDir(), "corsage.db")
	s := open(t, path)
	must(t, s.CreatePerson(t.Context(), album.Person{ID: id('p', 1), Name: "Ada", Created: now}))
	for _, file := range []string{path, path + "-wal", path + "-shm"} {
		info, err := os.Stat(file)
		must(t, err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has the mode %v, want 0600", file, info.Mode())
		}
	}
}

// No character of a path has a meaning of its own.
func TestHostilePath(t *testing.T) {
	for _, name := range []string{"a?mode=memory", "a#b", "a%20b", "a b", "file:x", ":memory:", "ü&x=1", "a;b"} {
		path := filepath.Join(t.TempDir(), name)
		s := open(t, path)
		must(t, s.CreatePerson(t.Context(), album.Person{ID: id('p', 1), Name: "Ada", Created: now}))
		must(t, s.Close())
		if info, err := os.Stat(path); err != nil || info.Size() == 0 {
			t.Errorf("%q: the file is %v, %v", name, info, err)
		}
	}
}

// Programs that open a new file at the same time get along, and see each other's
// writes.
func TestSeveralProcesses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "corsage.db")
	var all sync.WaitGroup
	for n := range 4 {
		all.Go(func() {
			s, err := sqlite.Open(t.Context(), path)
			if err != nil {
				t.Error(err)
				return
			}
			defer s.Close()
			for m := range 5 {
				p := album.Person{ID: id('p', n*10+m), Name: string(id('n', n*10+m)), Created: now}
				if err := s.CreatePerson(t.Context(), p); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if people, err := open(t, path).People(t.Context()); err != nil || len(people) != 20 {
		t.Errorf("there are %d people, %v; want 20", len(people), err)
	}
}

// A closed store says so.
func TestClosed(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "corsage.db"))
	must(t, s.Close())
	must(t, s.Close())
	_, read := s.People(t.Context())
	write := s.DeleteExpired(t.Context(), time.Time{})
	for _, err := range []error{read, write} {
		if err == nil || !strings.Contains(err.Error(), "the database has been closed") {
			t.Errorf("got %v, want that it has been closed", err)
		}
	}
}

// A context that has ended opens nothing.
func TestOpenContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "corsage.db")); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
