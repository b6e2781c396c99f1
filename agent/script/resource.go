package script

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/script/engine"
	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/agent/wire"
	"github.com/corsage-go/corsage/agent/xhr"
	"github.com/corsage-go/corsage/cors"
)

// maxResource is how many bytes a page, a script or a picture may have.
const maxResource = 64 << 20

// resource says how something that a document needs is asked for.
//
// Standard: https://html.spec.whatwg.org/#create-a-potential-cors-request
type resource struct {
	url            *weburl.URL
	destination    string // "script", "image", ...
	mode           fetch.Mode
	credentials    fetch.Credentials
	referrerPolicy cors.ReferrerPolicy
	integrity      string
	charset        string // of what names none itself
}

// resourceOf reads how to ask from an op: the URL and an object.
func resourceOf(c *engine.Call, destination string) (resource, error) {
	u, err := weburl.Parse(c.Text(0))
	if err != nil {
		return resource{}, typeError("the URL cannot be read", err)
	}
	o := c.Arg(1)
	q := resource{
		url: u, destination: destination, mode: fetch.ModeNoCORS,
		credentials: fetch.Credentials(member(o, "credentials")), referrerPolicy: cors.ReferrerPolicy(member(o, "referrerPolicy")),
		integrity: member(o, "integrity"), charset: member(o, "charset"),
	}
	if destination == "" {
		q.destination = member(o, "destination")
	}
	if isTrue(o, "cors") {
		q.mode = fetch.ModeCORS
	}
	return q, nil
}

// member is a property of an object of the prelude that is a string; "" without it.
func member(o engine.Value, name string) string {
	v, err := o.Get(name)
	if err != nil {
		return ""
	}
	defer v.Free()
	if !v.IsString() {
		return ""
	}
	return v.Text()
}

func isTrue(o engine.Value, name string) bool {
	v, err := o.Get(name)
	if err != nil {
		return false
	}
	defer v.Free()
	return v.Bool()
}

// received is a resource that has come.
type received struct {
	url    *weburl.URL
	status int
	header []wire.Field // all fields, those that script must not see as well
	body   []byte
	opaque bool // of another origin that has not shared it
}

// isOK reports whether the server has given what was asked for.
//
// Standard: https://fetch.spec.whatwg.org/#ok-status
func (v *received) isOK() bool { return v.status >= 200 && v.status <= 299 }

// mime is the type that the header gives.
func (v *received) mime() (cors.MIMEType, bool) { return xhr.ExtractMIMEType(v.header) }

// get fetches a resource. It may be called on any goroutine, and writes nothing to
// the console.
func (r *Realm) get(ctx context.Context, q resource) (*received, error) {
	resp, err := r.environment.Fetch(ctx, fetch.Request{
		Method: "GET", URL: q.url, Mode: q.mode, Credentials: q.credentials, Destination: q.destination,
		ReferrerPolicy: q.referrerPolicy, Inside: true,
	})
	if err != nil {
		return nil, err
	}
	opaque := resp.Inside != nil
	if q.integrity != "" {
		if resp, err = verified(resp, q.integrity); err != nil {
			return nil, err
		}
	}
	if opaque {
		resp = resp.Inside
	}
	defer resp.Body.Close() //nolint:errcheck // what was wanted of it has been read
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxResource+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read %s: %w", q.url.HrefNoFragment(), err)
	case len(body) > maxResource:
		return nil, fmt.Errorf("read %s: it is longer than %d bytes", q.url.HrefNoFragment(), maxResource)
	}
	return &received{url: resp.URL, status: resp.Status, header: resp.Header, body: body, opaque: opaque}, nil
}

// later fetches a resource on another goroutine and hands it to a task.
func (r *Realm) later(q resource, done func(v *received, err error)) {
	r.thread.loop.Begin()
	go func() {
		v, err := r.get(r.ctx, q)
		r.Post(func() {
			defer r.thread.loop.End()
			if r.ctx.Err() == nil {
				r.tellResource(q, v, err)
				done(v, err)
			}
		})
	}()
}

// tellResource writes to the console what a browser writes.
func (r *Realm) tellResource(q resource, v *received, err error) {
	if err != nil {
		r.tellFailed(q.destination, q.url.HrefNoFragment(), err)
		return
	}
	r.tellStatus(v.status, q.url.HrefNoFragment())
}

// isJavaScript reports whether a type is one of scripts.
//
// Standard: https://mimesniff.spec.whatwg.org/#javascript-mime-type
func isJavaScript(m cors.MIMEType) bool {
	switch m.Subtype {
	case "javascript", "ecmascript", "x-javascript", "x-ecmascript":
		return m.Type == "text" || m.Type == "application"
	case "jscript", "livescript", "javascript1.0", "javascript1.1", "javascript1.2", "javascript1.3", "javascript1.4", "javascript1.5":
		return m.Type == "text"
	}
	return false
}

// mayBeScript decides by the type whether a response may be run as a classic
// script.
//
// Standard: https://fetch.spec.whatwg.org/#should-response-to-request-be-blocked-due-to-mime-type?
// and https://fetch.spec.whatwg.org/#should-response-to-request-be-blocked-due-to-nosniff?
func (v *received) mayBeScript() bool {
	m, ok := v.mime()
	if isNoSniff(v.header) {
		return ok && isJavaScript(m)
	}
	return m.Type != "audio" && m.Type != "image" && m.Type != "video" && m.Essence() != "text/csv"
}

// isNoSniff reports whether a server wants its types to be believed.
//
// Standard: https://fetch.spec.whatwg.org/#determine-nosniff
func isNoSniff(header []wire.Field) bool {
	for _, f := range header {
		if strings.EqualFold(f.Name, "X-Content-Type-Options") {
			first, _, _ := strings.Cut(f.Value, ",")
			return strings.EqualFold(strings.TrimSpace(first), "nosniff")
		}
	}
	return false
}

// isJSON reports whether a type is one of JSON.
//
// Standard: https://mimesniff.spec.whatwg.org/#json-mime-type
func isJSON(m cors.MIMEType) bool {
	return strings.HasSuffix(m.Subtype, "+json") || m.Subtype == "json" && (m.Type == "text" || m.Type == "application")
}
