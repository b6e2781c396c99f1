package demo

import "math"

// rgb is a colour, each part from 0 to 1.
type rgb struct{ r, g, b float32 }

// hex makes a colour of a number written as on the web: 0xrrggbb.
func hex(v uint32) rgb {
	return rgb{float32(v>>16&0xff) / 255, float32(v>>8&0xff) / 255, float32(v&0xff) / 255}
}

// mix returns a at t = 0 and b at t = 1.
func mix(a, b rgb, t float32) rgb {
	return rgb{a.r + (b.r-a.r)*t, a.g + (b.g-a.g)*t, a.b + (b.b-a.b)*t}
}

// times makes a colour darker (k below 1) or lighter.
func (c rgb) times(k float32) rgb { return rgb{c.r * k, c.g * k, c.b * k} }

func clamp(v float32) float32 { return max(0, min(1, v)) }

// smooth rises from 0 at a to 1 at b without corners.
func smooth(a, b, v float32) float32 {
	t := clamp((v - a) / (b - a))
	return t * t * (3 - 2*t)
}

// angle returns the direction of (x, y) as a part of a full turn, from 0 to 1,
// to within a thousandth: a polynomial, because math.Atan2 for every pixel
// would take most of the time of a picture.
func angle(x, y float32) float32 {
	ax, ay := abs(x), abs(y)
	if ax+ay == 0 {
		return 0
	}
	t := min(ax, ay) / max(ax, ay)
	s := t * t
	turn := ((-0.0464964749*s+0.15931422)*s-0.327622764)*s*t + t
	turn /= 2 * math.Pi
	if ay > ax {
		turn = 0.25 - turn
	}
	if x < 0 {
		turn = 0.5 - turn
	}
	if y < 0 {
		turn = 1 - turn
	}
	return turn
}

func abs(v float32) float32 {
	if v < 0 {
		return -v
	}
	return v
}

func sqrt(v float32) float32 { return float32(math.Sqrt(float64(v))) }
