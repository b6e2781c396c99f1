package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/corsage-go/corsage/agent/wire"
)

// Handlers is a Transport that hands requests to handlers in the same process: a
// whole exchange without a network. Bodies are streamed both ways. A handler finds
// what net/http's server would give it, and its answer is completed as there:
// Date, Content-Type and Content-Length are filled in, and what is left of the
// request's body is dropped when the head of the answer is sent.
//
// A handler that panics before the head of its answer gives an error of kind
// wire.EmptyResponse, a later panic cuts the body off. The panic is in the error;
// http.ErrAbortHandler does the same without a word. Handlers cannot hijack.
type Handlers struct {
	// Hosts has a handler for each server, by its origin ("https://data.test") or
	// by what the Host field says ("data.test:8080"). The origin comes first.
	Hosts map[string]http.Handler

	// Default gets the requests for all other servers. If it is nil, their names
	// have no address.
	Default http.Handler

	// RemoteAddr is what handlers see of the client; "" for 192.0.2.1:1234.
	RemoteAddr string

	// MaxHeadBytes and MaxFields are the most that the head of an answer may be; 0
	// for those of DefaultLimits. A larger one is an error of kind
	// wire.HeadTooLarge.
	MaxHeadBytes, MaxFields int

	Now func() time.Time // for the Date field; nil for time.Now
}

// RoundTrip calls the handler of the request's server. The error is a *wire.Error.
func (h *Handlers) RoundTrip(ctx context.Context, r *wire.Request) (*wire.Response, error) {
	handler := h.handler(r)
	if handler == nil {
		closeBody(r.Body)
		return nil, &wire.Error{Kind: wire.Resolve, Op: "find handler", Addr: r.Host}
	}
	w := newHandlerWriter(ctx, r, h.now)
	req, err := h.request(w.ctx, r, w.body)
	if err != nil {
		w.cancel()
		closeBody(r.Body)
		return nil, err
	}
	go w.serve(handler, req)
	resp, err := w.await(ctx)
	if err == nil {
		err = h.checkHead(resp, r.Host)
	}
	if err != nil {
		return nil, err
	}
	return resp, nil
}

// checkHead refuses a head that is too large, counted as HTTP/1.1 would write it.
func (h *Handlers) checkHead(resp *wire.Response, addr string) error {
	most := Limits{HeadBytes: h.MaxHeadBytes, HeadFields: h.MaxFields}.orDefaults()
	size := len("HTTP/1.1 200 \r\n\r\n") + len(resp.Reason)
	for _, f := range resp.Header {
		size += len(f.Name) + len(": ") + len(f.Value) + len("\r\n")
	}
	if size <= most.HeadBytes && len(resp.Header) <= most.HeadFields {
		return nil
	}
	_ = resp.Body.Close() // nobody gets it
	return &wire.Error{Kind: wire.HeadTooLarge, Op: "serve", Addr: addr}
}

func (h *Handlers) handler(r *wire.Request) http.Handler {
	for _, name := range [...]string{r.Scheme + "://" + r.Host, r.Host} {
		if handler := h.Hosts[name]; handler != nil {
			return handler
		}
	}
	return h.Default
}

func (h *Handlers) now() time.Time {
	if h.Now != nil {
		return h.Now()
	}
	return time.Now()
}

// request says r in net/http's words.
func (h *Handlers) request(ctx context.Context, r *wire.Request, body *servedBody) (*http.Request, error) {
	target, err := url.ParseRequestURI(r.Target)
	if err != nil {
		return nil, &wire.Error{Kind: wire.InvalidRequest, Op: "find handler", Addr: r.Host, Err: err}
	}
	req := &http.Request{
		Method: r.Method, URL: target, RequestURI: r.Target, Host: r.Host, Header: headerMap(r.Header),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, ContentLength: r.Length, Body: http.NoBody, RemoteAddr: h.RemoteAddr,
	}
	if req.RemoteAddr == "" {
		req.RemoteAddr = "192.0.2.1:1234" // an address for documentation
	}
	if r.Body != nil && r.Length != 0 {
		req.Body = body
	}
	if r.Length < 0 {
		req.TransferEncoding = []string{"chunked"}
	}
	if r.Scheme == "https" {
		req.TLS = &tls.ConnectionState{Version: tls.VersionTLS13, HandshakeComplete: true, ServerName: (&url.URL{Host: r.Host}).Hostname()}
	}
	return req.WithContext(ctx), nil
}

// headerMap leaves out Host, as net/http does.
func headerMap(fields []wire.Field) http.Header {
	h := make(http.Header, len(fields))
	for _, f := range fields {
		if !isNamed(f.Name, "Host") {
			h.Add(f.Name, f.Value)
		}
	}
	return h
}

// fieldsOf lists the fields of a map by name, as net/http writes them.
func fieldsOf(h http.Header) []wire.Field {
	names := make([]string, 0, len(h))
	for name := range h {
		names = append(names, name)
	}
	slices.Sort(names)
	fields := make([]wire.Field, 0, len(names))
	for _, name := range names {
		for _, value := range h[name] {
			fields = append(fields, wire.Field{Name: name, Value: oneLine(value)})
		}
	}
	return fields
}

// oneLine keeps a value from ending its line, as net/http does.
func oneLine(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c == '\r' || c == '\n' {
			b[i] = ' '
		}
	}
	return trimSpace(string(b))
}

func closeBody(body io.Reader) {
	if closer, ok := body.(io.Closer); ok {
		_ = closer.Close() // it was read as far as it was wanted
	}
}

// servedBody is the body of a request as a handler reads it.
type servedBody struct {
	src     io.Reader
	trace   *wire.Trace
	expects bool // Expect: 100-continue

	mu     sync.Mutex // held while hooks are called
	closed bool
	left   int64 // bytes to come; -1 if that is not known
}

func newServedBody(r *wire.Request) *servedBody {
	expect, _ := get(r.Header, "Expect")
	return &servedBody{src: r.Body, trace: r.Trace, expects: expect == "100-continue", left: r.Length}
}

// Read reads from the page's body, and reports that bytes have left.
func (b *servedBody) Read(p []byte) (int, error) {
	if err := b.ready(); err != nil {
		return 0, err
	}
	n, err := b.src.Read(p)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.left > 0 {
		b.left = max(0, b.left-int64(n))
	}
	if !b.closed && n > 0 && b.trace != nil && b.trace.WroteBody != nil {
		b.trace.WroteBody(int64(n))
	}
	if err == io.EOF && b.left > 0 {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// ready tells the client to go on, if it waits for that.
func (b *servedBody) ready() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return http.ErrBodyReadAfterClose
	}
	if b.expects && b.trace != nil && b.trace.Informational != nil {
		b.trace.Informational(http.StatusContinue, nil)
	}
	b.expects = false
	return nil
}

// Close ends the reading. No hook is called any more when it returns.
func (b *servedBody) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	return nil
}

// maxDropped is how much of a body that the handler has not read is read before
// the answer is sent. As net/http.
const maxDropped = 256 << 10

// finish drops the rest of the body, if it is not too long.
func (b *servedBody) finish() {
	if b.src != nil && !b.expects {
		_, _ = io.CopyN(io.Discard, b, maxDropped) // whatever it is, it is not wanted
	}
	_ = b.Close() // never fails
}

// panicked is the panic of a handler as an error.
type panicked struct{ value any }

// Error shows what the handler panicked with.
func (p panicked) Error() string { return fmt.Sprintf("the handler panicked: %v", p.value) }

// brokenOff is the error of a client whose server has gone away.
func brokenOff(kind wire.Kind, recovered any, addr string) *wire.Error {
	e := &wire.Error{Kind: kind, Op: "serve", Addr: addr}
	if err, ok := recovered.(error); recovered != nil && (!ok || !errors.Is(err, http.ErrAbortHandler)) {
		e.Err = panicked{recovered}
	}
	return e
}
