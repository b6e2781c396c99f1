package picture_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// secret stands for all that other sites must not get. It is planted wherever a
// file has room for it.
const secret = "48.8584N 2.2945E"

// The colours of the flag that every test picture shows: red and green above,
// blue and yellow below.
var flagColours = [4]color.NRGBA{{200, 0, 0, 255}, {0, 160, 0, 255}, {0, 0, 200, 255}, {220, 220, 0, 255}}

const flagWidth, flagHeight = 48, 32

// flag draws the test picture at a size.
func flag(w, h int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetNRGBA(x, y, flagColours[2*x/w+2*(2*y/h)])
		}
	}
	return img
}

// palettedFlag is the flag as GIF has it.
func palettedFlag(w, h int) *image.Paletted {
	palette := color.Palette{}
	for _, c := range flagColours {
		palette = append(palette, c)
	}
	img := image.NewPaletted(image.Rect(0, 0, w, h), palette)
	for y := range h {
		for x := range w {
			img.SetColorIndex(x, y, uint8(2*x/w+2*(2*y/h)))
		}
	}
	return img
}

func encodedJPEG(tb testing.TB, img image.Image) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 90}); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func encodedPNG(tb testing.TB, img image.Image) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func encodedGIF(tb testing.TB, g *gif.GIF) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, g); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func testFile(tb testing.TB, name string) []byte {
	tb.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// insert returns the file with parts put in at an offset.
func insert(file []byte, at int, parts ...[]byte) []byte {
	return slices.Concat(file[:at], slices.Concat(parts...), file[at:])
}

// find returns the offset of the last or only place where the file has the text.
func find(tb testing.TB, file []byte, text string) int {
	tb.Helper()
	i := bytes.LastIndex(file, []byte(text))
	if i < 0 {
		tb.Fatalf("the test picture has no %q", text)
	}
	return i
}

// tiff builds an Exif structure with an orientation entry of a type (3 is right),
// between others, and a GPS directory.
func tiff(order binary.AppendByteOrder, kind, orientation uint16) []byte {
	b := []byte("II*\x00")
	if order.String() == binary.BigEndian.String() {
		b = []byte("MM\x00*")
	}
	b = order.AppendUint32(b, 8)
	b = order.AppendUint16(b, 3)
	entry := func(tag, kind uint16, count, value uint32) {
		b = order.AppendUint16(b, tag)
		b = order.AppendUint16(b, kind)
		b = order.AppendUint32(b, count)
		b = order.AppendUint32(b, value)
	}
	const directory = 8 + 2 + 3*12 + 4
	entry(0x010f, 2, uint32(len(secret)), directory) // the maker
	b = order.AppendUint16(b, 0x0112)
	b = order.AppendUint16(b, kind)
	b = order.AppendUint32(b, 1)
	b = order.AppendUint16(b, orientation)
	b = order.AppendUint16(b, 0)
	entry(0x8825, 4, 1, directory) // the GPS directory
	b = order.AppendUint32(b, 0)
	return append(b, secret...)
}

func exifOf(orientation int) []byte { return tiff(binary.BigEndian, 3, uint16(orientation)) }

// segment builds a JPEG segment.
func segment(code byte, body ...string) []byte {
	text := strings.Join(body, "")
	b := binary.BigEndian.AppendUint16([]byte{0xff, code}, uint16(2+len(text)))
	return append(b, text...)
}

func exifSegment(tiff []byte) []byte { return segment(0xe1, "Exif\x00\x00", string(tiff)) }

// pngChunk builds a PNG chunk.
func pngChunk(name string, body ...string) []byte {
	text := strings.Join(body, "")
	b := binary.BigEndian.AppendUint32(nil, uint32(len(text)))
	b = append(b, name+text...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

// pngFrame builds the fcTL chunk of a frame of an animation.
func pngFrame(number byte) []byte {
	return pngChunk("fcTL", "\x00\x00\x00", string([]byte{number}), "\x00\x00\x00\x30\x00\x00\x00\x20", "\x00\x00\x00\x00\x00\x00\x00\x00", "\x00\x01\x00\x0a\x00\x00")
}

// gifBlocks builds an extension of a label with data sub-blocks.
func gifBlocks(label byte, blocks ...string) []byte {
	b := []byte{0x21, label}
	for _, block := range blocks {
		b = append(b, byte(len(block)))
		b = append(b, block...)
	}
	return append(b, 0)
}

// webpChunk builds a RIFF chunk.
func webpChunk(name string, body ...string) []byte {
	text := strings.Join(body, "")
	b := binary.LittleEndian.AppendUint32([]byte(name), uint32(len(text)))
	b = append(b, text...)
	if len(text)%2 == 1 {
		b = append(b, 0)
	}
	return b
}

// riff builds a WebP file of chunks.
func riff(chunks ...[]byte) []byte {
	body := slices.Concat(chunks...)
	b := binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(4+len(body)))
	return slices.Concat(b, []byte("WEBP"), body)
}

// webpPixels returns the chunks that hold the picture of a WebP test file.
func webpPixels(tb testing.TB, name string) []byte {
	tb.Helper()
	chunks := testFile(tb, name)[12:]
	if string(chunks[:4]) == "VP8X" {
		chunks = chunks[18:]
	}
	return chunks
}

func le24(n int) string { return string([]byte{byte(n), byte(n >> 8), byte(n >> 16)}) }

// canvas builds a VP8X chunk.
func canvas(flags byte, w, h int) []byte {
	return webpChunk("VP8X", string([]byte{flags, 0, 0, 0}), le24(w-1), le24(h-1))
}

// frame builds an ANMF chunk with a flag at an even place.
func frame(x, y int, chunks ...[]byte) []byte {
	return webpChunk("ANMF", le24(x/2), le24(y/2), le24(flagWidth-1), le24(flagHeight-1), le24(100), "\x00",
		string(slices.Concat(chunks...)))
}

var anim = webpChunk("ANIM", "\xff\xff\xff\xff\x00\x00")
