package script

import (
	"maps"
	"slices"
	"strings"

	"github.com/corsage-go/corsage/agent/script/engine"
	"github.com/corsage-go/corsage/agent/weburl"
)

func (r *Realm) windowOps() ops {
	return ops{
		"queue": r.opQueue, "parts": opParts, "print": r.opPrint, "now": r.opNow,
		"time":           func(*engine.Call) (any, error) { return r.thread.loop.Now().UnixMilli(), nil },
		"origin":         func(*engine.Call) (any, error) { return r.settings().Client.Origin.String(), nil },
		"isDomainSuffix": r.opIsDomainSuffix, "setURL": r.opSetURL, "setBase": r.opSetBase,
		"stop": r.opStop,
	}
}

// opQueue posts a task that calls a function of the prelude.
func (r *Realm) opQueue(c *engine.Call) (any, error) {
	r.callback(c, 0).complete()
	return engine.Undefined{}, nil
}

// opParts takes a URL apart as Location does.
//
// Standard: https://html.spec.whatwg.org/#dom-location-href
func opParts(c *engine.Call) (any, error) {
	u, err := weburl.Parse(c.Text(0))
	if err != nil {
		return nil, typeError("the URL cannot be read", err)
	}
	return engine.Record{
		{Name: "origin", Value: u.OriginString()},
		{Name: "protocol", Value: u.Scheme() + ":"},
		{Name: "username", Value: u.Username()},
		{Name: "password", Value: u.Password()},
		{Name: "host", Value: u.Host()},
		{Name: "hostname", Value: u.Hostname()},
		{Name: "port", Value: u.PortString()},
		{Name: "pathname", Value: u.Path()},
		{Name: "search", Value: withMark("?", u.Query())},
		{Name: "hash", Value: withMark("#", u.Fragment())},
	}, nil
}

// opStop ends the requests that script has under way.
//
// Standard: https://html.spec.whatwg.org/#abort-a-document
func (r *Realm) opStop(*engine.Call) (any, error) {
	stopped := slices.Collect(maps.Keys(r.requests))
	r.Post(func() { // script hears of it when it has come to its end
		for _, q := range stopped {
			q.Abort()
		}
	})
	return engine.Undefined{}, nil
}

// opSetURL notes the URL that the document has from now on.
func (r *Realm) opSetURL(c *engine.Call) (any, error) {
	u, err := weburl.Parse(c.Text(0))
	if err != nil {
		return nil, typeError("the URL cannot be read", err)
	}
	r.url = u
	return engine.Undefined{}, nil
}

// opIsDomainSuffix reports whether document.domain may be set: to the host itself,
// or to a domain above it that is nobody's registry.
//
// Standard: https://html.spec.whatwg.org/#is-a-registrable-domain-suffix-of-or-is-equal-to
func (r *Realm) opIsDomainSuffix(c *engine.Call) (any, error) {
	wanted, now := c.Text(0), c.Text(1)
	if wanted == now {
		return true, nil
	}
	if !strings.HasSuffix(now, "."+wanted) {
		return false, nil
	}
	u, err := weburl.Parse(r.settings().Client.Origin.Scheme() + "://" + wanted + "/")
	if err != nil || u.Hostname() != wanted {
		return false, nil //nolint:nilerr // it is no domain
	}
	return r.settings().Client.Origin.SameSite(originOf(u)), nil
}
