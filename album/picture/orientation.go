package picture

import (
	"encoding/binary"
	"image"
	"slices"
)

// orientation says how a stored picture is to be turned to be upright, as the
// Exif tag of that name does (Exif 3.0, section 4.6.5.1.6): 1 is upright.
type orientation uint16

const upright orientation = 1

// A directory entry of TIFF that tells the orientation.
const (
	orientationTag = 0x0112
	typeShort      = 3
)

// shown returns the dimensions of an upright picture that is stored with these.
func (o orientation) shown(width, height int) (int, int) {
	if o >= 5 {
		return height, width
	}
	return width, height
}

// turn returns the picture upright.
func (o orientation) turn(src *image.RGBA) *image.RGBA {
	if o == upright {
		return src
	}
	w, h := src.Rect.Dx(), src.Rect.Dy()
	dw, dh := o.shown(w, h)
	dst := image.NewRGBA(image.Rect(0, 0, dw, dh))
	for y := range dh {
		for x := range dw {
			sx, sy := o.source(x, y, w, h)
			copy(dst.Pix[y*dst.Stride+4*x:][:4], src.Pix[sy*src.Stride+4*sx:][:4])
		}
	}
	return dst
}

// source tells which pixel of a stored picture of w x h is seen at (x, y).
func (o orientation) source(x, y, w, h int) (int, int) {
	switch o {
	case 2: // mirrored
		return w - 1 - x, y
	case 3: // upside down
		return w - 1 - x, h - 1 - y
	case 4: // upside down and mirrored
		return x, h - 1 - y
	case 5: // mirrored along the diagonal
		return y, x
	case 6: // to be turned clockwise
		return y, h - 1 - x
	case 7: // mirrored along the other diagonal
		return w - 1 - y, h - 1 - x
	case 8: // to be turned counter-clockwise
		return w - 1 - y, x
	default:
		return x, y
	}
}

// tiff returns the smallest TIFF structure that tells the orientation: a header
// and a directory of one entry.
func (o orientation) tiff() []byte {
	b := []byte("MM\x00\x2a\x00\x00\x00\x08\x00\x01")
	b = binary.BigEndian.AppendUint16(b, orientationTag)
	b = binary.BigEndian.AppendUint16(b, typeShort)
	b = binary.BigEndian.AppendUint32(b, 1) // one value
	b = binary.BigEndian.AppendUint16(b, uint16(o))
	return append(b, make([]byte, 2+4)...) // unused half of the value; no further directory
}

// readOrientation reads the tag out of the TIFF structure in the bytes from from up
// to to. A structure that makes no sense counts as upright, as in browsers; the
// error is one of reading.
func (s *scan) readOrientation(from, to int64) (orientation, error) {
	if to-from < 8 {
		return upright, nil
	}
	head, err := s.at(from, 8)
	if err != nil {
		return upright, err
	}
	order := byteOrder(head)
	if order == nil {
		return upright, nil
	}
	dir := from + int64(order.Uint32(head[4:]))
	if dir > to-2 {
		return upright, nil
	}
	count, err := s.at(dir, 2)
	if err != nil {
		return upright, err
	}
	last := min(to, dir+2+12*int64(order.Uint16(count)))
	for at := dir + 2; at <= last-12; at += 12 {
		entry, err := s.at(at, 12)
		if err != nil {
			return upright, err
		}
		if order.Uint16(entry) == orientationTag {
			return orientationOf(entry, order), nil
		}
	}
	return upright, nil
}

// byteOrder returns the order that a TIFF header announces, nil if it is none.
func byteOrder(head []byte) binary.ByteOrder {
	switch string(head[:4]) {
	case "MM\x00\x2a":
		return binary.BigEndian
	case "II\x2a\x00":
		return binary.LittleEndian
	default:
		return nil
	}
}

// orientationOf reads a directory entry of twelve bytes.
func orientationOf(entry []byte, order binary.ByteOrder) orientation {
	valid := order.Uint16(entry[2:]) == typeShort && order.Uint32(entry[4:]) == 1
	o := orientation(order.Uint16(entry[8:]))
	if !valid || o < 1 || o > 8 {
		return upright
	}
	return o
}

// exifSegment returns a JPEG APP1 segment that tells the orientation alone.
func (o orientation) exifSegment() []byte {
	body := slices.Concat([]byte("Exif\x00\x00"), o.tiff())
	return jpegSegment(app1, body)
}

// exifChunk returns a PNG chunk that tells the orientation alone.
func (o orientation) exifChunk() []byte { return makePNGChunk("eXIf", o.tiff()) }
