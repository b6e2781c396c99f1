package script

import (
	"github.com/corsage-go/corsage/agent/script/engine"
	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/cors"
)

func (r *Realm) locationOps() ops {
	return ops{
		"urlPart": r.opURLPart, "navigate": r.opNavigate, "isWorker": r.opIsWorker,
		"ancestorOrigins": func(*engine.Call) (any, error) { return []string{}, nil },
	}
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

// opNavigate goes to another URL, if the realm's user can; only a change of the
// fragment is made here.
//
// Standard: https://html.spec.whatwg.org/#location-object-navigate
func (r *Realm) opNavigate(c *engine.Call) (any, error) {
	u, err := weburl.ParseRef(r.baseURL(), c.Text(0))
	if err != nil {
		return nil, syntaxError("location: the URL "+cors.Excerpt(c.Text(0))+" cannot be read", err)
	}
	switch {
	case u.HrefNoFragment() == r.url.HrefNoFragment() && u.Href() != u.HrefNoFragment():
		r.url = u
	case r.navigate != nil:
		r.navigate(u, c.Bool(1))
	default:
		r.print("warning", "The page does not go to '"+u.WithoutCredentials().Href()+"': nothing here loads pages.")
	}
	return engine.Undefined{}, nil
}
