package picture_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/gif"
	"slices"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/album/picture"
)

// wrong is a file that is refused, with what the sentence has to name.
type wrong struct {
	name string
	file []byte
	want string
}

// A file that is no picture, a broken or an unusual one is Unsupported, and the
// sentence names the place and the cure.
func TestInspectRefusesAndExplains(t *testing.T) {
	for _, tt := range slices.Concat(wrongTypes(), wrongJPEGs(t), wrongPNGs(t), wrongGIFs(t), wrongWebPs(t)) {
		t.Run(tt.name, func(t *testing.T) {
			_, err := picture.New(1).Inspect(bytes.NewReader(tt.file), int64(len(tt.file)), noLimit)
			e, ok := errors.AsType[*album.Error](err)
			if !ok || e.Kind != album.Unsupported {
				t.Fatalf("got %v, want an Error of kind Unsupported", err)
			}
			if !strings.Contains(e.Detail, tt.want) {
				t.Errorf("got %q, want it to name %q", e.Detail, tt.want)
			}
			if !strings.Contains(e.Detail, "export it") && !strings.Contains(e.Detail, "upload it again") {
				t.Errorf("%q names no cure", e.Detail)
			}
		})
	}
}

func wrongTypes() []wrong {
	return []wrong{
		{"empty", nil, "empty"},
		{"one byte", []byte{0xff}, `"\xff"`},
		{"text", []byte("<svg xmlns='http://www.w3.org/2000/svg'/>"), `begins with "<svg xml"`},
		{"HEIC", []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00"), `"heic" family`},
		{"start of a PNG", []byte("\x89PNG\r\n"), "begins with"},
		{"start of a JPEG", []byte{0xff, 0xd8}, "begins with"},
		{"RIFF of a sound", []byte("RIFF\x04\x00\x00\x00WAVE"), "begins with"},
	}
}

func wrongJPEGs(tb testing.TB) []wrong {
	plain := encodedJPEG(tb, flag(flagWidth, flagHeight))
	frameAt, scanAt := find(tb, plain, "\xff\xc0"), find(tb, plain, "\xff\xda")
	edit := func(at int, b byte) []byte {
		file := slices.Clone(plain)
		file[at] = b
		return file
	}
	cmyk := testFile(tb, "cmyk.jpg")
	adobe := find(tb, cmyk, "\xff\xee")
	many := slices.Repeat(slices.Concat(segment(0xfe, secret), segment(0xdb)), 1001)
	return []wrong{
		{"JPEG without pixels", []byte("\xff\xd8\xff\xd9"), "at byte 2: the file ends without a picture"},
		{"JPEG cut in the pixels", plain[:len(plain)-10], "before the picture does"},
		{"JPEG without its end", plain[:len(plain)-2], "before the picture does"},
		{"JPEG cut in a segment", plain[:10], "the JPEG file ends at byte 10"},
		{"JPEG cut in a length", plain[:5], "the JPEG file ends at byte 5"},
		{"JPEG cut in fill bytes", []byte("\xff\xd8\xff\xff\xff"), "the JPEG file ends at byte 5"},
		{"JPEG segment of one byte", []byte("\xff\xd8\xff\xe0\x00\x01"), "at byte 4: a segment of 1 bytes"},
		{"JPEG scan before the frame", slices.Concat(plain[:frameAt], plain[scanAt:]), "a scan before the frame header"},
		{"JPEG with two frames", insert(plain, scanAt, plain[frameAt:frameAt+19]), "a second frame header"},
		{"JPEG with a short frame", slices.Concat(plain[:2], segment(0xc0, "\x08\x00\x10")), "a frame header of 3 bytes"},
		{"JPEG of no height", slices.Concat(plain[:frameAt+5], []byte{0, 0}, plain[frameAt+7:]), "48 x 0 pixels"},
		{"JPEG of 12 bits", edit(frameAt+4, 12), "precision"},
		{"JPEG of two colours", slices.Concat(plain[:2], segment(0xc0, "\x08\x00\x10\x00\x10\x02\x01\x11\x00\x02\x11\x00")), "number of components"},
		{"JPEG, lossless", edit(frameAt+1, 0xc3), "marker FF C3"},
		{"JPEG, arithmetic", testFile(tb, "arithmetic.jpg"), "marker FF C9"},
		{"JPEG in a JPEG", insert(plain, 2, []byte{0xff, 0xd8}), "marker FF D8"},
		{"JPEG, CMYK of unknown meaning", slices.Concat(cmyk[:adobe], cmyk[adobe+16:]), "four colours"},
		{"JPEG with too much metadata", insert(plain, scanAt, many), "more than 1000 separate pieces of metadata"},
		{"JPEG of too many parts", slices.Concat(plain[:2], slices.Repeat(segment(0xdb), 1<<20)), "more than 1048576 parts"},
	}
}

func wrongPNGs(tb testing.TB) []wrong {
	plain := encodedPNG(tb, flag(flagWidth, flagHeight))
	pixels, end := find(tb, plain, "IDAT")-4, find(tb, plain, "IEND")-4
	header := func(text string) []byte { return slices.Concat(plain[:8], pngChunk("IHDR", text), plain[pixels:]) }
	damaged := slices.Clone(plain)
	damaged[8+4+4+3]++
	return []wrong{
		{"PNG cut behind the signature", plain[:8], "the PNG file ends at byte 8"},
		{"PNG cut in the pixels", plain[:pixels+20], "before the picture does"},
		{"PNG without its end", plain[:end], "before the picture does"},
		{"PNG without a header", slices.Concat(plain[:8], plain[pixels:]), "at byte 8: the chunk IDAT; IHDR has to come first and once"},
		{"PNG with two headers", insert(plain, pixels, plain[8:33]), "at byte 33: the chunk IHDR"},
		{"PNG with a damaged header", damaged, "at byte 8: the IHDR chunk is damaged"},
		{"PNG with a long header", header("\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x00"), "damaged"},
		{"PNG of no width", header("\x00\x00\x00\x00\x00\x00\x00\x01\x08\x02\x00\x00\x00"), "0 x 1 pixels"},
		{"PNG too wide for the standard", header("\x80\x00\x00\x00\x00\x00\x00\x01\x08\x02\x00\x00\x00"), "2147483648 x 1 pixels"},
		{"PNG of unknown colours", header("\x00\x00\x00\x01\x00\x00\x00\x01\x08\x05\x00\x00\x00"), "colour type 5 at 8 bits"},
		{"PNG of unknown depth", header("\x00\x00\x00\x01\x00\x00\x00\x01\x10\x03\x00\x00\x00"), "colour type 3 at 16 bits"},
		{"PNG of unknown interlace", header("\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x02"), "interlace 2"},
		{"PNG without pixels", slices.Concat(plain[:pixels], plain[end:]), "the file ends without a picture"},
		{"PNG with a filled end", slices.Concat(plain[:end], pngChunk("IEND", secret)), "not empty"},
		{"PNG chunk without a name", insert(plain, pixels, pngChunk("a-b!")), `named "a-b!"`},
		{"PNG chunk too long", insert(plain, pixels, []byte("\x80\x00\x00\x00tEXt")), "2147483648 bytes"},
		{"PNG with an unknown critical chunk", insert(plain, pixels, pngChunk("ABCD")), "the chunk ABCD"},
		{"PNG of too many parts", insert(plain, end, slices.Repeat(pngChunk("IDAT"), 1<<20)), "more than 1048576 parts"},
	}
}

func wrongGIFs(tb testing.TB) []wrong {
	plain := encodedGIF(tb, &gif.GIF{Image: []*image.Paletted{palettedFlag(flagWidth, flagHeight)}, Delay: []int{0}})
	at := bytes.IndexByte(plain, 0x2c)
	bits := at + 10 + 4*3 // behind the image's own table of four colours
	edit := func(at int, b byte) []byte {
		file := slices.Clone(plain)
		file[at] = b
		return file
	}
	return []wrong{
		{"GIF cut in the header", plain[:12], "the GIF file ends at byte 12"},
		{"GIF cut in the pixels", plain[:len(plain)-5], "before the picture does"},
		{"GIF without its end", plain[:len(plain)-1], "before the picture does"},
		{"GIF of no width", slices.Concat(plain[:6], []byte{0, 0}, plain[8:]), "at byte 6: the picture is 0 x 32 pixels"},
		{"GIF without pixels", slices.Concat(plain[:at], []byte{0x3b}), "the file ends without a picture"},
		{"GIF of unknown blocks", insert(plain, at, []byte{0x77}), "unknown kind 0x77"},
		{"GIF image out of the screen", edit(at+1, 1), "reaches to 49 x 32, out of the screen of 48 x 32"},
		{"GIF without colours", slices.Concat([]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00"), []byte{0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2}), "without a colour table"},
		{"GIF of 9 bits", edit(bits, 9), "pixels of 9 bits"},
		{"GIF control of a wrong size", insert(plain, at, gifBlocks(0xf9, "12345")), "graphic control of 9 bytes"},
		{"GIF of too many parts", insert(plain, at, slices.Repeat(gifBlocks(0xf9, "1234"), 1<<20)), "more than 1048576 parts"},
	}
}

func wrongWebPs(tb testing.TB) []wrong {
	const w, h = flagWidth, flagHeight
	lossy, lossless := webpPixels(tb, "lossy.webp"), webpPixels(tb, "lossless.webp")
	edit := func(chunk []byte, at int, b byte) []byte {
		chunk = slices.Clone(chunk)
		chunk[at] = b
		return chunk
	}
	unpadded := webpChunk("note", "odd")
	return []wrong{
		{"WebP cut", testFile(tb, "lossy.webp")[:100], "the WebP file ends at byte 100"},
		{"WebP of nothing", riff(), "the file ends without a picture"},
		{"WebP with half a chunk", riff(lossy, []byte("note")), "4 bytes are no chunk"},
		{"WebP chunk too long", riff(lossy, []byte("note\xff\x00\x00\x00")), "reaches behind"},
		{"WebP without the last zero byte", shorter(riff(lossless, unpadded)), "zero byte"},
		{"WebP of unknown pixels", riff(webpChunk("VP9 ", secret)), `the chunk "VP9 " in the place of pixels`},
		{"WebP of an inter frame", riff(edit(lossy, 8, lossy[8]|1)), "key frame"},
		{"WebP without a start code", riff(edit(lossy, 11, 0)), "key frame"},
		{"WebP of short lossy pixels", riff(webpChunk("VP8 ", "short")), "VP8 pixels of 5 bytes"},
		{"WebP of no width", riff(webpChunk("VP8 ", "\x00\x00\x00\x9d\x01\x2a\x00\x00\x01\x00")), "0 x 1 pixels"},
		{"WebP of short lossless pixels", riff(webpChunk("VP8L", "tiny")), "VP8L pixels of 4 bytes"},
		{"WebP of lossless version 7", riff(edit(lossless, 12, 0xff)), "header of version 0"},
		{"WebP with a short VP8X", riff(webpChunk("VP8X", "short")), "VP8X chunk of 5 bytes"},
		{"WebP of another size", riff(canvas(0, w, h+1), lossy), "48 x 32 pixels, but the file says 48 x 33"},
		{"WebP with two pictures", riff(canvas(0, w, h), lossy, lossy), "follows the pixels"},
		{"WebP animation with a picture", riff(canvas(0x02, w, h), lossy), "outside its frames"},
		{"WebP animation without frames", riff(canvas(0x02, w, h), anim), "the file ends without a picture"},
		{"WebP frame too short", riff(canvas(0x02, w, h), webpChunk("ANMF", "short")), "a frame of 5 bytes"},
		{"WebP frame outside", riff(canvas(0x02, w, h), frame(2, 0, lossy)), "not within the picture"},
		{"WebP frame without pixels", riff(canvas(0x02, w, h), frame(0, 0)), "0 x 0"},
		{"WebP frame of another size", riff(canvas(0x02, 99, 99), frame(0, 0, webpChunk("VP8L", "\x2f\x00\x00\x00\x00"))), "1 x 1"},
		{"WebP frame without a zero byte", riff(canvas(0x02, w, h), frame(0, 0, lossy, unpadded[:len(unpadded)-1])), "zero byte"},
		{"WebP of too many parts", riff(lossy, slices.Repeat(webpChunk("note"), 1<<20)), "more than 1048576 parts"},
	}
}

// shorter returns a RIFF file without its last byte.
func shorter(file []byte) []byte {
	file[4]--
	return file[:len(file)-1]
}

// flakyDisk fails from an offset on.
type flakyDisk struct {
	file []byte
	from int64
}

var errDisk = errors.New("the disk is broken")

func (d flakyDisk) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > d.from {
		return 0, errDisk
	}
	return bytes.NewReader(d.file).ReadAt(p, off)
}

// A disk that fails is the service's fault and not the picture's, wherever it
// fails; what it said is kept for the log.
func TestInspectTellsAFailingDiskFromABrokenFile(t *testing.T) {
	for _, s := range samples(t) {
		for from := int64(0); from < int64(len(s.file)); from += 13 {
			_, err := picture.New(1).Inspect(flakyDisk{s.file, from}, int64(len(s.file)), noLimit)
			if err != nil && (album.KindOf(err) != album.Internal || !errors.Is(err, errDisk)) {
				t.Fatalf("%s, failing from byte %d: %v", s.name, from, err)
			}
		}
	}
}

// Where a file was cut short, it is Unsupported at every place, or as good as
// whole.
func TestInspectSurvivesEveryCut(t *testing.T) {
	for _, s := range samples(t) {
		for n := range s.file {
			file := bytes.NewReader(s.file[:n])
			if _, err := picture.New(1).Inspect(file, int64(n), noLimit); err != nil && album.KindOf(err) != album.Unsupported {
				t.Fatalf("%s, the first %d bytes: %v", s.name, n, err)
			}
		}
	}
}

// A size that is larger than the file is an error of the store.
func TestInspectNoticesAShortFile(t *testing.T) {
	file := encodedPNG(t, flag(flagWidth, flagHeight))
	_, err := picture.New(1).Inspect(bytes.NewReader(file[:60]), int64(len(file)), noLimit)
	if album.KindOf(err) != album.Internal {
		t.Errorf("got %v, want kind Internal", err)
	}
}

// Sizes that are read from the file and cannot be are not trusted.
func TestInspectDoesNotTrustLengths(t *testing.T) {
	file := testFile(t, "lossy.webp")
	binary.LittleEndian.PutUint32(file[4:], 1<<32-1)
	_, err := picture.New(1).Inspect(bytes.NewReader(file), int64(len(file)), noLimit)
	if album.KindOf(err) != album.Unsupported {
		t.Errorf("got %v, want kind Unsupported", err)
	}
}
