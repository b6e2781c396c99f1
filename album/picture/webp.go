package picture

import (
	"encoding/binary"
	"image"
	"io"
	"math"

	"golang.org/x/image/webp"

	"github.com/corsage-go/corsage/album"
)

// Flags of a VP8X chunk (RFC 9649, section 2.7).
const (
	webpAnimation = 0x02
	webpXMP       = 0x04
	webpExif      = 0x08
	webpAlpha     = 0x10
)

const (
	riffHeader  = 12 // "RIFF", size, "WEBP"
	chunkHeader = 8  // name, size
	frameHeader = 16 // of an ANMF chunk's body
)

func isWebP(head []byte) bool {
	return len(head) >= riffHeader && string(head[:4]) == "RIFF" && string(head[8:12]) == "WEBP"
}

// webpScan walks the chunks of a WebP file.
//
// The orientation goes with the rest of the Exif: no browser turns a WebP
// picture by it, so what is stored is what is shown.
type webpScan struct {
	*scan
	found    *finding
	end      int64 // of the RIFF chunk that all others are in
	extended bool  // there is a VP8X chunk
	flags    byte  // its flags
	first    webpImage
	parts    int
}

// webpChunk is where a chunk lies. Its body is followed by a zero byte if its
// length is odd.
type webpChunk struct {
	name  [4]byte
	start int64
	body  int64
	stop  int64 // of the body
	end   int64 // behind the zero byte
}

// webpImage is the picture, or one frame of an animation.
type webpImage struct {
	alpha  webpChunk // ALPH; of no length if there is none
	pixels webpChunk // VP8 or VP8L
	width  int
	height int
}

func (i webpImage) seen() bool { return i.pixels.end > 0 }

// memory estimates bytes per pixel as the decoder has them.
func (i webpImage) memory() int {
	if string(i.pixels.name[:]) == "VP8 " && i.alpha.end == 0 {
		return 2
	}
	return 8
}

func scanWebP(s *scan) (*finding, error) {
	w := &webpScan{scan: s, found: &finding{orientation: upright}}
	if err := w.takeRIFF(); err != nil {
		return nil, err
	}
	err := w.each(riffHeader, w.end, w.take)
	if err != nil {
		return nil, err
	}
	if !w.first.seen() {
		return nil, w.broken(w.end, "the file ends without a picture")
	}
	if w.extended {
		w.found.still = w.still()
	}
	w.found.memory = w.first.memory()
	return w.found, w.finish()
}

// takeRIFF finds the end of the RIFF chunk.
func (w *webpScan) takeRIFF() error {
	b, err := w.at(0, riffHeader)
	if err != nil {
		return err
	}
	w.end = chunkHeader + int64(binary.LittleEndian.Uint32(b[4:]))
	if w.end > w.size {
		return w.truncated()
	}
	return nil
}

// each calls take for every chunk from from up to to.
func (w *webpScan) each(from, to int64, take func(webpChunk) error) error {
	for at := from; at < to; {
		if w.parts++; w.parts > maxParts {
			return w.tooManyParts()
		}
		c, err := w.chunk(at, to)
		if err != nil {
			return err
		}
		if err := take(c); err != nil {
			return err
		}
		at = c.end
	}
	return nil
}

// chunk reads the head of the chunk at an offset, which has to end by limit.
func (w *webpScan) chunk(at, limit int64) (webpChunk, error) {
	if limit-at < chunkHeader {
		return webpChunk{}, w.broken(at, "%d bytes are no chunk", limit-at)
	}
	b, err := w.at(at, chunkHeader)
	if err != nil {
		return webpChunk{}, err
	}
	c := webpChunk{name: [4]byte(b[:4]), start: at, body: at + chunkHeader}
	c.stop = c.body + int64(binary.LittleEndian.Uint32(b[4:]))
	if c.stop > limit {
		return c, w.broken(at, "the chunk %q reaches behind the chunk that it is in", string(c.name[:]))
	}
	c.end = c.stop + (c.stop-c.body)%2
	if c.end > limit {
		return c, w.broken(at, "the zero byte behind the chunk %q is missing", string(c.name[:]))
	}
	return c, nil
}

// take decides what becomes of a chunk of the file. The first one says whether
// the picture is simple or extended.
func (w *webpScan) take(c webpChunk) error {
	switch name := string(c.name[:]); {
	case c.start == riffHeader && name == "VP8X":
		return w.takeExtended(c)
	case !w.extended && !w.first.seen():
		if err := w.takeImagePart(&w.first, c); err != nil {
			return err
		}
		w.found.width, w.found.height = w.first.width, w.first.height
		return w.checkPixels(c.start, w.first.width, w.first.height)
	case !w.extended: // behind a simple picture nothing has a meaning
		return w.cut(c.start, c.end)
	case name == "ICCP", name == "ANIM":
		return nil
	case name == "ANMF" && w.flags&webpAnimation != 0:
		return w.takeFrame(c)
	case name == "ALPH", name == "VP8 ", name == "VP8L":
		return w.takeStill(c)
	default:
		return w.cut(c.start, c.end)
	}
}

// takeExtended reads the size of the canvas.
func (w *webpScan) takeExtended(c webpChunk) error {
	if c.stop-c.body != 10 {
		return w.broken(c.start, "a VP8X chunk of %d bytes", c.stop-c.body)
	}
	b, err := w.at(c.body, 10)
	if err != nil {
		return err
	}
	w.extended, w.flags = true, b[0]
	w.found.width, w.found.height = 1+uint24(b[4:]), 1+uint24(b[7:])
	return w.checkPixels(c.start, w.found.width, w.found.height)
}

// takeStill takes a part of the one picture of an extended file.
func (w *webpScan) takeStill(c webpChunk) error {
	if w.flags&webpAnimation != 0 {
		return w.broken(c.start, "an animation has a picture outside its frames")
	}
	if err := w.takeImagePart(&w.first, c); err != nil {
		return err
	}
	if w.first.seen() && (w.first.width != w.found.width || w.first.height != w.found.height) {
		return w.broken(c.start, "the picture is %d x %d pixels, but the file says %d x %d",
			w.first.width, w.first.height, w.found.width, w.found.height)
	}
	return nil
}

// takeImagePart notes the transparency or the pixels of a picture.
func (w *webpScan) takeImagePart(i *webpImage, c webpChunk) (err error) {
	switch name := string(c.name[:]); {
	case i.seen():
		return w.broken(c.start, "the chunk %q follows the pixels", name)
	case name == "ALPH":
		i.alpha = c
		return nil
	case name == "VP8 ":
		i.width, i.height, err = w.lossySize(c)
	case name == "VP8L":
		i.width, i.height, err = w.losslessSize(c)
	default:
		return w.broken(c.start, "the chunk %q in the place of pixels", name)
	}
	i.pixels = c
	return err
}

// lossySize reads the frame header of VP8 (RFC 6386, section 9.1).
func (w *webpScan) lossySize(c webpChunk) (width, height int, err error) {
	if c.stop-c.body < 10 {
		return 0, 0, w.broken(c.start, "VP8 pixels of %d bytes", c.stop-c.body)
	}
	b, err := w.at(c.body, 10)
	if err != nil {
		return 0, 0, err
	}
	if interFrame := b[0]&1 != 0; interFrame || string(b[3:6]) != "\x9d\x01\x2a" {
		return 0, 0, w.broken(c.body, "the VP8 pixels do not begin with a key frame")
	}
	width = int(binary.LittleEndian.Uint16(b[6:]) & 0x3fff)
	height = int(binary.LittleEndian.Uint16(b[8:]) & 0x3fff)
	return width, height, nil
}

// losslessSize reads the header of VP8L (RFC 9649, section 3.4).
func (w *webpScan) losslessSize(c webpChunk) (width, height int, err error) {
	if c.stop-c.body < 5 {
		return 0, 0, w.broken(c.start, "VP8L pixels of %d bytes", c.stop-c.body)
	}
	b, err := w.at(c.body, 5)
	if err != nil {
		return 0, 0, err
	}
	bits := binary.LittleEndian.Uint32(b[1:])
	if version := bits >> 29; b[0] != 0x2f || version != 0 {
		return 0, 0, w.broken(c.body, "the VP8L pixels do not begin with a header of version 0")
	}
	return 1 + int(bits&0x3fff), 1 + int(bits>>14&0x3fff), nil
}

// takeFrame takes a frame of an animation: unknown chunks in it go, and its
// size is set right.
func (w *webpScan) takeFrame(c webpChunk) error {
	if c.stop-c.body < frameHeader {
		return w.broken(c.start, "a frame of %d bytes", c.stop-c.body)
	}
	b, err := w.at(c.body, frameHeader)
	if err != nil {
		return err
	}
	corner := image.Pt(2*uint24(b), 2*uint24(b[3:]))
	size := image.Pt(1+uint24(b[6:]), 1+uint24(b[9:]))
	canvas := image.Rect(0, 0, w.found.width, w.found.height)
	if place := (image.Rectangle{Min: corner, Max: corner.Add(size)}); !place.In(canvas) {
		return w.broken(c.start, "a frame at %v is not within the picture of %v", place, canvas.Max)
	}
	var frame webpImage
	before := w.saved
	if err := w.each(c.body+frameHeader, c.stop, w.frameTaker(&frame)); err != nil {
		return err
	}
	if !frame.seen() || frame.width != size.X || frame.height != size.Y {
		return w.broken(c.start, "the pixels of a frame of %v are %d x %d", size, frame.width, frame.height)
	}
	if !w.first.seen() {
		w.first, w.found.origin = frame, corner
	}
	length := c.stop - c.body - (w.saved - before)
	return w.setSize(c.start+4, length)
}

// frameTaker returns what decides on the chunks of a frame.
func (w *webpScan) frameTaker(frame *webpImage) func(webpChunk) error {
	return func(c webpChunk) error {
		switch string(c.name[:]) {
		case "ALPH", "VP8 ", "VP8L":
			return w.takeImagePart(frame, c)
		default:
			return w.cut(c.start, c.end)
		}
	}
}

// finish sets right what tells of the chunks that were cut.
func (w *webpScan) finish() error {
	if err := w.setSize(4, w.end-w.saved-chunkHeader); err != nil {
		return err
	}
	if w.extended {
		const at = riffHeader + chunkHeader
		if err := w.replace(at, at+1, []byte{w.flags &^ (webpExif | webpXMP)}); err != nil {
			return err
		}
	}
	return w.cut(w.end, w.size)
}

// setSize puts a chunk's new length in the place of the old one.
func (w *webpScan) setSize(at, length int64) error {
	return w.replace(at, at+4, binary.LittleEndian.AppendUint32(nil, uint32(length)))
}

// still makes a file of the first frame alone, as small as can be, because the
// decoder takes neither animations nor everything that browsers do.
func (w *webpScan) still() []album.Edit {
	alpha, pixels := w.first.alpha, w.first.pixels
	var head []byte
	if alpha.end > 0 && string(pixels.name[:]) == "VP8 " {
		head = append(head, "VP8X\x0a\x00\x00\x00"...)
		head = append(head, webpAlpha, 0, 0, 0)
		head = appendUint24(head, w.first.width-1)
		head = appendUint24(head, w.first.height-1)
	} else {
		alpha = webpChunk{start: pixels.start, end: pixels.start}
	}
	size := uint32(len("WEBP")) + uint32(len(head)) + uint32(alpha.end-alpha.start+pixels.end-pixels.start)
	riff := binary.LittleEndian.AppendUint32([]byte("RIFF"), size)
	riff = append(riff, "WEBP"...)
	return []album.Edit{
		{Offset: 0, Length: alpha.start, With: append(riff, head...)},
		{Offset: alpha.end, Length: pixels.start - alpha.end},
		{Offset: pixels.end, Length: w.size - pixels.end},
	}
}

// decodeWebP decodes a file with one picture. VP8 has its samples in the range
// of video, 16 to 235 for brightness and to 240 for colours (RFC 6386, section
// 9.2), which the decoder leaves as they are, while package image takes those of
// YCbCr for the whole range, as in JPEG (golang.org/issue/40173). Without the
// change all would look pale.
func decodeWebP(r io.Reader) (image.Image, error) {
	img, err := webp.Decode(r)
	if err != nil {
		return nil, err
	}
	switch img := img.(type) {
	case *image.YCbCr:
		widenRange(img)
	case *image.NYCbCrA:
		widenRange(&img.YCbCr)
	}
	return img, nil
}

// widenRange turns samples of the range of video into those of the whole range.
func widenRange(img *image.YCbCr) {
	var brightness, colour [256]byte
	for i := range 256 {
		brightness[i] = clampByte(math.Round(float64(i-16) * 255 / 219))
		colour[i] = clampByte(math.Round(float64(i-128)*255/224 + 128))
	}
	apply(&brightness, img.Y)
	apply(&colour, img.Cb)
	apply(&colour, img.Cr)
}

func apply(table *[256]byte, samples []byte) {
	for i, v := range samples {
		samples[i] = table[v]
	}
}

func clampByte(v float64) byte { return byte(max(0, min(255, v))) }

func uint24(b []byte) int { return int(b[0]) | int(b[1])<<8 | int(b[2])<<16 }

func appendUint24(b []byte, n int) []byte { return append(b, byte(n), byte(n>>8), byte(n>>16)) }
