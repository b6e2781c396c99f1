package xhr

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Entry is what a form has under a name: a text or a file.
//
// Standard: https://xhr.spec.whatwg.org/#formdata-entry
type Entry struct {
	Name, Value string
	File        *File // nil for a text
}

// ErrMultipart is behind every error of ParseMultipart.
var ErrMultipart = errors.New("the body is no multipart/form-data")

const (
	maxParts      = 100_000
	maxPartHeader = 16 << 10 // bytes, all fields of a part together
)

// ParseMultipart reads a form as FormData is sent, whose parts a boundary
// separates. now is when its files were last changed. The bytes must not be changed
// any more: the files are parts of them.
//
// Standard: https://andreubotella.github.io/multipart-form-data/#multipart-form-data-parser
func ParseMultipart(body []byte, boundary string, now time.Time) ([]Entry, error) {
	if boundary == "" {
		return nil, fmt.Errorf("%w: its type names no boundary", ErrMultipart)
	}
	rest, ok := bytes.CutPrefix(body, []byte("--"+boundary))
	if !ok {
		return nil, fmt.Errorf("%w: it does not begin with its boundary", ErrMultipart)
	}
	var entries []Entry
	for !bytes.HasPrefix(rest, []byte("--")) {
		if rest, ok = bytes.CutPrefix(rest, []byte("\r\n")); !ok {
			return nil, fmt.Errorf("%w: no line end follows boundary %d", ErrMultipart, len(entries)+1)
		}
		head, after, err := cutPartHeader(rest)
		if err != nil {
			return nil, fmt.Errorf("%w: part %d: %w", ErrMultipart, len(entries)+1, err)
		}
		content, next, ok := bytes.Cut(after, []byte("\r\n--"+boundary))
		if !ok || len(entries) >= maxParts {
			return nil, fmt.Errorf("%w: part %d has no end, or there are too many", ErrMultipart, len(entries)+1)
		}
		entries = append(entries, head.entry(content, now))
		rest = next
	}
	return entries, nil
}

// partHeader is what the fields of a part say.
type partHeader struct {
	name, filename, contentType string
	isFile                      bool
}

// cutPartHeader reads the fields of a part up to the empty line.
//
// Standard: https://andreubotella.github.io/multipart-form-data/#parse-multipart-form-data-headers
func cutPartHeader(b []byte) (h partHeader, after []byte, err error) {
	named := false
	for rest := b; len(b)-len(rest) <= maxPartHeader; {
		line, next, ok := bytes.Cut(rest, []byte("\r\n"))
		if !ok {
			break
		}
		if len(line) == 0 {
			if !named {
				return h, nil, errors.New("there is no Content-Disposition")
			}
			return h, next, nil
		}
		name, value, ok := strings.Cut(string(line), ":")
		if !ok {
			return h, nil, errors.New("a field has no colon")
		}
		value = strings.Trim(value, " \t")
		switch lowerASCII(strings.TrimRight(name, " \t")) {
		case "content-disposition":
			if named = h.disposition(value); !named {
				return h, nil, errors.New("the Content-Disposition is not that of form-data with a name")
			}
		case "content-type":
			h.contentType = value
		}
		rest = next
	}
	return h, nil, errors.New("its fields have no end")
}

// disposition reads a Content-Disposition, and reports whether there is a name.
func (h *partHeader) disposition(value string) (named bool) {
	rest, ok := strings.CutPrefix(lowerPrefix(value, len("form-data")), "form-data")
	for ok {
		var name, v string
		name, v, rest, ok = cutParameter(rest)
		switch name {
		case "name":
			h.name, named = v, true
		case "filename":
			h.filename, h.isFile = v, true
		}
	}
	return named && rest == ""
}

// lowerPrefix lowers the first n bytes.
func lowerPrefix(s string, n int) string {
	n = min(n, len(s))
	return lowerASCII(s[:n]) + s[n:]
}

// cutParameter takes a parameter from the front. A quoted value ends at the next
// quote, since quotes in it are percent-encoded.
//
// Standard: https://andreubotella.github.io/multipart-form-data/#parse-a-multipart-form-data-name
func cutParameter(s string) (name, value, rest string, ok bool) {
	after, ok := strings.CutPrefix(strings.TrimLeft(s, " \t"), ";")
	if !ok {
		return "", "", strings.TrimLeft(s, " \t"), false
	}
	name, after, ok = strings.Cut(strings.TrimLeft(after, " \t"), "=")
	if !ok {
		return "", "", s, false
	}
	if quoted, is := strings.CutPrefix(after, `"`); is {
		if value, rest, ok = strings.Cut(quoted, `"`); !ok {
			return "", "", s, false
		}
		return lowerASCII(name), unescapeName(value), rest, true
	}
	end := strings.IndexAny(after, "; \t")
	if end < 0 {
		end = len(after)
	}
	return lowerASCII(name), after[:end], after[end:], true
}

// unescapeName undoes escapeName.
var unescapeName = strings.NewReplacer("%0A", "\n", "%0a", "\n", "%0D", "\r", "%0d", "\r", "%22", `"`).Replace

func (h *partHeader) entry(content []byte, now time.Time) Entry {
	name := DecodeUTF8KeepBOM([]byte(h.name))
	if !h.isFile {
		return Entry{Name: name, Value: DecodeUTF8KeepBOM(content)}
	}
	if h.contentType == "" {
		h.contentType = "text/plain"
	}
	filename := DecodeUTF8KeepBOM([]byte(h.filename))
	return Entry{Name: name, File: NewFile(NewBlob(content, h.contentType), filename, now)}
}
