package demo

import "math"

// scene says what a picture shows.
type scene struct {
	back    backdrop
	flowers func(c canvas, s scene)
	kinds   []species
}

// backdrop is what lies out of focus behind the flowers.
type backdrop struct {
	top, bottom rgb
	lights      []rgb // blurred spots
	leaf        rgb
}

var (
	meadowGreen = backdrop{hex(0xcfe3c4), hex(0x4f7f3f), []rgb{hex(0xf4f3c8), hex(0x9cc97f), hex(0xffffff)}, hex(0x3f7a35)}
	dawn        = backdrop{hex(0xf9d9b8), hex(0x86a88a), []rgb{hex(0xfff1d6), hex(0xf5b59b), hex(0xb8d4b4)}, hex(0x5b8a58)}
	dusk        = backdrop{hex(0x2b2a55), hex(0x1c3a3a), []rgb{hex(0xf2b56b), hex(0x7d6fc4), hex(0xd77f9c)}, hex(0x2f5d4c)}
	shade       = backdrop{hex(0x3d5f4c), hex(0x1a3328), []rgb{hex(0x7fae84), hex(0xc9d9a3), hex(0x4d8a6a)}, hex(0x2f6b45)}
	linen       = backdrop{hex(0xf4ece0), hex(0xd9cbb8), []rgb{hex(0xffffff), hex(0xeadfce), hex(0xf6e7e4)}, hex(0x6f9472)}
)

func (c canvas) paintScene(s scene) {
	c.paintBackdrop(s.back)
	s.flowers(c, s)
}

// paintBackdrop lays a gradient and, over it, spots of light out of focus.
func (c canvas) paintBackdrop(b backdrop) {
	width, height := c.size()
	for y := range int(height) {
		c.paintRow(y, mix(b.top, b.bottom, smooth(0, 1, float32(y)/height)))
	}
	for range 26 {
		size := c.between(0.02, 0.11) * width
		light := b.lights[c.random.IntN(len(b.lights))]
		c.disc(c.between(0, width), c.between(0, height), size, size*0.12, light, c.between(0.06, 0.2))
	}
}

// paintRow fills a row with a colour and some grain, without which a gradient
// shows bands. One random number serves eight pixels.
func (c canvas) paintRow(y int, col rgb) {
	row := c.Pix[c.PixOffset(0, y):c.PixOffset(0, y+1)]
	r, g, b := fixed(col.r), fixed(col.g), fixed(col.b)
	var grain uint64
	for i := 0; i+4 <= len(row); i += 4 {
		if i%32 == 0 {
			grain = c.random.Uint64()
		}
		add := uint32(grain & 0xff)
		grain >>= 8
		row[i], row[i+1], row[i+2], row[i+3] = uint8((r+add)>>8), uint8((g+add)>>8), uint8((b+add)>>8), 0xff
	}
}

// fixed returns a part of a colour in 256ths of a step, with room for the grain.
func fixed(part float32) uint32 { return uint32(part * 254 * 256) }

// single is one flower seen from near, with others out of focus behind.
func single(c canvas, s scene) {
	width, height := c.size()
	small := min(width, height)
	for range 3 {
		c.paint(c.grow(c.any(s), c.between(0, width), c.between(0, height), c.between(0.09, 0.15)*small, 14))
	}
	x, y := width*c.between(0.44, 0.56), height*c.between(0.46, 0.54)
	for i := range 6 {
		c.leaf(x, y, float32(i)/6+c.between(-0.05, 0.05), small*c.between(0.5, 0.6), s.back.leaf)
	}
	c.paint(c.grow(s.kinds[0], x, y, small*c.between(0.4, 0.43), 0))
}

// bouquet is a corsage: flowers close together in a nest of leaves.
func bouquet(c canvas, s scene) {
	width, height := c.size()
	small := min(width, height)
	x, y := width/2, height/2
	for i := range 14 {
		c.leaf(x, y, float32(i)/14+c.between(-0.03, 0.03), small*c.between(0.42, 0.56), s.back.leaf)
	}
	for i := range 9 {
		sin, cos := math.Sincos(float64(i) * 2.399963)
		out := sqrt(float32(9-i)/9) * small * 0.29
		size := small * (0.13 + 0.012*float32(i))
		c.paint(c.grow(c.any(s), x+out*float32(cos), y+out*float32(sin), size, 0))
	}
}

// meadow is a field of flowers on stems, smaller and softer further away.
func meadow(c canvas, s scene) {
	width, height := c.size()
	const rows = 6
	for row := range rows {
		near := float32(row+1) / rows
		for range 5 + 2*(rows-row) {
			x, y := c.between(-0.02, 1.02)*width, height*(0.22+0.62*near*near+c.between(-0.06, 0.06))
			size := height * (0.02 + 0.085*near*near) * c.between(0.85, 1.15)
			c.stem(x, y, size, s.back.leaf.times(0.7+0.4*near))
			c.paint(c.grow(c.any(s), x, y, size, (1-near)*5))
		}
	}
}

func (c canvas) any(s scene) species { return s.kinds[c.random.IntN(len(s.kinds))] }

// leaf paints a pointed leaf from (x, y) outwards, in the direction of a part
// of a full turn.
func (c canvas) leaf(x, y, turn, length float32, green rgb) {
	sin64, cos64 := math.Sincos(float64(turn) * 2 * math.Pi)
	sin, cos := float32(sin64), float32(cos64)
	width := length * 0.17
	half := length / 2
	green = green.times(c.between(0.8, 1.15))
	c.around(x+cos*half, y+sin*half, half+2, func(i int, dx, dy float32) {
		along, across := (dx*cos+dy*sin)/half, dy*cos-dx*sin
		if along <= -1 || along >= 1 {
			return
		}
		cover := clamp(0.5 + width*(1-along*along)*(1-0.3*along) - abs(across))
		if cover == 0 {
			return
		}
		rib := 1 - 0.3*clamp(1.6-abs(across))
		side := 0.88 + 0.12*boolean(across > 0)
		c.blend(i, green.times(rib*side*(0.75+0.25*(along+1)/2)), cover)
	})
}

// stem paints a stem from the flower at (x, y) down to the lower edge.
func (c canvas) stem(x, y, size float32, green rgb) {
	_, height := c.size()
	thick, lean, length := max(1.5, size*0.05), c.between(-0.5, 0.5)*size, height-y
	for py := int(max(0, y)); py < int(height); py++ {
		down := (float32(py) - y) / length
		mid := x + lean*down*down*3
		for px := int(mid - thick - 1); px <= int(mid+thick+1); px++ {
			if px < 0 || px >= c.Rect.Dx() {
				continue
			}
			off := float32(px) - mid
			c.blend(c.PixOffset(px, py), green.times(0.95-0.2*off/thick), clamp(0.5+thick-abs(off)))
		}
	}
}
