package trace

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
)

// WriteJSON writes a trace in its own form.
func WriteJSON(w io.Writer, t *Trace) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	if err := e.Encode(t); err != nil {
		return fmt.Errorf("write trace: %w", err)
	}
	return nil
}

// ReadJSON reads what WriteJSON writes, and redacts and shortens it as a recorder
// does. Judge gives verdicts to what has none.
func ReadJSON(r io.Reader, o ReadOptions) (*Trace, error) {
	t := new(Trace)
	dec := json.NewDecoder(&boundedReader{r: bufio.NewReader(r), left: maxEntry, what: "the trace"})
	if err := dec.Decode(t); err != nil {
		return nil, fmt.Errorf("read trace, near byte %d: %w", dec.InputOffset(), err)
	}
	limits := o.Limits.WithDefaults()
	if n := len(t.Exchanges) - limits.Exchanges; n > 0 {
		t.Exchanges, t.Dropped = t.Exchanges[n:], t.Dropped+n
	}
	t.Events = t.Events[:min(len(t.Events), limits.Events)]
	for i := range t.Exchanges {
		t.Exchanges[i].Clean(o.Redaction, limits)
	}
	if !o.AsIs {
		Judge(t)
	}
	return t, nil
}

// maxWord is the longest of what is a word or an origin in honest requests, in
// bytes. A page may send anything.
const maxWord = 512

// Clean redacts an exchange and shortens it to the limits. What recorders of this
// project make is clean already; doing it again changes nothing.
func (x *Exchange) Clean(r Redaction, l Limits) {
	l = l.WithDefaults()
	x.Page, x.Request.URL = Cut(r.URL(x.Page), l.Value), Cut(r.URL(x.Request.URL), l.Value)
	for _, s := range []*string{&x.Mode, &x.Type, &x.Request.Method, &x.Origin, &x.Credentials} {
		*s = Cut(*s, maxWord)
	}
	x.Request.Header = r.Header(x.Request.Header).cut(l)
	x.Request.Body = x.Request.Body.cut(l)
	if x.Response != nil {
		response := *x.Response
		response.Header, response.Body = r.Header(response.Header).cut(l), response.Body.cut(l)
		x.Response = &response
	}
	cookies := make([]Cookie, 0, min(len(x.Cookies), l.Fields))
	for _, c := range x.Cookies[:min(len(x.Cookies), l.Fields)] {
		c.Line = Cut(r.Value("Set-Cookie", c.Line), l.Value)
		cookies = append(cookies, c)
	}
	x.Cookies = cookies
}

func (h Header) cut(l Limits) Header {
	h = h[:min(len(h), l.Fields)]
	for i := range h {
		h[i].Name, h[i].Value = Cut(h[i].Name, l.Value), Cut(h[i].Value, l.Value)
	}
	return h
}

func (b *Body) cut(l Limits) *Body {
	if b == nil || l.Body < 0 {
		return nil
	}
	if bytes := b.Bytes(); len(bytes) > l.Body {
		return NewBody(b.Type, bytes[:l.Body], true)
	}
	return b
}
