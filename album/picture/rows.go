package picture

import (
	"image"
	"image/color"
	"image/draw"
)

// rows is a picture that is read row by row, so that steps of making it smaller
// follow each other without a copy of the whole in between.
type rows struct {
	w, h int
	// read writes row y into pix: four bytes a pixel, as image.RGBA has them.
	read func(pix []byte, y int)
}

// rowsOf reads the canvas, with the image at its place on it. Where the image
// does not reach it is transparent.
func rowsOf(img image.Image, canvas image.Rectangle) rows {
	r := rows{w: canvas.Dx(), h: canvas.Dy()}
	whole := img.Bounds() == canvas
	if p, ok := img.(*image.Paletted); ok && whole {
		r.read = paletteReader(p)
		return r
	}
	row := &image.RGBA{Stride: 4 * r.w}
	r.read = func(pix []byte, y int) {
		if !whole {
			clear(pix)
		}
		row.Pix, row.Rect = pix, image.Rect(canvas.Min.X, canvas.Min.Y+y, canvas.Max.X, canvas.Min.Y+y+1)
		draw.Draw(row, row.Rect, img, row.Rect.Min, draw.Src)
	}
	return r
}

// paletteReader looks colours up in a table; package draw would ask the
// palette's interfaces for every pixel.
func paletteReader(img *image.Paletted) func(pix []byte, y int) {
	var table [256]color.RGBA
	for i, c := range img.Palette {
		table[i] = color.RGBAModel.Convert(c).(color.RGBA)
	}
	return func(pix []byte, y int) {
		for _, i := range img.Pix[y*img.Stride:][:len(pix)/4] {
			c := table[i]
			pix[0], pix[1], pix[2], pix[3] = c.R, c.G, c.B, c.A
			pix = pix[4:]
		}
	}
}

// boxed averages boxes of pixels. Those at the right and at the bottom may be
// smaller.
func (r rows) boxed(size boxSize) rows {
	if size == (boxSize{1, 1}) {
		return r
	}
	small := rows{w: ceilDiv(r.w, size.x), h: ceilDiv(r.h, size.y)}
	row := make([]byte, 4*r.w)
	sums := make([]uint64, 4*small.w)
	small.read = func(pix []byte, y int) {
		clear(sums)
		high := min(size.y, r.h-y*size.y)
		for i := range high {
			r.read(row, y*size.y+i)
			addPixels(sums, row, size.x)
		}
		for i, sum := range sums {
			area := uint64(high * min(size.x, r.w-i/4*size.x))
			pix[i] = byte((sum + area/2) / area)
		}
	}
	return small
}

// addPixels adds each n pixels of the row, channel by channel, to one sum of
// four channels. The channels are multiplied by alpha, as those of image.RGBA
// are, so that what is transparent has no colour to add.
func addPixels(sums []uint64, row []byte, n int) {
	for len(sums) >= 4 {
		box := row[:min(4*n, len(row))]
		row = row[len(box):]
		var r, g, b, a uint64
		for ; len(box) >= 4; box = box[4:] {
			r += uint64(box[0])
			g += uint64(box[1])
			b += uint64(box[2])
			a += uint64(box[3])
		}
		sums[0] += r
		sums[1] += g
		sums[2] += b
		sums[3] += a
		sums = sums[4:]
	}
}
