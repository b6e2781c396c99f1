package trace

import "unicode/utf8"

// Limits bounds what a trace keeps. Zero stands for the default.
type Limits struct {
	Exchanges int // default 10 000; the oldest are dropped
	Fields    int // of a header; default 200
	Value     int // bytes of a header field's value or of a URL; default 8 KiB
	Body      int // bytes of a body that are kept; default 4 KiB, negative for none
	Events    int // default 10 000; later ones are dropped
}

// WithDefaults returns the limits with their defaults filled in.
func (l Limits) WithDefaults() Limits {
	or := func(n *int, value int) {
		if *n == 0 {
			*n = value
		}
	}
	or(&l.Exchanges, 10_000)
	or(&l.Fields, 200)
	or(&l.Value, 8<<10)
	or(&l.Body, 4<<10)
	or(&l.Events, 10_000)
	return l
}

// cutMark ends a text that was cut.
const cutMark = " [cut]"

// Cut shortens a text to a limit of bytes, and says so at its end.
func Cut(s string, most int) string {
	if len(s) <= most { // so short that callers have it inline
		return s
	}
	return cut(s, most)
}

func cut(s string, most int) string {
	most = max(most-len(cutMark), 0)
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most] + cutMark
}
