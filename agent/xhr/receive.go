package xhr

import (
	"errors"
	"fmt"

	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/cors"
)

// take is what the script's goroutine does with news of the network.
func (x *XHR) take(f *flight) {
	if x.flight != f {
		return
	}
	switch n := &f.news; {
	case n.err != nil:
		x.fail(f, n.err)
	case n.response != nil:
		x.processResponse(f, n.response)
	case n.end:
		x.endOfBody()
	default:
		x.processChunk(f)
	}
}

// processResponse follows when the head has come.
//
// Standard: https://xhr.spec.whatwg.org/#the-send()-method, step 11.9
func (x *XHR) processResponse(f *flight, r *fetch.Response) {
	x.response = r
	if x.sync {
		return
	}
	x.state = HeadersReceived
	x.fire(Event{Type: EventReadyStateChange})
}

// processChunk follows when bytes of the body have come.
//
// Standard: https://xhr.spec.whatwg.org/#the-send()-method, step 11.9.10
func (x *XHR) processChunk(f *flight) {
	if err := x.keep(f); err != nil {
		x.fail(f, err)
		return
	}
	if x.sync {
		return
	}
	if x.state == HeadersReceived {
		x.state = Loading
		x.tellProgress(f)
		return
	}
	if !x.listens(EventProgress) && !x.listens(EventReadyStateChange) {
		return
	}
	switch wait := progressInterval - f.now().Sub(x.lastProgress); {
	case wait <= 0:
		x.tellProgress(f)
	case x.settings.Profile.DeferredProgress && x.deferred == nil && f.loop != nil:
		x.deferred = f.loop.After(wait, func() {
			over := false
			defer f.giveUpUnless(&over)
			x.deferred = nil
			if x.flight == f {
				x.tellProgress(f)
			}
			over = true
		})
	}
}

// tellProgress fires readystatechange, also while the state stays what it is, and
// progress. The standard has the second even if a listener of the first has
// called abort(); Chromium then counts no bytes.
func (x *XHR) tellProgress(f *flight) {
	x.lastProgress = f.now()
	total := x.total()
	x.fire(Event{Type: EventReadyStateChange})
	if x.flight != f && x.settings.Profile.AbortForgetsBytes {
		x.fireProgress(EventProgress, 0, 0)
		return
	}
	x.fireProgress(EventProgress, x.length, total)
}

// total is what progress events tell as the whole length.
func (x *XHR) total() int64 {
	if x.response == nil {
		return 0
	}
	return x.response.Length
}

// keep takes over the bytes that have come.
func (x *XHR) keep(f *flight) error {
	if f.sink != nil {
		x.length += int64(len(f.received))
		if _, err := f.sink.Write(f.received); err != nil {
			return fmt.Errorf("the response could not be written: %w", err)
		}
		return nil
	}
	x.received, x.length = f.received, int64(len(f.received))
	if limit := x.maxResponse(); x.length > limit {
		return fmt.Errorf("the response is larger than %d bytes; raise the limit, or use DownloadTo", limit)
	}
	return nil
}

// maxResponse is how many bytes are kept.
func (x *XHR) maxResponse() int64 {
	if limit := x.settings.MaxResponse; limit > 0 {
		return limit
	}
	return DefaultMaxResponse
}

// endOfBody follows when the body is complete.
//
// Standard: https://xhr.spec.whatwg.org/#handle-response-end-of-body
func (x *XHR) endOfBody() {
	f := x.flight
	total := x.total()
	if !x.sync && x.tellsLastProgress() {
		if x.settings.Profile.DeferredProgress {
			x.tellProgress(f)
		} else {
			x.fireProgress(EventProgress, x.length, total)
		}
		if x.flight != f {
			// NOTE: the standard goes on after an abort() in a listener. No
			// browser does.
			return
		}
	}
	x.terminate()
	x.state, x.sent = Done, false
	x.fire(Event{Type: EventReadyStateChange})
	ends := x.settings.Profile.AbortEndsLoad
	if ends && x.state != Done {
		return
	}
	loaded := x.length
	x.fireProgress(EventLoad, loaded, total)
	if ends && x.state != Done {
		loaded, total = 0, 0
	}
	x.fireProgress(EventLoadEnd, loaded, total)
}

// tellsLastProgress reports whether there is a progress event at the end: by the
// standard always.
func (x *XHR) tellsLastProgress() bool {
	p := &x.settings.Profile
	switch {
	case p.NoEmptyProgress && x.length == 0:
		return false
	case p.DeferredProgress && x.deferred == nil:
		return false // all has been told
	default:
		return true
	}
}

// fail follows when the fetch has come to a bad end.
//
// Standard: https://xhr.spec.whatwg.org/#handle-errors
func (x *XHR) fail(f *flight, err error) {
	failure, ok := errors.AsType[*fetch.Failure](err)
	if !ok {
		failure = f.refusal(cors.NetworkFailed)
		failure.Err = err
	}
	if f.timedOut.Load() {
		failure = f.refusal(cors.TimedOut)
	}
	x.failure = failure
	switch failure.Verdict.Reason {
	case cors.TimedOut:
		x.requestError(EventTimeout)
	case cors.Aborted:
		x.requestError(EventAbort)
	default:
		x.requestError(EventError)
	}
}

// requestError ends the request without a response.
//
// Standard: https://xhr.spec.whatwg.org/#request-error-steps
func (x *XHR) requestError(event string) {
	x.terminate()
	x.state, x.sent = Done, false
	x.response, x.received = nil, nil
	if x.sync {
		return // send() throws
	}
	x.fire(Event{Type: EventReadyStateChange})
	if !x.uploadComplete {
		x.uploadComplete = true
		if x.uploadEvents {
			x.upload.fireProgress(event, 0, 0)
			x.upload.fireProgress(EventLoadEnd, 0, 0)
		}
	}
	x.fireProgress(event, 0, 0)
	x.fireProgress(EventLoadEnd, 0, 0)
}

// Abort ends the request. Events fire before it returns.
//
// Standard: https://xhr.spec.whatwg.org/#the-abort()-method
func (x *XHR) Abort() {
	f := x.flight
	x.terminate()
	if x.state == Opened && x.sent || x.state == HeadersReceived || x.state == Loading {
		if f != nil {
			x.failure = f.refusal(cors.Aborted)
		}
		x.requestError(EventAbort)
	}
	if x.state == Done {
		x.state, x.response, x.received = Unsent, nil, nil
	}
}

// terminate lets go of the fetch under way, if there is one.
//
// Standard: https://fetch.spec.whatwg.org/#fetch-controller-terminate
func (x *XHR) terminate() {
	if x.deferred != nil {
		x.deferred()
		x.deferred = nil
	}
	f := x.flight
	if f == nil {
		return
	}
	x.flight = nil
	f.leave()
}
