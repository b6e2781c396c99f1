package demo

import (
	"bytes"
	"encoding/binary"
	"image"
	_ "image/jpeg"
	_ "image/png"
	"math"
	"strings"
	"testing"
)

// Every photo is a picture of the promised size in the format its name says,
// and the notes spliced into it do not disturb that.
func TestPhotosDecode(t *testing.T) {
	for _, p := range allPhotos() {
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			img, format := decode(t, file(t, p))
			if want := map[bool]string{true: "png", false: "jpeg"}[strings.HasSuffix(p.Name, ".png")]; format != want {
				t.Errorf("format %s, want %s", format, want)
			}
			if got := img.Bounds().Size(); got != image.Pt(small, small*3/4) {
				t.Errorf("size %v, want %d by three quarters", got, small)
			}
			if n := colors(img); n < 300 {
				t.Errorf("%d colours; a drawn garden has many", n)
			}
		})
	}
}

// A photo is the same on every run, so that seeding again changes nothing.
func TestPhotosAreDeterministic(t *testing.T) {
	p := Albums()[0].Photos[0]
	if !bytes.Equal(file(t, p), file(t, p)) {
		t.Errorf("%s differs from one drawing to the next", p.Name)
	}
}

// No two photos of an album have one name, and no two are the same picture.
func TestPhotosDiffer(t *testing.T) {
	seeds := map[uint64]string{}
	for _, a := range Albums() {
		names := map[string]bool{}
		for _, p := range a.Photos {
			if names[p.Name] {
				t.Errorf("album %q has two photos named %s", a.Name, p.Name)
			}
			names[p.Name] = true
			if other, used := seeds[p.seed]; used {
				t.Errorf("%s and %s are drawn from the same seed", p.Name, other)
			}
			seeds[p.seed] = p.Name
		}
	}
}

// Some photos say where they were taken, in the form that cameras use, so that
// the service has something to leave out.
func TestPlaceIsInTheFile(t *testing.T) {
	located := 0
	for _, p := range allPhotos() {
		if !p.Located() {
			continue
		}
		located++
		lat, lon := readPlace(t, file(t, p))
		if math.Abs(lat-p.place.lat) > 1e-5 || math.Abs(lon-p.place.lon) > 1e-5 {
			t.Errorf("%s says it was taken at %.5f, %.5f; want %.5f, %.5f", p.Name, lat, lon, p.place.lat, p.place.lon)
		}
	}
	if located < 3 {
		t.Errorf("%d photos have a place, want a few", located)
	}
}

// PNG files carry notes in a chunk of their own, which decoders check by its sum.
func TestSpliceIntoPNG(t *testing.T) {
	p := Photo{Name: "small.png", place: kew}
	var plain Photo
	for _, q := range allPhotos() {
		if strings.HasSuffix(q.Name, ".png") {
			plain = q
		}
	}
	with := spliceIntoPNG(file(t, plain), p.exif())
	decode(t, with)
	if lat, _ := readPlace(t, with); math.Abs(lat-kew.lat) > 1e-5 {
		t.Errorf("latitude %f, want %f", lat, kew.lat)
	}
}

// An upright photo is stored lying on its side with orientation 6, as cameras
// do.
func TestUprightPhoto(t *testing.T) {
	for _, p := range allPhotos() {
		tiff := p.exif()
		got := value(entries(t, tiff, 8), tagOrientation)
		if want := map[bool]uint32{true: 6, false: 1}[p.upright]; got != want {
			t.Errorf("%s: orientation %d, want %d", p.Name, got, want)
		}
	}
	src := image.NewRGBA(image.Rect(0, 0, 2, 3))
	src.Pix[src.PixOffset(1, 0)] = 0xff // top right
	if dst := turnLeft(src); dst.Pix[dst.PixOffset(0, 0)] != 0xff || dst.Rect.Size() != image.Pt(3, 2) {
		t.Errorf("turned left, the top right pixel is not at the top left of %v", dst.Rect)
	}
}

// The polynomial stands in for math.Atan2 to within a thousandth of a turn.
func TestAngle(t *testing.T) {
	for i := range 3600 {
		want := float64(i) / 3600
		sin, cos := math.Sincos(want * 2 * math.Pi)
		got := float64(angle(float32(cos), float32(sin)))
		if diff := math.Abs(got - want); diff > 0.001 && diff < 0.999 {
			t.Fatalf("angle at %.4f of a turn is %.4f", want, got)
		}
	}
}

// small is a width that is quickly drawn.
const small = 240

func allPhotos() []Photo {
	var all []Photo
	for _, a := range Albums() {
		all = append(all, a.Photos...)
	}
	return all
}

func file(t *testing.T, p Photo) []byte {
	t.Helper()
	b, err := p.File(small)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func decode(t *testing.T, file []byte) (image.Image, string) {
	t.Helper()
	img, format, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatalf("the file does not decode: %v", err)
	}
	return img, format
}

// colors counts the different colours of a sample of the pixels.
func colors(img image.Image) int {
	seen := map[[3]uint32]bool{}
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			r, g, b, _ := img.At(x, y).RGBA()
			seen[[3]uint32{r >> 8, g >> 8, b >> 8}] = true
		}
	}
	return len(seen)
}

// entry is an entry of an image file directory as read back.
type entry struct {
	tag   uint16
	value uint32
}

func readPlace(t *testing.T, file []byte) (lat, lon float64) {
	t.Helper()
	i := bytes.Index(file, []byte("II*\x00"))
	if i < 0 {
		t.Fatal("the file holds no TIFF structure")
	}
	tiff := file[i:]
	gps := entries(t, tiff, value(entries(t, tiff, 8), tagGPS))
	return signed(tiff, gps, tagLatitude, tagLatitudeRef, 'S'), signed(tiff, gps, tagLongitude, tagLongitudeRef, 'W')
}

func entries(t *testing.T, tiff []byte, offset uint32) []entry {
	t.Helper()
	n := binary.LittleEndian.Uint16(tiff[offset:])
	var list []entry
	for i := range uint32(n) {
		e := tiff[offset+2+12*i:]
		list = append(list, entry{binary.LittleEndian.Uint16(e), binary.LittleEndian.Uint32(e[8:])})
	}
	return list
}

func value(list []entry, tag uint16) uint32 {
	for _, e := range list {
		if e.tag == tag {
			return e.value
		}
	}
	return 0
}

func signed(tiff []byte, list []entry, tag, ref uint16, negative byte) float64 {
	at := value(list, tag)
	sum := 0.0
	for i, unit := range []float64{1, 60, 3600} {
		over, under := binary.LittleEndian.Uint32(tiff[at+8*uint32(i):]), binary.LittleEndian.Uint32(tiff[at+8*uint32(i)+4:])
		sum += float64(over) / float64(under) / unit
	}
	if byte(value(list, ref)) == negative {
		return -sum
	}
	return sum
}
