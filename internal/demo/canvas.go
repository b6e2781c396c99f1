package demo

import (
	"image"
	"math/rand/v2"
)

// canvas is a picture being painted.
type canvas struct {
	*image.RGBA
	random *rand.Rand
}

func newCanvas(width, height int, seed uint64) canvas {
	return canvas{
		RGBA:   image.NewRGBA(image.Rect(0, 0, width, height)),
		random: rand.New(rand.NewPCG(seed, 0x636f7273616765)),
	}
}

// size returns the picture's width and height in pixels.
func (c canvas) size() (width, height float32) {
	b := c.Bounds()
	return float32(b.Dx()), float32(b.Dy())
}

// between returns a random number from lo to hi.
func (c canvas) between(lo, hi float32) float32 {
	return lo + (hi-lo)*c.random.Float32()
}

// blend lays a colour over the pixel at offset i of Pix, as thickly as alpha
// says.
func (c canvas) blend(i int, col rgb, alpha float32) {
	p := c.Pix[i : i+4 : i+4]
	if alpha >= 1 {
		p[0], p[1], p[2], p[3] = whole(col.r), whole(col.g), whole(col.b), 0xff
		return
	}
	p[0] = lay(p[0], col.r, alpha)
	p[1] = lay(p[1], col.g, alpha)
	p[2] = lay(p[2], col.b, alpha)
	p[3] = 0xff
}

func whole(part float32) uint8 { return uint8(min(255, part*255+0.5)) }

func lay(under uint8, over, alpha float32) uint8 {
	u := float32(under)
	return uint8(max(0, min(255, u+(over*255-u)*alpha+0.5)))
}

// disc paints a round spot: whole inside radius-soft, fading out to radius+soft.
func (c canvas) disc(x, y, radius, soft float32, col rgb, alpha float32) {
	inner, outer := max(0, radius-soft), radius+soft
	c.around(x, y, outer, func(i int, dx, dy float32) {
		d := dx*dx + dy*dy
		switch {
		case d >= outer*outer:
		case d <= inner*inner:
			c.blend(i, col, alpha)
		default:
			c.blend(i, col, alpha*(1-smooth(inner, outer, sqrt(d))))
		}
	})
}

// around calls paint for each pixel of the square of that radius about (x, y),
// as far as it lies on the canvas, with its offset in Pix and its distance from
// the middle.
func (c canvas) around(x, y, radius float32, paint func(i int, dx, dy float32)) {
	area := image.Rect(int(x-radius), int(y-radius), int(x+radius)+1, int(y+radius)+1).Intersect(c.Bounds())
	for py := area.Min.Y; py < area.Max.Y; py++ {
		i := c.PixOffset(area.Min.X, py)
		dy := float32(py) - y
		for px := area.Min.X; px < area.Max.X; px++ {
			paint(i, float32(px)-x, dy)
			i += 4
		}
	}
}
