package script

import (
	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/script/engine"
	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/agent/xhr"
)

func (r *Realm) workerOps() ops {
	o := r.messageOps()
	o["parse"], o["queue"], o["openRealm"], o["unload"] = r.opParseOrNull, r.opQueue, r.opOpenRealm, opUnload
	o["fetchWorker"] = r.opFetchWorker
	o["origin"] = func(*engine.Call) (any, error) { return r.settings().Client.Origin.String(), nil }
	return o
}

func (r *Realm) workerScopeOps() ops {
	o := r.messageOps()
	o["parse"], o["evaluate"], o["runModule"] = r.opParseOrNull, r.opEvaluate, r.opRunModule
	o["importScript"], o["evaluateHere"] = r.opImportScript, r.opEvaluateHere
	o["closeSelf"] = func(*engine.Call) (any, error) {
		r.unload()
		return engine.Undefined{}, nil
	}
	return o
}

func (r *Realm) postOps() ops {
	return ops{"parse": r.opParseOrNull, "parts": opParts, "deliver": r.opDeliver}
}

// opParseOrNull returns a URL, which may be relative to the document's; null for
// what is none.
func (r *Realm) opParseOrNull(c *engine.Call) (any, error) {
	u, err := weburl.ParseRef(r.baseURL(), c.Text(0))
	if err != nil {
		return nil, nil //nolint:nilerr // null says it
	}
	return u.Href(), nil
}

// opFetchWorker gets the script of a worker, and calls a function with whether it
// could, its text, and its URL.
//
// Standard: https://html.spec.whatwg.org/#fetch-a-classic-worker-script
func (r *Realm) opFetchWorker(c *engine.Call) (any, error) {
	u, err := weburl.Parse(c.Text(0))
	if err != nil {
		return nil, typeError("the URL cannot be read", err)
	}
	isModule, destination := c.Text(1) == "module", "worker"
	if c.Bool(3) {
		destination = "sharedworker"
	}
	q := resource{url: u, destination: destination, mode: fetch.ModeSameOrigin, credentials: fetch.Credentials(c.Text(2))}
	done := r.callback(c, 4)
	r.later(q, func(v *received, err error) {
		if err != nil || !v.isWorker(u, isModule) {
			done.call(false, "", "")
			return
		}
		place := u
		if v.url != nil && v.url.IsHTTP() {
			place = v.url
		}
		done.call(true, xhr.DecodeUTF8(v.body), place.Href())
	})
	return engine.Undefined{}, nil
}

// isWorker reports whether what has come may be run as the script of a worker.
func (v *received) isWorker(u *weburl.URL, isModule bool) bool {
	if u.IsHTTP() && !v.isOK() {
		return false
	}
	m, ok := v.mime()
	return ok && isJavaScript(m) || !u.IsHTTP() && !isModule
}

// opImportScript gets a classic script while the worker stands still: its text,
// whether its errors are to be hidden, and its URL; null if it cannot be had.
//
// Standard: https://html.spec.whatwg.org/#fetch-a-classic-worker-imported-script
func (r *Realm) opImportScript(c *engine.Call) (any, error) {
	u, err := weburl.Parse(c.Text(0))
	if err != nil {
		return nil, typeError("the URL cannot be read", err)
	}
	q := resource{url: u, destination: "script", mode: fetch.ModeNoCORS, credentials: fetch.SameOriginCredentials}
	v, err := r.get(r.waiting(), q)
	r.tellResource(q, v, err)
	if err != nil || u.IsHTTP() && !v.isOK() {
		return nil, nil //nolint:nilerr // the console says it
	}
	if m, ok := v.mime(); u.IsHTTP() && !(ok && isJavaScript(m)) {
		return nil, nil
	}
	return []any{xhr.DecodeUTF8(v.body), v.opaque, u.Href()}, nil
}

// opEvaluateHere runs a script whose errors are the caller's.
func (r *Realm) opEvaluateHere(c *engine.Call) (any, error) {
	v, err := r.engine.Eval(c.Text(0), c.Text(1))
	if err != nil {
		return nil, err
	}
	v.Free()
	return engine.Undefined{}, nil
}

// opDeliver posts a message to another window of the thread, whose function takes
// it.
func (r *Realm) opDeliver(c *engine.Call) (any, error) {
	target, ok := c.Go(0).(*Realm)
	if !ok {
		target = r.first()
	}
	m, err := messageOf(c, 2)
	if err != nil {
		return nil, err
	}
	k := target.callback(c, 1)
	k.function = k.function.In(target.engine)
	k.complete(m.args()...)
	return engine.Undefined{}, nil
}

// first is the realm that was there before all others of the thread.
func (r *Realm) first() *Realm { return r.thread.realms[0] }
