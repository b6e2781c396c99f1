package wire

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
)

// Error is why an exchange failed. Every error of this package is one, except
// io.EOF at the end of a body.
type Error struct {
	Kind Kind
	Op   string // what was being done, such as "read head"
	Addr string // with whom, as host and port or an address; may be empty
	Err  error  // more about it; may be nil
}

// Error says in one line what was being done, what went wrong, and the details.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("wire: ")
	if e.Op != "" {
		b.WriteString(e.Op)
		if e.Addr != "" {
			b.WriteString(" (" + e.Addr + ")")
		}
		b.WriteString(": ")
	}
	b.WriteString(e.Kind.Sentence())
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Unwrap returns what lies behind the error.
func (e *Error) Unwrap() error { return e.Err }

// ErrClosed is what every error of kind ClientClosed is, by errors.Is.
var ErrClosed = errors.New("the client is closed")

// Is reports whether the error is of the kind that target stands for.
func (e *Error) Is(target error) bool { return target == ErrClosed && e.Kind == ClientClosed }

// KindOf returns the kind of an error of this package, and Unknown for any other.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Unknown
}

// problem is an Error whose place is filled in by whoever knows it.
func problem(k Kind, text string) *Error {
	e := &Error{Kind: k}
	if text != "" {
		e.Err = errors.New(text)
	}
	return e
}

// What was being done, for Error.Op.
const (
	opCheck     = "check request"
	opWait      = "wait for a connection"
	opResolve   = "resolve"
	opConnect   = "connect"
	opHandshake = "TLS handshake"
	opSend      = "send request"
	opReadHead  = "read head"
	opReadBody  = "read body"
	opRewind    = "rewind request body"
)

// Windows reports these instead of the values that package syscall names; no
// other system has errors of these numbers.
const (
	wsaConnAborted = syscall.Errno(10053)
	wsaConnReset   = syscall.Errno(10054)
	wsaConnRefused = syscall.Errno(10061)
)

// explain makes an Error of whatever went wrong on a connection. The context
// comes first: a connection broken off because nobody waits any more also fails
// in other ways.
func explain(ctx context.Context, op, addr string, err error) *Error {
	if ctx.Err() != nil {
		return interrupted(ctx, op, addr)
	}
	e, ok := errors.AsType[*Error](err)
	switch {
	case !ok:
		return &Error{Kind: classify(op, err), Op: op, Addr: addr, Err: err}
	case e.Op == "":
		return &Error{Kind: e.Kind, Op: op, Addr: addr, Err: e.Err}
	default:
		return e
	}
}

// interrupted is the Error of a context that is done.
func interrupted(ctx context.Context, op, addr string) *Error {
	kind := Canceled
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		kind = Timeout
	}
	return &Error{Kind: kind, Op: op, Addr: addr, Err: context.Cause(ctx)}
}

// classify finds the kind of an error of a net.Conn.
func classify(op string, err error) Kind {
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return Closed
	case isReset(err):
		return Reset
	case errors.Is(err, os.ErrDeadlineExceeded):
		return Timeout
	case errors.Is(err, net.ErrClosed), errors.Is(err, io.ErrClosedPipe):
		return ClientClosed // nobody else closes our end
	case op == opSend:
		return WriteFailed
	default:
		return ReadFailed
	}
}

// isReset reports whether the other end has broken the connection off.
func isReset(err error) bool {
	errno, ok := errors.AsType[syscall.Errno](err)
	if !ok {
		return false
	}
	switch errno {
	case syscall.ECONNRESET, syscall.EPIPE, syscall.ECONNABORTED, wsaConnReset, wsaConnAborted:
		return true
	default:
		return false
	}
}

// isRefused reports whether nothing listens at an address.
func isRefused(err error) bool {
	return errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, wsaConnRefused)
}
