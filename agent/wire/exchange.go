package wire

import (
	"context"
	"io"
	"sync"
)

// exchange is a request and its answer on a connection of HTTP/1.1. It is also
// the body of the answer: one allocation does for all of it.
type exchange struct {
	resp   Response
	client *Client
	ctx    context.Context
	disarm func() bool // takes back what the context does; nil if it does nothing
	upload *upload     // nil if the body was sent with the head
	begun  bool        // a byte of an answer has arrived
	unsent bool        // some of the request's body was not sent

	// Of the answer's body.
	mu        sync.Mutex // held while it is read
	left      int64      // bytes to come; -1 if that is not known
	chunks    chunks
	keepAlive bool
	err       error // what the next Read returns, once the exchange has ended

	gate        sync.Mutex // held while conn is set to nil, or broken off by Close
	conn        *conn      // nil once the exchange has ended
	interrupted bool       // broken off by Close
}

// exchange carries a request out on a connection that this request alone has.
func (c *Client) exchange(ctx context.Context, cn *conn, r *Request, o outline, body io.Reader) (*Response, fate, error) {
	x := &exchange{client: c, conn: cn, ctx: ctx}
	if ctx.Done() != nil {
		x.disarm = context.AfterFunc(ctx, cn.cut)
	}
	cn.in.open()
	if r.Trace != nil && r.Trace.GotConn != nil {
		r.Trace.GotConn(cn.info())
	}
	op, err := x.run(r, o, body)
	if err == nil {
		return &x.resp, fate{}, nil
	}
	e := explain(ctx, op, cn.addr, err)
	f := fate{stale: cn.reused && !x.begun && (e.Kind == Closed || e.Kind == Reset)}
	if x.upload != nil {
		f.settle = x.upload.settle
	}
	if e.Kind == Closed && op == opReadHead && !cn.reused {
		e.Kind = EmptyResponse // no more of the head had arrived, or it would be another error
	}
	x.end(false)
	return nil, f, e
}

// run returns what it was doing when it failed.
func (x *exchange) run(r *Request, o outline, body io.Reader) (op string, err error) {
	if err := x.send(r, o, body); err != nil {
		return opSend, err
	}
	h, err := x.readAnswer(r)
	if x.upload != nil {
		if sendErr := x.settle(h.status, err); sendErr != nil {
			return opSend, sendErr
		}
	}
	if err != nil {
		return opReadHead, err
	}
	if err := x.begin(r, o, h); err != nil {
		return opReadHead, err
	}
	return "", nil
}

// send sends the head, with the body if that is in memory and small; otherwise
// it starts sending the body beside the rest of the exchange.
func (x *exchange) send(r *Request, o outline, body io.Reader) error {
	cn := x.conn
	b := r.appendHead(cn.in.scratch(), o)
	if fits(body, r.Length, bufferSize-len(b)) {
		n := len(b)
		b = b[:n+int(r.Length)]
		if _, err := io.ReadFull(body, b[n:]); err != nil {
			return &Error{Kind: BodyFailed, Err: err}
		}
		body = nil
	}
	if _, err := cn.nc.Write(b); err != nil {
		return err
	}
	r.Trace.wroteHead()
	switch {
	case body == nil || r.Length == 0:
		r.Trace.wroteBody(r.Length)
	default:
		x.upload = startUpload(cn, body, r)
	}
	return nil
}

// fits reports whether a body is in memory and not larger than some room.
func fits(body io.Reader, length int64, room int) bool {
	b, ok := body.(interface{ Len() int })
	return ok && length == int64(b.Len()) && length <= int64(room)
}

// readAnswer reads heads until one is of an answer.
func (x *exchange) readAnswer(r *Request) (head, error) {
	if err := x.conn.in.more(); err != nil {
		return head{}, err
	}
	x.begun = true
	x.report(r.Trace.firstByte)
	limits := x.client.headLimits()
	for range maxInformational {
		h, err := x.conn.in.readHead(limits, x.conn.tlsState != nil)
		switch {
		case err != nil || !h.isInformational():
			return h, err
		case h.status == 101:
			return head{}, problem(InvalidResponse, "it switches to a protocol that nobody asked for")
		}
		x.report(func() { r.Trace.informational(h.status, h.fields) })
	}
	return head{}, problem(InvalidResponse, "it has too many informational answers")
}

// report calls a hook, but not beside one that reports progress.
func (x *exchange) report(hook func()) {
	if x.upload != nil {
		x.upload.mu.Lock()
		defer x.upload.mu.Unlock()
	}
	hook()
}

// settle brings the sending and the answer together. It returns an error if that
// of the sending is the one that counts.
//
// An answer of 300 or more does not wait for the rest of the body to be sent.
// Where sending has failed because the server broke the connection off, an
// answer that says why counts; as Chromium, that is one of 4xx or 5xx.
func (x *exchange) settle(status int, err error) error {
	if err == nil && status < 300 {
		select {
		case <-x.upload.done:
		case <-x.ctx.Done():
			x.upload.stop()
			return x.ctx.Err()
		}
	}
	complete, sendErr := x.upload.stop()
	x.unsent = !complete
	if !canClose(x.upload.body) {
		x.upload.settle(x.ctx) // closing it ends what waits in the others
	}
	switch {
	case sendErr == nil && !complete && err != nil && classify(opReadHead, err) == Closed:
		return problem(Reset, "the server closed it while the request was being sent")
	case isReset(sendErr) && err == nil && (status/100 == 4 || status/100 == 5):
		return nil
	default:
		return sendErr
	}
}

// begin makes the response of a head.
func (x *exchange) begin(r *Request, o outline, h head) error {
	f, err := h.framing(r.Method, x.client.KeepRepeats)
	if err != nil {
		return err
	}
	x.resp = Response{Proto: "HTTP/1.1", Status: h.status, Reason: h.reason, Header: h.fields, Length: f.length, Body: x}
	if h.http10 {
		x.resp.Proto = "HTTP/1.0"
	}
	x.keepAlive = f.keepAlive && !o.close && !x.unsent
	x.left = f.length
	switch {
	case f.chunked:
		x.chunks = chunks{in: &x.conn.in, trailer: x.client.headLimits().bytes}
	case f.length == 0:
		x.resp.Body = noBody{}
		x.end(true)
	}
	return nil
}

// end gives the connection back. It is kept only if the answer allows it and
// nothing is left on it.
func (x *exchange) end(complete bool) {
	x.gate.Lock()
	cn := x.conn
	x.conn = nil
	x.gate.Unlock()
	keep := complete && x.keepAlive && cn.in.buffered() == 0
	if x.disarm != nil && !x.disarm() {
		keep = false // it is being broken off
	}
	if keep {
		cn.in.release()
		x.client.put(cn)
		return
	}
	x.client.drop(cn)
	cn.in.release()
}
