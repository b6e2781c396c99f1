package fetch

import (
	"bytes"
	"errors"
	"io"
	"strconv"

	"github.com/corsage-go/corsage/agent/wire"
	"github.com/corsage-go/corsage/cors"
)

// Why what is on the page's own machine cannot be had.
var (
	errDataURL    = errors.New("the data URL has no comma, or is no base64; write data:,text or data:;base64,dGV4dA==")
	errNoBlob     = errors.New("there is no such blob, or it is not this page's; it may have been revoked")
	errBlobMethod = errors.New("a blob can be asked for with GET only")
	errBlobRange  = errors.New("the Range is not one of the blob; write bytes=0-99")
)

// data answers with what is in a data URL.
//
// Standard: https://fetch.spec.whatwg.org/#scheme-fetch, "data"
func (f *fetching) data() (*answer, error) {
	mime, body, ok := parseDataURL(f.url.HrefNoFragment())
	if !ok {
		return nil, f.failed(cors.OnRequest, errDataURL)
	}
	return localAnswer(200, "OK", int64(len(body)), io.NopCloser(bytes.NewReader(body)), wire.Field{Name: "Content-Type", Value: mime}), nil
}

// about answers about:blank, which is an empty page.
//
// Standard: https://fetch.spec.whatwg.org/#scheme-fetch, "about"
func (f *fetching) about() (*answer, error) {
	if f.url.Path() != "blank" {
		return nil, f.refuse(cors.SchemeNotHTTP, cors.OnRequest, f.url.HrefNoFragment(), "about:blank")
	}
	return localAnswer(200, "OK", 0, io.NopCloser(bytes.NewReader(nil)), wire.Field{Name: "Content-Type", Value: "text/html;charset=utf-8"}), nil
}

// blob answers with a blob, or a range of one.
//
// Standard: https://fetch.spec.whatwg.org/#scheme-fetch, "blob"
func (f *fetching) blob() (*answer, error) {
	if f.method != "GET" {
		return nil, f.failed(cors.OnRequest, errBlobMethod)
	}
	b, ok := f.findBlob()
	if !ok {
		return nil, f.failed(cors.OnRequest, errNoBlob)
	}
	span, partial := get(f.header, "Range")
	part := slice{last: b.Body.Length - 1}
	if partial {
		if part, ok = sliceOf(span, b.Body.Length); !ok {
			return nil, f.failed(cors.OnRequest, errBlobRange)
		}
	}
	body, err := b.Body.Open()
	if err != nil {
		return nil, f.failed(cors.OnRequest, err)
	}
	return blobAnswer(f, b, body, part, partial)
}

// findBlob finds what the URL stands for: what it stood for when it was read, even
// if it has been revoked since.
//
// Standard: https://url.spec.whatwg.org/#concept-url-blob-entry
func (f *fetching) findBlob() (Blob, bool) {
	switch {
	case f.asked.Blob != nil:
		return *f.asked.Blob, true
	case f.engine.Blobs == nil:
		return Blob{}, false
	default:
		return f.engine.Blobs.Blob(f.url, f.client)
	}
}

// isOwnBlob reports whether the URL is that of a blob which the page may have. Where
// its origin is opaque, that cannot be told from the URL.
func (f *fetching) isOwnBlob() bool {
	if f.url.Scheme() != "blob" {
		return false
	}
	_, ok := f.findBlob()
	return ok
}

func blobAnswer(f *fetching, b Blob, body io.ReadCloser, part slice, partial bool) (*answer, error) {
	kind := wire.Field{Name: "Content-Type", Value: b.Type}
	n := part.last - part.first + 1
	length := wire.Field{Name: "Content-Length", Value: strconv.FormatInt(n, 10)}
	if !partial {
		return localAnswer(200, "OK", n, body, length, kind), nil
	}
	if _, err := io.CopyN(io.Discard, body, part.first); err != nil {
		_ = body.Close() // the first error counts
		return nil, f.failed(cors.OnResponse, err)
	}
	limited := readCloser{Reader: io.LimitReader(body, n), Closer: body}
	return localAnswer(206, "Partial Content", n, limited, length, kind,
		wire.Field{Name: "Content-Range", Value: part.of(b.Body.Length)}), nil
}

type readCloser struct {
	io.Reader
	io.Closer
}

func localAnswer(status int, reason string, length int64, body io.ReadCloser, header ...wire.Field) *answer {
	return &answer{Response: wire.Response{Status: status, Reason: reason, Header: header, Length: length, Body: body}}
}

// slice is a range of bytes, both ends included.
type slice struct{ first, last int64 }

// of writes a value of Content-Range.
//
// Standard: https://fetch.spec.whatwg.org/#build-a-content-range
func (s slice) of(length int64) string {
	return "bytes " + strconv.FormatInt(s.first, 10) + "-" + strconv.FormatInt(s.last, 10) + "/" + strconv.FormatInt(length, 10)
}

// sliceOf finds what a Range asks of a body.
//
// Standard: https://fetch.spec.whatwg.org/#scheme-fetch, "blob", step 14
func sliceOf(value string, length int64) (slice, bool) {
	r, ok := cors.ParseRange(value)
	if !ok || length == 0 {
		return slice{}, false
	}
	whole := uint64(length)
	switch {
	case !r.HasFirst:
		return slice{length - int64(min(r.Last, whole)), length - 1}, r.Last > 0
	case r.First >= whole:
		return slice{}, false
	case !r.HasLast || r.Last >= whole:
		return slice{int64(r.First), length - 1}, true
	default:
		return slice{int64(r.First), int64(r.Last)}, true
	}
}
