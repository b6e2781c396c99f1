package fetch

import (
	"errors"

	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/cors"
)

// redirect decides what to do with an answer that may lead elsewhere. next says
// that the request now is for where it leads.
//
// Standard: https://fetch.spec.whatwg.org/#concept-http-fetch, step 6.3
func (f *fetching) redirect(a *answer) (next bool, err error) {
	if !cors.IsRedirectStatus(a.Status) || a.kind != "" {
		return false, nil
	}
	switch f.asked.Redirect {
	case ErrorOnRedirect:
		return false, f.refuse(cors.RedirectInvalid, cors.OnRedirect, string(ErrorOnRedirect), "")
	case ManualRedirect:
		a.kind = OpaqueRedirectResponse
		return false, nil
	default:
		return f.follow(a)
	}
}

// follow makes the request one for where the answer leads.
//
// Standard: https://fetch.spec.whatwg.org/#http-redirect-fetch
func (f *fetching) follow(a *answer) (next bool, err error) {
	// 3. to 5. Where to?
	to, value, err := f.location(a)
	switch {
	case err != nil:
		return false, f.refusedRedirect(value, err)
	case to == nil:
		return false, nil
	}
	// 6. to 11. May it be followed?
	if err := f.checkRedirect(to, a.Status); err != nil {
		return false, err
	}
	f.hops++
	// 12. and 13. What is left of the request.
	f.changeMethod(a.Status)
	f.changeHeader(to)
	// 18. and 19. The next URL, and what may be told of the one before.
	if hooks := f.asked.Hooks; hooks != nil && hooks.Redirect != nil {
		hooks.Redirect(a.Status, f.url, to)
	}
	f.taint(to)
	f.url = to
	f.fields.fields = a.Header
	if p := cors.ParseReferrerPolicy(&f.fields); p != "" {
		f.policy = p
	}
	return true, nil
}

var (
	errRepeatedLocation = errors.New("there are several Location fields")
	errStreamedBody     = errors.New("its body can be sent only once")
)

// location reads where an answer leads; nil for nowhere.
//
// Standard: https://fetch.spec.whatwg.org/#concept-response-location-url
func (f *fetching) location(a *answer) (to *weburl.URL, value string, err error) {
	p := &f.engine.Profile
	f.fields.fields = a.Header
	values := f.fields.Values("Location")
	if len(values) == 0 {
		return nil, "", nil
	}
	value = values[0]
	if value == "" && p.EmptyLocationIsNone {
		return nil, "", nil
	}
	for _, v := range values[1:] {
		if v != value || !p.EqualLocationsAreOne {
			return nil, value, errRepeatedLocation
		}
	}
	to, err = weburl.ParseRef(f.url, locationText(value))
	if err != nil {
		return nil, value, err
	}
	if to.Fragment() == "" && f.url.Fragment() != "" && !hasFragment(value) {
		to = to.WithFragment(f.url.Fragment())
	}
	return to, value, nil
}

// checkLocation finds a Location that cannot be followed before anything else
// is judged.
func (f *fetching) checkLocation(a *answer) error {
	if !cors.IsRedirectStatus(a.Status) {
		return nil
	}
	if _, value, err := f.location(a); err != nil {
		return f.refusedRedirect(value, err)
	}
	return nil
}

func (f *fetching) refusedRedirect(value string, cause error) error {
	return f.refused(cors.Verdict{Reason: cors.RedirectInvalid, On: cors.OnRedirect, Observed: value}, cause)
}

// checkRedirect decides whether a redirect may be followed.
//
// Standard: https://fetch.spec.whatwg.org/#http-redirect-fetch, steps 6 to 11
func (f *fetching) checkRedirect(to *weburl.URL, status int) error {
	checked := f.tainting == corsTainting || f.mode() == ModeCORS && !f.isOwn(to)
	if v := cors.CheckRedirect(to.Href(), f.hops, checked); v.Refused() {
		return f.refused(v, nil)
	}
	if status != 303 && f.body != nil && f.body.Once {
		return f.refusedRedirect(to.Href(), errStreamedBody)
	}
	return nil
}

// changeMethod makes a GET of what was a POST, as servers have always meant it.
//
// Standard: https://fetch.spec.whatwg.org/#http-redirect-fetch, step 12
func (f *fetching) changeMethod(status int) {
	post := (status == 301 || status == 302) && f.method == "POST"
	other := status == 303 && f.method != "GET" && f.method != "HEAD"
	if !post && !other {
		return
	}
	f.method, f.body = "GET", nil
	f.header = without(f.header, isBodyHeader)
}

// isBodyHeader tells the fields that say something about a body.
//
// Standard: https://fetch.spec.whatwg.org/#request-body-header-name
func isBodyHeader(name string) bool {
	switch len(name) {
	case len("Content-Type"):
		return isNamed(name, "Content-Type")
	case len("Content-Encoding"): // Content-Language, Content-Location
		return isNamed(name, "Content-Encoding") || isNamed(name, "Content-Language") || isNamed(name, "Content-Location")
	}
	return false
}

// changeHeader keeps secrets that were meant for one origin from another.
//
// Standard: https://fetch.spec.whatwg.org/#http-redirect-fetch, step 13
func (f *fetching) changeHeader(to *weburl.URL) {
	if !f.url.SameOrigin(to) {
		f.header = without(f.header, cors.IsNonWildcardRequestHeader)
	}
}

// taint hides the page's origin from where a redirect leads, if need be.
//
// Standard: https://fetch.spec.whatwg.org/#concept-request-tainted-origin
func (f *fetching) taint(to *weburl.URL) {
	if cors.TaintsOrigin(f.client.Origin.String(), f.url.OriginString(), to.OriginString()) {
		f.tainted = true
	}
}

// locationText prepares a Location for the URL parser, to which text is Unicode.
// Bytes that are not UTF-8 are percent-encoded as they are.
func locationText(value string) string {
	return encodeInvalid(value)
}

func hasFragment(location string) bool {
	for i := range len(location) {
		if location[i] == '#' {
			return true
		}
	}
	return false
}
