package picture_test

import (
	"bytes"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/image/webp"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/album/picture"
)

const noLimit = 1 << 40

func inspect(tb testing.TB, file []byte) album.PictureInfo {
	tb.Helper()
	info, err := picture.New(1).Inspect(bytes.NewReader(file), int64(len(file)), noLimit)
	if err != nil {
		tb.Fatal(err)
	}
	return info
}

// redacted returns the bytes that other sites get of a file.
func redacted(tb testing.TB, file []byte, edits []album.Edit) []byte {
	tb.Helper()
	r, err := album.Redact(bytes.NewReader(file), int64(len(file)), edits)
	if err != nil {
		tb.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// frames decodes all pictures in a file.
func frames(tb testing.TB, kind string, file []byte) []image.Image {
	tb.Helper()
	if kind == "image/gif" {
		all, err := gif.DecodeAll(bytes.NewReader(file))
		if err != nil {
			tb.Fatal(err)
		}
		out := make([]image.Image, len(all.Image))
		for i := range all.Image {
			out[i] = all.Image[i]
		}
		return out
	}
	decode := map[string]func(io.Reader) (image.Image, error){
		"image/jpeg": jpeg.Decode, "image/png": png.Decode, "image/webp": webp.Decode,
	}[kind]
	img, err := decode(bytes.NewReader(file))
	if err != nil {
		tb.Fatal(err)
	}
	return []image.Image{img}
}

// Inspect tells the type by the content and the size as browsers show it.
func TestInspectTellsTypeAndSize(t *testing.T) {
	for _, s := range samples(t) {
		t.Run(s.name, func(t *testing.T) {
			info := inspect(t, s.file)
			if info.Type != s.kind || info.Width != s.width || info.Height != s.height {
				t.Errorf("got %s, %d x %d; want %s, %d x %d", info.Type, info.Width, info.Height, s.kind, s.width, s.height)
			}
		})
	}
}

// What other sites get tells no secret and keeps what changes the looks.
func TestRedactionLeavesNoSecret(t *testing.T) {
	for _, s := range samples(t) {
		t.Run(s.name, func(t *testing.T) {
			edits := inspect(t, s.file).Redaction
			if s.clean != (len(edits) == 0) {
				t.Errorf("%d edits; nothing to redact: %v", len(edits), s.clean)
			}
			out := redacted(t, s.file, edits)
			if bytes.Contains(out, []byte(secret)) {
				t.Errorf("the redacted file contains the secret:\n%q", out)
			}
			for _, kept := range s.keeps {
				if !bytes.Contains(out, []byte(kept)) {
					t.Errorf("the redacted file lost %q:\n%q", kept, out)
				}
			}
		})
	}
}

// Not a pixel of any frame changes by redaction.
func TestRedactionKeepsThePixels(t *testing.T) {
	for _, s := range samples(t) {
		if s.pixels == nil {
			continue // TestThumbnailIsThatOfTheRedactedFile compares these
		}
		t.Run(s.name, func(t *testing.T) {
			out := redacted(t, s.file, inspect(t, s.file).Redaction)
			if got, want := frames(t, s.kind, out), frames(t, s.kind, s.pixels); !reflect.DeepEqual(got, want) {
				t.Error("the redacted file has other pixels")
			}
		})
	}
}

// A redacted file has nothing more to redact and looks the same: size and
// orientation included.
func TestRedactionIsComplete(t *testing.T) {
	for _, s := range samples(t) {
		t.Run(s.name, func(t *testing.T) {
			before := inspect(t, s.file)
			after := inspect(t, redacted(t, s.file, before.Redaction))
			if len(after.Redaction) != 0 {
				t.Errorf("the redacted file still has %d edits: %v", len(after.Redaction), after.Redaction)
			}
			before.Redaction, after.Redaction = nil, nil
			if !reflect.DeepEqual(before, after) {
				t.Errorf("the redacted file is %+v, the original %+v", after, before)
			}
		})
	}
}

// Neighbouring pieces of metadata make one edit, so that redactions stay small.
func TestRedactionHasFewEdits(t *testing.T) {
	plain := encodedJPEG(t, flag(flagWidth, flagHeight))
	long := slices.Repeat(segment(0xe1, "http://ns.adobe.com/xmp/extension/\x00", secret), 5000)
	info := inspect(t, insert(plain, 2, exifSegment(exifOf(6)), long))
	if len(info.Redaction) != 1 {
		t.Errorf("%d edits, want 1", len(info.Redaction))
	}
}

// A picture with more pixels than the limit is refused by what its header says,
// with the numbers; one with just as many is taken.
func TestInspectLimitsPixels(t *testing.T) {
	files := map[string][]byte{
		"JPEG":     encodedJPEG(t, flag(flagWidth, flagHeight)),
		"PNG":      encodedPNG(t, flag(flagWidth, flagHeight)),
		"GIF":      encodedGIF(t, &gif.GIF{Image: []*image.Paletted{palettedFlag(flagWidth, flagHeight)}, Delay: []int{0}}),
		"lossy":    testFile(t, "lossy.webp"),
		"lossless": testFile(t, "lossless.webp"),
		"extended": testFile(t, "alpha.webp"),
	}
	const pixels = flagWidth * flagHeight
	for name, file := range files {
		t.Run(name, func(t *testing.T) {
			_, err := picture.New(1).Inspect(bytes.NewReader(file), int64(len(file)), pixels-1)
			if album.KindOf(err) != album.TooLarge || !strings.Contains(err.Error(), "48 x 32 = 1536 pixels; the limit is 1535") {
				t.Errorf("got %v, want TooLarge with the numbers", err)
			}
			if _, err := picture.New(1).Inspect(bytes.NewReader(file), int64(len(file)), pixels); err != nil {
				t.Errorf("at the limit: %v", err)
			}
		})
	}
}

// readCounter counts what is read of a file that is mostly nothing.
type readCounter struct {
	head []byte
	read int64
}

func (c *readCounter) ReadAt(p []byte, off int64) (int, error) {
	c.read += int64(len(p))
	clear(p)
	if off < int64(len(c.head)) {
		copy(p, c.head[off:])
	}
	return len(p), nil
}

// What follows the picture costs nothing, however much it is, and neither does
// what can be skipped.
func TestInspectReadsLittle(t *testing.T) {
	const huge = 1 << 40
	jpegFile := encodedJPEG(t, flag(flagWidth, flagHeight))
	pngFile := encodedPNG(t, flag(flagWidth, flagHeight))
	bigText := slices.Clone(pngFile[:8+25])
	bigText = append(bigText, "\x7f\xff\xff\xfftEXt"...) // two gigabytes of text, then the rest
	tests := []struct {
		name string
		head []byte
		size int64
		want string // in the error; "" for none
	}{
		{"JPEG", jpegFile, huge, ""},
		{"PNG", pngFile, huge, ""},
		{"GIF", encodedGIF(t, &gif.GIF{Image: []*image.Paletted{palettedFlag(8, 8)}, Delay: []int{0}}), huge, ""},
		{"WebP", testFile(t, "lossy.webp"), huge, ""},
		{"PNG with a large chunk", bigText, huge, "at byte 2147483692"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := &readCounter{head: tt.head}
			info, err := picture.New(1).Inspect(c, tt.size, noLimit)
			if tt.want == "" && (err != nil || len(info.Redaction) != 1) {
				t.Errorf("got %v, %v; want one edit that cuts the tail", info.Redaction, err)
			}
			if tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("got %v, want an error with %q", err, tt.want)
			}
			if c.read > 100<<10 {
				t.Errorf("read %d bytes of the file", c.read)
			}
		})
	}
}
