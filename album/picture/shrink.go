package picture

import "image"

// shrink returns what the canvas shows, the image at its place on it, so small
// that it fits into a square of edge pixels.
//
// A good filter is too slow for every pixel of a photo. Averages of whole boxes
// of pixels are quick, and good enough as long as the filter has the last word:
// boxes are so small that it still has up to 2.25 pixels, in each direction, for
// every one that it makes.
func shrink(img image.Image, canvas image.Rectangle, edge int) *image.RGBA {
	w, h := fit(canvas.Dx(), canvas.Dy(), edge)
	size := boxSize{boxEdge(canvas.Dx(), w), boxEdge(canvas.Dy(), h)}
	return resample(boxed(img, canvas, size), w, h)
}

// fit returns the largest dimensions within edge x edge of the same shape, but
// no larger ones than given.
func fit(w, h, edge int) (int, int) {
	scale := func(side, longest int) int {
		return max(1, int((int64(side)*int64(edge)+int64(longest)/2)/int64(longest)))
	}
	switch {
	case w <= edge && h <= edge:
		return w, h
	case w >= h:
		return edge, scale(h, w)
	default:
		return scale(w, h), edge
	}
}

// boxSize is how many pixels, across and down, are averaged.
type boxSize struct{ x, y int }

// boxEdge returns how many pixels to average where from of them become to.
func boxEdge(from, to int) int {
	switch {
	case from >= 3*to:
		return 2 * from / (3 * to)
	case from >= 2*to:
		return 2 // leaves little more than to, but saves the filter half the work
	default:
		return 1
	}
}

// boxed returns the canvas with each box of pixels averaged to one.
func boxed(img image.Image, canvas image.Rectangle, size boxSize) rows {
	if p, ok := img.(*image.YCbCr); ok && p.Rect == canvas && size != (boxSize{1, 1}) {
		if size, ok := size.alignedTo(p.SubsampleRatio); ok {
			p = boxedPlanes(p, size)
			return rowsOf(p, p.Rect)
		}
	}
	return rowsOf(img, canvas).boxed(size)
}

// alignedTo rounds the size down so that boxes end where samples of the colour
// planes do. It reports false if nothing is left.
func (b boxSize) alignedTo(ratio image.YCbCrSubsampleRatio) (boxSize, bool) {
	r := sampleSize(ratio)
	b.x -= b.x % r.x
	b.y -= b.y % r.y
	return b, b.x > 0 && b.y > 0
}

// sampleSize returns how many pixels share a sample of the colour planes.
func sampleSize(ratio image.YCbCrSubsampleRatio) boxSize {
	switch ratio {
	case image.YCbCrSubsampleRatio422:
		return boxSize{2, 1}
	case image.YCbCrSubsampleRatio420:
		return boxSize{2, 2}
	case image.YCbCrSubsampleRatio440:
		return boxSize{1, 2}
	case image.YCbCrSubsampleRatio411:
		return boxSize{4, 1}
	case image.YCbCrSubsampleRatio410:
		return boxSize{4, 2}
	default:
		return boxSize{1, 1}
	}
}

// boxedPlanes averages each plane by itself: the colour planes have fewer
// samples, and smaller boxes. So no pixel is converted to RGB that is not
// needed.
func boxedPlanes(src *image.YCbCr, size boxSize) *image.YCbCr {
	w, h := src.Rect.Dx(), src.Rect.Dy()
	small := image.Rect(0, 0, ceilDiv(w, size.x), ceilDiv(h, size.y))
	dst := image.NewYCbCr(small, image.YCbCrSubsampleRatio444)
	sample := sampleSize(src.SubsampleRatio)
	cw, ch := ceilDiv(w, sample.x), ceilDiv(h, sample.y)
	colourSize := boxSize{size.x / sample.x, size.y / sample.y}
	boxedPlane(dst.Y, src.Y, src.YStride, w, h, size)
	boxedPlane(dst.Cb, src.Cb, src.CStride, cw, ch, colourSize)
	boxedPlane(dst.Cr, src.Cr, src.CStride, cw, ch, colourSize)
	return dst
}

// boxedPlane averages the boxes of one plane of w x h samples. Those at the
// right and at the bottom may be smaller.
func boxedPlane(dst, src []byte, stride, w, h int, size boxSize) {
	sums := make([]uint64, ceilDiv(w, size.x)) // 32 bits are too few for boxes of 4096 x 4097
	for y := 0; y < h; y += size.y {
		clear(sums)
		high := min(size.y, h-y)
		for i := range high {
			addBoxes(sums, src[(y+i)*stride:][:w], size.x)
		}
		for x, sum := range sums {
			area := uint64(high * min(size.x, w-x*size.x))
			dst[x] = byte((sum + area/2) / area)
		}
		dst = dst[len(sums):]
	}
}

// addBoxes adds each n samples of the row to one sum.
func addBoxes(sums []uint64, row []byte, n int) {
	for i := range sums {
		sum := uint64(0)
		for _, v := range row[i*n : min((i+1)*n, len(row))] {
			sum += uint64(v)
		}
		sums[i] += sum
	}
}

func ceilDiv(a, b int) int { return (a + b - 1) / b }
