package xhr

import (
	"encoding/json"
	"fmt"

	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/cors"
)

// Response is a response that has been received to its end. It stays what it is
// when the XHR is used again.
type Response struct {
	Status     int
	StatusText string
	URL        string // where it came from in the end, without fragment

	head     *fetch.Response
	override *cors.MIMEType
	body     []byte
}

func (x *XHR) result() *Response {
	return &Response{
		Status:     x.response.Status,
		StatusText: x.StatusText(),
		URL:        x.ResponseURL(),
		head:       x.response,
		override:   x.override,
		body:       x.received,
	}
}

// Header returns a field as far as the page may see it; several lines are
// combined. It is "" if there is none.
func (r *Response) Header(name string) string {
	value, _ := combinedValue(r.head.Header, name)
	return Isomorphic(value)
}

// AllHeaders returns all fields that the page may see, sorted, in lines that end
// with CR and LF.
func (r *Response) AllHeaders() string { return formatHeader(r.head.Header) }

// Type returns the response's type, such as "text/html;charset=utf-8".
func (r *Response) Type() string { return finalType(r.head, r.override).String() }

// Redirected reports whether the answer came from another URL than was asked.
func (r *Response) Redirected() bool { return r.head.Redirected }

// FromCache reports whether the server was not asked just now.
func (r *Response) FromCache() bool { return r.head.FromCache }

// Bytes returns the body. It must not be changed.
func (r *Response) Bytes() []byte { return r.body }

// Text returns the body as text, by the charset that its server or
// OverrideMimeType gives; otherwise it is UTF-8.
func (r *Response) Text() string {
	charset, _ := finalCharset(r.head, r.override)
	return decode(r.body, charset)
}

// JSON decodes the body into what v points to, as json.Unmarshal does.
func (r *Response) JSON(v any) error {
	if err := json.Unmarshal([]byte(decode(r.body, nil)), v); err != nil {
		return fmt.Errorf("response of %s, status %d: %w", r.URL, r.Status, err)
	}
	return nil
}
