package xhr

import (
	"context"
	"errors"

	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/wire"
	"github.com/corsage-go/corsage/cors"
)

// Send starts the request and returns, or, for a synchronous one, waits for its
// end. Events fire while the loop runs. When the context ends, the request is
// aborted.
//
// The error is a *DOMException: InvalidStateError if there is nothing to send,
// and for a synchronous request NetworkError, TimeoutError or AbortError, with a
// *fetch.Failure as cause.
//
// Standard: https://xhr.spec.whatwg.org/#the-send()-method
func (x *XHR) Send(ctx context.Context, body Body) error {
	f, err := x.begin(body)
	if f == nil {
		return err
	}
	if x.sync {
		f.launch(ctx, inline)
		return x.thrown()
	}
	f.launch(ctx, threaded)
	return nil
}

// Do sends the request and returns its response when all events have fired. The
// error is a *DOMException if there was nothing to send, and otherwise the
// *fetch.Failure that says why there is no response; it unwraps to a
// cors.Verdict. A status of 400 and more is no error.
//
// Listeners run on the calling goroutine, and so does all else unless there is
// something that has to happen meanwhile. With listeners on the upload of an XHR
// made with NewOn it is an InvalidStateError: use Send, and run the loop.
func (x *XHR) Do(ctx context.Context, body Body) (*Response, error) {
	if x.loop != nil && len(x.upload.listeners) > 0 {
		return nil, exception(InvalidStateError, "do: the upload has listeners, and the loop is not the XHR's own; use Send, and run the loop")
	}
	f, err := x.begin(body)
	if err != nil {
		return nil, err
	}
	if f != nil {
		f.launch(ctx, x.placeOfDo())
	}
	return x.Wait(ctx)
}

// placeOfDo is inline if nobody can see that the loop stands still while the
// network is waited for.
func (x *XHR) placeOfDo() place {
	deferred := x.settings.Profile.DeferredProgress && x.listens(EventProgress)
	if x.loop == nil && !x.sync && (deferred || len(x.upload.listeners) > 0) {
		return threaded
	}
	return inline
}

// Wait runs the XHR's own loop until a request that was sent is over, and returns
// as Do. If the context ends first the request is aborted.
func (x *XHR) Wait(ctx context.Context) (*Response, error) {
	if x.flight != nil && x.loop == nil && !x.own.runUntil(ctx, func() bool { return x.flight == nil }) {
		x.fail(x.flight, x.flight.refusal(ending(ctx)))
	}
	switch {
	case x.failure != nil:
		return nil, x.failure
	case x.response == nil:
		return nil, exception(InvalidStateError, "there is no response: nothing was sent, it is still under way, or it was aborted")
	}
	return x.result(), nil
}

// ending says what the end of a context means for a request.
func ending(ctx context.Context) cors.Reason {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return cors.TimedOut
	}
	return cors.Aborted
}

// begin takes the steps of send() up to the fetch. It returns nil if a listener
// has aborted the request or begun another one.
//
// Standard: https://xhr.spec.whatwg.org/#the-send()-method, steps 1 to 11.6
func (x *XHR) begin(body Body) (*flight, error) {
	if x.state != Opened || x.sent {
		return nil, exception(InvalidStateError, "send: call open() before")
	}
	if x.method == "GET" || x.method == "HEAD" {
		body = nil
	}
	f := &flight{x: x}
	x.fillIn(&f.request, body)
	x.tellHooks(&f.request)
	x.uploadEvents = x.allowsUploadEvents(&f.request)
	x.uploadComplete = body == nil && !x.settings.Profile.UploadFailsWithoutBody
	x.sent, x.flight = true, f
	x.failure = nil
	if x.sync {
		return f, nil
	}
	if x.settings.Profile.RefusesFTP && x.url != nil && x.url.Scheme() == "ftp" {
		x.fail(f, f.refusal(cors.NetworkFailed))
		return nil, nil
	}
	x.fireProgress(EventLoadStart, 0, 0)
	if x.flight == f && body != nil && x.uploadEvents {
		x.upload.fireProgress(EventLoadStart, 0, f.request.Body.Length)
	}
	if x.flight != f {
		return nil, nil
	}
	return f, nil
}

// fillIn makes the request to be fetched.
//
// Standard: https://xhr.spec.whatwg.org/#the-send()-method, steps 4 to 6
func (x *XHR) fillIn(r *fetch.Request, body Body) {
	if body != nil {
		e := body.extract()
		r.Body = e.body
		x.setContentType(e)
	}
	r.Method, r.URL, r.Blob, r.Header = x.method, x.url, x.blob, x.header
	r.Client, r.Hooks = x.settings.Client, x.settings.Hooks
	r.Mode = fetch.ModeCORS
	r.Credentials = fetch.SameOriginCredentials
	switch {
	case x.omitCredentials:
		r.Credentials = fetch.OmitCredentials
	case x.withCredentials:
		r.Credentials = fetch.IncludeCredentials
	}
	r.ForcePreflight = len(x.upload.listeners) > 0
	r.UseURLCredentials = x.url != nil && x.url.HasCredentials()
	r.Sync = x.sync
}

// tellHooks begins the hooks of the fetch, so that they are told the events too.
func (x *XHR) tellHooks(r *fetch.Request) {
	x.told, x.upload.told = nil, nil
	if r.Hooks == nil || r.URL == nil {
		return
	}
	r.Hooks = r.Hooks.For(r)
	if r.Hooks == nil || r.Hooks.Event == nil {
		return
	}
	tell := r.Hooks.Event
	on := func(target string) func(Event) {
		return func(e Event) {
			tell(fetch.ScriptEvent{On: target, Type: e.Type, State: int(x.State()), Status: x.Status(), Loaded: e.Loaded, Total: e.Total})
		}
	}
	x.told, x.upload.told = on("xhr"), on("upload")
}

// setContentType gives the body's type to a request that has none, and corrects
// the charset of one that script has set.
//
// Standard: https://xhr.spec.whatwg.org/#the-send()-method, steps 4.4 to 4.6
func (x *XHR) setContentType(e extracted) {
	const name = "Content-Type"
	own, ok := combinedValue(x.header, name)
	switch {
	case !ok && e.contentType != "":
		x.header = append(x.header, wire.Field{Name: name, Value: e.contentType})
	case ok && e.isText && x.settings.Profile.CharsetInPlace:
		x.header = set(x.header, name, withUTF8InPlace(own))
	case ok && e.isText:
		x.header = set(x.header, name, withUTF8(own))
	}
}

// allowsUploadEvents decides whether listeners on the upload will be told
// anything: by the standard if there were any in time, so that the server has
// been asked; see Profile.LateUploadListeners.
func (x *XHR) allowsUploadEvents(r *fetch.Request) bool {
	early := len(x.upload.listeners) > 0
	if !x.settings.Profile.LateUploadListeners || r.URL == nil {
		return early
	}
	return early && r.Body != nil || !cors.IsSafelistedMethod(r.Method) || hasUnsafeHeader(r.Header) ||
		r.URL.OriginString() == r.Client.Origin.String()
}

func hasUnsafeHeader(header []wire.Field) bool {
	for _, h := range header {
		if !cors.IsSafelistedRequestHeader(h.Name, h.Value) {
			return true
		}
	}
	return false
}

// thrown is what send() of a synchronous request throws: nothing if it worked.
//
// Standard: https://xhr.spec.whatwg.org/#request-error-steps, step 4
func (x *XHR) thrown() error {
	if x.failure == nil {
		return nil
	}
	name := NetworkError
	switch x.failure.Verdict.Reason {
	case cors.TimedOut:
		name = TimeoutError
	case cors.Aborted:
		name = AbortError
	}
	message := "send: the request has failed"
	if x.url != nil {
		message = "send: " + x.method + " " + x.url.WithoutCredentials().Href() + " has failed"
	}
	return &DOMException{Name: name, Message: message, Cause: x.failure}
}
