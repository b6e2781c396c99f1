package files_test

import (
	"io"
	"os"
	"path/filepath"
	"testing"
)

// zeros gives as many bytes as are asked for.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

// BenchmarkWrite compares storing a blob of 16 MiB with copying it to a file and
// flushing that, which is the least that can be done.
func BenchmarkWrite(b *testing.B) {
	const size = 16 << 20
	b.Run("blob", func(b *testing.B) {
		blobs := open(b, b.TempDir())
		b.SetBytes(size)
		b.ReportAllocs()
		for b.Loop() {
			d, err := blobs.Create(b.Context())
			must(b, err)
			_, err = io.Copy(d, io.LimitReader(zeros{}, size))
			must(b, err)
			must(b, d.Commit(rose))
		}
	})
	b.Run("bare", func(b *testing.B) {
		name := filepath.Join(b.TempDir(), "file")
		b.SetBytes(size)
		b.ReportAllocs()
		for b.Loop() {
			f, err := os.Create(name)
			must(b, err)
			// Not as an io.ReaderFrom, which a network connection would not use either.
			_, err = io.Copy(struct{ io.Writer }{f}, io.LimitReader(zeros{}, size))
			must(b, err)
			must(b, f.Sync())
			must(b, f.Close())
		}
	})
}

// BenchmarkSmall stores thumbnails.
func BenchmarkSmall(b *testing.B) {
	blobs := open(b, b.TempDir())
	for b.Loop() {
		put(b, blobs, rose+".320", "a small rose")
	}
}
