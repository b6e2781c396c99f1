package backup_test

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/album/backup"
)

// entry is a file of an archive.
type entry struct {
	tar.Header
	content []byte
}

func file(name string, content []byte) entry {
	return entry{tar.Header{Name: name, Mode: 0o600, Size: int64(len(content))}, content}
}

// entries reads an archive.
func entries(t testing.TB, b []byte) (all []entry) {
	r := tar.NewReader(bytes.NewReader(b))
	for {
		h, err := r.Next()
		if err == io.EOF {
			return all
		}
		must(t, err)
		content, err := io.ReadAll(r)
		must(t, err)
		all = append(all, entry{*h, content})
	}
}

// pack writes an archive.
func pack(t testing.TB, all []entry) []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, e := range all {
		must(t, w.WriteHeader(&e.Header))
		_, err := w.Write(e.content)
		must(t, err)
	}
	must(t, w.Close())
	return b.Bytes()
}

// sealed puts the right manifest at the end, as somebody would who wants an
// archive of his own to be taken for a backup.
func sealed(all []entry) []entry {
	var lines bytes.Buffer
	all = slices.DeleteFunc(slices.Clone(all), func(e entry) bool { return e.Name == "manifest.sha256" })
	for _, e := range all {
		fmt.Fprintf(&lines, "%x  %s\n", sha256.Sum256(e.content), e.Name)
	}
	return append(all, file("manifest.sha256", lines.Bytes()))
}

// What is no backup, a damaged one or a malicious one is refused for the right
// reason, and leaves nothing behind.
func TestHostile(t *testing.T) {
	b := filled(t).backUp()
	good := entries(t, b)
	blob, db, sums := good[0], good[len(good)-2], good[len(good)-1]
	with := func(e entry) []entry { return sealed(slices.Insert(slices.Clone(good), 1, e)) }
	special := func(kind byte) entry {
		return entry{Header: tar.Header{Name: blob.Name + ".x", Typeflag: kind, Linkname: "/etc/passwd", Mode: 0o777}}
	}
	changed := slices.Clone(good)
	changed[3] = file(changed[3].Name, append([]byte("x"), changed[3].content[1:]...))
	longer := slices.Clone(good)
	longer[0] = file(blob.Name, append(slices.Clone(blob.content), 'x'))

	for _, test := range []struct {
		name    string
		archive []byte
		want    string
	}{
		{"nothing", nil, "cut short"},
		{"a text", bytes.Repeat([]byte("Dear diary, "), 100), "this is no backup"},
		{"an empty archive", pack(t, nil), "cut short"},
		{"a path up", pack(t, with(file(blob.Name+".x/../../../evil", nil))), "is no key of a blob"},
		{"a path from the root", pack(t, with(file("/etc/passwd", nil))), "no such file"},
		{"another file", pack(t, with(file("blobs2", nil))), "no such file"},
		{"a blob that is no photo's", pack(t, with(file(blob.Name+".x/y", nil))), "is no key of a blob"},
		{"a symbolic link", pack(t, with(special(tar.TypeSymlink))), "no plain file"},
		{"a hard link", pack(t, with(special(tar.TypeLink))), "no plain file"},
		{"a device", pack(t, with(special(tar.TypeChar))), "no plain file"},
		{"a pipe", pack(t, with(special(tar.TypeFifo))), "no plain file"},
		{"a folder", pack(t, with(entry{Header: tar.Header{Name: blob.Name + ".x/", Typeflag: tar.TypeDir}})), "no plain file"},
		{"a file twice", pack(t, with(blob)), "comes twice"},
		{"the database twice", pack(t, sealed(append(slices.Clone(good[:len(good)-1]), db))), "comes after"},
		{"a blob after the database", pack(t, sealed(slices.Concat(good[1:len(good)-1], good[:1]))), "comes after"},
		{"no database", pack(t, sealed(good[:len(good)-2])), "no database"},
		{"a manifest alone", pack(t, sealed(nil)), "no database"},
		{"a blob less", pack(t, sealed(good[1:])), "no such blob: the backup is damaged"},
		{"a blob of another size", pack(t, sealed(longer)), "the backup is damaged"},
		{"a changed blob", pack(t, changed), "the manifest says"},
		{"a short manifest", pack(t, append(slices.Clone(good[:len(good)-1]), file(sums.Name, sums.content[:len(sums.content)/2]))), "manifest says"},
		{"an empty manifest", pack(t, append(slices.Clone(good[:len(good)-1]), file(sums.Name, nil))), "cut short"},
		{"a long manifest", pack(t, append(slices.Clone(good[:len(good)-1]), file(sums.Name, append(slices.Clone(sums.content), "x\n"...)))), "there is no such file"},
		{"something behind the manifest", pack(t, append(slices.Clone(good), file("z", nil))), "after the manifest"},
		{"a text for a database", pack(t, sealed([]entry{file(db.Name, bytes.Repeat([]byte("x"), 8192))})), "no database"},
		{"half a database", pack(t, sealed([]entry{file(db.Name, db.content[:len(db.content)/2])})), "damaged"},
		{"a huge size", hugeSize(t, db.Name), "cut short"},
		{"a sparse file", sparse(t, blob.Name), "no plain file"},
	} {
		t.Run(test.name, func(t *testing.T) {
			parent := t.TempDir()
			err := backup.Restore(t.Context(), bytes.NewReader(test.archive), filepath.Join(parent, "new"))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an error about %q", err, test.want)
			}
			wantFolder(t, parent)
		})
	}
}

// hugeSize announces more bytes than there are, or could be.
func hugeSize(t *testing.T, name string) []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	must(t, w.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: 1 << 60}))
	return append(b.Bytes(), "a few bytes"...)
}

// sparse makes a file of 1 TB out of nothing, in the way of GNU tar.
func sparse(t *testing.T, name string) []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	content := append([]byte("1\n1099511627775\n1\n"), make([]byte, 495)...)
	h := tar.Header{Name: name, Mode: 0o600, Size: int64(len(content)), Format: tar.FormatPAX, PAXRecords: map[string]string{
		"GNX.sparse.major": "1", "GNX.sparse.minor": "0",
		"GNX.sparse.name": name, "GNX.sparse.realsize": "1099511627776",
	}}
	must(t, w.WriteHeader(&h))
	_, err := w.Write(content)
	must(t, err)
	must(t, w.Close())
	// Package tar refuses to write these records, which it understands.
	return bytes.ReplaceAll(b.Bytes(), []byte("GNX.sparse."), []byte("GNU.sparse."))
}

// A backup that ends too early, wherever that is, is refused.
func TestCutShort(t *testing.T) {
	b := filled(t).backUp()
	end := bytes.LastIndex(b, []byte("manifest.sha256")) + 512 // where the manifest's text begins
	parent := t.TempDir()
	for n := 0; n < end; n += end/40 + 1 {
		err := backup.Restore(t.Context(), bytes.NewReader(b[:n]), filepath.Join(parent, "new"))
		if err == nil || !strings.Contains(err.Error(), "cut short") {
			t.Errorf("after %d of %d bytes: got %v, want that it is cut short", n, len(b), err)
		}
	}
	wantFolder(t, parent)
}

// tiny is an archive like a backup, as small as can be.
func tiny() []entry {
	return sealed([]entry{file("blobs/"+string(id(1)), []byte("one")), file("corsage.db", []byte("two"))})
}

// wantContained checks that an archive is unpacked into nothing but files that it
// has, where they belong, or refused, and that nothing else is touched.
func wantContained(t *testing.T, archive []byte) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "new")
	must(t, os.Mkdir(dir, 0o700))
	err := backup.Unpack(t.Context(), bytes.NewReader(archive), dir)
	wantFolder(t, parent, "new")
	if err != nil {
		return
	}
	found := map[string]bool{"blobs/lock": true}
	for _, e := range entries(t, archive) {
		name := e.Name
		if key, ok := strings.CutPrefix(name, "blobs/"); ok {
			name = filepath.Join("blobs", key[10:12], key)
		}
		b, err := os.ReadFile(filepath.Join(dir, name))
		if e.Name != "manifest.sha256" && (err != nil || !bytes.Equal(b, e.content)) {
			t.Errorf("%q was unpacked as %q, %v; want %q", e.Name, b, err, e.content)
		}
		found[name] = true
	}
	must(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if name, _ := filepath.Rel(dir, path); err == nil && !e.IsDir() && (!found[name] || !e.Type().IsRegular()) {
			t.Errorf("there is %q, which the archive does not have", name)
		}
		return err
	}))
}

// FuzzUnpack unpacks any bytes.
func FuzzUnpack(f *testing.F) {
	f.Add(pack(f, tiny()))
	f.Add([]byte{})
	f.Fuzz(wantContained)
}

// FuzzEntry unpacks an archive with one file more, which the manifest vouches for.
func FuzzEntry(f *testing.F) {
	good := tiny()
	for at, e := range good {
		f.Add(uint(at), e.Name, e.Typeflag, "", e.content)
	}
	f.Add(uint(1), good[0].Name+".x", byte(tar.TypeSymlink), "/etc/passwd", []byte{})
	f.Add(uint(1), good[0].Name+".320", byte(tar.TypeReg), "", []byte("x"))
	f.Add(uint(0), "../evil", byte(tar.TypeReg), "", []byte("x"))
	f.Fuzz(func(t *testing.T, at uint, name string, kind byte, link string, content []byte) {
		h := tar.Header{Name: name, Typeflag: kind, Linkname: link, Size: int64(len(content)), Mode: 0o600}
		if kind != tar.TypeReg {
			h.Size, content = 0, nil
		}
		if err := tar.NewWriter(io.Discard).WriteHeader(&h); err != nil {
			return // there is no such entry
		}
		i := int(at % uint(len(good)))
		wantContained(t, pack(t, sealed(slices.Insert(slices.Clone(good), i, entry{h, content}))))
	})
}
