package script

import (
	"errors"
	"fmt"
	"strings"

	"github.com/corsage-go/corsage/agent/environment"
	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/script/engine"
	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/agent/xhr"
	"github.com/corsage-go/corsage/cors"
)

// maxRealms is how many windows and workers there can have been on a thread.
const maxRealms = 500

func (r *Realm) frameOps() ops {
	return ops{
		"queue": r.opQueue, "parts": opParts, "navigate": r.opNavigate, "openRealm": r.opOpenRealm, "unload": opUnload,
		"origin": func(*engine.Call) (any, error) { return r.settings().Client.Origin.String(), nil },
		"run":    r.opRunURL, "becomeTop": opBecomeTop,
	}
}

// opOpenRealm makes the window of another document, or a worker, on this thread: its
// global object, its require(), and its handle.
func (r *Realm) opOpenRealm(c *engine.Call) (any, error) {
	if len(r.thread.realms) >= maxRealms {
		return nil, fmt.Errorf("there have been %d frames and workers, and there can be no more", maxRealms)
	}
	o := c.Arg(1)
	e, err := r.environment.OpenChild(c.Text(0), environment.Child{
		Worker: isTrue(o, "worker"), Top: isTrue(o, "top"), Sandboxed: isTrue(o, "sandboxed"), Inherit: isTrue(o, "inherit"),
		ReferrerPolicy: cors.ReferrerPolicy(member(o, "referrerPolicy")),
	})
	if err != nil {
		return nil, err
	}
	child, err := r.thread.newRealmIn(e, r.options, r, isTrue(o, "shared"))
	if err != nil {
		return nil, err
	}
	global := child.engine.Global()
	return engine.Record{
		{Name: "global", Value: global.Give()},
		{Name: "require", Value: child.require},
		{Name: "realm", Value: engine.Handle{Go: child}},
	}, nil
}

// opUnload ends what a window or a worker has under way.
func opUnload(c *engine.Call) (any, error) {
	if child, ok := c.Go(0).(*Realm); ok {
		child.unload()
	}
	return engine.Undefined{}, nil
}

// unload ends what is under way, and what waits for its time. Script that others
// hold can still be called.
func (r *Realm) unload() {
	if r.unloaded {
		return
	}
	r.unloaded = true
	r.cancel()
	r.revokeObjectURLs()
	for q := range r.requests {
		q.forget()
		q.Abort()
	}
	for k := range r.thread.waiting {
		if k.realm == r {
			k.drop()
		}
	}
}

// opBecomeTop makes a window the one that the page shows.
func opBecomeTop(c *engine.Call) (any, error) {
	if child, ok := c.Go(0).(*Realm); ok {
		child.thread.top = child
	}
	return engine.Undefined{}, nil
}

// opNavigate gets a page, and calls a function with what is wrong ("" for nothing),
// and the page.
//
// Standard: https://html.spec.whatwg.org/#create-navigation-params-by-fetching
func (r *Realm) opNavigate(c *engine.Call) (any, error) {
	q, err := navigationOf(c)
	if err != nil {
		return nil, err
	}
	done := r.callback(c, 4)
	go func() {
		p, err := navigate(r.ctx, r.environment, q)
		r.Post(func() {
			switch {
			case errors.Is(err, errNoContent):
				done.call("nothing")
			case err != nil:
				r.tellFailed(q.Destination, q.URL.HrefNoFragment(), err)
				done.call("error")
			case q.Destination == "iframe" && !r.mayFrame(p):
				r.print("error", fmt.Sprintf("Refused to display %q in a frame because it set X-Frame-Options to %q.", p.url.HrefNoFragment(), p.frameOptions))
				done.call("error")
			default:
				done.call("", append(p.record(), engine.Field{Name: "referrerPolicy", Value: string(p.policy)}))
			}
		})
	}()
	return engine.Undefined{}, nil
}

// navigationOf reads a request from the arguments: URL, options, and a body as
// body.js gives it.
func navigationOf(c *engine.Call) (q fetch.Request, err error) {
	u, err := weburl.Parse(c.Text(0))
	if err != nil {
		return q, typeError("the URL cannot be read", err)
	}
	o := c.Arg(1)
	q = fetch.Request{
		Method: "GET", URL: u, Destination: member(o, "destination"),
		ReferrerPolicy: cors.ReferrerPolicy(member(o, "referrerPolicy")),
	}
	if m := member(o, "method"); m != "" {
		q.Method = cors.NormalizeMethod(m)
	}
	if isTrue(o, "reload") {
		q.Cache = fetch.NoCache
	}
	body, err := bodyOf(c, 2)
	if err != nil || body == nil {
		return q, err
	}
	var contentType string
	q.Body, contentType = xhr.Extract(body)
	if t := member(o, "contentType"); t != "" {
		contentType = t
	}
	if contentType != "" {
		q.Header = headerOf("Content-Type:" + contentType)
	}
	return q, nil
}

// mayFrame decides whether a page lets itself be shown in a frame of this one.
//
// Standard: https://html.spec.whatwg.org/#check-a-navigation-response's-adherence-to-x-frame-options
func (r *Realm) mayFrame(p *page) bool {
	switch strings.ToLower(strings.TrimSpace(p.frameOptions)) {
	case "deny":
		return false
	case "sameorigin":
		return originOf(p.url).Same(r.settings().Client.Origin)
	}
	return true
}

// opRunURL runs a javascript: URL, and returns the text that it gives, or null.
//
// Standard: https://html.spec.whatwg.org/#evaluate-a-javascript:-url
func (r *Realm) opRunURL(c *engine.Call) (any, error) {
	_, encoded, _ := strings.Cut(c.Text(0), ":")
	v, err := r.engine.Eval(unescapePercent(encoded), c.Text(0))
	if err != nil {
		r.report(err)
		return nil, nil //nolint:nilerr // it has been reported
	}
	defer v.Free()
	if !v.IsString() {
		return nil, nil
	}
	return v.Text(), nil
}

// unescapePercent decodes percent-encoded bytes, and leaves what is none.
//
// Standard: https://url.spec.whatwg.org/#string-percent-decode
func unescapePercent(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if hi, lo := hexDigit(s[i+1]), hexDigit(s[i+2]); hi >= 0 && lo >= 0 {
				b.WriteByte(byte(hi<<4 | lo))
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func hexDigit(c byte) int {
	return strings.IndexByte("0123456789abcdef", c|0x20)
}
