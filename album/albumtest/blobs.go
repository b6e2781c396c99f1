package albumtest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"
	"time"

	"github.com/corsage-go/corsage/album"
)

// TestBlobs proves that the blobs which open returns keep the contract of
// album.Blobs. Each call of open gives empty ones, and sees to it that they are
// closed when the test ends.
func TestBlobs(t *testing.T, open func(t *testing.T) album.Blobs) {
	for _, test := range blobTests {
		t.Run(test.promise, func(t *testing.T) {
			test.prove(&blobFixture{T: t, Blobs: open(t), ctx: t.Context()})
		})
	}
}

var blobTests = []struct {
	promise string
	prove   func(f *blobFixture)
}{
	{"a committed blob is read as it was written", blobRead},
	{"a draft can be read while it is written", draftRead},
	{"nothing is visible until Commit", blobInvisible},
	{"Commit puts the blob in place of what was there", blobReplaced},
	{"a discarded draft leaves nothing", draftDiscarded},
	{"a draft has one end", draftEnds},
	{"only an ID, alone or with a dot and a word, is a key", blobKeys},
	{"Delete removes a photo's blob and everything made from it", blobDeleted},
	{"an open blob stays readable", blobStaysOpen},
	{"Each calls for every photo that has blobs", blobsEach},
	{"Each stops with the error of its function", blobsEachStops},
	{"with a context that has ended nothing is done", blobsContext},
	{"readers see one whole blob while others take its place", blobsAtOnce},
}

// blobFixture is blobs under test.
type blobFixture struct {
	*testing.T
	album.Blobs
	ctx context.Context
}

// sizes are lengths of blobs at and around those of buffers and blocks.
var sizes = []int{0, 1, 511, 4096, 32<<10 + 1, 1<<20 - 1}

// content makes n bytes that differ with seed.
func content(n int, seed uint64) []byte {
	var s [32]byte
	s[0] = byte(seed)
	b := make([]byte, n)
	rand.NewChaCha8(s).Read(b) //nolint:errcheck // never fails
	return b
}

func (f *blobFixture) must(err error) {
	f.Helper()
	if err != nil {
		f.Fatal(err)
	}
}

func (f *blobFixture) draft(b []byte) album.Draft {
	f.Helper()
	d, err := f.Create(f.ctx)
	f.must(err)
	n, err := d.Write(b)
	f.must(err)
	if n != len(b) {
		f.Fatalf("wrote %d of %d bytes", n, len(b))
	}
	return d
}

func (f *blobFixture) put(key string, b []byte) {
	f.Helper()
	f.must(f.draft(b).Commit(key))
}

// read returns a blob's bytes.
func (f *blobFixture) read(key string) []byte {
	f.Helper()
	b, err := f.Open(f.ctx, key)
	f.must(err)
	defer b.Close() //nolint:errcheck // it was only read
	got, err := io.ReadAll(b)
	f.must(err)
	if b.Size() != int64(len(got)) {
		f.Errorf("%s has the size %d, but %d bytes", key, b.Size(), len(got))
	}
	return got
}

func (f *blobFixture) wantBytes(key string, want []byte) {
	f.Helper()
	if got := f.read(key); !bytes.Equal(got, want) {
		f.Errorf("%s holds %d bytes, which are not the %d that it should", key, len(got), len(want))
	}
}

func (f *blobFixture) wantNone(keys ...string) {
	f.Helper()
	for _, key := range keys {
		b, err := f.Open(f.ctx, key)
		if err == nil {
			f.Errorf("%s can be opened: %d bytes", key, b.Size())
			f.must(b.Close())
		} else if album.KindOf(err) != album.NotFound {
			f.Errorf("%s: got the error %v, want NotFound", key, err)
		}
	}
}

// photos lists what Each calls for, and fails the test if it calls twice.
func (f *blobFixture) photos() map[album.ID]time.Time {
	f.Helper()
	all := map[album.ID]time.Time{}
	f.must(f.Each(f.ctx, func(id album.ID, modified time.Time) error {
		if _, ok := all[id]; ok {
			f.Errorf("called twice for %s", id)
		}
		all[id] = modified
		return nil
	}))
	return all
}

func blobRead(f *blobFixture) {
	for i, size := range sizes {
		key, want := string(makeID(int64(i))), content(size, uint64(i))
		f.put(key, want)

		b, err := f.Open(f.ctx, key)
		f.must(err)
		if b.Size() != int64(size) {
			f.Errorf("the size is %d, want %d", b.Size(), size)
		}
		if err := iotest.TestReader(b, want); err != nil { // Read, Seek and ReadAt
			f.Error(err)
		}
		f.must(b.Close())
	}
}

func draftRead(f *blobFixture) {
	want := content(100_000, 1)
	d := f.draft(nil)
	for written := 0; written < len(want); {
		n, err := d.Write(want[written:min(written+7777, len(want))])
		f.must(err)
		written += n

		if d.Size() != int64(written) {
			f.Fatalf("the size is %d after %d bytes", d.Size(), written)
		}
		got, err := io.ReadAll(io.NewSectionReader(d, 0, d.Size()))
		if err != nil || !bytes.Equal(got, want[:written]) {
			f.Fatalf("reads %d bytes, %v; want the %d that were written", len(got), err, written)
		}
		if n, err := d.ReadAt(make([]byte, 10), d.Size()-3); n != 3 || err != io.EOF {
			f.Fatalf("reads %d bytes across the end, %v; want 3 and EOF", n, err)
		}
	}
	key := string(makeID(1))
	f.must(d.Commit(key))
	f.wantBytes(key, want)
}

func blobInvisible(f *blobFixture) {
	key := string(makeID(1))
	d := f.draft(content(100_000, 1))
	f.wantNone(key)
	if all := f.photos(); len(all) != 0 {
		f.Errorf("Each shows a draft: %v", all)
	}
	f.must(d.Commit(key))
	f.wantBytes(key, content(100_000, 1))
}

func blobReplaced(f *blobFixture) {
	key := string(makeID(1))
	f.put(key, content(5000, 1))
	f.put(key, content(300, 2))
	f.wantBytes(key, content(300, 2))
}

func draftDiscarded(f *blobFixture) {
	kept, never := string(makeID(1)), string(makeID(2))
	f.put(kept, content(10, 1))
	d := f.draft(content(100_000, 2))
	f.must(d.Discard())
	f.must(d.Discard())
	if err := d.Commit(never); err == nil {
		f.Error("a discarded draft was committed")
	}
	f.wantNone(never)
	f.wantBytes(kept, content(10, 1))
}

func draftEnds(f *blobFixture) {
	first, second := string(makeID(1)), string(makeID(2))
	d := f.draft(content(10, 1))
	f.must(d.Commit(first))

	if err := d.Commit(second); err == nil {
		f.Error("a draft was committed twice")
	}
	if _, err := d.Write([]byte("more")); err == nil {
		f.Error("a committed draft was written to")
	}
	f.must(d.Discard()) // so that it can be deferred
	f.wantNone(second)
	f.wantBytes(first, content(10, 1))
}

// badKeys would, if they were taken for paths or read carelessly, lead elsewhere.
var badKeys = []string{
	"", ".", "..", "/", "x",
	"0000000001/../../../etc/ab",
	"../../../../../../etc/pass",
	"0000000001abcdefghjkmnpqr",     // too short
	"0000000001abcdefghjkmnpqrst",   // too long
	"0000000001ABCDEFGHJKMNPQRS",    // capitals
	"0000000001abcdefghijkmnpqr",    // i is no digit
	"8000000001abcdefghjkmnpqrs",    // past 128 bits
	"0000000001abcdefghjkmnpqr\x00", // NUL
	"0000000001abcdefghjkmnpqrs.",
	"0000000001abcdefghjkmnpqrs..",
	"0000000001abcdefghjkmnpqrs.a.b",
	"0000000001abcdefghjkmnpqrs.A",
	"0000000001abcdefghjkmnpqrs.a/b",
	"0000000001abcdefghjkmnpqrs./../x",
	"0000000001abcdefghjkmnpqrs.\x00",
	"0000000001abcdefghjkmnpqrs.320\n",
	"0000000001abcdefghjkmnpqrs 320",
	"0000000001abcdefghjkmnpqrs.é",
}

func blobKeys(f *blobFixture) {
	for _, key := range badKeys {
		d := f.draft([]byte("x"))
		f.wantInvalid(d.Commit(key), key)
		f.must(d.Discard())
		f.wantInvalid(second(f.Open(f.ctx, key)), key)
		f.wantInvalid(f.Delete(f.ctx, album.ID(key)), key)
	}
	id := string(makeID(1))
	f.wantInvalid(f.Delete(f.ctx, album.ID(id+".320")), "a key that is no ID")
	if all := f.photos(); len(all) != 0 {
		f.Errorf("a refused key left %v", all)
	}
	for _, key := range []string{id, id + ".320", id + ".site-2"} {
		f.put(key, []byte(key))
		f.wantBytes(key, []byte(key))
	}
}

func (f *blobFixture) wantInvalid(err error, key string) {
	f.Helper()
	if err == nil || album.KindOf(err) != album.Invalid {
		f.Errorf("%q: got %v, want an error of kind invalid", key, err)
	}
}

func blobDeleted(f *blobFixture) {
	gone, kept := makeID(1), makeID(2)
	keys := func(id album.ID) []string {
		return []string{string(id), string(id) + ".320", string(id) + ".1280"}
	}
	for _, key := range append(keys(gone), keys(kept)...) {
		f.put(key, []byte(key))
	}
	for range 2 {
		f.must(f.Delete(f.ctx, gone))
		f.wantNone(keys(gone)...)
	}
	for _, key := range keys(kept) {
		f.wantBytes(key, []byte(key))
	}
	f.must(f.Delete(f.ctx, makeID(3)))
}

func blobStaysOpen(f *blobFixture) {
	id := makeID(1)
	want := content(200_000, 1)
	f.put(string(id), want)
	b, err := f.Open(f.ctx, string(id))
	f.must(err)
	defer b.Close() //nolint:errcheck // it was only read

	f.put(string(id), content(10, 2))
	f.must(f.Delete(f.ctx, id))
	got, err := io.ReadAll(b)
	if err != nil || !bytes.Equal(got, want) || b.Size() != int64(len(want)) {
		f.Errorf("an open blob gave %d bytes of %d, %v", len(got), len(want), err)
	}
}

func blobsEach(f *blobFixture) {
	if all := f.photos(); len(all) != 0 {
		f.Errorf("there are photos without a blob: %v", all)
	}
	one, two, derived := makeID(1), makeID(2), makeID(3)
	f.put(string(one), nil)
	f.put(string(two), content(10, 1))
	before := f.photos()[two]
	f.put(string(two)+".320", content(10, 2))
	f.put(string(derived)+".320", content(10, 3))

	all := f.photos()
	if len(all) != 3 {
		f.Errorf("got %v, want the photos %v", all, []album.ID{one, two, derived})
	}
	for _, id := range []album.ID{one, two, derived} {
		if age := time.Since(all[id]); age < -time.Minute || age > time.Hour {
			f.Errorf("the time of %s is %v, which is not that of this test", id, all[id])
		}
	}
	if all[two].Before(before) {
		f.Errorf("the time of %s went back from %v to %v", two, before, all[two])
	}
}

func blobsEachStops(f *blobFixture) {
	for i := range 5 {
		f.put(string(makeID(int64(i))), []byte("x"))
	}
	stop, calls := errors.New("enough"), 0
	err := f.Each(f.ctx, func(album.ID, time.Time) error {
		calls++
		return stop
	})
	if err != stop || calls != 1 { //nolint:errorlint // the very error
		f.Errorf("got %v after %d calls, want the function's error after 1", err, calls)
	}

	// The function may delete what it is called for.
	f.must(f.Each(f.ctx, func(id album.ID, _ time.Time) error { return f.Delete(f.ctx, id) }))
	if all := f.photos(); len(all) != 0 {
		f.Errorf("left over: %v", all)
	}
}

func blobsContext(f *blobFixture) {
	id := makeID(1)
	f.put(string(id), []byte("x"))
	ctx, cancel := context.WithCancel(f.ctx)
	cancel()

	for what, err := range map[string]error{
		"Create": second(f.Create(ctx)),
		"Open":   second(f.Open(ctx, string(id))),
		"Delete": f.Delete(ctx, id),
		"Each":   f.Each(ctx, func(album.ID, time.Time) error { return nil }),
	} {
		if !errors.Is(err, context.Canceled) {
			f.Errorf("%s: got %v, want an error that wraps context.Canceled", what, err)
		}
	}
	f.wantBytes(string(id), []byte("x"))
}

func blobsAtOnce(f *blobFixture) {
	key := string(makeID(1))
	whole := func(b []byte) bool {
		return len(b) > 0 && bytes.Equal(b, content(len(b), uint64(len(b)%racers)))
	}
	size := func(i int) int { return 50_000*racers + i } // the size tells the content
	f.put(key, content(size(0), 0))

	all := &fixture{T: f.T, ctx: f.ctx}
	kinds := all.race(func(i int) error {
		d, err := f.Create(f.ctx)
		if err != nil {
			return err
		}
		if _, err := d.Write(content(size(i), uint64(i))); err != nil {
			return err
		}
		if err := d.Commit(key); err != nil {
			return err
		}
		b, err := f.Open(f.ctx, key)
		if err != nil {
			return err
		}
		defer b.Close() //nolint:errcheck // it was only read
		got, err := io.ReadAll(b)
		if !whole(got) {
			f.Errorf("read %d bytes that are no one's", len(got))
		}
		return err
	})
	wantEqual(all, kinds, nil, map[string]int{"ok": racers})
}
