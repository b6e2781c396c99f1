package backup_test

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/album/backup"
	"github.com/corsage-go/corsage/album/files"
	"github.com/corsage-go/corsage/album/sqlite"
)

var now = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

var crockford = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// id makes the n-th ID: ten characters that grow, and sixteen that look random.
func id(n int) album.ID {
	random := sha256.Sum256(fmt.Append(nil, n))
	return album.ID(fmt.Sprintf("%010d", n) + crockford.EncodeToString(random[:10]))
}

// content makes the bytes of a blob, which follow from its key.
func content(key string) []byte {
	seed := sha256.Sum256([]byte(key))
	size := int(seed[0]) << (seed[1] % 12) // up to half a megabyte
	b := make([]byte, size)
	_, _ = rand.NewChaCha8(seed).Read(b)
	return b
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// service is a data folder in use.
type service struct {
	testing.TB
	dir   string
	store *sqlite.Store
	blobs *files.Blobs
}

func start(t testing.TB, dir string) *service {
	t.Helper()
	store, err := sqlite.Open(t.Context(), filepath.Join(dir, backup.Database))
	must(t, err)
	t.Cleanup(func() { store.Close() })
	blobs, err := files.Open(filepath.Join(dir, backup.Blobs))
	must(t, err)
	t.Cleanup(func() { blobs.Close() })
	return &service{t, dir, store, blobs}
}

func (s *service) stop() { must(s, errors.Join(s.store.Close(), s.blobs.Close())) }

// The people, albums and photos of the tests.
const (
	ada          = 1
	spring       = 2
	firstOfMany  = 10
	photosOfMany = 9
)

// begun starts a service with an empty album.
func begun(t testing.TB) *service {
	s := start(t, t.TempDir())
	must(t, s.store.CreatePerson(t.Context(), album.Person{ID: id(ada), Name: "Ada", Created: now}))
	must(t, s.store.CreateAlbum(t.Context(), album.Album{ID: id(spring), Owner: id(ada), Name: "Spring", Created: now}, 1))
	return s
}

// filled starts a service with an album of photos, every other with thumbnails.
func filled(t testing.TB) *service {
	s := begun(t)
	for n := firstOfMany; n < firstOfMany+photosOfMany; n++ {
		s.addPhoto(n)
		if n%2 == 0 {
			s.put(string(id(n)) + ".320")
			s.put(string(id(n)) + ".1280")
		}
	}
	return s
}

func (s *service) put(key string) {
	s.Helper()
	d, err := s.blobs.Create(s.Context())
	must(s, err)
	_, err = d.Write(content(key))
	must(s, errors.Join(err, d.Commit(key)))
}

func (s *service) addPhoto(n int) {
	s.Helper()
	s.put(string(id(n)))
	_, err := s.store.PutPhoto(s.Context(), photo(n), false, 1000)
	must(s, err)
}

// replacePhoto puts the n-th photo in the place of the old one.
func (s *service) replacePhoto(old, n int) {
	s.Helper()
	s.put(string(id(n)))
	p, err := s.store.Photo(s.Context(), id(old))
	must(s, err)
	put := photo(n)
	put.Name = p.Name
	replaced, err := s.store.PutPhoto(s.Context(), put, true, 1000)
	must(s, err)
	must(s, s.blobs.Delete(s.Context(), replaced))
}

func photo(n int) album.Photo {
	b := content(string(id(n)))
	return album.Photo{
		ID: id(n), Album: id(spring), Owner: id(ada), Name: fmt.Sprint(n), Type: "image/jpeg",
		Size: int64(len(b)), Hash: fmt.Sprintf("%x", sha256.Sum256(b)), Created: now,
	}
}

func (s *service) deletePhoto(n int) {
	s.Helper()
	must(s, s.store.DeletePhoto(s.Context(), id(n), now, func(album.Photo) error { return nil }))
	must(s, s.blobs.Delete(s.Context(), id(n)))
}

// backUp returns a backup of the service's folder.
func (s *service) backUp() []byte {
	s.Helper()
	var b bytes.Buffer
	must(s, backup.Write(s.Context(), s.dir, &b))
	return b.Bytes()
}

// wantPhotos checks that there are just these photos, with their bytes.
func (s *service) wantPhotos(want ...int) {
	s.Helper()
	var got []int
	must(s, s.store.EachPhoto(s.Context(), func(p album.Photo) error {
		n, err := strconv.Atoi(string(p.ID[:10])) // see id
		got = append(got, n)
		s.wantBlob(string(p.ID))
		return err
	}))
	if !slices.Equal(got, want) {
		s.Errorf("there are the photos %v, want %v", got, want)
	}
	must(s, s.store.Verify(s.Context()))
}

func (s *service) wantBlob(key string) {
	s.Helper()
	b, err := s.blobs.Open(s.Context(), key)
	if err != nil {
		s.Errorf("%s: %v", key, err)
		return
	}
	defer b.Close()
	if got, err := io.ReadAll(b); err != nil || !bytes.Equal(got, content(key)) {
		s.Errorf("%s: got %d bytes, %v, which are not those that were put", key, len(got), err)
	}
}

// numbers lists the photos of filled.
func numbers() (all []int) {
	for n := firstOfMany; n < firstOfMany+photosOfMany; n++ {
		all = append(all, n)
	}
	return all
}

// A restored backup, made while the service runs, is the service's data.
func TestRoundTrip(t *testing.T) {
	b := filled(t).backUp()
	for _, name := range []string{"new", "empty"} {
		dir := filepath.Join(t.TempDir(), name)
		if name == "empty" {
			must(t, os.Mkdir(dir, 0o700))
		}
		must(t, backup.Restore(t.Context(), bytes.NewReader(b), dir))
		s := start(t, dir)
		s.wantPhotos(numbers()...)
		s.wantBlob(string(id(10)) + ".320")
		s.wantBlob(string(id(10)) + ".1280")
		a, err := s.store.Album(t.Context(), id(spring))
		if err != nil || a.Photos != photosOfMany || a.Version != photosOfMany {
			t.Errorf("the album is %+v, %v", a, err)
		}
		wantFolder(t, filepath.Dir(dir), name)
	}
}

// wantFolder checks what a folder holds, so that nothing was left beside.
func wantFolder(t testing.TB, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	must(t, err)
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s holds %q, want %q", dir, got, want)
	}
}

// A backup of nothing but an empty database can be restored.
func TestEmpty(t *testing.T) {
	b := start(t, t.TempDir()).backUp()
	dir := filepath.Join(t.TempDir(), "new")
	must(t, backup.Restore(t.Context(), bytes.NewReader(b), dir))
	start(t, dir).wantPhotos()
}

// A backup can be checked with tools that everybody has.
func TestManifest(t *testing.T) {
	var lines, last string
	r := tar.NewReader(bytes.NewReader(filled(t).backUp()))
	for {
		h, err := r.Next()
		if err == io.EOF {
			break
		}
		must(t, err)
		b, err := io.ReadAll(r)
		must(t, err)
		if h.Name == "manifest.sha256" {
			last = string(b)
		} else {
			lines += fmt.Sprintf("%x  %s\n", sha256.Sum256(b), h.Name)
		}
	}
	if last != lines || strings.Count(lines, "\n") != photosOfMany+10+1 {
		t.Errorf("the manifest is\n%s\nwant\n%s", last, lines)
	}
}

// A photo whose bytes have changed on disk is not backed up as if nothing were.
func TestDamagedPhoto(t *testing.T) {
	for name, change := range map[string]func(string) error{
		"shorter": func(path string) error { return os.Truncate(path, 1) },
		"changed": func(path string) error { return os.WriteFile(path, bytes.ToUpper(content(string(id(12)))), 0o600) },
	} {
		s := filled(t)
		must(t, change(filepath.Join(s.dir, "blobs", string(id(12))[10:12], string(id(12)))))
		err := backup.Write(t.Context(), s.dir, io.Discard)
		if err == nil || !strings.Contains(err.Error(), string(id(12))+` ("12",`) {
			t.Errorf("%s: got %v, want that photo %s is damaged", name, err, id(12))
		}
	}
}

// A backup that cannot be made says so, and leaves no copy of the database.
func TestWriteFails(t *testing.T) {
	s := filled(t)
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for what, err := range map[string]error{
		"no such file": backup.Write(t.Context(), filepath.Join(tmp, "none"), io.Discard),
		"canceled":     backup.Write(ctx, s.dir, io.Discard),
		"full":         backup.Write(t.Context(), s.dir, full{}),
	} {
		if err == nil || !strings.Contains(err.Error(), what) || !strings.HasPrefix(err.Error(), "back up ") {
			t.Errorf("got %v, want an error about %q", err, what)
		}
	}
	wantFolder(t, tmp)
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("the disk is full") }

// Nothing that is there is overwritten.
func TestRestoreToOccupied(t *testing.T) {
	b := filled(t).backUp()
	parent := t.TempDir()
	must(t, os.Mkdir(filepath.Join(parent, "folder"), 0o700))
	must(t, os.WriteFile(filepath.Join(parent, "folder", "diary"), nil, 0o600))
	must(t, os.WriteFile(filepath.Join(parent, "file"), nil, 0o600))
	must(t, os.Symlink("folder", filepath.Join(parent, "link")))
	for name, want := range map[string]string{
		"folder": "the folder is not empty: give one that is",
		"file":   "it is no folder: give one that is empty",
		"link":   "it is no folder: give one that is empty",
		"none/x": "no such file or directory",
	} {
		name = filepath.Join(parent, name)
		err := backup.Restore(t.Context(), bytes.NewReader(b), name)
		if err == nil || !strings.HasPrefix(err.Error(), "restore to "+name+": ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want that %s", name, err, want)
		}
	}
	wantFolder(t, parent, "file", "folder", "link")
	wantFolder(t, filepath.Join(parent, "folder"), "diary")
}

// A restore that is given up leaves the folder as it was.
func TestRestoreContext(t *testing.T) {
	b := filled(t).backUp()
	parent := t.TempDir()
	dir := filepath.Join(parent, "empty")
	must(t, os.Mkdir(dir, 0o750))
	ctx, cancel := context.WithCancel(t.Context())
	r := io.MultiReader(bytes.NewReader(b[:len(b)/2]), readerFunc(func([]byte) (int, error) {
		cancel()
		return 0, ctx.Err()
	}))
	if err := backup.Restore(ctx, r, dir); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	wantFolder(t, parent, "empty")
	wantFolder(t, dir)
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o750 {
		t.Errorf("the folder is %v, %v; want its mode unchanged", info, err)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// What a backup and its restoration need of memory does not grow with the size of
// the photos.
func TestMemory(t *testing.T) {
	s := begun(t)
	d, err := s.blobs.Create(t.Context())
	must(t, err)
	hash := sha256.New()
	for range 32 {
		_, err := io.MultiWriter(d, hash).Write(make([]byte, 1<<20))
		must(t, err)
	}
	must(t, d.Commit(string(id(firstOfMany))))
	p := photo(firstOfMany)
	p.Size, p.Hash = d.Size(), fmt.Sprintf("%x", hash.Sum(nil))
	_, err = s.store.PutPhoto(t.Context(), p, false, 1)
	must(t, err)

	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r, w := io.Pipe()
	go func() { w.CloseWithError(backup.Write(t.Context(), s.dir, w)) }()
	must(t, backup.Restore(t.Context(), r, filepath.Join(t.TempDir(), "new")))
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 8<<20 {
		t.Errorf("%d bytes were allocated for a photo of %d bytes", used, p.Size)
	}
}
