package fetch

import (
	"strings"
	"unicode/utf8"
)

// cutItem cuts the first item, trimmed, from a list with commas.
func cutItem(list string) (item, rest string, more bool) {
	item, rest, more = strings.Cut(list, ",")
	return trimSpace(item), rest, more
}

// trimSpace removes spaces and tabs at both ends.
func trimSpace(s string) string { return strings.Trim(s, " \t") }

// lowerASCII changes no bytes but the letters A to Z.
func lowerASCII(s string) string {
	for i := range len(s) {
		if c := s[i]; 'A' <= c && c <= 'Z' {
			b := []byte(s)
			for j := i; j < len(b); j++ {
				if 'A' <= b[j] && b[j] <= 'Z' {
					b[j] |= 0x20
				}
			}
			return string(b)
		}
	}
	return s
}

// encodeInvalid percent-encodes the bytes that are no part of valid UTF-8.
func encodeInvalid(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	const hex = "0123456789ABCDEF"
	b := make([]byte, 0, len(s)+16)
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			b = append(b, '%', hex[s[i]>>4], hex[s[i]&15])
		} else {
			b = append(b, s[i:i+n]...)
		}
		i += n
	}
	return string(b)
}
