package wire

import "fmt"

// Kind is the way in which an exchange failed. Browsers tell the same ways
// apart, and a script sees none of them.
type Kind uint8

// The kinds. The zero Kind belongs to errors of other packages.
const (
	Unknown Kind = iota

	// Before anything is sent, or because nobody waits any more.

	InvalidRequest // the request cannot be written as HTTP
	Canceled       // the context was cancelled
	Timeout        // the context's deadline, or Client.ConnectTimeout, has passed
	ClientClosed   // Client.Close was called

	// On the way to a connection.

	Resolve     // the name has no address
	Refused     // nothing listens at the address
	Connect     // the address cannot be reached
	TLS         // the handshake failed
	Certificate // the server's certificate is not to be trusted

	// The connection, whatever was said on it.

	Closed        // it was closed where more had to come
	EmptyResponse // a new connection was closed without a byte of an answer
	Reset         // it was broken off
	WriteFailed   // any other failure to send
	ReadFailed    // any other failure to receive
	BodyFailed    // the request's own body failed, or is not as long as announced

	// What was said on it.

	InvalidResponse      // it is not an HTTP/1 response
	HeadTooLarge         // the head has more bytes or fields than Client allows
	HeadTruncated        // the head ends too early; over TLS only
	MultipleLengths      // several Content-Length that differ
	MultipleLocations    // several Location that differ
	MultipleDispositions // several Content-Disposition that differ
	LengthMismatch       // the body is shorter than Content-Length
	BadChunk             // the chunked coding is broken
	IncompleteChunks     // the chunked coding ends too early
	HTTP2Failed          // HTTP/2 failed in a way of its own

	kindCount
)

var kinds = [kindCount]struct{ name, sentence, chromium string }{
	Unknown: {"unknown", "the error is not one of HTTP", "ERR_FAILED"},

	InvalidRequest: {"invalid-request", "the request cannot be sent as it is", "ERR_INVALID_ARGUMENT"},
	Canceled:       {"canceled", "the request was cancelled", "ERR_ABORTED"},
	Timeout:        {"timeout", "the time for the request has run out", "ERR_TIMED_OUT"},
	ClientClosed:   {"client-closed", "the client was closed while it had this request", "ERR_ABORTED"},

	Resolve:     {"resolve", "the host name has no address; check its spelling and the name server", "ERR_NAME_NOT_RESOLVED"},
	Refused:     {"refused", "nothing listens there; check the port, and that the server runs", "ERR_CONNECTION_REFUSED"},
	Connect:     {"connect", "no connection could be made; check the address and the network", "ERR_CONNECTION_FAILED"},
	TLS:         {"tls", "the TLS handshake failed; check that the port speaks https", "ERR_SSL_PROTOCOL_ERROR"},
	Certificate: {"certificate", "the server's certificate is not trusted for this name", "ERR_CERT_INVALID"},

	Closed:        {"closed", "the server closed the connection where more had to come", "ERR_CONNECTION_CLOSED"},
	EmptyResponse: {"empty-response", "the server closed the connection without an answer", "ERR_EMPTY_RESPONSE"},
	Reset:         {"reset", "the connection was broken off", "ERR_CONNECTION_RESET"},
	WriteFailed:   {"write-failed", "the request could not be sent", "ERR_FAILED"},
	ReadFailed:    {"read-failed", "the answer could not be received", "ERR_FAILED"},
	BodyFailed:    {"body-failed", "the request's body could not be read as announced", "ERR_FAILED"},

	InvalidResponse:      {"invalid-response", "the answer is not HTTP", "ERR_INVALID_HTTP_RESPONSE"},
	HeadTooLarge:         {"head-too-large", "the head of the answer is too large", "ERR_RESPONSE_HEADERS_TOO_BIG"},
	HeadTruncated:        {"head-truncated", "the connection was closed in the head of the answer", "ERR_RESPONSE_HEADERS_TRUNCATED"},
	MultipleLengths:      {"multiple-lengths", "the answer has several Content-Length that differ", "ERR_RESPONSE_HEADERS_MULTIPLE_CONTENT_LENGTH"},
	MultipleLocations:    {"multiple-locations", "the answer has several Location that differ", "ERR_RESPONSE_HEADERS_MULTIPLE_LOCATION"},
	MultipleDispositions: {"multiple-dispositions", "the answer has several Content-Disposition that differ", "ERR_RESPONSE_HEADERS_MULTIPLE_CONTENT_DISPOSITION"},
	LengthMismatch:       {"length-mismatch", "the body is shorter than its Content-Length", "ERR_CONTENT_LENGTH_MISMATCH"},
	BadChunk:             {"bad-chunk", "the body's chunked coding is broken", "ERR_INVALID_CHUNKED_ENCODING"},
	IncompleteChunks:     {"incomplete-chunks", "the connection was closed before the last chunk of the body", "ERR_INCOMPLETE_CHUNKED_ENCODING"},
	HTTP2Failed:          {"http2-failed", "HTTP/2 failed", "ERR_HTTP2_PROTOCOL_ERROR"},
}

// String returns the kind's name, such as "empty-response".
func (k Kind) String() string {
	if k < kindCount {
		return kinds[k].name
	}
	return fmt.Sprintf("kind-%d", uint8(k))
}

// Sentence says in plain words what the kind means, with a cure where one is
// likely.
func (k Kind) Sentence() string {
	if k < kindCount {
		return kinds[k].sentence
	}
	return k.String()
}

// Chromium returns what Chromium's tools say of such a failure, such as
// "net::ERR_EMPTY_RESPONSE". It has finer names for some of them.
func (k Kind) Chromium() string {
	if k < kindCount {
		return "net::" + kinds[k].chromium
	}
	return "net::ERR_FAILED"
}

// Kinds lists every kind, in order.
func Kinds() []Kind {
	all := make([]Kind, kindCount)
	for i := range all {
		all[i] = Kind(i)
	}
	return all
}
