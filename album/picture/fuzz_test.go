package picture_test

import (
	"bytes"
	"image"
	"io"
	"testing"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/album/picture"
)

// seed adds every test picture, right and wrong ones, that is not made of
// millions of parts.
func seed(f *testing.F) {
	for _, s := range samples(f) {
		f.Add(s.file)
	}
	for _, all := range [][]wrong{wrongTypes(), wrongJPEGs(f), wrongPNGs(f), wrongGIFs(f), wrongWebPs(f)} {
		for _, w := range all {
			if len(w.file) < 1<<14 {
				f.Add(w.file)
			}
		}
	}
}

// countingReader counts what is read of a file.
type countingReader struct {
	io.ReaderAt
	read int64
}

func (c *countingReader) ReadAt(p []byte, off int64) (int, error) {
	c.read += int64(len(p))
	return c.ReaderAt.ReadAt(p, off)
}

// Whatever the bytes, Inspect ends soon with a picture or an answer for its
// owner; the edits fit the file, and leave one that has nothing more to redact
// and that the standard decoders agree about.
func FuzzInspect(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, file []byte) {
		const limit = 1 << 20
		size := int64(len(file))
		r := &countingReader{ReaderAt: bytes.NewReader(file)}
		info, err := picture.New(1).Inspect(r, size, limit)
		if most := 100<<10 + 64*size; r.read > most {
			t.Errorf("read %d bytes of a file of %d", r.read, size)
		}
		if err != nil {
			if k := album.KindOf(err); k != album.Unsupported && k != album.TooLarge {
				t.Errorf("kind %v: %v", k, err)
			}
			return
		}
		if info.Width < 1 || info.Height < 1 || info.Width*info.Height > limit || len(info.Redaction) > 1000 {
			t.Errorf("%d x %d pixels, %d edits", info.Width, info.Height, len(info.Redaction))
		}
		out := redacted(t, file, info.Redaction)
		again := inspect(t, out)
		if len(again.Redaction) != 0 || again.Type != info.Type || again.Width != info.Width || again.Height != info.Height {
			t.Errorf("redacted: %+v, before: %+v", again, info)
		}
		config, format, err := image.DecodeConfig(bytes.NewReader(out))
		if err != nil {
			return // its pixels or colours are broken, which Inspect does not look at
		}
		turned := config.Width == info.Height && config.Height == info.Width
		straight := config.Width == info.Width && config.Height == info.Height
		if "image/"+format != info.Type || !straight && !turned {
			t.Errorf("Inspect says %+v, the decoder %s of %d x %d", info, format, config.Width, config.Height)
		}
	})
}

// Whatever the bytes, Thumbnail gives a small picture or says that this is none.
func FuzzThumbnail(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, file []byte) {
		r, size := bytes.NewReader(file), int64(len(file))
		pictures := picture.New(1)
		info, err := pictures.Inspect(r, size, 1<<16)
		if err != nil {
			return
		}
		const edge = 16
		var b bytes.Buffer
		kind, err := pictures.Thumbnail(t.Context(), &b, r, size, edge)
		if err != nil {
			if album.KindOf(err) != album.Unsupported {
				t.Errorf("kind %v: %v", album.KindOf(err), err)
			}
			return
		}
		img, format := decoded(t, b.Bytes())
		w, h := img.Bounds().Dx(), img.Bounds().Dy()
		if format != kind || w > min(edge, info.Width) || h > min(edge, info.Height) {
			t.Errorf("%s, said to be %s, of %d x %d from %d x %d", format, kind, w, h, info.Width, info.Height)
		}
	})
}
