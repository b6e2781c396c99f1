package demo

import "math"

// species is what a kind of flower looks like.
type species struct {
	petals int      // in a ring
	rings  int      // one above the other
	depth  float32  // how far the gaps between petals reach in, 0 to 1
	point  float32  // 0 for round petals, 1 for pointed ones
	heart  float32  // radius of the middle, as a part of the whole
	seeds  rgb      // colour of the middle
	colors [][2]rgb // of petals, inside and outside; one pair is drawn by lot
	curl   float32  // how dark the rings are where they lie on each other
	fresh  float32  // how much each ring is lighter than the one below
}

var (
	daisy = species{
		petals: 21, rings: 2, depth: 0.62, point: 0.15, heart: 0.24, seeds: hex(0xe9a820), curl: 0.25, fresh: 0.04,
		colors: [][2]rgb{{hex(0xf3efe2), hex(0xffffff)}, {hex(0xf6e3ea), hex(0xfffafc)}},
	}
	cosmos = species{
		petals: 8, rings: 1, depth: 0.42, point: 0.05, heart: 0.15, seeds: hex(0xe6b422), curl: 0.2, fresh: 0.02,
		colors: [][2]rgb{{hex(0xb8327a), hex(0xf2a0c8)}, {hex(0xf7d6e6), hex(0xffffff)}, {hex(0x8d1f5e), hex(0xd4558f)}},
	}
	anemone = species{
		petals: 7, rings: 2, depth: 0.3, point: 0.1, heart: 0.17, seeds: hex(0x1d1a33), curl: 0.4, fresh: 0.06,
		colors: [][2]rgb{{hex(0xf9d9d2), hex(0xe2402f)}, {hex(0xe9e4fb), hex(0x6c58c9)}, {hex(0xfdf7f2), hex(0xd9264f)}},
	}
	dahlia = species{
		petals: 18, rings: 7, depth: 0.5, point: 0.7, heart: 0.05, seeds: hex(0x7a1430), curl: 0.55, fresh: 0.05,
		colors: [][2]rgb{{hex(0x9c1c45), hex(0xf07a6a)}, {hex(0xd8572a), hex(0xfbc15e)}, {hex(0x6b1a63), hex(0xd77bc4)}},
	}
	rose = species{
		petals: 5, rings: 8, depth: 0.2, point: 0.3, heart: 0.03, seeds: hex(0x8c2f3a), curl: 0.62, fresh: 0.03,
		colors: [][2]rgb{{hex(0xd9475c), hex(0xf7b6b2)}, {hex(0xf0b58a), hex(0xfdebd6)}, {hex(0xa6192e), hex(0xe2475a)}},
	}
)

// steps is how finely a ring's outline is tabled.
const steps = 2048

// ring is a ring of petals, worked out by direction.
type ring struct {
	edge  [steps]float32 // how far the petal reaches, in pixels
	shade [steps]float32 // brightness across the petal
	color [2]rgb         // inside and outside
	scale float32        // 1 / the reach of the longest petal
	fade  float32        // how quickly its shadow fades beyond its edge, per pixel
}

// flower is one bloom, ready to be painted.
type flower struct {
	x, y, radius float32
	kind         species
	rings        []ring // from the lowest, which is the widest
	blur         float32
}

// grow makes a flower of a kind at a place.
func (c canvas) grow(kind species, x, y, radius, blur float32) flower {
	f := flower{x: x, y: y, radius: radius, kind: kind, blur: blur, rings: make([]ring, kind.rings)}
	color := kind.colors[c.random.IntN(len(kind.colors))]
	turn := c.random.Float32()
	for i := range f.rings {
		low := float32(i) / float32(kind.rings) // 0 for the lowest ring
		f.rings[i] = c.petals(kind, radius*(1-low*(1-kind.heart)*0.92), turn)
		light := 1 + kind.fresh*float32(i)
		f.rings[i].color = [2]rgb{color[0].times(0.82 * light), color[1].times(0.93 * light)}
		// A little off the middle between two petals below.
		turn += 0.46 / float32(kind.petals)
	}
	return f
}

// petals works out one ring. No two petals are quite alike.
func (c canvas) petals(kind species, reach, turn float32) ring {
	r := ring{scale: 1 / reach, fade: 1 / (0.16 * reach)}
	length := make([]float32, kind.petals)
	for i := range length {
		length[i] = c.between(0.93, 1)
	}
	for i := range steps {
		at := (float32(i)/steps + turn) * float32(kind.petals)
		whole := float32(math.Floor(float64(at)))
		across := 2*(at-whole) - 1 // -1 at one side of the petal, 1 at the other
		bow := sqrt(1 - across*across)
		bow += (1 - abs(across) - bow) * kind.point
		r.edge[i] = reach * length[int(whole)%kind.petals] * (1 - kind.depth + kind.depth*bow)
		vein := float32(math.Cos(float64(across) * 9 * math.Pi))
		r.shade[i] = 0.84 + 0.16*bow + 0.018*vein
	}
	return r
}

// paint puts the flower on the canvas, over a soft shadow.
func (c canvas) paint(f flower) {
	soft := 1 + f.blur
	c.disc(f.x+f.radius*0.06, f.y+f.radius*0.1, f.radius*0.86, f.radius*0.22, rgb{}, 0.28)
	c.around(f.x, f.y, f.radius+soft, func(i int, dx, dy float32) {
		r := sqrt(dx*dx + dy*dy)
		if r > f.radius+soft {
			return
		}
		if col, alpha := f.at(r, angle(dx, dy), soft); alpha > 0 {
			c.blend(i, col, alpha)
		}
	})
	c.paintHeart(f)
}

// at returns the flower's colour at a distance and direction from its middle,
// and how much of the pixel it covers. It looks from the highest ring down until
// one hides those below.
func (f *flower) at(r, turn, soft float32) (col rgb, alpha float32) {
	step := int(turn*steps) % steps
	shadow := float32(0)
	for i := len(f.rings) - 1; i >= 0; i-- {
		g := &f.rings[i]
		over := g.edge[step] - r
		if over <= -soft { // it ends before here, and throws its shadow
			shadow = max(shadow, 1+over*g.fade)
			continue
		}
		own := mix(g.color[0], g.color[1], smooth(0.1, 1, r*g.scale)).times(g.shade[step] * (1 - f.kind.curl*shadow*shadow))
		if alpha > 0 { // the soft rim of the ring above
			own = mix(own, col, alpha)
		}
		col, alpha = own, max(alpha, clamp(0.5+over/(2*soft)))
		if alpha == 1 || over >= soft {
			return col, 1
		}
	}
	return col, alpha
}

func boolean(b bool) float32 {
	if b {
		return 1
	}
	return 0
}

// paintHeart puts the seeds into the middle, wound as a sunflower winds them.
func (c canvas) paintHeart(f flower) {
	heart := f.radius * f.kind.heart
	c.disc(f.x, f.y, heart*1.06, 1+f.blur, f.kind.seeds.times(0.55), 0.9)
	count := int(min(240, heart*2.2))
	for i := range count {
		out := sqrt(float32(i)/float32(count)) * heart
		sin, cos := math.Sincos(float64(i) * 2.399963)
		light := 0.7 + 0.5*c.random.Float32()
		size := max(1.2, heart/sqrt(float32(count))*0.62)
		c.disc(f.x+out*float32(cos), f.y+out*float32(sin), size, 0.8+f.blur/2, f.kind.seeds.times(light), 0.95)
	}
}
