package album

import (
	"encoding/binary"
	"fmt"
	"io"
	"time"
)

const (
	idBytes = 16 // 6 of time, 10 of chance
	idChars = 26 // 130 bits, of which the first two are always zero
	maxTime = 1<<48 - 1
	digits  = "0123456789abcdefghjkmnpqrstvwxyz" // Crockford's: no i, l, o, u
)

// digitValues gives the value of each base-32 digit, and notDigit for every
// other byte.
var digitValues = func() (values [256]byte) {
	for i := range values {
		values[i] = notDigit
	}
	for i := range len(digits) {
		values[digits[i]] = byte(i)
	}
	return values
}()

const notDigit = 0xff

// NewID makes an ID for something created at now, with 80 bits read from random.
// It fails if random does, or if now is before 1970 or after the year 10889.
func NewID(now time.Time, random io.Reader) (ID, error) {
	ms := now.UnixMilli()
	if ms < 0 || ms > maxTime {
		return "", fmt.Errorf("make an ID: the time %s does not fit into 48 bits of milliseconds", now.Format(time.RFC3339))
	}
	var raw [idBytes]byte
	if _, err := io.ReadFull(random, raw[6:]); err != nil {
		return "", fmt.Errorf("make an ID: %w", err)
	}
	putTime(&raw, ms)
	return encodeID(raw), nil
}

// ParseID reads an ID as it is printed; Invalid for every other text, one with
// capitals included, so that a thing has one address only.
func ParseID(s string) (ID, error) {
	if _, ok := decodeID(s); !ok {
		return "", Errorf(Invalid, "%q is no ID: it takes %d of the characters %s", clip(s), idChars, digits)
	}
	return ID(s), nil
}

// Time returns when the ID was made, in UTC to the millisecond; the zero time
// for a text that is no ID.
func (id ID) Time() time.Time {
	raw, ok := decodeID(string(id))
	if !ok {
		return time.Time{}
	}
	var ms [8]byte
	copy(ms[2:], raw[:6])
	return time.UnixMilli(int64(binary.BigEndian.Uint64(ms[:]))).UTC()
}

func (id ID) valid() bool {
	_, ok := decodeID(string(id))
	return ok
}

func putTime(raw *[idBytes]byte, ms int64) {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(ms))
	copy(raw[:6], b[2:])
}

// encodeID writes the 128 bits as one number in base 32, first digit first.
func encodeID(raw [idBytes]byte) ID {
	hi, lo := binary.BigEndian.Uint64(raw[:8]), binary.BigEndian.Uint64(raw[8:])
	var text [idChars]byte
	for i := idChars - 1; i >= 0; i-- {
		text[i] = digits[lo&31]
		lo = lo>>5 | hi<<59
		hi >>= 5
	}
	return ID(text[:])
}

func decodeID(s string) (raw [idBytes]byte, ok bool) {
	if len(s) != idChars || s[0] > '7' { // a greater first digit is past 128 bits
		return raw, false
	}
	var hi, lo uint64
	for i := range idChars {
		v := digitValues[s[i]]
		if v == notDigit {
			return raw, false
		}
		hi = hi<<5 | lo>>59
		lo = lo<<5 | uint64(v)
	}
	binary.BigEndian.PutUint64(raw[:8], hi)
	binary.BigEndian.PutUint64(raw[8:], lo)
	return raw, true
}
