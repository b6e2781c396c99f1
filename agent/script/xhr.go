package script

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/corsage-go/corsage/agent/script/engine"
	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/agent/xhr"
	"github.com/corsage-go/corsage/cors"
)

// request is an XMLHttpRequest of script: the one of package xhr, which does the
// work, and what hears of its events.
type request struct {
	*xhr.XHR
	realm *Realm
	sync  bool   // as open() has said
	url   string // that was asked for

	// hear is called for each event. It is kept only while there may be any,
	// because it holds the object that holds this.
	hear    engine.Value
	held    int      // how many ops are running that may fire events
	leaving bool     // a task that gives up hear is in the queue
	heeds   [2]uint8 // which events are listened to, at the request and at its upload
	deaf    func()   // removes the listener from the upload; nil for none
}

func (r *Realm) xhrOps() ops {
	return ops{
		"create": r.opXHR, "missing": r.opXHRMissing, "isWorker": r.opIsWorker,
		"open": of(openXHR), "setRequestHeader": of(setRequestHeader), "send": of(sendXHR), "abort": of(abortXHR),
		"overrideMimeType": of(overrideMimeType), "heed": of(heed),
		"state": of(func(q *request, _ *engine.Call) (any, error) { return int(q.State()), nil }),
		"timeout": of(func(q *request, _ *engine.Call) (any, error) {
			return q.Timeout().Milliseconds(), nil
		}),
		"setTimeout": of(func(q *request, c *engine.Call) (any, error) {
			return engine.Undefined{}, q.SetTimeout(time.Duration(c.Int(1)) * time.Millisecond)
		}),
		"withCredentials": of(func(q *request, _ *engine.Call) (any, error) { return q.WithCredentials(), nil }),
		"setWithCredentials": of(func(q *request, c *engine.Call) (any, error) {
			return engine.Undefined{}, q.SetWithCredentials(c.Bool(1))
		}),
		"responseType": of(func(q *request, _ *engine.Call) (any, error) { return string(q.ResponseType()), nil }),
		"setResponseType": of(func(q *request, c *engine.Call) (any, error) {
			return engine.Undefined{}, q.SetResponseType(xhr.ResponseType(c.Text(1)))
		}),
		"responseURL":        of(func(q *request, _ *engine.Call) (any, error) { return q.ResponseURL(), nil }),
		"status":             of(func(q *request, _ *engine.Call) (any, error) { return q.Status(), nil }),
		"statusText":         of(func(q *request, _ *engine.Call) (any, error) { return q.StatusText(), nil }),
		"responseHeader":     of(responseHeader),
		"allResponseHeaders": of(func(q *request, _ *engine.Call) (any, error) { return q.AllResponseHeaders(), nil }),
		"response":           of(response),
		"responseText":       of(func(q *request, _ *engine.Call) (any, error) { return q.ResponseText() }),
		"responseXML":        of(responseXML),
	}
}

// of makes an op of a function about the Go value behind the first argument.
func of[T any](f func(v T, c *engine.Call) (any, error)) engine.Op {
	return func(c *engine.Call) (any, error) {
		v, ok := c.Go(0).(T)
		if !ok {
			return nil, fmt.Errorf("the first argument is no %T", v)
		}
		return f(v, c)
	}
}

// opXHR makes an XMLHttpRequest.
func (r *Realm) opXHR(*engine.Call) (any, error) {
	q := &request{XHR: xhr.NewOn(&r.requesting, &r.thread.loop), realm: r}
	q.OnAny(func(e xhr.Event) { q.tell(false, e) })
	return engine.Handle{Go: q}, nil
}

// opXHRMissing tells what the profile's XMLHttpRequest does not have.
func (r *Realm) opXHRMissing(*engine.Call) (any, error) {
	x := xhr.New(r.settings())
	missing := []string{}
	for _, name := range [...]string{"withCredentials", "upload", "responseType", "response"} {
		if !x.Has(name) {
			missing = append(missing, name)
		}
	}
	return missing, nil
}

func (r *Realm) opIsWorker(*engine.Call) (any, error) { return r.scope == worker, nil }

// tell calls the script's side with an event.
func (q *request) tell(upload bool, e xhr.Event) {
	if e.Type == xhr.EventReadyStateChange {
		q.tellConsole()
	}
	if q.hear.IsNullish() || !q.heedsAny(upload, e.Type) {
		q.leave()
		return
	}
	hear := q.hear.Dup() // which a listener may make this give up
	defer hear.Free()
	q.realm.call(hear, upload, e.Type, e.Loaded, e.Total)
	q.leave()
}

// eventBits are the types of events in the order of their bits; see xhr.js.
var eventBits = [...]string{
	xhr.EventReadyStateChange, xhr.EventLoadStart, xhr.EventProgress, xhr.EventAbort,
	xhr.EventError, xhr.EventLoad, xhr.EventTimeout, xhr.EventLoadEnd,
}

// heedsAny reports whether anybody listens to events of a type.
func (q *request) heedsAny(upload bool, typ string) bool {
	mask := q.heeds[0]
	if upload {
		mask = q.heeds[1]
	}
	return mask&(1<<slices.Index(eventBits[:], typ)) != 0
}

// heed takes note of what is listened to.
func heed(q *request, c *engine.Call) (any, error) {
	i := 0
	if c.Bool(1) {
		i = 1
	}
	q.heeds[i] = uint8(c.Int(2)) //nolint:gosec // of eight bits
	return engine.Undefined{}, nil
}

// tellConsole writes to the console what a browser writes there about a request
// that has come to its head or to its end.
func (q *request) tellConsole() {
	switch {
	case q.State() == xhr.HeadersReceived:
		q.realm.tellStatus(q.Status(), q.ResponseURL())
	case q.State() == xhr.Done && q.Failure() != nil:
		q.realm.tellFailed("xhr", q.url, q.Failure())
	}
}

// tellSync is tellConsole for a request that fires no events.
func (q *request) tellSync() {
	if q.Failure() != nil {
		q.realm.tellFailed("xhr", q.url, q.Failure())
		return
	}
	q.realm.tellStatus(q.Status(), q.ResponseURL())
}

// listen keeps what hears of events until an op is over and nothing is under way.
func (q *request) listen(c *engine.Call, i int) (done func()) {
	if q.hear.IsNullish() {
		q.hear = c.Arg(i).Dup()
	}
	q.held++
	return func() {
		q.held--
		q.leave()
	}
}

// leave gives up what hears of events, if none are to come: in a task, because more
// may be on their way at this moment.
func (q *request) leave() {
	if q.held > 0 || q.Pending() || q.leaving || q.hear.IsNullish() {
		return
	}
	q.leaving = true
	q.realm.Post(func() {
		q.leaving = false
		if q.held == 0 && !q.Pending() {
			q.forget()
		}
	})
}

// forget gives up what hears of events.
func (q *request) forget() {
	delete(q.realm.requests, q)
	q.hear.Free()
	q.hear = engine.Value{}
}

func openXHR(q *request, c *engine.Call) (any, error) {
	if q.realm.unloaded {
		return nil, &xhr.DOMException{Name: xhr.InvalidStateError, Message: "open: the window shows another document now"}
	}
	defer q.listen(c, 1)()
	o := xhr.OpenOptions{Sync: c.Bool(4), Username: optional(c, 5), Password: optional(c, 6)}
	if err := q.OpenWith(c.Text(2), c.Text(3), o); err != nil {
		return nil, err
	}
	q.sync, q.url = o.Sync, c.Text(3)
	if u, err := weburl.ParseRef(q.realm.baseURL(), q.url); err == nil {
		q.url = u.HrefNoFragment()
	}
	return engine.Undefined{}, nil
}

// optional is an argument that may be null.
func optional(c *engine.Call, i int) *string {
	if c.Arg(i).IsNullish() {
		return nil
	}
	return new(c.Text(i))
}

func setRequestHeader(q *request, c *engine.Call) (any, error) {
	if cors.IsForbiddenRequestField(c.Text(1), c.Text(2)) {
		q.realm.print("error", fmt.Sprintf("Refused to set unsafe header %q", c.Text(1)))
	}
	return engine.Undefined{}, q.SetRequestHeader(c.Text(1), c.Text(2))
}

func overrideMimeType(q *request, c *engine.Call) (any, error) {
	return engine.Undefined{}, q.OverrideMimeType(c.Text(1))
}

// sendXHR sends the request. The arguments after what hears of events are the kind
// of the body, the body, and whether there are listeners on the upload.
func sendXHR(q *request, c *engine.Call) (any, error) {
	defer q.listen(c, 1)()
	body, err := bodyOf(c, 2)
	if err != nil {
		return nil, err
	}
	q.unhearUpload()
	if c.Bool(4) {
		q.hearUpload()
	}
	q.realm.requests[q] = struct{}{}
	ctx := q.realm.ctx
	if q.sync {
		ctx = q.realm.waiting()
	}
	if q.sync {
		q.realm.thread.standStill(func() { err = q.Send(ctx, body) })
		q.tellSync()
	} else {
		err = q.Send(ctx, body)
	}
	if err != nil {
		return nil, err
	}
	if !c.Bool(4) {
		q.hearUpload() // for listeners that come later, in profiles that tell them
	}
	return engine.Undefined{}, nil
}

// hearUpload passes on the events of the upload.
func (q *request) hearUpload() {
	q.deaf = q.Upload().OnAny(func(e xhr.Event) { q.tell(true, e) })
}

func (q *request) unhearUpload() {
	if q.deaf != nil {
		q.deaf()
		q.deaf = nil
	}
}

// bodyOf is a body as body.js gives it: its kind, and it.
func bodyOf(c *engine.Call, i int) (xhr.Body, error) {
	switch kind := c.Text(i); kind {
	case "none":
		return nil, nil
	case "text":
		return xhr.Text(c.Text(i + 1)), nil
	case "bytes":
		return xhr.Bytes(c.Bytes(i + 1)), nil
	default:
		body, ok := c.Go(i + 1).(xhr.Body)
		if !ok {
			return nil, fmt.Errorf("a body of kind %q is no xhr.Body", kind)
		}
		return body, nil
	}
}

func abortXHR(q *request, c *engine.Call) (any, error) {
	defer q.listen(c, 1)()
	q.Abort()
	return engine.Undefined{}, nil
}

func responseHeader(q *request, c *engine.Call) (any, error) {
	if value, ok := q.ResponseHeader(c.Text(1)); ok {
		return value, nil
	}
	return nil, nil
}

// response returns the kind of the response and what there is to make it of.
func response(q *request, _ *engine.Call) (any, error) {
	kind := q.ResponseType()
	if kind == xhr.DefaultType {
		kind = xhr.TextType
	}
	if kind == xhr.JSONType {
		return []any{string(kind), q.jsonText()}, nil
	}
	switch v := q.Response().(type) {
	case nil:
		return []any{string(kind), nil}, nil
	case string, []byte:
		return []any{string(kind), v}, nil
	default:
		return []any{string(kind), engine.Handle{Go: v}}, nil
	}
}

// jsonText is the text of a response that is JSON, which script parses; nil while
// there is none.
func (q *request) jsonText() any {
	if q.State() != xhr.Done || q.Status() == 0 {
		return nil
	}
	return xhr.DecodeUTF8(q.ResponseBytes())
}

func responseXML(q *request, _ *engine.Call) (any, error) {
	d, err := q.ResponseXML()
	if err != nil || d == nil {
		return nil, err
	}
	return engine.Handle{Go: d}, nil
}

// waiting is the context of what a script stands still for: that of the run which
// is going on, or the realm's.
func (r *Realm) waiting() context.Context {
	if r.thread.ctx != nil {
		return r.thread.ctx
	}
	return r.ctx
}
