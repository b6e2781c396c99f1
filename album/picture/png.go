package picture

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"io"
	"math"
)

const pngSignature = "\x89PNG\r\n\x1a\n"

func isPNG(head []byte) bool { return bytes.HasPrefix(head, []byte(pngSignature)) }

// pngScan walks the chunks of a PNG file.
type pngScan struct {
	*scan
	found  *finding
	exif   bool // an eXIf chunk was seen; only the first counts
	pixels bool // an IDAT chunk was seen
}

// pngChunk is where a chunk lies: length and name of four bytes each, body, CRC.
type pngChunk struct {
	name  [4]byte
	start int64
	body  int64
	end   int64 // behind the CRC
}

func (c pngChunk) bodyEnd() int64 { return c.end - 4 }

func scanPNG(s *scan) (*finding, error) {
	p := &pngScan{scan: s, found: &finding{orientation: upright}}
	at := int64(len(pngSignature))
	for range maxParts {
		chunk, err := p.chunk(at)
		if err != nil {
			return nil, err
		}
		if err := p.take(chunk); err != nil {
			return nil, err
		}
		if string(chunk.name[:]) == "IEND" {
			return p.found, p.cut(chunk.end, s.size)
		}
		at = chunk.end
	}
	return nil, s.tooManyParts()
}

// chunk reads the head of the chunk at an offset.
func (p *pngScan) chunk(at int64) (pngChunk, error) {
	b, err := p.at(at, 8)
	if err != nil {
		return pngChunk{}, err
	}
	length := binary.BigEndian.Uint32(b)
	c := pngChunk{name: [4]byte(b[4:8]), start: at, body: at + 8, end: at + 8 + int64(length) + 4}
	for _, letter := range c.name {
		if letter|0x20 < 'a' || letter|0x20 > 'z' {
			return c, p.broken(at, "a chunk named %q", string(c.name[:]))
		}
	}
	if length > math.MaxInt32 {
		return c, p.broken(at, "a chunk of %d bytes", length)
	}
	if c.end > p.size {
		return c, p.truncated()
	}
	return c, nil
}

// take decides what becomes of a chunk.
func (p *pngScan) take(c pngChunk) error {
	name := string(c.name[:])
	if (name == "IHDR") != (p.found.width == 0) {
		return p.broken(c.start, "the chunk %s; IHDR has to come first and once", name)
	}
	switch name {
	case "IHDR":
		return p.takeHeader(c)
	case "IDAT":
		p.pixels = true
		return nil
	case "IEND":
		return p.takeEnd(c)
	case "eXIf":
		return p.takeExif(c)
	case "PLTE", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "sBIT", "bKGD", "hIST", "pHYs", "sPLT",
		"cICP", "mDCV", "cLLI", // colours of HDR
		"acTL", "fcTL", "fdAT": // animation
		return nil
	default:
		return p.takeUnknown(c)
	}
}

// takeHeader reads the size and checks that the pixels are stored in a way that
// the standard knows (PNG 3rd edition, section 11.2.1).
func (p *pngScan) takeHeader(c pngChunk) error {
	b, err := p.at(c.start, 8+13+4)
	if err != nil {
		return err
	}
	if c.bodyEnd()-c.body != 13 || crc32.ChecksumIEEE(b[4:21]) != binary.BigEndian.Uint32(b[21:]) {
		return p.broken(c.start, "the IHDR chunk is damaged")
	}
	b = b[8:]
	width, height := binary.BigEndian.Uint32(b), binary.BigEndian.Uint32(b[4:])
	if width > math.MaxInt32 || height > math.MaxInt32 {
		return p.broken(c.start, "the picture is %d x %d pixels", width, height)
	}
	p.found.width, p.found.height = int(width), int(height)
	if err := p.checkPixels(c.start, p.found.width, p.found.height); err != nil {
		return err
	}
	depth, colour, compression, filter, interlace := b[8], b[9], b[10], b[11], b[12]
	samples := pngSamples(depth, colour)
	if samples == 0 || compression != 0 || filter != 0 || interlace > 1 {
		return p.unsupported(c.start, "colour type %d at %d bits, compression %d, filter %d, interlace %d",
			colour, depth, compression, filter, interlace)
	}
	p.found.memory = pngMemory(samples, int(depth), interlace == 1)
	return nil
}

// pngSamples returns how many samples a pixel has, 0 if there is no such kind of
// pixel.
func pngSamples(depth, colour byte) int {
	small := depth == 1 || depth == 2 || depth == 4
	wide := depth == 8 || depth == 16
	switch {
	case colour == 0 && (small || wide): // grey
		return 1
	case colour == 3 && (small || depth == 8): // palette
		return 1
	case colour == 2 && wide: // red, green, blue
		return 3
	case colour == 4 && wide: // grey and alpha
		return 2
	case colour == 6 && wide: // red, green, blue, alpha
		return 4
	default:
		return 0
	}
}

// pngMemory estimates bytes per pixel as Go's decoder has them: one sample of
// one or two bytes, or four of them; while the passes of an interlaced file
// come in, half as much again.
func pngMemory(samples, depth int, interlaced bool) int {
	n := 1
	if samples > 1 {
		n = 4
	}
	if depth == 16 {
		n *= 2
	}
	if interlaced {
		n += (n + 1) / 2
	}
	return n
}

func (p *pngScan) takeEnd(c pngChunk) error {
	if !p.pixels {
		return p.broken(c.start, "the file ends without a picture")
	}
	if c.body != c.bodyEnd() {
		return p.broken(c.start, "an IEND chunk that is not empty")
	}
	return nil
}

// takeExif keeps nothing of the Exif but the orientation, where browsers honour
// it: in the first eXIf chunk, before the pixels, if its checksum is right.
func (p *pngScan) takeExif(c pngChunk) error {
	if p.exif || p.pixels {
		return p.cut(c.start, c.end)
	}
	p.exif = true
	intact, err := p.intact(c)
	if err != nil {
		return err
	}
	if !intact {
		return p.cut(c.start, c.end)
	}
	o, err := p.readOrientation(c.body, c.bodyEnd())
	if err != nil {
		return err
	}
	p.found.orientation = o
	if o == upright {
		return p.cut(c.start, c.end)
	}
	return p.replace(c.start, c.end, o.exifChunk())
}

// intact checks a chunk's CRC, reading the chunk piece by piece.
func (p *pngScan) intact(c pngChunk) (bool, error) {
	sum := crc32.NewIEEE()
	covered := io.NewSectionReader(p.r, c.start+4, c.bodyEnd()-c.start-4)
	if n, err := io.Copy(sum, covered); err != nil || n < covered.Size() {
		return false, unreadable(err)
	}
	want, err := p.at(c.bodyEnd(), 4)
	if err != nil {
		return false, err
	}
	return sum.Sum32() == binary.BigEndian.Uint32(want), nil
}

// takeUnknown cuts a chunk that pictures can be shown without, as the third bit
// of its name says; there is no showing them without any other.
func (p *pngScan) takeUnknown(c pngChunk) error {
	if ancillary := c.name[0]&0x20 != 0; ancillary {
		return p.cut(c.start, c.end)
	}
	return p.unsupported(c.start, "the chunk %s", string(c.name[:]))
}

// makePNGChunk returns a chunk with its CRC.
func makePNGChunk(name string, body []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	b = append(b, name...)
	b = append(b, body...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}
