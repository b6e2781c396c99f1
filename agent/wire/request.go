package wire

import (
	"fmt"
	"io"
	"strconv"
)

// Field is a header field. Name and Value hold one byte for each character on
// the wire, in the spelling of the wire; bytes above 0x7f are not UTF-8.
type Field struct{ Name, Value string }

// Request is a request as it goes on the wire. RoundTrip does not change it.
type Request struct {
	Method string // sent as it is spelled
	Scheme string // "http" or "https"

	// Host is the host and, unless it is the scheme's default, the port, as in
	// the Host field: "example.com:8080", "[::1]".
	Host string

	// Target is the path and the query, sent byte for byte. It begins with "/",
	// or is "*".
	Target string

	// Header is sent in this order and spelling. A Host field is put before it
	// unless it has one. How the body is framed follows from Length and is
	// written after it; a Content-Length or Transfer-Encoding in it only says
	// where, and must agree.
	Header []Field

	// Body is what is sent after the head; nil means that there is none, which
	// for POST and PUT is sent as a Content-Length of 0.
	//
	// A body with a method Len() int is in memory: reading it never waits. Any
	// other is read by another goroutine. One that may wait for long should be an
	// io.Closer that ends its own waiting: it is closed before RoundTrip returns,
	// also when that fails. RoundTrip returns only when the others are not being
	// read any more, unless the context is done.
	Body io.Reader

	// Length is the number of bytes of Body; -1 means that it is not known, and
	// the body is sent in chunks.
	Length int64

	// Rewind returns the body once more. A request whose reused connection turns
	// out to be closed is sent again only if it has no body or can be rewound.
	Rewind func() (io.Reader, error)

	// Partition keeps connections apart: a request goes over a connection that
	// was made for the same partition. Browsers keep apart sites, and requests
	// with and without credentials.
	Partition string

	Trace *Trace // may be nil, as may each of its hooks
}

// outline is what a look over a request's header shows.
type outline struct {
	hasHost   bool
	hasFramed bool // a Content-Length or Transfer-Encoding says where to write it
	close     bool // Connection: close
}

// outline checks that the request is one that HTTP can say, and that nothing in
// it can end it early or begin another one.
func (r *Request) outline() (outline, error) {
	if why := r.lineProblem(); why != "" {
		return outline{}, r.invalid(why)
	}
	var o outline
	for i := range r.Header {
		if why := r.fieldProblem(&r.Header[i], &o); why != "" {
			return outline{}, r.invalid(why)
		}
	}
	return o, nil
}

func (r *Request) invalid(why string) error {
	e := problem(InvalidRequest, why)
	e.Op = opCheck
	return e
}

// lineProblem judges all but the header.
func (r *Request) lineProblem() string {
	switch {
	case !isToken(r.Method):
		return fmt.Sprintf("method %q is not a token", r.Method)
	case r.Method == "CONNECT":
		return "CONNECT makes a tunnel, which pages cannot"
	case r.Scheme != "http" && r.Scheme != "https":
		return fmt.Sprintf("scheme %q is neither http nor https", r.Scheme)
	case r.Target == "" || r.Target[0] != '/' && r.Target != "*":
		return fmt.Sprintf("target %q does not begin with a slash", r.Target)
	case !isAll(r.Target, visible):
		return fmt.Sprintf("target %q has a space or a control byte; percent-encode it", r.Target)
	case !isAuthority(r.Host):
		return fmt.Sprintf("host %q is not a host with an optional port", r.Host)
	case r.Length < -1:
		return fmt.Sprintf("length %d is negative; use -1 where it is not known", r.Length)
	case r.Body == nil && r.Length != 0:
		return fmt.Sprintf("length is %d and there is no body", r.Length)
	}
	return ""
}

// fieldProblem judges one field, and notes in o what it is about.
func (r *Request) fieldProblem(f *Field, o *outline) string {
	switch {
	case !isToken(f.Name):
		return fmt.Sprintf("field name %q is not a token", f.Name)
	case !isAll(f.Value, inValue):
		return fmt.Sprintf("the value of %s has a NUL, CR or LF: %q", f.Name, f.Value)
	case isNamed(f.Name, "host"):
		if o.hasHost {
			return "there are two Host fields"
		}
		o.hasHost = true
	case isNamed(f.Name, "connection"):
		o.close = o.close || hasToken(f.Value, "close")
	case isNamed(f.Name, "content-length"):
		return r.framingProblem(f, o, r.Length >= 0, strconv.FormatInt(r.Length, 10))
	case isNamed(f.Name, "transfer-encoding"):
		return r.framingProblem(f, o, r.Length < 0, "chunked")
	}
	return ""
}

// framingProblem keeps the header from announcing another length than the body
// has: the rest would be read as another request.
func (r *Request) framingProblem(f *Field, o *outline, fits bool, want string) string {
	if !fits || f.Value != want || o.hasFramed {
		return fmt.Sprintf("%s: %s does not agree with a body of length %d", f.Name, f.Value, r.Length)
	}
	o.hasFramed = true
	return ""
}

// appendHead writes the head of the request.
func (r *Request) appendHead(b []byte, o outline) []byte {
	b = append(b, r.Method...)
	b = append(b, ' ')
	b = append(b, r.Target...)
	b = append(b, " HTTP/1.1\r\n"...)
	if !o.hasHost {
		b = appendField(b, "Host", r.Host)
	}
	for i := range r.Header {
		b = appendField(b, r.Header[i].Name, r.Header[i].Value)
	}
	if !o.hasFramed {
		b = r.appendFraming(b)
	}
	return append(b, "\r\n"...)
}

// appendFraming writes how the body is framed. As browsers, it says so for a
// POST or PUT without a body as well: servers ask for it.
func (r *Request) appendFraming(b []byte) []byte {
	switch {
	case r.Length < 0:
		return appendField(b, "Transfer-Encoding", "chunked")
	case r.Body != nil || r.Method == "POST" || r.Method == "PUT":
		b = append(b, "Content-Length: "...)
		b = strconv.AppendInt(b, r.Length, 10)
		return append(b, "\r\n"...)
	default:
		return b
	}
}

func appendField(b []byte, name, value string) []byte {
	b = append(b, name...)
	b = append(b, ": "...)
	b = append(b, value...)
	return append(b, "\r\n"...)
}
