package demo

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"strings"
)

// Width is the usual width of a photo in pixels.
const Width = 1600

// height returns the height that goes with a width.
func height(width int) int { return width * 3 / 4 }

// Photo is one of the demo's photos.
type Photo struct {
	Name string // with its extension: .jpg or .png

	seed    uint64
	scene   scene
	upright bool   // stored lying on its side, as cameras do, with a note to turn it
	place   *place // where it says it was taken; nil for no such note
}

// Located reports whether the file says where it was taken.
func (p Photo) Located() bool { return p.place != nil }

// File draws the photo, so many pixels wide and three quarters of that high, and
// returns it as the bytes of a JPEG or PNG file. An upright photo is as wide as
// others are high.
func (p Photo) File(width int) ([]byte, error) {
	img := p.draw(width)
	var b bytes.Buffer
	if strings.HasSuffix(p.Name, ".png") {
		e := png.Encoder{CompressionLevel: png.BestSpeed}
		if err := e.Encode(&b, img); err != nil {
			return nil, fmt.Errorf("drawing %s: %w", p.Name, err)
		}
		return p.noted(b.Bytes(), spliceIntoPNG), nil
	}
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 88}); err != nil {
		return nil, fmt.Errorf("drawing %s: %w", p.Name, err)
	}
	return p.noted(b.Bytes(), spliceIntoJPEG), nil
}

// draw paints the picture as it is stored.
func (p Photo) draw(width int) *image.RGBA {
	if !p.upright {
		c := newCanvas(width, height(width), p.seed)
		c.paintScene(p.scene)
		return c.RGBA
	}
	c := newCanvas(height(width), width, p.seed)
	c.paintScene(p.scene)
	return turnLeft(c.RGBA)
}

// turnLeft returns the picture turned by a quarter against the clock, which is
// how a camera held upright stores it; orientation 6 turns it back.
func turnLeft(src *image.RGBA) *image.RGBA {
	w, h := src.Rect.Dx(), src.Rect.Dy()
	dst := image.NewRGBA(image.Rect(0, 0, h, w))
	for y := range h {
		for x := range w {
			from, to := src.PixOffset(x, y), dst.PixOffset(y, w-1-x)
			copy(dst.Pix[to:to+4], src.Pix[from:from+4])
		}
	}
	return dst
}

// noted adds what a camera notes, if this photo has any of it.
func (p Photo) noted(file []byte, splice func(file, exif []byte) []byte) []byte {
	if p.place == nil && !p.upright {
		return file
	}
	return splice(file, p.exif())
}
