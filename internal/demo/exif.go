package demo

import (
	"encoding/binary"
	"hash/crc32"
	"math"
	"slices"
)

// place is where on earth, in degrees.
type place struct{ lat, lon float64 }

// Tags and types of EXIF 2.32, which are those of TIFF 6.0 and some more.
const (
	tagMake        = 0x010f
	tagModel       = 0x0110
	tagOrientation = 0x0112
	tagDateTime    = 0x0132
	tagGPS         = 0x8825

	tagLatitudeRef  = 1
	tagLatitude     = 2
	tagLongitudeRef = 3
	tagLongitude    = 4

	typeASCII    = 2
	typeShort    = 3
	typeLong     = 4
	typeRational = 5

	upright      = 1
	turnToRight  = 6
	headerLength = 8
)

// field is an entry of an image file directory.
type field struct {
	tag, kind uint16
	count     uint32
	value     []byte
}

// exif returns the photo's notes as a TIFF structure: the camera, the time, the
// orientation and, if it has one, the place.
func (p Photo) exif() []byte {
	orientation := uint16(upright)
	if p.upright {
		orientation = turnToRight
	}
	fields := []field{
		ascii(tagMake, "Corsage"),
		ascii(tagModel, "Demo Camera 1"),
		{tagOrientation, typeShort, 1, binary.LittleEndian.AppendUint16(nil, orientation)},
		ascii(tagDateTime, "2026:05:14 09:26:53"),
	}
	tiff := binary.LittleEndian.AppendUint32([]byte("II*\x00"), headerLength)
	if p.place == nil {
		return append(tiff, directory(headerLength, fields)...)
	}
	pointer := field{tagGPS, typeLong, 1, make([]byte, 4)}
	size := len(directory(headerLength, append(fields, pointer)))
	binary.LittleEndian.PutUint32(pointer.value, uint32(headerLength+size))
	tiff = append(tiff, directory(headerLength, append(fields, pointer))...)
	return append(tiff, directory(headerLength+size, p.place.fields())...)
}

func (at place) fields() []field {
	return []field{
		ascii(tagLatitudeRef, hemisphere(at.lat, "N", "S")),
		degrees(tagLatitude, at.lat),
		ascii(tagLongitudeRef, hemisphere(at.lon, "E", "W")),
		degrees(tagLongitude, at.lon),
	}
}

func hemisphere(v float64, positive, negative string) string {
	if v < 0 {
		return negative
	}
	return positive
}

func ascii(tag uint16, s string) field {
	return field{tag, typeASCII, uint32(len(s) + 1), append([]byte(s), 0)}
}

// degrees writes an angle as whole degrees, whole minutes and hundredths of a
// second.
func degrees(tag uint16, v float64) field {
	hundredths := uint32(math.Round(math.Abs(v) * 360_000))
	var b []byte
	for _, part := range [][2]uint32{
		{hundredths / 360_000, 1},
		{hundredths / 6000 % 60, 1},
		{hundredths % 6000, 100},
	} {
		b = binary.LittleEndian.AppendUint32(b, part[0])
		b = binary.LittleEndian.AppendUint32(b, part[1])
	}
	return field{tag, typeRational, 3, b}
}

// directory writes an image file directory that begins at offset of the TIFF
// structure. Values of more than four bytes follow its entries.
func directory(offset int, fields []field) []byte {
	entries := binary.LittleEndian.AppendUint16(nil, uint16(len(fields)))
	after := offset + 2 + 12*len(fields) + 4
	var values []byte
	for _, f := range fields {
		entries = binary.LittleEndian.AppendUint16(entries, f.tag)
		entries = binary.LittleEndian.AppendUint16(entries, f.kind)
		entries = binary.LittleEndian.AppendUint32(entries, f.count)
		if len(f.value) <= 4 {
			entries = append(entries, f.value...)
			entries = append(entries, make([]byte, 4-len(f.value))...)
			continue
		}
		entries = binary.LittleEndian.AppendUint32(entries, uint32(after+len(values)))
		values = append(values, f.value...)
	}
	entries = append(entries, 0, 0, 0, 0) // no directory after this one
	return append(entries, values...)
}

// spliceIntoJPEG puts an APP1 segment right behind the start of image.
func spliceIntoJPEG(file, exif []byte) []byte {
	const soi = 2
	body := append([]byte("Exif\x00\x00"), exif...)
	segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(body)+2))
	return slices.Insert(file, soi, append(segment, body...)...)
}

// spliceIntoPNG puts an eXIf chunk right behind the header.
func spliceIntoPNG(file, exif []byte) []byte {
	const signatureAndHeader = 8 + 25
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(exif)))
	chunk = append(append(chunk, "eXIf"...), exif...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
	return slices.Insert(file, signatureAndHeader, chunk...)
}
