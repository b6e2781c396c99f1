package wire

import "strconv"

// framing is where an answer's body ends, and whether the connection can be used
// after it.
type framing struct {
	length    int64 // -1: chunked, or until the connection is closed
	chunked   bool
	keepAlive bool
}

// untilClose reports whether the body ends with the connection.
func (f *framing) untilClose() bool { return f.length < 0 && !f.chunked }

// framing reads what the head says about the body and the connection. Unless
// keepRepeats, fields that may stand once and differ are an error.
//
// Standard: https://www.rfc-editor.org/rfc/rfc9112#name-message-body-length
func (h *head) framing(method string, keepRepeats bool) (framing, error) {
	s := signals{length: -1}
	for i := range h.fields {
		s.note(&h.fields[i])
	}
	chunked := s.chunked && !h.http10
	switch {
	case s.lengths && !chunked:
		return framing{}, problem(MultipleLengths, "")
	case s.dispositions && !keepRepeats:
		return framing{}, problem(MultipleDispositions, "")
	case s.locations && !keepRepeats:
		return framing{}, problem(MultipleLocations, "")
	}
	f := framing{length: s.length, chunked: chunked, keepAlive: s.keepAlive(h.http10)}
	switch {
	case method == "HEAD", h.status == 204, h.status == 205, h.status == 304:
		f.length, f.chunked = 0, false
	case chunked:
		f.length = -1
	}
	f.keepAlive = f.keepAlive && !f.untilClose()
	return f, nil
}

// signals is what the fields of a head say, seen in one pass.
type signals struct {
	length  int64 // -1 if there is none to be read
	chunked bool

	// What may stand once: the value that came first, and whether another differs.
	contentLength, location, disposition once
	lengths, locations, dispositions     bool

	connection, proxyConnection persistence
}

// once is a value that may be repeated but not differ.
type once struct {
	value string
	seen  bool
}

// note remembers the first value and reports whether v is another one.
func (o *once) note(v string) (differs bool) {
	if o.seen {
		return v != o.value
	}
	o.value, o.seen = v, true
	return false
}

// persistence is what a Connection field wants done with the connection.
type persistence uint8

const (
	unsaid persistence = iota
	keepOpen
	closeAfter
)

func (s *signals) note(f *Field) {
	switch len(f.Name) { // most fields are of no concern here
	case len("location"):
		if isNamed(f.Name, "location") {
			s.locations = s.location.note(f.Value) || s.locations
		}
	case len("connection"):
		if isNamed(f.Name, "connection") {
			s.connection.note(f.Value)
		}
	case len("content-length"):
		if isNamed(f.Name, "content-length") {
			s.noteLength(f.Value)
		}
	case len("proxy-connection"):
		if isNamed(f.Name, "proxy-connection") {
			s.proxyConnection.note(f.Value)
		}
	case len("transfer-encoding"):
		if isNamed(f.Name, "transfer-encoding") {
			s.chunked = s.chunked || hasToken(f.Value, "chunked")
		}
	case len("content-disposition"):
		if isNamed(f.Name, "content-disposition") {
			s.dispositions = eachDiffers(&s.disposition, f.Value) || s.dispositions
		}
	}
}

// noteLength takes the first length. One that is no number counts as none. As
// Chromium.
func (s *signals) noteLength(value string) {
	first := !s.contentLength.seen
	s.lengths = eachDiffers(&s.contentLength, value) || s.lengths
	if first {
		s.length = parseLength(s.contentLength.value)
	}
}

// eachDiffers notes each item of a list.
func eachDiffers(o *once, list string) (differs bool) {
	for more := true; more; {
		var item string
		item, list, more = nextItem(list)
		differs = o.note(item) || differs
	}
	return differs
}

// parseLength reads digits and nothing else; -1 if there is anything else.
func parseLength(s string) int64 {
	if s == "" || !isDigit(s[0]) {
		return -1
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return -1
	}
	return n
}

// note keeps the first of the words that mean anything here.
func (p *persistence) note(list string) {
	for more := true; more && *p == unsaid; {
		var item string
		item, list, more = nextItem(list)
		switch {
		case isNamed(item, "keep-alive"):
			*p = keepOpen
		case isNamed(item, "close"):
			*p = closeAfter
		}
	}
}

// keepAlive decides between the fields. Proxy-Connection counts where Connection
// says nothing, and HTTP/1.0 closes unless it says otherwise. As Chromium.
func (s *signals) keepAlive(http10 bool) bool {
	said := s.connection
	if said == unsaid {
		said = s.proxyConnection
	}
	if said == unsaid {
		return !http10
	}
	return said == keepOpen
}
