package picture_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/gif"
	_ "image/jpeg"
	_ "image/png"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/album/picture"
)

// thumbnail returns the media type and the bytes of a thumbnail.
func thumbnail(tb testing.TB, file []byte, edge int) (string, []byte) {
	tb.Helper()
	var b bytes.Buffer
	kind, err := picture.New(1).Thumbnail(tb.Context(), &b, bytes.NewReader(file), int64(len(file)), edge)
	if err != nil {
		tb.Fatal(err)
	}
	return kind, b.Bytes()
}

// decoded returns a picture and its media type, found by its content.
func decoded(tb testing.TB, file []byte) (image.Image, string) {
	tb.Helper()
	img, format, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		tb.Fatal(err)
	}
	return img, "image/" + format
}

// corners names the colours in the middle of a picture's quarters, line by line.
func corners(img image.Image) string {
	b := img.Bounds()
	var s strings.Builder
	for i := range 4 {
		x, y := b.Dx()*(1+2*(i%2))/4, b.Dy()*(1+2*(i/2))/4
		s.WriteByte(colourName(img.At(b.Min.X+x, b.Min.Y+y)))
	}
	return s.String()
}

// colourName returns the letter of the flag's colour that is next to c.
func colourName(c color.Color) byte {
	p := color.NRGBAModel.Convert(c).(color.NRGBA)
	if p.A < 128 {
		return '-'
	}
	name, best := byte('?'), 60 // further away is none of them
	for i, f := range flagColours {
		away := math.Abs(float64(p.R)-float64(f.R)) + math.Abs(float64(p.G)-float64(f.G)) + math.Abs(float64(p.B)-float64(f.B))
		if int(away) < best {
			name, best = "RGBY"[i], int(away)
		}
	}
	return name
}

// A thumbnail is upright, fits into its square and holds no metadata; it is a
// JPEG unless something shines through.
func TestThumbnailShowsThePictureUpright(t *testing.T) {
	for _, s := range samples(t) {
		t.Run(s.name, func(t *testing.T) {
			kind, file := thumbnail(t, s.file, 24)
			img, format := decoded(t, file)
			want := "image/jpeg"
			if strings.Contains(s.shows, "-") {
				want = "image/png"
			}
			if kind != want || format != want {
				t.Errorf("said to be %s, is %s; want %s", kind, format, want)
			}
			b := img.Bounds()
			if max(b.Dx(), b.Dy()) != 24 || (b.Dx() > b.Dy()) != (s.width > s.height) {
				t.Errorf("%d x %d pixels of %d x %d, want 24 at the longer side", b.Dx(), b.Dy(), s.width, s.height)
			}
			if got := corners(img); got != s.shows {
				t.Errorf("shows %s, want %s", got, s.shows)
			}
			if bytes.Contains(file, []byte(secret)) || len(inspect(t, file).Redaction) != 0 {
				t.Error("the thumbnail holds metadata")
			}
		})
	}
}

// Thumbnails of the redacted file are those of the original: what decoders see
// does not depend on what was cut.
func TestThumbnailIsThatOfTheRedactedFile(t *testing.T) {
	for _, s := range samples(t) {
		t.Run(s.name, func(t *testing.T) {
			_, before := thumbnail(t, s.file, 24)
			_, after := thumbnail(t, redacted(t, s.file, inspect(t, s.file).Redaction), 24)
			if !bytes.Equal(before, after) {
				t.Error("they differ")
			}
		})
	}
}

// A thumbnail keeps the shape, fits, and never is larger than the picture.
func TestThumbnailFits(t *testing.T) {
	tests := []struct{ w, h, edge, wantW, wantH int }{
		{200, 150, 160, 160, 120},
		{150, 200, 160, 120, 160},
		{4000, 10, 320, 320, 1},
		{10, 4000, 320, 1, 320},
		{3000, 1, 320, 320, 1},
		{64, 64, 64, 64, 64},
		{65, 64, 64, 64, 63},
		{100, 50, 320, 100, 50},
		{100, 50, math.MaxInt, 100, 50},
		{1, 1, 320, 1, 1},
		{101, 99, 1, 1, 1},
		{399, 266, 100, 100, 67},
	}
	for _, tt := range tests {
		files := map[string][]byte{
			"JPEG": encodedJPEG(t, flag(tt.w, tt.h)),
			"PNG":  encodedPNG(t, flag(tt.w, tt.h)),
			"GIF":  encodedGIF(t, &gif.GIF{Image: []*image.Paletted{palettedFlag(tt.w, tt.h)}, Delay: []int{0}}),
		}
		for name, file := range files {
			_, small := thumbnail(t, file, tt.edge)
			img, _ := decoded(t, small)
			if b := img.Bounds(); b.Dx() != tt.wantW || b.Dy() != tt.wantH {
				t.Errorf("%s of %d x %d in %d: %v, want %d x %d", name, tt.w, tt.h, tt.edge, b.Max, tt.wantW, tt.wantH)
			}
		}
	}
}

// However a picture is stored and whatever the factor, its thumbnail looks like
// it: averages do not drift, smear or shift.
func TestThumbnailLooksLikeThePicture(t *testing.T) {
	for _, w := range []int{97, 200, 333, 480} {
		h := w * 2 / 3
		files := map[string][]byte{
			"JPEG": encodedJPEG(t, ramp(w, h)),
			"PNG":  encodedPNG(t, ramp(w, h)),
		}
		for name, file := range files {
			_, small := thumbnail(t, file, 64)
			img, _ := decoded(t, small)
			if off := furthest(img, ramp(img.Bounds().Dx(), img.Bounds().Dy())); off > 16 {
				t.Errorf("%s of %d x %d: a pixel is off by %d of 255", name, w, h, off)
			}
		}
	}
}

// ramp is a smooth picture: it looks the same at every size.
func ramp(w, h int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			r, g := (2*x+1)*255/(2*w), (2*y+1)*255/(2*h)
			img.SetNRGBA(x, y, color.NRGBA{uint8(r), uint8(g), uint8(255 - r), 255})
		}
	}
	return img
}

// furthest returns the largest difference of a channel between two pictures.
func furthest(a, b image.Image) int {
	most := 0
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			p := color.NRGBAModel.Convert(a.At(x, y)).(color.NRGBA)
			q := color.NRGBAModel.Convert(b.At(x, y)).(color.NRGBA)
			for _, d := range []int{int(p.R) - int(q.R), int(p.G) - int(q.G), int(p.B) - int(q.B)} {
				most = max(most, d, -d)
			}
		}
	}
	return most
}

// A thumbnail that nobody can make sense of is refused.
func TestThumbnailRefusesNoEdge(t *testing.T) {
	file := encodedPNG(t, flag(8, 8))
	_, err := picture.New(1).Thumbnail(t.Context(), io.Discard, bytes.NewReader(file), int64(len(file)), 0)
	if album.KindOf(err) != album.Invalid {
		t.Errorf("got %v, want kind Invalid", err)
	}
}

// Pixels that are broken in a way that only decoding finds are Unsupported too.
func TestThumbnailRefusesBrokenPixels(t *testing.T) {
	broken := encodedPNG(t, flag(flagWidth, flagHeight))
	broken[find(t, broken, "IDAT")+10] ^= 0xff
	_, err := picture.New(1).Thumbnail(t.Context(), io.Discard, bytes.NewReader(broken), int64(len(broken)), 320)
	if album.KindOf(err) != album.Unsupported || errors.Unwrap(err) == nil {
		t.Errorf("got %v, want kind Unsupported with the decoder's words", err)
	}
	if _, err = picture.New(1).Thumbnail(t.Context(), io.Discard, strings.NewReader("text"), 4, 320); album.KindOf(err) != album.Unsupported {
		t.Errorf("got %v, want kind Unsupported for what is no picture", err)
	}
}

// A failing disk and a failing writer are the service's fault.
func TestThumbnailTellsFailuresOfItsSurroundings(t *testing.T) {
	file := encodedPNG(t, ramp(300, 300))
	disk := &failingLater{file: file, after: 5}
	if _, err := picture.New(1).Thumbnail(t.Context(), io.Discard, disk, int64(len(file)), 320); album.KindOf(err) != album.Internal || !errors.Is(err, errDisk) {
		t.Errorf("got %v, want kind Internal with the disk's words", err)
	}
	if _, err := picture.New(1).Thumbnail(t.Context(), fullDisk{}, bytes.NewReader(file), int64(len(file)), 320); album.KindOf(err) != album.Internal || !errors.Is(err, errDisk) {
		t.Errorf("got %v, want kind Internal with the disk's words", err)
	}
}

// failingLater reads well a number of times.
type failingLater struct {
	file  []byte
	after int
}

func (d *failingLater) ReadAt(p []byte, off int64) (int, error) {
	if d.after--; d.after < 0 {
		return 0, errDisk
	}
	return bytes.NewReader(d.file).ReadAt(p, off)
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errDisk }

// gate is a file that stops its reader in the middle of decoding, where it
// counts how many have come that far.
type gate struct {
	file    []byte
	reads   int
	stopAt  int
	arrived chan<- struct{}
	open    <-chan struct{}
}

func (g *gate) ReadAt(p []byte, off int64) (int, error) {
	if g.reads++; g.reads == g.stopAt {
		g.arrived <- struct{}{}
		<-g.open
	}
	return bytes.NewReader(g.file).ReadAt(p, off)
}

// decodingStart returns the number of the first read of a file that belongs to
// decoding: Inspect, which does not decode, does all that come before.
func decodingStart(tb testing.TB, file []byte) int {
	tb.Helper()
	counter := &failingLater{file: file, after: math.MaxInt}
	if _, err := picture.New(1).Inspect(counter, int64(len(file)), noLimit); err != nil {
		tb.Fatal(err)
	}
	return math.MaxInt - counter.after + 1
}

// No more pictures are decoded at a time than was asked for; who waits can stop
// waiting, and leaves no place taken.
func TestThumbnailWaitsForItsTurn(t *testing.T) {
	file := encodedPNG(t, ramp(100, 100))
	pictures := picture.New(2)
	arrived, open, done := make(chan struct{}), make(chan struct{}), make(chan error)
	start := func(ctx context.Context) {
		g := &gate{file: file, stopAt: decodingStart(t, file), arrived: arrived, open: open}
		go func() {
			_, err := pictures.Thumbnail(ctx, io.Discard, g, int64(len(file)), 10)
			done <- err
		}()
	}
	start(t.Context())
	start(t.Context())
	<-arrived
	<-arrived // both places are taken

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	start(ctx)
	if err := <-done; !errors.Is(err, context.Canceled) { // and has not arrived, or this would hang
		t.Fatalf("got %v, want that waiting was cancelled", err)
	}

	close(open)
	for range 2 {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	start(t.Context())
	<-arrived
	if err := <-done; err != nil {
		t.Fatalf("afterwards: %v", err)
	}
}

// A picture that needs more memory than its share is decoded alone.
func TestThumbnailDecodesLargePicturesAlone(t *testing.T) {
	header := pngChunk("IHDR", "\x00\x00\x13\x88\x00\x00\x13\x88\x10\x06\x00\x00\x00") // 200 MB to decode
	large := slices.Concat([]byte("\x89PNG\r\n\x1a\n"), header, pngChunk("IDAT", "no pixels"), pngChunk("IEND"))
	small := encodedPNG(t, ramp(10, 10))
	pictures := picture.New(2)
	arrived, open, done := make(chan struct{}), make(chan struct{}), make(chan error)
	g := &gate{file: large, stopAt: decodingStart(t, large), arrived: arrived, open: open}
	go func() {
		_, err := pictures.Thumbnail(t.Context(), io.Discard, g, int64(len(large)), 10)
		done <- err
	}()
	<-arrived
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := pictures.Thumbnail(ctx, io.Discard, bytes.NewReader(small), int64(len(small)), 10)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that the small one had to wait", err)
	}
	close(open)
	if err := <-done; album.KindOf(err) != album.Unsupported {
		t.Errorf("got %v, want that the large one was decoded and found broken", err)
	}
}

// A decode that nobody waits for any longer ends.
func TestThumbnailStopsWhenNobodyWaits(t *testing.T) {
	file := encodedPNG(t, ramp(100, 100))
	ctx, cancel := context.WithCancel(t.Context())
	arrived, open, done := make(chan struct{}), make(chan struct{}), make(chan error)
	g := &gate{file: file, stopAt: decodingStart(t, file), arrived: arrived, open: open}
	go func() {
		_, err := picture.New(1).Thumbnail(ctx, io.Discard, g, int64(len(file)), 10)
		done <- err
	}()
	<-arrived
	cancel()
	close(open)
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that decoding was cancelled", err)
	}
}

// New makes at least one place, or nothing would ever be decoded.
func TestNewAllowsAtLeastOneDecode(t *testing.T) {
	file := encodedPNG(t, flag(8, 8))
	for _, n := range []int{-1, 0} {
		if _, err := picture.New(n).Thumbnail(t.Context(), io.Discard, bytes.NewReader(file), int64(len(file)), 8); err != nil {
			t.Errorf("New(%d): %v", n, err)
		}
	}
}
