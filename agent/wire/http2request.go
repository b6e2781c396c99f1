package wire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"net/url"
	"strings"
	"sync"
)

// newHTTP2Request says a request in net/http's words.
func newHTTP2Request(ctx context.Context, r *Request, body io.Reader) (*http.Request, *http2Sending, error) {
	header, host, err := http2Header(r)
	if err != nil {
		return nil, nil, err
	}
	s := &http2Sending{trace: r.Trace, body: body, left: r.Length, turn: make(chan struct{}, 1), done: make(chan struct{})}
	req := &http.Request{
		Method: r.Method, Proto: "HTTP/2.0", ProtoMajor: 2,
		// With this Opaque, what net/http sends as the path is the target as it is.
		URL:    &url.URL{Scheme: r.Scheme, Host: host, Opaque: "//" + host + r.Target},
		Host:   host,
		Header: header, ContentLength: r.Length,
	}
	if body != nil {
		req.Body = s
	} else {
		s.finish(nil)
	}
	if r.Trace != nil {
		ctx = httptrace.WithClientTrace(ctx, s.hooks())
	}
	return req.WithContext(ctx), s, nil
}

// http2Header leaves out what HTTP/2 says in other ways, and finds the host.
//
// Standard: https://www.rfc-editor.org/rfc/rfc9113#name-connection-specific-header-
func http2Header(r *Request) (header http.Header, host string, err error) {
	header = make(http.Header, len(r.Header)+1)
	header.Set("User-Agent", "") // none, where net/http would send its own
	host = r.Host
	for _, f := range r.Header {
		name := strings.ToLower(f.Name)
		switch {
		case !isAll(f.Value, inHTTP2):
			return nil, "", r.invalid(fmt.Sprintf("the value of %s has a control byte, which is not sent over HTTP/2: %q", f.Name, f.Value))
		case isConnectionField(name), name == "te" && !isNamed(f.Value, "trailers"):
		case name == "host":
			host = f.Value
		case name == "user-agent":
			header.Set("User-Agent", f.Value)
		default:
			header[name] = append(header[name], f.Value)
		}
	}
	return header, host, nil
}

func isConnectionField(name string) bool {
	switch name {
	case "connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade", "content-length":
		return true
	default:
		return false
	}
}

// http2Sending is the body of a request, as net/http reads it, and what is
// reported of the request. net/http may go on after its RoundTrip has returned;
// what it does then goes nowhere.
type http2Sending struct {
	trace *Trace
	body  io.Reader
	turn  chan struct{} // holds a value while the body is being read
	left  int64         // bytes to come; -1 if that is not known
	given int64         // what the last Read returned, which is sent before the next

	ended sync.Once
	done  chan struct{} // closed when nothing more is to be read
	err   error         // why, unless it is the end; set before done is closed

	mu        sync.Mutex // held during hooks
	stopped   bool       // nothing is to be read or reported any more
	wroteHead bool       // the head was reported
}

// Read gives out the body, of exactly the length that was announced.
func (s *http2Sending) Read(p []byte) (int, error) {
	s.turn <- struct{}{}
	defer func() { <-s.turn }()
	if !s.report(func() { s.trace.wroteBody(s.given) }) {
		return 0, errStopped
	}
	n, err := s.next(p)
	s.given = int64(n)
	switch {
	case err == io.EOF:
		s.finish(nil)
	case err != nil:
		s.finish(err)
	}
	return n, err
}

func (s *http2Sending) next(p []byte) (int, error) {
	switch {
	case s.left == 0:
		return 0, io.EOF
	case s.left < 0:
		return readSome(s.body, p)
	}
	n, err := readSome(s.body, p[:min(int64(len(p)), s.left)])
	if err == io.EOF {
		err = fmt.Errorf("it is shorter than Request.Length by %d bytes", s.left)
	}
	s.left -= int64(n)
	return n, err
}

// Close is net/http's word that it will not read on. It waits for a Read that is
// under way, which closing the body ends.
func (s *http2Sending) Close() error {
	s.finish(nil)
	closeBody(s.body)
	return nil
}

func (s *http2Sending) finish(err error) {
	s.ended.Do(func() {
		s.err = err
		close(s.done)
	})
}

// await keeps an answer below 300 waiting until the body has been sent.
func (s *http2Sending) await(ctx context.Context, resp *http.Response) error {
	if resp.StatusCode >= 300 {
		return nil
	}
	select {
	case <-s.done:
	case <-ctx.Done():
		s.finish(ctx.Err())
	}
	if s.err != nil {
		_ = resp.Body.Close() // the answer is to half a request
	}
	return s.err
}

// stop ends the sending. No hook is called any more when it returns, and the
// body is not being read, unless that can be ended by closing it.
func (s *http2Sending) stop(ctx context.Context) {
	s.mu.Lock()
	s.stopped = true
	s.mu.Unlock()
	if !canClose(s.body) {
		s.settle(ctx)
	}
}

// settle waits until the body is not being read any more.
func (s *http2Sending) settle(ctx context.Context) {
	select {
	case s.turn <- struct{}{}:
		<-s.turn
	case <-ctx.Done():
	}
}

// report calls a hook, unless it is too late for that.
func (s *http2Sending) report(hook func()) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.stopped {
		hook()
	}
	return !s.stopped
}

func (s *http2Sending) reportHead() {
	if !s.wroteHead {
		s.wroteHead = true
		s.trace.wroteHead()
	}
}

// explain makes an Error of what net/http says. What the body said comes first.
func (s *http2Sending) explain(ctx context.Context, h2 *h2conn, err error) *Error {
	select {
	case <-s.done:
		if s.err != nil && ctx.Err() == nil {
			return &Error{Kind: BodyFailed, Op: opSend, Addr: h2.addr, Err: s.err}
		}
	default:
	}
	return h2.explain(ctx, opSend, err)
}

// explain makes an Error of what net/http says. A connection that was broken off
// at this end fails in many ways.
func (h2 *h2conn) explain(ctx context.Context, op string, err error) *Error {
	switch {
	case ctx.Err() != nil:
		return interrupted(ctx, op, h2.addr)
	case h2.broken.Load():
		return &Error{Kind: ClientClosed, Op: op, Addr: h2.addr}
	default:
		return &Error{Kind: classifyHTTP2(op, err), Op: op, Addr: h2.addr, Err: err}
	}
}

// errTooManyInformational ends an exchange over HTTP/2.
var errTooManyInformational = errors.New("it has too many informational answers")

func (s *http2Sending) hooks() *httptrace.ClientTrace {
	informational := 0
	return &httptrace.ClientTrace{
		WroteHeaders: func() { s.report(s.reportHead) },
		GotFirstResponseByte: func() {
			s.report(s.reportHead) // which may be late
			s.report(s.trace.firstByte)
		},
		Got1xxResponse: func(status int, h textproto.MIMEHeader) error {
			if informational++; informational > maxInformational {
				return errTooManyInformational
			}
			s.report(func() { s.trace.informational(status, fieldsOf(h)) })
			return nil
		},
	}
}
