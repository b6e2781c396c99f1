package fetch

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/agent/wire"
	"github.com/corsage-go/corsage/cors"
)

// Failure is why there is no response: the standard's network error, with the
// reason that no script is told.
type Failure struct {
	// Verdict says why. Its Reason is one of the browser's side for what CORS and
	// the rules around it have blocked, cors.NetworkFailed for what happened on
	// the network (Err has the details), cors.Aborted and cors.TimedOut.
	Verdict cors.Verdict

	URL  *weburl.URL // of the response on which it failed, or of the request
	Hops int         // redirects followed before
	Err  error       // the cause outside of CORS; may be nil
}

// Error says in one line what failed, where, and why.
func (f *Failure) Error() string {
	s := "fetch"
	if f.URL != nil {
		s += " " + f.URL.WithoutCredentials().Href() // errors end in logs
	}
	s += ": " + f.Verdict.String()
	if f.Err != nil {
		s += ": " + f.Err.Error()
	}
	return s
}

// Unwrap returns the verdict and the cause, so that errors.AsType finds either.
func (f *Failure) Unwrap() []error {
	if f.Err == nil {
		return []error{f.Verdict}
	}
	return []error{f.Verdict, f.Err}
}

// networkReason tells what the page did from what happened to it. Time is up
// only when the context's is: a connection that takes too long has failed.
func networkReason(ctx context.Context, err error) cors.Reason {
	// A connection keeps the context's deadline by a clock of its own, which may be
	// the first to notice.
	deadline, bounded := ctx.Deadline()
	timeout, ok := errors.AsType[net.Error](err)
	early := bounded && ok && timeout.Timeout() && !time.Now().Before(deadline)
	switch {
	case early, errors.Is(ctx.Err(), context.DeadlineExceeded):
		return cors.TimedOut
	case ctx.Err() != nil, wire.KindOf(err) == wire.Canceled:
		return cors.Aborted
	default:
		return cors.NetworkFailed
	}
}
