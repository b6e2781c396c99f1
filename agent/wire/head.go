package wire

import (
	"bytes"
	"io"
	"math"
	"strings"
)

// head is the head of an answer.
type head struct {
	status int
	reason string
	http10 bool // HTTP/1.0 or older: the connection ends with the body, and there are no chunks
	fields []Field
}

func (h *head) isInformational() bool { return h.status/100 == 1 }

// headLimits bounds what a head may be.
type headLimits struct{ bytes, fields int }

// slop is how many bytes may stand before a status line. Servers leave line ends
// there after a body. As Chromium.
const slop = 4

// readHead consumes the head of an answer. strict says that a head cut off by
// the end of the connection is an error, as it has to be over TLS, where anybody
// on the way could cut it. Without TLS browsers take such a head as it is.
func (in *input) readHead(limits headLimits, strict bool) (head, error) {
	start, searched := -1, 0
	for {
		arrived := in.bytes()
		if start < 0 {
			start = statusLine(arrived)
			searched = max(start, 0)
		}
		if start < 0 && len(arrived) >= slop+len("http") {
			return head{}, problem(InvalidResponse, "it does not begin with HTTP/")
		}
		if start >= 0 {
			if end := headEnd(arrived, searched); end >= 0 && end <= limits.bytes {
				in.skip(end)
				return parseHead(string(arrived[start:end]), limits.fields)
			}
			searched = max(start, len(arrived)-len("\n\r"))
		}
		if len(arrived) >= limits.bytes {
			return head{}, problem(HeadTooLarge, "")
		}
		if err := in.more(); err != nil {
			return in.cutHead(start, limits, strict, err)
		}
	}
}

// cutHead is the head of which no more will come. As Chromium.
func (in *input) cutHead(start int, limits headLimits, strict bool, err error) (head, error) {
	arrived := in.bytes()
	switch {
	case err != io.EOF && err != io.ErrUnexpectedEOF, len(arrived) == 0:
		return head{}, err
	case strict:
		return head{}, problem(HeadTruncated, "")
	case start < 0:
		return head{}, problem(InvalidResponse, "it is too short to be HTTP")
	}
	in.skip(len(arrived))
	return parseHead(string(arrived[start:]), limits.fields)
}

// statusLine finds the start of the status line in what has arrived; -1 if it is
// not there.
func statusLine(arrived []byte) int {
	for i := 0; i <= slop && i+len("http") <= len(arrived); i++ {
		if isNamed(string(arrived[i:i+len("http")]), "http") {
			return i
		}
	}
	return -1
}

// headEnd finds where the head ends, from a position on: after two line ends,
// each with or without a CR; -1 if that has not arrived.
func headEnd(arrived []byte, from int) int {
	for {
		i := bytes.IndexByte(arrived[from:], '\n')
		if i < 0 {
			return -1
		}
		from += i + 1
		rest := arrived[from:]
		if len(rest) > 0 && rest[0] == '\n' {
			return from + 1
		}
		if len(rest) > 1 && rest[0] == '\r' && rest[1] == '\n' {
			return from + 2
		}
	}
}

// parseHead reads a whole head, status line first. The fields share its memory.
func parseHead(s string, maxFields int) (head, error) {
	if strings.IndexByte(s, 0) >= 0 {
		return head{}, problem(InvalidResponse, "there is a NUL in its head")
	}
	line, rest := nextLine(s)
	h := parseStatusLine(line)
	p := fieldParser{fields: make([]Field, 0, min(strings.Count(rest, "\n"), maxFields))}
	for rest != "" {
		line, rest = nextLine(rest)
		if line == "" {
			continue
		}
		if p.line(line); len(p.fields) > maxFields {
			return head{}, problem(HeadTooLarge, "it has too many fields")
		}
	}
	p.endFold()
	h.fields = p.fields
	return h, nil
}

// nextLine cuts a line off. A lone CR ends one too: a browser that saw the rest
// as part of the value would see something that other browsers do not. As
// Chromium.
func nextLine(s string) (line, rest string) {
	line = s
	if i := strings.IndexByte(s, '\n'); i >= 0 {
		line, rest = s[:i], s[i+1:]
	}
	if i := strings.IndexByte(line, '\r'); i >= 0 {
		return line[:i], s[i+1:]
	}
	return line, rest
}

// parseStatusLine makes the best of a line that begins with "http". A version
// that cannot be read is 1.0, a status that is not there is 200. As Chromium.
func parseStatusLine(line string) head {
	h := head{http10: !isHTTP11(line), status: 200}
	_, text, ok := strings.Cut(line, " ")
	if !ok {
		h.reason = "OK"
		return h
	}
	text = strings.TrimLeft(text, " ")
	after := strings.TrimLeft(text, "0123456789")
	if digits := text[:len(text)-len(after)]; digits != "" {
		h.status = statusNumber(digits)
		h.reason = strings.Trim(after, " ")
	}
	return h
}

// isHTTP11 reports whether a status line is of HTTP/1.1, or claims to be newer.
func isHTTP11(line string) bool {
	version, ok := strings.CutPrefix(line[len("http"):], "/")
	if !ok || version == "" || !isDigit(version[0]) {
		return false
	}
	_, minor, ok := strings.Cut(version, ".")
	if !ok || minor == "" || !isDigit(minor[0]) {
		return false
	}
	return version[0] > '1' || version[0] == '1' && minor[0] >= '1'
}

// statusNumber reads digits; too many of them give the largest number.
func statusNumber(digits string) int {
	n := 0
	for i := range len(digits) {
		if n = n*10 + int(digits[i]-'0'); n > math.MaxInt32 {
			return math.MaxInt32
		}
	}
	return n
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// fieldParser gathers fields from lines.
type fieldParser struct {
	fields []Field

	// A line that begins with a space goes on with the value of the line before
	// it, if that one has a name; with it, it is skipped if that one was.
	continuable bool
	skipped     bool
	value       string // of the line before, not trimmed
	fold        []byte // the value with what was joined to it; nil if nothing was
}

// line takes the next line. One without a colon or without a proper name is
// skipped and does no other harm. As Chromium.
func (p *fieldParser) line(s string) {
	if isSpace(s[0]) {
		if p.continuable && !p.skipped {
			p.join(s)
		}
		return
	}
	p.endFold()
	colon := strings.IndexByte(s, ':')
	p.continuable = colon > 0
	if !p.continuable {
		return
	}
	name := trimSpace(s[:colon])
	p.skipped = !isToken(name)
	if p.skipped {
		return
	}
	p.value = s[colon+1:]
	p.fields = append(p.fields, Field{Name: name, Value: trimSpace(p.value)})
}

// join adds a folded line to the last value. What is joined becomes a string in
// the end only: many short lines would otherwise cost the square of their number.
func (p *fieldParser) join(s string) {
	if p.fold == nil {
		p.fold = append(p.fold, p.value...)
	}
	p.fold = append(p.fold, ' ')
	p.fold = append(p.fold, strings.TrimLeft(s, " \t")...)
}

func (p *fieldParser) endFold() {
	if p.fold != nil {
		p.fields[len(p.fields)-1].Value = trimSpace(string(p.fold))
		p.fold = nil
	}
}
