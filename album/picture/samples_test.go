package picture_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/gif"
	"slices"
	"testing"
)

// sample is a picture file with what is true of it. Every promise of the
// package is tested with all of them.
type sample struct {
	name   string
	file   []byte
	pixels []byte // a file without anything special that has the same pixels
	kind   string // media type
	width  int    // as shown
	height int
	shows  string   // the colours in its corners, line by line, as shown: R, G, B, Y, or - for none
	keeps  []string // what the redacted file still has to contain
	clean  bool     // there is nothing to redact
}

func samples(tb testing.TB) []sample {
	tb.Helper()
	return slices.Concat(jpegSamples(tb), jpegScanSamples(tb), pngSamples(tb), gifSamples(tb), webpSamples(tb), webpAnimations(tb))
}

// turned is what the flag looks like under each orientation.
var turned = [...]string{1: "RGBY", 2: "GRYB", 3: "YBGR", 4: "BYRG", 5: "RBGY", 6: "BRYG", 7: "YGBR", 8: "GYRB"}

func shownSize(orientation int) (int, int) {
	if orientation >= 5 {
		return flagHeight, flagWidth
	}
	return flagWidth, flagHeight
}

// jpegSamples have something behind the SOI marker of a plain file.
func jpegSamples(tb testing.TB) []sample {
	plain := encodedJPEG(tb, flag(flagWidth, flagHeight))
	tests := []struct {
		name  string
		parts [][]byte
		shows int // orientation; 0 for upright
		keeps string
		clean bool
	}{
		{name: "plain", clean: true},
		{name: "JFIF", parts: [][]byte{segment(0xe0, "JFIF\x00\x01\x02\x01\x00\x48\x00\x48\x00\x00")}, clean: true},
		{name: "JFIF with a thumbnail", parts: [][]byte{segment(0xe0, "JFIF\x00\x01\x02\x01\x00\x48\x00\x48\x01\x01", secret)}, keeps: "JFIF\x00\x01\x02\x01\x00\x48\x00\x48\x00\x00"},
		{name: "JFXX", parts: [][]byte{segment(0xe0, "JFIF\x00\x01\x02\x01\x00\x48\x00\x48\x00\x00"), segment(0xe0, "JFXX\x00\x10", secret)}},
		{name: "Exif, little-endian", parts: [][]byte{exifSegment(tiff(binary.LittleEndian, 3, 6))}, shows: 6},
		{name: "Exif of a wrong type", parts: [][]byte{exifSegment(tiff(binary.BigEndian, 4, 6))}},
		{name: "Exif out of range", parts: [][]byte{exifSegment(exifOf(9))}},
		{name: "Exif cut short", parts: [][]byte{exifSegment([]byte("MM\x00*\x00\x00\x00\x08\x00\x07" + secret))}},
		{name: "Exif directory outside", parts: [][]byte{exifSegment([]byte("MM\x00*\xff\xff\xff\xff" + secret))}},
		{name: "Exif without a header", parts: [][]byte{exifSegment([]byte(secret + secret))}},
		{name: "Exif of nothing", parts: [][]byte{exifSegment(nil), segment(0xfe, secret)}},
		{name: "two Exif, the first counts", parts: [][]byte{exifSegment(exifOf(8)), exifSegment(exifOf(3))}, shows: 8},
		{name: "two Exif, the first is upright", parts: [][]byte{exifSegment(exifOf(1)), exifSegment(exifOf(3))}},
		{name: "only the orientation", parts: [][]byte{segment(0xe1, "Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00")}, shows: 6, clean: true},
		{name: "XMP", parts: [][]byte{segment(0xe1, "http://ns.adobe.com/xap/1.0/\x00", secret), segment(0xe1, "http://ns.adobe.com/xmp/extension/\x00", secret)}},
		{name: "IPTC", parts: [][]byte{segment(0xed, "Photoshop 3.0\x008BIM", secret)}},
		{name: "comment", parts: [][]byte{segment(0xfe, secret)}},
		{name: "every APP", parts: everyApp()},
		{name: "ICC profile", parts: [][]byte{segment(0xe2, "ICC_PROFILE\x00\x01\x01profile")}, keeps: "ICC_PROFILE\x00\x01\x01profile", clean: true},
		{name: "MPF", parts: [][]byte{segment(0xe2, "MPF\x00", secret)}},
		{name: "Adobe", parts: [][]byte{segment(0xee, "Adobe\x00\x64\x00\x00\x00\x00\x01")}, clean: true},
		{name: "Adobe with more", parts: [][]byte{segment(0xee, "Adobe\x00\x64\x00\x00\x00\x00\x01", secret)}, keeps: "Adobe\x00\x64\x00\x00\x00\x00\x01"},
		{name: "fill bytes", parts: [][]byte{{0xff, 0xff, 0xff}, segment(0xfe, secret), {0xff, 0xff}}},
		{name: "bytes between segments", parts: [][]byte{segment(0xfe, secret), []byte(secret + "\xff\x00" + secret)}},
		{name: "markers alone", parts: [][]byte{{0xff, 0xd3, 0xff, 0x01}, segment(0xfe, secret)}},
	}
	for o := 1; o <= 8; o++ {
		tests = append(tests, tests[0])
		last := &tests[len(tests)-1]
		last.name, last.parts, last.shows, last.clean = fmt.Sprintf("orientation %d", o), [][]byte{exifSegment(exifOf(o))}, o, false
	}
	var all []sample
	for _, tt := range tests {
		o := max(1, tt.shows)
		w, h := shownSize(o)
		all = append(all, sample{
			name: "JPEG " + tt.name, file: insert(plain, 2, tt.parts...), pixels: plain, kind: "image/jpeg",
			width: w, height: h, shows: turned[o], keeps: []string{tt.keeps}, clean: tt.clean,
		})
	}
	return all
}

// everyApp has a segment of each kind that may hold anything.
func everyApp() [][]byte {
	var all [][]byte
	for code := byte(0xe0); code <= 0xef; code++ {
		all = append(all, segment(code, secret))
	}
	return all
}

// jpegScanSamples have something in the middle or behind, or are coded in
// another way.
func jpegScanSamples(tb testing.TB) []sample {
	plain := encodedJPEG(tb, flag(flagWidth, flagHeight))
	progressive := testFile(tb, "progressive.jpg")
	restart := testFile(tb, "restart.jpg")
	comment := segment(0xfe, secret)
	all := []sample{
		{name: "picture behind the picture", file: slices.Concat(plain, insert(plain, 2, exifSegment(exifOf(6)))), pixels: plain},
		{name: "video behind the picture", file: slices.Concat(plain, []byte("\x00\x00\x00\x18ftypmp42"+secret)), pixels: plain},
		{name: "Exif behind the pixels", file: insert(plain, len(plain)-2, exifSegment(exifOf(6))), pixels: plain},
		{name: "Exif right before the pixels", file: insert(plain, find(tb, plain, "\xff\xda"), exifSegment(exifOf(3))), pixels: plain, shows: turned[3]},
		{name: "comment between scans", file: insert(progressive, find(tb, progressive, "\xff\xda"), comment), pixels: progressive},
		{name: "profile between scans", file: insert(progressive, find(tb, progressive, "\xff\xda"), segment(0xe2, "ICC_PROFILE\x00\x01\x01", secret)), pixels: progressive},
		{name: "comment behind restarts", file: insert(restart, len(restart)-2, comment), pixels: restart},
		{name: "fill bytes before the end", file: insert(plain, len(plain)-2, []byte{0xff, 0xff}), pixels: plain, clean: true},
	}
	for _, name := range []string{"progressive", "restart", "410", "411", "422", "440", "444", "cmyk"} {
		file := testFile(tb, name+".jpg")
		all = append(all, sample{name: name, file: file, pixels: file, clean: true})
	}
	return completed(all, "JPEG ", "image/jpeg")
}

// completed fills in what most samples have in common.
func completed(all []sample, prefix, kind string) []sample {
	for i := range all {
		s := &all[i]
		s.name, s.kind = prefix+s.name, kind
		if s.width == 0 {
			s.width, s.height = flagWidth, flagHeight
		}
		if s.shows == "" {
			s.shows = turned[1]
		}
	}
	return all
}

func pngSamples(tb testing.TB) []sample {
	plain := encodedPNG(tb, flag(flagWidth, flagHeight))
	pixels, end := find(tb, plain, "IDAT")-4, find(tb, plain, "IEND")-4
	text := pngChunk("tEXt", "Comment\x00", secret)
	before := func(parts ...[]byte) []byte { return insert(plain, pixels, parts...) }
	var all []sample
	for o := 1; o <= 8; o++ {
		w, h := shownSize(o)
		all = append(all, sample{
			name: fmt.Sprintf("orientation %d", o), file: before(pngChunk("eXIf", string(exifOf(o)))),
			width: w, height: h, shows: turned[o],
		})
	}
	damaged := pngChunk("eXIf", string(exifOf(6)))
	damaged[len(damaged)-1]++
	hole := flag(flagWidth, flagHeight)
	clearQuarter(hole)
	all = append(all, []sample{
		{name: "plain", file: plain, clean: true},
		{name: "texts", file: before(text, pngChunk("zTXt", "Raw profile type exif\x00\x00", secret), pngChunk("iTXt", "XML:com.adobe.xmp\x00\x00\x00\x00\x00", secret))},
		{name: "time", file: before(pngChunk("tIME", "\x07\xea\x0b\x17\x08\x00\x00"), text)},
		{name: "private chunks", file: before(pngChunk("prVt", secret), pngChunk("paSs", secret))},
		{name: "text behind the pixels", file: insert(plain, end, text)},
		{name: "Exif behind the pixels", file: insert(plain, end, pngChunk("eXIf", string(exifOf(6))))},
		{name: "Exif with a wrong CRC", file: before(damaged)},
		{name: "Exif as in JPEG", file: before(pngChunk("eXIf", "Exif\x00\x00", string(exifOf(6))))},
		{name: "two Exif, the first counts", file: before(pngChunk("eXIf", string(exifOf(3))), pngChunk("eXIf", string(exifOf(1)))), shows: turned[3]},
		{name: "bytes behind the end", file: append(slices.Clone(plain), secret...)},
		{name: "looks", file: before(pngChunk("gAMA", "\x00\x00\xb1\x8f"), pngChunk("pHYs", "\x00\x00\x0b\x13\x00\x00\x0b\x13\x01"), pngChunk("cICP", "\x01\x0d\x00\x01")), keeps: []string{"gAMA", "pHYs", "cICP"}, clean: true},
		{
			name: "animation", keeps: []string{"acTL", "fcTL", "fdAT"},
			file: insert(insert(plain, end, pngFrame(1), text, pngChunk("fdAT", "\x00\x00\x00\x02", string(plain[pixels+8:end-4]))), pixels,
				pngChunk("acTL", "\x00\x00\x00\x02\x00\x00\x00\x00"), pngFrame(0), text),
		},
		{name: "palette", file: encodedPNG(tb, palettedFlag(flagWidth, flagHeight)), pixels: encodedPNG(tb, palettedFlag(flagWidth, flagHeight)), clean: true},
		{name: "16 bits", file: encodedPNG(tb, deep(hole)), pixels: encodedPNG(tb, deep(hole)), shows: "RGB-", clean: true},
		{name: "transparent", file: encodedPNG(tb, hole), pixels: encodedPNG(tb, hole), shows: "RGB-", clean: true},
	}...)
	for i := range all {
		if all[i].pixels == nil {
			all[i].pixels = plain
		}
	}
	return completed(all, "PNG ", "image/png")
}

// clearQuarter makes the yellow quarter transparent.
func clearQuarter(img *image.NRGBA) {
	for y := flagHeight / 2; y < flagHeight; y++ {
		clear(img.Pix[img.PixOffset(flagWidth/2, y):img.PixOffset(flagWidth, y)])
	}
}

// deep has 16 bits for each sample.
func deep(img *image.NRGBA) *image.NRGBA64 {
	out := image.NewNRGBA64(img.Rect)
	for y := range img.Rect.Dy() {
		for x := range img.Rect.Dx() {
			out.Set(x, y, img.At(x, y))
		}
	}
	return out
}

func gifSamples(tb testing.TB) []sample {
	still := encodedGIF(tb, &gif.GIF{Image: []*image.Paletted{palettedFlag(flagWidth, flagHeight)}, Delay: []int{0}, LoopCount: -1})
	twice := []*image.Paletted{palettedFlag(flagWidth, flagHeight), palettedFlag(flagWidth, flagHeight)}
	moving := encodedGIF(tb, &gif.GIF{Image: twice, Delay: []int{5, 5}, LoopCount: 3})
	head := bytes.IndexAny(still, "\x21\x2c") // the palette has none of these
	loop := "\x03\x01\x03\x00"
	all := []sample{
		{name: "plain", file: still, clean: true},
		{name: "animation", file: moving, pixels: moving, keeps: []string{"NETSCAPE2.0" + loop}, clean: true},
		{name: "loop of the other name", file: insert(still, head, gifBlocks(0xff, "ANIMEXTS1.0", "\x01\x03\x00")), keeps: []string{"ANIMEXTS1.0" + loop}, clean: true},
		{name: "loop with more", file: insert(still, head, gifBlocks(0xff, "NETSCAPE2.0", "\x01\x03\x00", secret)), keeps: []string{"NETSCAPE2.0" + loop}},
		{name: "loop of nothing", file: insert(still, head, gifBlocks(0xff, "NETSCAPE2.0", secret))},
		{name: "comment", file: insert(still, head, gifBlocks(0xfe, secret, secret))},
		{name: "comment between frames", file: insert(moving, len(moving)-1, gifBlocks(0xfe, secret)), pixels: moving},
		{name: "XMP", file: insert(still, head, gifBlocks(0xff, "XMP DataXMP", secret))},
		{name: "short application name", file: insert(still, head, gifBlocks(0xff, "tiny", secret))},
		{name: "plain text", file: insert(still, head, gifBlocks(0x01, "\x00\x00\x00\x00\x08\x00\x08\x00\x08\x08\x00\x01", secret))},
		{name: "unknown extension", file: insert(still, head, gifBlocks(0x77, secret))},
		{name: "bytes behind the end", file: append(slices.Clone(still), secret...)},
	}
	for i := range all {
		if all[i].pixels == nil {
			all[i].pixels = still
		}
	}
	part := palettedFlag(flagWidth, flagHeight).SubImage(image.Rect(0, 0, flagWidth/2, flagHeight)).(*image.Paletted)
	half := encodedGIF(tb, &gif.GIF{
		Image: []*image.Paletted{part}, Delay: []int{0}, LoopCount: -1,
		Config: image.Config{Width: flagWidth, Height: flagHeight, ColorModel: part.Palette},
	})
	all = append(all, sample{name: "frame smaller than the screen", file: half, pixels: half, shows: "R-B-", clean: true})
	return completed(all, "GIF ", "image/gif")
}

func webpSamples(tb testing.TB) []sample {
	lossy, lossless := testFile(tb, "lossy.webp"), testFile(tb, "lossless.webp")
	alpha, alphaLossless := testFile(tb, "alpha.webp"), testFile(tb, "alpha-lossless.webp")
	vp8, vp8l := webpPixels(tb, "lossy.webp"), webpPixels(tb, "lossless.webp")
	exif, xmp := webpChunk("EXIF", string(exifOf(6))), webpChunk("XMP ", secret+".")
	profile := webpChunk("ICCP", "profile")
	const w, h = flagWidth, flagHeight
	return completed([]sample{
		{name: "lossy", file: lossy, pixels: lossy, clean: true},
		{name: "lossless", file: lossless, pixels: lossless, clean: true},
		{name: "transparent", file: alpha, pixels: alpha, shows: "RGB-", clean: true},
		{name: "transparent and lossless", file: alphaLossless, pixels: alphaLossless, shows: "RGB-", clean: true},
		{name: "extended", file: riff(canvas(0x20, w, h), profile, vp8), pixels: lossy, keeps: []string{"ICCP"}, clean: true},
		{name: "metadata", file: riff(canvas(0x2c, w, h), profile, vp8, exif, xmp), pixels: lossy, keeps: []string{"ICCP"}},
		{name: "metadata before the pixels", file: riff(canvas(0x0c, w, h), xmp, exif, vp8l), pixels: lossless},
		{name: "metadata and transparency", file: riff(canvas(0x1c, w, h), webpPixels(tb, "alpha.webp"), exif), pixels: alpha, shows: "RGB-"},
		{name: "flags of nothing", file: riff(canvas(0x0c, w, h), vp8), pixels: lossy},
		{name: "unknown chunks", file: riff(canvas(0, w, h), webpChunk("note", secret), vp8, webpChunk("note", secret)), pixels: lossy},
		{name: "metadata behind a simple picture", file: riff(vp8, exif), pixels: lossy},
		{name: "metadata of odd length", file: riff(vp8l, webpChunk("EXIF", secret+".")), pixels: lossless},
		{name: "bytes behind the end", file: append(slices.Clone(lossy), secret...), pixels: lossy},
	}, "WebP ", "image/webp")
}

// webpAnimations show the flag first. Their pixels are compared by their
// thumbnails, because the decoder does not take animations.
func webpAnimations(tb testing.TB) []sample {
	lossy, lossless := webpPixels(tb, "lossy.webp"), webpPixels(tb, "lossless.webp")
	alpha := webpPixels(tb, "alpha.webp")
	exif, note := webpChunk("EXIF", string(exifOf(6))), webpChunk("note", secret)
	const w, h = flagWidth, flagHeight
	return completed([]sample{
		{name: "animation", file: riff(canvas(0x02, w, h), anim, frame(0, 0, lossy), frame(0, 0, lossless)), clean: true},
		{name: "lossless animation", file: riff(canvas(0x02, w, h), anim, frame(0, 0, lossless), frame(0, 0, lossy)), clean: true},
		{name: "transparent animation", file: riff(canvas(0x12, w, h), anim, frame(0, 0, alpha)), shows: "RGB-", clean: true},
		{name: "animation with metadata", file: riff(canvas(0x0a, w, h), anim, frame(0, 0, lossy), exif)},
		{name: "animation with metadata in frames", file: riff(canvas(0x02, w, h), anim, frame(0, 0, lossy, note, note), frame(0, 0, lossy), frame(0, 0, lossless, note))},
		{name: "animation with a smaller frame", file: riff(canvas(0x12, 2*w, h), anim, frame(w, 0, lossless)), width: 2 * w, shows: "-G-Y", clean: true, height: h},
	}, "WebP ", "image/webp")
}
