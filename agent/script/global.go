package script

import "github.com/corsage-go/corsage/agent/script/engine"

func (r *Realm) globalOps() ops {
	return ops{
		"isWorker": r.opIsWorker,
		"isShared": func(*engine.Call) (any, error) { return r.shared, nil },
		"origin":   func(*engine.Call) (any, error) { return r.settings().Client.Origin.String(), nil },
		"isSecure": func(*engine.Call) (any, error) { return r.isSecureContext(), nil },
	}
}

// isSecureContext: what the page is, nobody on the way could have changed.
//
// Standard: https://html.spec.whatwg.org/#secure-contexts
func (r *Realm) isSecureContext() bool {
	c := r.settings().Client
	return c.Origin.IsTrustworthy()
}
