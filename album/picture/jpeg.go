package picture

import (
	"bytes"
	"encoding/binary"
	"image/jpeg"
	"slices"
)

// JPEG markers (ITU-T T.81, table B.1): the byte behind an FF.
const (
	stuffed = 0x00 // not a marker: FF as entropy-coded data
	tem     = 0x01
	sof0    = 0xc0 // baseline
	sof2    = 0xc2 // progressive
	dht     = 0xc4
	rst0    = 0xd0
	rst7    = 0xd7
	soi     = 0xd8
	eoi     = 0xd9
	sos     = 0xda
	dqt     = 0xdb
	dri     = 0xdd
	app0    = 0xe0
	app1    = 0xe1
	app2    = 0xe2
	app14   = 0xee
	app15   = 0xef
	com     = 0xfe
)

// isJPEG asks for the FF behind the SOI marker too, as browsers do.
func isJPEG(head []byte) bool { return bytes.HasPrefix(head, []byte{0xff, soi, 0xff}) }

// jpegScan walks the segments of a JPEG file.
//
// Browsers show the first image of the file only. Phones append others behind
// it, whole JPEG files or videos with metadata of their own, which is why the
// true end of the first image has to be found: through every scan, because
// markers can only be told from entropy-coded data by reading it.
type jpegScan struct {
	*scan
	found *finding

	components int // of the frame header; 0 before it was seen
	inScan     bool
	anyScan    bool
	adobe      bool // APP14 was seen, which tells how to read four components
	exif       bool // an Exif segment was seen; only the first counts
}

// jpegPart is a marker with its segment.
type jpegPart struct {
	code  byte
	start int64 // of the FF bytes before the code
	body  int64 // behind the length; end if there is no segment
	end   int64
}

func scanJPEG(s *scan) (*finding, error) {
	j := &jpegScan{scan: s, found: &finding{orientation: upright}}
	at := int64(len("\xff\xd8"))
	for range maxParts {
		part, err := j.next(at)
		if err != nil {
			return nil, err
		}
		if part.code == eoi {
			return j.found, j.finish(part)
		}
		if err := j.take(part); err != nil {
			return nil, err
		}
		j.inScan = part.code == sos
		at = part.end
	}
	return nil, s.tooManyParts()
}

// next finds the marker at or behind off. What lies between is entropy-coded
// data within a scan; elsewhere it is nothing a decoder looks at, and is cut.
func (j *jpegScan) next(off int64) (jpegPart, error) {
	part := jpegPart{start: off}
	for {
		var err error
		if part.start, err = j.nextFF(part.start); err != nil {
			return part, err
		}
		part.end = part.start
		for part.code = 0xff; part.code == 0xff; part.end++ { // FF bytes may be repeated
			if part.code, err = j.byteAt(part.end); err != nil {
				return part, err
			}
		}
		if part.code != stuffed && !(j.inScan && isRestart(part.code)) {
			break
		}
		part.start = part.end
	}
	if !j.inScan {
		if err := j.cut(off, part.start); err != nil {
			return part, err
		}
	}
	return part, j.measure(&part)
}

// nextFF finds the next FF byte at or behind off, leaving out those that belong
// to the pixels as far as that can be seen in what is buffered.
func (j *jpegScan) nextFF(off int64) (int64, error) {
	for {
		if _, err := j.byteAt(off); err != nil {
			return 0, err
		}
		b := j.buf[off-j.start:]
		for {
			i := bytes.IndexByte(b, 0xff)
			if i < 0 {
				break
			}
			b = b[i:]
			if len(b) < 2 || b[1] != stuffed && !(j.inScan && isRestart(b[1])) {
				return j.start + int64(len(j.buf)-len(b)), nil
			}
			b = b[2:]
		}
		off = j.start + int64(len(j.buf))
	}
}

func isRestart(code byte) bool { return rst0 <= code && code <= rst7 }

// measure finds the end of the segment that belongs to a marker, if one does.
func (j *jpegScan) measure(part *jpegPart) error {
	part.body = part.end
	if isRestart(part.code) || part.code == tem || part.code == soi || part.code == eoi {
		return nil
	}
	b, err := j.at(part.end, 2)
	if err != nil {
		return err
	}
	length := int64(binary.BigEndian.Uint16(b))
	if length < 2 {
		return j.broken(part.end, "a segment of %d bytes", length)
	}
	part.body, part.end = part.end+2, part.end+length
	if part.end > j.size {
		return j.truncated()
	}
	return nil
}

// take decides what becomes of a marker and its segment.
func (j *jpegScan) take(part jpegPart) error {
	switch code := part.code; {
	case sof0 <= code && code <= sof2:
		return j.takeFrame(part)
	case code == sos:
		return j.takeScan(part)
	case code == dht, code == dqt, code == dri:
		return nil
	case app0 <= code && code <= app15, code == com:
		return j.takeMetadata(part)
	case isRestart(code), code == tem:
		return j.cut(part.start, part.end) // means nothing outside a scan
	default:
		return j.unsupported(part.start, "the marker FF %02X", code)
	}
}

// takeFrame reads the frame header. Whether Go's decoder knows such a frame is
// asked of the decoder itself, with a file that has nothing but the header: a
// picture that has no thumbnail is better refused when it is uploaded.
func (j *jpegScan) takeFrame(part jpegPart) error {
	if j.components > 0 {
		return j.broken(part.start, "a second frame header")
	}
	n := part.end - part.body
	if n < 6 || n > 64 {
		return j.broken(part.start, "a frame header of %d bytes", n)
	}
	body, err := j.at(part.body, int(n))
	if err != nil {
		return err
	}
	j.found.height = int(binary.BigEndian.Uint16(body[1:]))
	j.found.width = int(binary.BigEndian.Uint16(body[3:]))
	j.components = int(body[5])
	if err := j.checkPixels(part.start, j.found.width, j.found.height); err != nil {
		return err
	}
	file := slices.Concat([]byte{0xff, soi}, jpegSegment(app0, jfifBody), jpegSegment(part.code, body))
	if _, err := jpeg.DecodeConfig(bytes.NewReader(file)); err != nil {
		return j.unsupported(part.start, "%v", err)
	}
	j.found.memory = jpegMemory(part.code, j.components)
	return nil
}

// jpegMemory estimates bytes per pixel: one for each component at most; for
// progressive files also the coefficients, four each; for CMYK also a copy.
func jpegMemory(code byte, components int) int {
	n := components
	if code == sof2 {
		n += 4 * components
	}
	if components == 4 {
		n += 4
	}
	return n
}

// takeScan checks what has to be known before entropy-coded data comes.
func (j *jpegScan) takeScan(part jpegPart) error {
	if j.components == 0 {
		return j.broken(part.start, "a scan before the frame header")
	}
	if j.components == 4 && !j.adobe {
		return j.unsupported(part.start, "four colours of unknown meaning")
	}
	j.anyScan = true
	return nil
}

// takeMetadata keeps what changes how the picture is shown and cuts the rest.
// Decoders look at such segments before the first scan only.
func (j *jpegScan) takeMetadata(part jpegPart) error {
	b, err := j.at(part.body, int(min(part.end-part.body, 14)))
	if err != nil {
		return err
	}
	switch {
	case j.anyScan:
		return j.cut(part.start, part.end)
	case part.code == app0 && len(b) >= 14 && string(b[:5]) == "JFIF\x00":
		// Without the thumbnail that may follow, hence the two zeros for its size.
		return j.replace(part.start, part.end, jpegSegment(app0, append(b[:12:12], 0, 0)))
	case part.code == app1 && len(b) >= 6 && string(b[:5]) == "Exif\x00":
		return j.takeExif(part)
	case part.code == app2 && len(b) >= 14 && string(b[:12]) == "ICC_PROFILE\x00":
		return nil // see the package comment
	case part.code == app14 && len(b) >= 12 && string(b[:5]) == "Adobe":
		j.adobe = true
		return j.replace(part.start, part.end, jpegSegment(app14, b[:12]))
	default:
		return j.cut(part.start, part.end)
	}
}

// takeExif keeps nothing of an Exif segment but the orientation, and that only
// of the first one, because browsers read no other.
func (j *jpegScan) takeExif(part jpegPart) error {
	if j.exif {
		return j.cut(part.start, part.end)
	}
	j.exif = true
	o, err := j.readOrientation(part.body+int64(len("Exif\x00\x00")), part.end)
	if err != nil {
		return err
	}
	j.found.orientation = o
	if o == upright {
		return j.cut(part.start, part.end)
	}
	return j.replace(part.start, part.end, o.exifSegment())
}

// finish cuts what follows the image, however large: it need not be read.
func (j *jpegScan) finish(end jpegPart) error {
	if !j.anyScan {
		return j.broken(end.start, "the file ends without a picture")
	}
	return j.cut(end.end, j.size)
}

// jfifBody is a JFIF header without a thumbnail: version 1.2, square pixels.
var jfifBody = []byte("JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x00\x00")

// jpegSegment returns a marker with its length and body.
func jpegSegment(code byte, body []byte) []byte {
	b := []byte{0xff, code}
	b = binary.BigEndian.AppendUint16(b, uint16(2+len(body)))
	return append(b, body...)
}
