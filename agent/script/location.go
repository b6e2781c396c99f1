package script

import "github.com/corsage-go/corsage/agent/script/engine"

func (r *Realm) locationOps() ops {
	return ops{"urlPart": r.opURLPart, "isWorker": r.opIsWorker}
}

// opURLPart returns a part of the document's URL, as a Location names it.
//
// Standard: https://html.spec.whatwg.org/#the-location-interface
func (r *Realm) opURLPart(c *engine.Call) (any, error) {
	u := r.url
	switch c.Text(0) {
	case "href":
		return u.Href(), nil
	case "origin":
		return u.OriginString(), nil
	case "protocol":
		return u.Scheme() + ":", nil
	case "host":
		return u.Host(), nil
	case "hostname":
		return u.Hostname(), nil
	case "port":
		return u.PortString(), nil
	case "pathname":
		return u.Path(), nil
	case "search":
		return withMark("?", u.Query()), nil
	default:
		return withMark("#", u.Fragment()), nil
	}
}

// withMark is a part with the mark that begins it; "" for one that says nothing.
func withMark(mark, part string) string {
	if part == "" || part == mark {
		return ""
	}
	if part[:1] == mark {
		return part
	}
	return mark + part
}
