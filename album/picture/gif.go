package picture

import (
	"bytes"
	"encoding/binary"
)

// GIF blocks and extensions (GIF89a, appendix A).
const (
	gifExtension = 0x21
	gifImage     = 0x2c
	gifTrailer   = 0x3b

	gifGraphicControl = 0xf9
	gifApplication    = 0xff
)

func isGIF(head []byte) bool {
	return bytes.HasPrefix(head, []byte("GIF87a")) || bytes.HasPrefix(head, []byte("GIF89a"))
}

// gifScan walks the blocks of a GIF file.
type gifScan struct {
	*scan
	found  *finding
	global bool // there is a colour table for all images
	images int
}

func scanGIF(s *scan) (*finding, error) {
	g := &gifScan{scan: s, found: &finding{orientation: upright, memory: 2}}
	at, err := g.takeScreen()
	if err != nil {
		return nil, err
	}
	for range maxParts {
		kind, err := g.byteAt(at)
		if err != nil {
			return nil, err
		}
		if kind == gifTrailer {
			return g.found, g.finish(at)
		}
		if at, err = g.take(kind, at); err != nil {
			return nil, err
		}
	}
	return nil, s.tooManyParts()
}

// take decides what becomes of a block and returns the offset behind it.
func (g *gifScan) take(kind byte, at int64) (int64, error) {
	switch kind {
	case gifExtension:
		return g.takeExtension(at)
	case gifImage:
		return g.takeImage(at)
	default:
		return 0, g.broken(at, "a block of the unknown kind %#02x", kind)
	}
}

// takeScreen reads the header and returns the offset behind it.
func (g *gifScan) takeScreen() (int64, error) {
	const size = 13
	b, err := g.at(0, size)
	if err != nil {
		return 0, err
	}
	g.found.width = int(binary.LittleEndian.Uint16(b[6:]))
	g.found.height = int(binary.LittleEndian.Uint16(b[8:]))
	table := colourTable(b[10])
	g.global = table > 0
	return size + table, g.checkPixels(6, g.found.width, g.found.height)
}

// colourTable returns how many bytes the colour table takes that flags announce.
func colourTable(flags byte) int64 {
	if flags&0x80 == 0 {
		return 0
	}
	return 3 << (1 + flags&0x07)
}

// takeExtension keeps graphic controls and loops. Comments go, and what
// applications keep for themselves (XMP among it). So does plain text: it is
// text, and no browser paints it.
func (g *gifScan) takeExtension(at int64) (int64, error) {
	label, err := g.byteAt(at + 1)
	if err != nil {
		return 0, err
	}
	end, err := g.skipBlocks(at + 2)
	if err != nil {
		return 0, err
	}
	switch label {
	case gifGraphicControl:
		if end-at != 8 {
			return 0, g.broken(at, "a graphic control of %d bytes instead of 8", end-at)
		}
		return end, nil
	case gifApplication:
		return end, g.takeApplication(at, end)
	default:
		return end, g.cut(at, end)
	}
}

// takeApplication keeps the number of times an animation runs, and of that no
// more than decoders read.
func (g *gifScan) takeApplication(at, end int64) error {
	const loopSize = 19
	if end-at < loopSize {
		return g.cut(at, end)
	}
	b, err := g.at(at, loopSize)
	if err != nil {
		return err
	}
	name := string(b[3:14])
	loops := b[2] == 11 && (name == "NETSCAPE2.0" || name == "ANIMEXTS1.0") && b[14] == 3 && b[15] == 1
	if !loops {
		return g.cut(at, end)
	}
	return g.replace(at, end, append(b[:loopSize-1:loopSize-1], 0))
}

// takeImage checks an image's place on the screen and skips its pixels.
func (g *gifScan) takeImage(at int64) (int64, error) {
	const size = 10
	b, err := g.at(at, size)
	if err != nil {
		return 0, err
	}
	right := int(binary.LittleEndian.Uint16(b[1:])) + int(binary.LittleEndian.Uint16(b[5:]))
	bottom := int(binary.LittleEndian.Uint16(b[3:])) + int(binary.LittleEndian.Uint16(b[7:]))
	if right > g.found.width || bottom > g.found.height {
		return 0, g.broken(at, "an image reaches to %d x %d, out of the screen of %d x %d",
			right, bottom, g.found.width, g.found.height)
	}
	table := colourTable(b[9])
	if table == 0 && !g.global {
		return 0, g.broken(at, "an image without a colour table")
	}
	data := at + size + table
	bits, err := g.byteAt(data)
	if err != nil {
		return 0, err
	}
	if bits < 2 || bits > 8 {
		return 0, g.broken(data, "pixels of %d bits", bits)
	}
	g.images++
	return g.skipBlocks(data + 1)
}

// skipBlocks returns the offset behind a row of data sub-blocks, each with its
// length before it and an empty one at the end.
func (g *gifScan) skipBlocks(at int64) (int64, error) {
	for {
		n, err := g.byteAt(at)
		if err != nil {
			return 0, err
		}
		at += 1 + int64(n)
		if n == 0 {
			return at, nil
		}
	}
}

func (g *gifScan) finish(trailer int64) error {
	if g.images == 0 {
		return g.broken(trailer, "the file ends without a picture")
	}
	return g.cut(trailer+1, g.size)
}
