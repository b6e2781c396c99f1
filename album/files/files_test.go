package files_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/album/albumtest"
	"github.com/corsage-go/corsage/album/files"
)

func open(t testing.TB, dir string) *files.Blobs {
	t.Helper()
	b, err := files.Open(dir)
	must(t, err)
	t.Cleanup(func() {
		if err := b.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
			t.Error(err)
		}
	})
	return b
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func put(t testing.TB, b album.Blobs, key, content string) {
	t.Helper()
	d, err := b.Create(t.Context())
	must(t, err)
	_, err = io.WriteString(d, content)
	must(t, errors.Join(err, d.Commit(key)))
}

// list names all files below a folder, by their paths in it.
func list(t testing.TB, dir string) (names []string) {
	t.Helper()
	must(t, filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			name, _ := filepath.Rel(dir, path)
			names = append(names, name)
		}
		return err
	}))
	return names
}

func wantFiles(t testing.TB, dir string, want ...string) {
	t.Helper()
	if got := list(t, dir); strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("the folder holds %q, want %q", got, want)
	}
}

func TestBlobs(t *testing.T) {
	albumtest.TestBlobs(t, func(t *testing.T) album.Blobs { return open(t, filepath.Join(t.TempDir(), "blobs")) })
}

const (
	crocus = "01kjp3r9zv8t5m2c7w4xq0a1b2"
	iris   = "01kjp3sc6g8th4n1y8d3f7j2k5"
	rose   = "01kjp3tbq2zz6v5z1s8g4m9p3c"
)

// Blobs lie in folders named by the random digits of their IDs, and are there
// after the folder was closed and opened.
func TestLayout(t *testing.T) {
	dir := t.TempDir()
	b := open(t, dir)
	put(t, b, crocus, "crocus")
	put(t, b, crocus+".320", "a small crocus")
	put(t, b, iris, "iris")
	put(t, b, rose, "rose")
	must(t, b.Close())
	wantFiles(t, dir, "8t/"+crocus, "8t/"+crocus+".320", "8t/"+iris, "lock", "zz/"+rose)

	b = open(t, dir)
	got, err := b.Open(t.Context(), iris)
	must(t, err)
	defer got.Close()
	if content, err := io.ReadAll(got); string(content) != "iris" || err != nil {
		t.Errorf("got %q, %v", content, err)
	}
	must(t, b.Delete(t.Context(), crocus))
	wantFiles(t, dir, "8t/"+iris, "lock", "zz/"+rose)
}

// Drafts are files in tmp and nowhere else, until their end.
func TestDraftFiles(t *testing.T) {
	dir := t.TempDir()
	b := open(t, dir)
	kept, err := b.Create(t.Context())
	must(t, err)
	dropped, err := b.Create(t.Context())
	must(t, err)
	if names := list(t, dir); len(names) != 3 || !strings.HasPrefix(names[1], "tmp/") || !strings.HasPrefix(names[2], "tmp/") {
		t.Errorf("the folder holds %q, want the lock and two drafts", names)
	}
	must(t, errors.Join(kept.Commit(rose), dropped.Discard()))
	wantFiles(t, dir, "lock", "zz/"+rose)
}

// A folder belongs to one process at a time, and what a dead one left is removed.
func TestOneProcess(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "blobs")
	b := open(t, dir)
	d, err := b.Create(t.Context())
	must(t, err)

	_, err = files.Open(dir)
	if err == nil || !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), "another process is using it") {
		t.Errorf("got %v, want that the folder %s is in use", err, dir)
	}
	must(t, errors.Join(d.Commit(rose), b.Close())) // the refused one has removed no draft

	stray := filepath.Join(dir, "tmp", "draft-1")
	must(t, os.WriteFile(stray, []byte("half a pho"), 0o600))
	open(t, dir)
	wantFiles(t, dir, "lock", "zz/"+rose)
}

// A folder that cannot be used is refused with one line that names it.
func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "file"), nil, 0o600))
	for name, want := range map[string]string{
		"none/blobs": "no such file or directory",
		"file":       "not a directory",
		"file/blobs": "not a directory",
	} {
		name = filepath.Join(dir, name)
		_, err := files.Open(name)
		if err == nil || !strings.HasPrefix(err.Error(), "open the folder of blobs "+name+": ") ||
			!strings.HasSuffix(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: got %v, want one line that ends in %q", name, err, want)
		}
	}
}

// Files that are no blobs are left alone and not shown.
func TestOtherFiles(t *testing.T) {
	dir := t.TempDir()
	b := open(t, dir)
	put(t, b, rose, "rose")
	for _, name := range []string{"zz/.DS_Store", "zz/" + crocus, "zz/" + rose + ".", "readme", "ab"} {
		must(t, os.WriteFile(filepath.Join(dir, name), nil, 0o600))
	}
	must(t, os.Remove(filepath.Join(dir, "ab")))
	var ids []album.ID
	must(t, b.Each(t.Context(), func(id album.ID, _ time.Time) error {
		ids = append(ids, id)
		return nil
	}))
	if len(ids) != 1 || ids[0] != rose {
		t.Errorf("got the photos %q, want %q", ids, rose)
	}
	must(t, b.Delete(t.Context(), rose))
	wantFiles(t, dir, "lock", "readme", "zz/.DS_Store", "zz/"+crocus, "zz/"+rose+".")
}

// A draft whose writing failed cannot be committed: it lacks something.
func TestFailedWrite(t *testing.T) {
	dir := t.TempDir()
	b := open(t, dir)
	d, err := b.Create(t.Context())
	must(t, err)
	files.CloseFile(d) // any error of the system would do
	if _, err := d.Write([]byte("x")); err == nil {
		t.Error("a closed file was written to")
	}
	if err := d.Commit(rose); err == nil || !strings.HasPrefix(err.Error(), "write a blob: ") {
		t.Errorf("commit gave %v, want the error of the write", err)
	}
	wantFiles(t, dir, "lock", "tmp/"+filepath.Base(list(t, dir)[1]))
}

// A blob's file can be handed to the system as a whole, which net/http asks for
// by these methods.
func TestBlobIsFile(t *testing.T) {
	b := open(t, t.TempDir())
	put(t, b, rose, "rose")
	got, err := b.Open(t.Context(), rose)
	must(t, err)
	defer got.Close()
	var out bytes.Buffer
	w, ok := got.(io.WriterTo)
	if !ok {
		t.Fatal("it is no io.WriterTo")
	}
	if n, err := w.WriteTo(&out); n != 4 || err != nil || out.String() != "rose" {
		t.Errorf("wrote %q, %v", out.String(), err)
	}
}

// What a draft needs of memory does not grow with its size.
func TestMemory(t *testing.T) {
	b := open(t, t.TempDir())
	piece := make([]byte, 64<<10)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	d, err := b.Create(t.Context())
	must(t, err)
	for range 512 { // 32 MiB
		_, err := d.Write(piece)
		must(t, err)
	}
	must(t, d.Commit(rose))
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 1<<20 {
		t.Errorf("%d bytes were allocated for %d bytes of blob", used, d.Size())
	}
}
