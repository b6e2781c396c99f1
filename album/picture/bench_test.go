package picture_test

import (
	"bytes"
	"image"
	"image/color"
	"io"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/corsage-go/corsage/album/picture"
)

// photo is as a phone takes it: 12 megapixels with noise, 5 MB.
var photo = sync.OnceValue(func() *image.RGBA {
	random := rand.New(rand.NewPCG(1, 2))
	img := image.NewRGBA(image.Rect(0, 0, 4000, 3000))
	for y := range 3000 {
		for x := range 4000 {
			n := uint8(random.IntN(24))
			img.SetRGBA(x, y, color.RGBA{uint8(x/20) + n, uint8(y/16) + n, uint8((x+y)/32) + n, 255})
		}
	}
	return img
})

func benchmarkInspect(b *testing.B, r io.ReaderAt, size int64) {
	pictures := picture.New(1)
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := pictures.Inspect(r, size, noLimit); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkInspect(b *testing.B) {
	file := encodedJPEG(b, photo())
	b.Run("JPEG/12MP", func(b *testing.B) { benchmarkInspect(b, bytes.NewReader(file), int64(len(file))) })
	b.Run("JPEG/padded-to-256MiB", func(b *testing.B) { benchmarkInspect(b, &readCounter{head: file}, 256<<20) })
	stuffed := bytes.Repeat([]byte{0xff, 0x00}, 32<<20) // the most work there is for each byte
	worst := insert(file, len(file)-2, stuffed)
	b.Run("JPEG/64MiB-of-FF00", func(b *testing.B) { benchmarkInspect(b, bytes.NewReader(worst), int64(len(worst))) })
	pngFile := encodedPNG(b, photo())
	b.Run("PNG/12MP", func(b *testing.B) { benchmarkInspect(b, bytes.NewReader(pngFile), int64(len(pngFile))) })
}

func benchmarkThumbnail(b *testing.B, file []byte, edge int) {
	pictures := picture.New(1)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := pictures.Thumbnail(b.Context(), io.Discard, bytes.NewReader(file), int64(len(file)), edge); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkThumbnail(b *testing.B) {
	file := encodedJPEG(b, photo())
	b.Run("JPEG/12MP/320", func(b *testing.B) { benchmarkThumbnail(b, file, 320) })
	b.Run("JPEG/12MP/1280", func(b *testing.B) { benchmarkThumbnail(b, file, 1280) })
	turned := insert(file, 2, exifSegment(exifOf(6)))
	b.Run("JPEG/12MP/turned/320", func(b *testing.B) { benchmarkThumbnail(b, turned, 320) })
	pngFile := encodedPNG(b, photo())
	b.Run("PNG/12MP/320", func(b *testing.B) { benchmarkThumbnail(b, pngFile, 320) })
}
