package fetch

import (
	"github.com/corsage-go/corsage/agent/wire"
	"github.com/corsage-go/corsage/cors"
)

// answer is a response as it came, before anything is hidden of it.
type answer struct {
	wire.Response
	cached bool
	kind   ResponseType // set where it does not follow from the tainting
}

// main fetches and follows where it is led.
//
// Standard: https://fetch.spec.whatwg.org/#concept-main-fetch
func (f *fetching) main() (*Response, error) {
	for {
		if err := f.block(); err != nil {
			return nil, err
		}
		f.noteSite()
		f.determineReferrer()
		a, err := f.decide()
		if err != nil {
			return nil, err
		}
		next, err := f.redirect(a)
		switch {
		case err != nil:
			_ = a.Body.Close() // nobody reads it
			return nil, err
		case !next:
			return f.filtered(a), nil
		}
		_ = a.Body.Close() // a redirect's body is nobody's
	}
}

// block refuses what is never asked: bad ports, and plain http for a page that
// came over https.
//
// Standard: https://fetch.spec.whatwg.org/#block-bad-port and
// https://w3c.github.io/webappsec-mixed-content/#should-block-fetch
func (f *fetching) block() error {
	v := cors.CheckTarget(f.url.Href(), f.url.Port(), f.client.Secure && !f.isTopLevelNavigation())
	if v.Refused() {
		return f.refused(v, nil)
	}
	return nil
}

// isTopLevelNavigation: a page of its own takes the place of the one that asks.
func (f *fetching) isTopLevelNavigation() bool {
	return f.mode() == ModeNavigate && f.asked.Destination != "iframe" && f.asked.Destination != "frame"
}

// decide chooses how to ask: as for one's own, blindly, or with CORS.
//
// Standard: https://fetch.spec.whatwg.org/#concept-main-fetch, step 12
func (f *fetching) decide() (*answer, error) {
	switch mode := f.mode(); {
	// What no server is asked about first has the methods of images and forms.
	case (mode == ModeNoCORS || mode == ModeNavigate) && !cors.IsSafelistedMethod(f.method):
		return nil, f.refuse(cors.CrossOriginNotAllowed, cors.OnRequest, f.method, "GET, HEAD, POST")
	// One's own, what is in the URL itself, and pages to go to.
	case f.tainting == basicTainting && (f.isOwn(f.url) || f.isOwnBlob()), f.url.Scheme() == "data", mode == ModeNavigate:
		f.tainting = basicTainting
		return f.scheme()
	case mode == ModeSameOrigin:
		return nil, f.refuse(cors.CrossOriginNotAllowed, cors.OnRequest, f.url.OriginString(), f.origin())
	// Blindly: anything may be asked for, nothing of it is seen.
	case mode == ModeNoCORS:
		if f.asked.Redirect == ErrorOnRedirect || f.asked.Redirect == ManualRedirect {
			return nil, f.refuse(cors.CrossOriginNotAllowed, cors.OnRequest, string(f.asked.Redirect), string(FollowRedirects))
		}
		f.tainting = opaqueTainting
		return f.scheme()
	case !f.url.IsHTTP() && f.engine.Profile.LocalSchemesFail && isFound(f.url.Scheme()):
		return nil, f.failed(cors.OnRequest, errNotHere)
	case !f.url.IsHTTP():
		return nil, f.refuse(cors.SchemeNotHTTP, cors.OnRequest, f.url.Scheme(), "")
	default:
		f.tainting = corsTainting
		return f.http()
	}
}
