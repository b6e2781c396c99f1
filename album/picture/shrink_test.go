package picture

import (
	"image"
	"image/color"
	"math/rand/v2"
	"testing"

	"golang.org/x/image/draw"
)

// speckled is a picture full of edges, with transparency if asked for.
func speckled(w, h int, transparent bool) *image.RGBA {
	random := rand.New(rand.NewPCG(uint64(w), uint64(h)))
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := 0; i < len(img.Pix); i += 4 {
		c := color.NRGBA{byte(random.Uint32()), byte(random.Uint32()), byte(random.Uint32()), 255}
		if transparent {
			c.A = byte(random.Uint32())
		}
		p := color.RGBAModel.Convert(c).(color.RGBA)
		copy(img.Pix[i:], []byte{p.R, p.G, p.B, p.A})
	}
	return img
}

// The filter is the Catmull-Rom filter of golang.org/x/image/draw.
func TestResampleIsCatmullRom(t *testing.T) {
	tests := []struct{ sw, sh, dw, dh int }{
		{30, 20, 15, 10},
		{30, 20, 29, 19},
		{64, 48, 20, 15},
		{31, 17, 7, 17},
		{5, 5, 1, 1},
		{1, 9, 1, 4},
		{300, 2, 100, 1},
	}
	for _, tt := range tests {
		for _, transparent := range []bool{false, true} {
			src := speckled(tt.sw, tt.sh, transparent)
			got := resample(rowsOf(src, src.Rect), tt.dw, tt.dh)
			want := image.NewRGBA(image.Rect(0, 0, tt.dw, tt.dh))
			draw.CatmullRom.Scale(want, want.Rect, src, src.Rect, draw.Src, nil)
			for i := range want.Pix {
				if d := int(got.Pix[i]) - int(want.Pix[i]); d < -1 || d > 1 {
					t.Errorf("%+v, transparent %v: byte %d is %d, want %d", tt, transparent, i, got.Pix[i], want.Pix[i])
					break
				}
			}
		}
	}
}

// A picture that keeps its size keeps every pixel.
func TestResampleLeavesPixelsOfTheSameSize(t *testing.T) {
	src := speckled(13, 7, true)
	got := resample(rowsOf(src, src.Rect), 13, 7)
	if string(got.Pix) != string(src.Pix) {
		t.Error("the pixels changed")
	}
}

// Averaging planes gives the same as averaging pixels, for every way in which
// colours may share samples and for sizes that boxes do not divide.
func TestBoxedPlanesAgreeWithPixels(t *testing.T) {
	ratios := []image.YCbCrSubsampleRatio{
		image.YCbCrSubsampleRatio444, image.YCbCrSubsampleRatio422, image.YCbCrSubsampleRatio420,
		image.YCbCrSubsampleRatio440, image.YCbCrSubsampleRatio411, image.YCbCrSubsampleRatio410,
	}
	for _, ratio := range ratios {
		for _, size := range []boxSize{{4, 4}, {8, 2}, {4, 6}} {
			img := image.NewYCbCr(image.Rect(0, 0, 61, 43), ratio)
			for i := range img.Y {
				img.Y[i] = byte(60 + i%img.YStride)
			}
			for i := range img.Cb {
				img.Cb[i], img.Cr[i] = byte(100+i%img.CStride), byte(140-i%img.CStride)
			}
			planes := resampled(boxed(img, img.Rect, size))
			pixels := resampled(rowsOf(img, img.Rect).boxed(size))
			if planes.Rect != pixels.Rect {
				t.Fatalf("%v, %v: %v and %v", ratio, size, planes.Rect, pixels.Rect)
			}
			for i := range planes.Pix {
				if d := int(planes.Pix[i]) - int(pixels.Pix[i]); d < -3 || d > 3 {
					t.Errorf("%v, %v: byte %d is %d by planes, %d by pixels", ratio, size, i, planes.Pix[i], pixels.Pix[i])
					break
				}
			}
		}
	}
}

func resampled(r rows) *image.RGBA { return resample(r, r.w, r.h) }

// Boxes leave the filter enough to work with, and never more than it has to.
func TestBoxEdgeLeavesWorkForTheFilter(t *testing.T) {
	for to := 1; to <= 40; to++ {
		for from := to; from <= 2000; from++ {
			left := ceilDiv(from, boxEdge(from, to))
			if left < to || left > 3*to {
				t.Fatalf("%d to %d: %d are left", from, to, left)
			}
		}
	}
}

// The sums of boxes hold more than 32 bits.
func TestBoxedPlaneDoesNotOverflow(t *testing.T) {
	row := make([]byte, 65535)
	for i := range row {
		row[i] = 255
	}
	dst := make([]byte, 1)
	boxedPlane(dst, row, 0, 65535, 300, boxSize{65535, 300})
	if dst[0] != 255 {
		t.Errorf("white became %d", dst[0])
	}
}
