package wire

import "io"

// Response is the head of an answer, and its body to read.
type Response struct {
	Proto  string // "HTTP/1.0", "HTTP/1.1" or "HTTP/2.0"
	Status int    // any number: servers send 000 and 999
	Reason string // bytes as on the wire; empty over HTTP/2

	// Header has the fields in the order and spelling of the wire; over HTTP/2,
	// sorted, with lower-case names.
	Header []Field

	// Body is never nil, and must be read to its end or closed. Its last bytes
	// come with io.EOF only if the body was complete; any other error is an
	// *Error. Close may be called while another goroutine reads.
	Body io.ReadCloser

	// Length is how many bytes Body has, which is 0 for an answer to HEAD whatever
	// Content-Length says; -1 if that is not known beforehand.
	Length int64
}

// noBody is the body of an answer that has none.
type noBody struct{}

func (noBody) Read([]byte) (int, error) { return 0, io.EOF }
func (noBody) Close() error             { return nil }
