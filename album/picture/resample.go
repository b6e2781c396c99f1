package picture

import (
	"image"
	"math"
)

// resample makes a picture smaller, or leaves it as large, with the Catmull-Rom
// filter. The filter of golang.org/x/image/draw is the same, but holds all rows
// at 32 bytes a pixel before it begins with the columns, which is more than the
// decoded photo; this one holds the few rows that it is at.
func resample(src rows, w, h int) *image.RGBA {
	across, down := mixes(src.w, w), mixes(src.h, h)
	pix := make([]byte, 4*src.w)
	recent := make([][]float32, longest(down)) // row y at y modulo their number
	for i := range recent {
		recent[i] = make([]float32, 4*w)
	}
	sums := make([]float32, 4*w)
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	read := 0
	for y, m := range down {
		for ; read < m.first+len(m.weights); read++ {
			src.read(pix, read)
			mixAcross(recent[read%len(recent)], pix, across)
		}
		clear(sums)
		for i, weight := range m.weights {
			addRow(sums, recent[(m.first+i)%len(recent)], weight)
		}
		storeRow(dst.Pix[y*dst.Stride:], sums)
	}
	return dst
}

// mix says of which source pixels, from first on, a pixel is made, and how much
// each of them counts.
type mix struct {
	first   int
	weights []float32 // their sum is 1
}

func longest(all []mix) int {
	n := 0
	for _, m := range all {
		n = max(n, len(m.weights))
	}
	return n
}

// mixes computes how from pixels become to.
func mixes(from, to int) []mix {
	all := make([]mix, to)
	scale := float64(from) / float64(to)
	for i := range all {
		centre := (float64(i)+0.5)*scale - 0.5
		first := max(0, int(math.Ceil(centre-2*scale)))
		last := min(from-1, int(math.Floor(centre+2*scale)))
		if from == to {
			first, last = i, i // the filter is 0 at all others
		}
		all[i] = newMix(first, last, func(j int) float64 { return catmullRom((float64(j) - centre) / scale) })
	}
	return all
}

func newMix(first, last int, weight func(j int) float64) mix {
	m := mix{first: first}
	sum := 0.0
	for j := first; j <= last; j++ {
		sum += weight(j)
	}
	for j := first; j <= last; j++ {
		m.weights = append(m.weights, float32(weight(j)/sum))
	}
	return m
}

// catmullRom is the cubic filter with a = -1/2. It is 0 from a distance of 2 on.
func catmullRom(x float64) float64 {
	switch x = math.Abs(x); {
	case x < 1:
		return (1.5*x-2.5)*x*x + 1
	case x < 2:
		return ((-0.5*x+2.5)*x-4)*x + 2
	default:
		return 0
	}
}

// mixAcross mixes the pixels of one row.
func mixAcross(dst []float32, pix []byte, across []mix) {
	for _, m := range across {
		var r, g, b, a float32
		src := pix[4*m.first:][:4*len(m.weights)]
		for _, weight := range m.weights {
			r += weight * float32(src[0])
			g += weight * float32(src[1])
			b += weight * float32(src[2])
			a += weight * float32(src[3])
			src = src[4:]
		}
		dst[0], dst[1], dst[2], dst[3] = r, g, b, a
		dst = dst[4:]
	}
}

func addRow(sums, row []float32, weight float32) {
	row = row[:len(sums)]
	for i := range sums {
		sums[i] += weight * row[i]
	}
}

// storeRow rounds. The filter makes edges crisp by going a little too far on
// both sides of them, so values may leave the range: no channel may be below 0
// or above alpha, alpha not above 255.
func storeRow(pix []byte, sums []float32) {
	for ; len(sums) >= 4; sums, pix = sums[4:], pix[4:] {
		alpha := max(0, min(255, sums[3]))
		for i, v := range sums[:3] {
			pix[i] = byte(max(0, min(alpha, v)) + 0.5)
		}
		pix[3] = byte(alpha + 0.5)
	}
}
