package wire

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
)

// http2Response says an answer in our words.
func (c *Client) http2Response(ctx context.Context, h2 *h2conn, r *Request, resp *http.Response) (*Response, error) {
	h := head{status: resp.StatusCode, fields: fieldsOf(resp.Header)}
	if len(h.fields) > c.headLimits().fields {
		return nil, problem(HeadTooLarge, "it has too many fields")
	}
	f, err := h.framing(r.Method, c.KeepRepeats)
	if err != nil {
		return nil, err
	}
	return &Response{
		Proto: "HTTP/2.0", Status: h.status, Header: h.fields, Length: f.length,
		Body: &http2Body{ctx: ctx, conn: h2, body: resp.Body, known: f.length >= 0},
	}, nil
}

// fieldsOf lists the fields of a map. What their order was is lost; those of one
// name have kept theirs.
func fieldsOf[M ~map[string][]string](m M) []Field {
	fields := make([]Field, 0, len(m))
	for name, values := range m {
		name = strings.ToLower(name)
		for _, v := range values {
			fields = append(fields, Field{Name: name, Value: v})
		}
	}
	slices.SortStableFunc(fields, func(a, b Field) int { return strings.Compare(a.Name, b.Name) })
	return fields
}

// http2Body is the body of an answer over HTTP/2.
type http2Body struct {
	ctx   context.Context
	conn  *h2conn
	body  io.ReadCloser
	known bool // it has a Content-Length
}

func (b *http2Body) Read(p []byte) (int, error) {
	n, err := b.body.Read(p)
	if err == nil || err == io.EOF {
		return n, err
	}
	e := b.conn.explain(b.ctx, opReadBody, err)
	if e.Kind == Closed && b.known {
		e.Kind = LengthMismatch
	}
	return n, e
}

func (b *http2Body) Close() error { return b.body.Close() }
