package cors

// OriginRequest is what decides on the Origin field of a request.
type OriginRequest struct {
	Origin string // the page's, serialized; "null" when opaque
	Target string // the serialized origin of the URL that is asked

	// Tainted: redirects have led from another origin to a third, so that nobody
	// knows any longer on whose behalf the request is made; see TaintsOrigin.
	Tainted bool

	CORS     bool           // the answer will be checked: the response tainting is "cors"
	ModeCORS bool           // the request mode is "cors"
	Method   string         // normalised
	Policy   ReferrerPolicy // of the request
}

// SerializedOrigin is how the request's origin is written: hidden once redirects
// have tainted it.
//
// Standard: https://fetch.spec.whatwg.org/#serializing-a-request-origin
func (r OriginRequest) SerializedOrigin() string {
	if r.Tainted {
		return NullOrigin
	}
	return r.Origin
}

// OriginField returns the value of the request's Origin field. ok is false if it
// has none: it is there where the answer will be checked, and where the request
// could change something. Of forms and the like, the referrer policy hides it where
// it would hide the referrer.
//
// Standard: https://fetch.spec.whatwg.org/#append-a-request-origin-header
func OriginField(r OriginRequest) (value string, ok bool) {
	switch {
	// 2. Where the answer is checked, always.
	case r.CORS:
		return r.SerializedOrigin(), true
	// 3. Otherwise where the request could change something.
	case r.Method == "GET" || r.Method == "HEAD":
		return "", false
	// 3.1. What was asked for with CORS has nothing to hide.
	case !r.ModeCORS && r.hidesOrigin():
		return NullOrigin, true
	default:
		return r.SerializedOrigin(), true
	}
}

// hidesOrigin: the referrer policy keeps the target from knowing the origin.
func (r OriginRequest) hidesOrigin() bool {
	switch r.Policy.orDefault() {
	case NoReferrer:
		return true
	case NoReferrerWhenDowngrade, StrictOrigin, StrictOriginWhenCrossOrigin:
		return isHTTPS(r.Origin) && !isHTTPS(r.Target)
	case SameOriginReferrer:
		return !sameSerialized(r.Origin, r.Target)
	default:
		return false
	}
}

// TaintsOrigin reports whether a redirect from one origin to another hides the
// origin of the page from there on: a server that is not the page's own decides
// where the request goes.
//
// Standard: https://fetch.spec.whatwg.org/#concept-request-tainted-origin
func TaintsOrigin(page, from, to string) bool {
	return !sameSerialized(from, to) && !sameSerialized(page, from)
}

// sameSerialized compares serialized origins. An opaque one is the same as none.
//
// Standard: https://html.spec.whatwg.org/#same-origin
func sameSerialized(a, b string) bool { return a == b && a != NullOrigin }

func isHTTPS(origin string) bool {
	return len(origin) > len("https:") && origin[:len("https:")] == "https:"
}
