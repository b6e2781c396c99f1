package backup_test

import (
	"bytes"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/album/backup"
)

// during is where a backup is written to. It calls f each time before a blob is:
// the backup has opened that blob, and has looked for no later one.
type during struct {
	bytes.Buffer
	f func()
}

func (d *during) Write(p []byte) (int, error) {
	if bytes.HasPrefix(p, []byte(backup.Blobs+"/")) { // of a header
		d.f()
	}
	return d.Buffer.Write(p)
}

// once returns a function that calls f the first time only.
func once(f func()) func() {
	return func() {
		if g := f; g != nil {
			f = nil
			g()
		}
	}
}

// backUpDuring makes a backup while f happens before each blob, and restores it.
func (s *service) backUpDuring(f func()) *service {
	s.Helper()
	d := &during{f: f}
	must(s, backup.Write(s.Context(), s.dir, d))
	dir := filepath.Join(s.TempDir(), "new")
	must(s, backup.Restore(s.Context(), &d.Buffer, dir))
	return start(s, dir)
}

// Photos that are deleted and put during the backup leave it as the service was at
// one moment, with the albums counted right.
func TestDeletedDuringBackup(t *testing.T) {
	s := filled(t)
	restored := s.backUpDuring(once(func() {
		s.deletePhoto(14)
		s.deletePhoto(firstOfMany) // being written
		s.addPhoto(99)
	}))
	restored.wantPhotos(11, 12, 13, 15, 16, 17, 18, 99)
	a, err := restored.store.Album(t.Context(), id(spring))
	if err != nil || a.Photos != 8 || a.Cover != id(99) {
		t.Errorf("the album is %+v, %v; want its 8 photos counted", a, err)
	}
}

// What is only put during the backup does not hold it up: it is in the next one.
func TestPutDuringBackup(t *testing.T) {
	s := filled(t)
	s.backUpDuring(once(func() { s.addPhoto(99) })).wantPhotos(numbers()...)
}

// A photo that is replaced during the backup is in it, in one version or the
// other, wherever the new one sorts: an upload that takes long has an early ID.
func TestReplacedDuringBackup(t *testing.T) {
	s := filled(t)
	restored := s.backUpDuring(once(func() {
		s.replacePhoto(14, 99)
		s.replacePhoto(15, 5)
	}))
	restored.wantPhotos(5, 10, 11, 12, 13, 16, 17, 18, 99)
	for name, n := range map[string]int{"14": 99, "15": 5} {
		p, err := restored.store.PhotoByName(t.Context(), id(spring), name)
		if err != nil || p.ID != id(n) {
			t.Errorf("%s is %v, %v, want the %dth photo", name, p.ID, err, n)
		}
	}
}

// What replaces a photo may itself be replaced before it has been copied.
func TestReplacedAgainDuringBackup(t *testing.T) {
	s := filled(t)
	first, again := 17, 100
	restored := s.backUpDuring(func() {
		if again == 106 {
			return
		}
		s.replacePhoto(first, again) // the one before it is being written from the second time on
		s.replacePhoto(first+1, again+1)
		first, again = again, again+2
	})
	restored.wantPhotos(10, 11, 12, 13, 14, 15, 16, 104, 105)
}

// A service that never comes to rest is told to, and the attempt ends.
func TestReplacedWithoutEnd(t *testing.T) {
	s := filled(t)
	first, again := 17, 100
	err := backup.Write(t.Context(), s.dir, &during{f: func() {
		s.replacePhoto(first, again)
		s.replacePhoto(first+1, again+1)
		first, again = again, again+2
	}})
	if err == nil || !strings.Contains(err.Error(), "try again when less is going on") {
		t.Errorf("got %v, want that it is to be tried again", err)
	}
}

// A whole album deleted during the backup leaves no photo without bytes.
func TestAlbumDeletedDuringBackup(t *testing.T) {
	s := filled(t)
	restored := s.backUpDuring(once(func() {
		photos, err := s.store.DeleteAlbum(t.Context(), id(spring), func(album.Album) error { return nil })
		must(t, err)
		for _, id := range photos {
			must(t, s.blobs.Delete(t.Context(), id))
		}
	}))
	restored.wantPhotos()
}

// A photo whose file was lost, before the backup or during it, is not taken for a
// deleted one: the backup fails and names it, also beside photos that were deleted.
func TestLostPhoto(t *testing.T) {
	for name, lose := range map[string]struct{ before, during func(s *service) }{
		"before": {before: func(s *service) { must(s, s.blobs.Delete(s.Context(), id(12))) }},
		"during": {during: func(s *service) { must(s, s.blobs.Delete(s.Context(), id(12))) }},
		"beside a deleted one": {
			before: func(s *service) { must(s, s.blobs.Delete(s.Context(), id(12))) },
			during: func(s *service) { s.deletePhoto(14) },
		},
	} {
		s := filled(t)
		if lose.before != nil {
			lose.before(s)
		}
		var w io.Writer = io.Discard
		if lose.during != nil {
			w = &during{f: once(func() { lose.during(s) })}
		}
		err := backup.Write(t.Context(), s.dir, w)
		if err == nil || !strings.Contains(err.Error(), string(id(12))+` ("12",`) || !strings.Contains(err.Error(), "put it again or delete it") {
			t.Errorf("%s: got %v, want that photo %s is lost", name, err, id(12))
		}
		s.deletePhoto(12) // the cure
		must(t, backup.Write(t.Context(), s.dir, io.Discard))
	}
}
