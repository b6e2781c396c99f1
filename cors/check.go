package cors

import (
	"strconv"
	"strings"
)

// Request is what a browser's checks need to know of the request it made.
type Request struct {
	Origin      string // as the request's Origin field has it; "null" when opaque
	Credentials bool   // the credentials mode is "include"
	Method      string // normalised

	// UnsafeHeaders holds the lower-case names of the request headers that need
	// approval, sorted and without duplicates.
	//
	// Standard: https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names
	UnsafeHeaders []string

	// ForcedPreflight: a preflight was made although method and headers would
	// not have asked for one (the use-CORS-preflight flag).
	ForcedPreflight bool

	// AuthorizationByWildcard: "*" in Access-Control-Allow-Headers approves
	// Authorization too, as today's browsers have it against the standard.
	AuthorizationByWildcard bool
}

// Check decides whether a script may read a response, by the header fields of
// the response. on says which response it is.
//
// Standard: https://fetch.spec.whatwg.org/#concept-cors-check
func Check(r Request, h Fields, on Message) Verdict {
	// 1. and 2. The field must be there.
	value, ok := get(h, HeaderAllowOrigin)
	if !ok {
		return refuse(on, AllowOriginMissing, "", r.Origin)
	}
	// 3. Anybody may read what needs no credentials.
	if !r.Credentials && value == AnyOrigin {
		return Verdict{Reason: Allowed, On: on, Observed: value}
	}
	// 4. Otherwise the field is this origin, byte for byte.
	if value != r.Origin {
		v := refuse(on, whyNotOrigin(value), value, r.Origin)
		if v.Reason == AllowOriginMultiple {
			return v.detailed(strings.Join(h.Values(HeaderAllowOrigin), "\n"))
		}
		return v
	}
	// 5. Without credentials, that is all.
	if !r.Credentials {
		return Verdict{Reason: Allowed, On: on, Observed: value}
	}
	// 6. and 7. With them, the server must have said so.
	if c, _ := get(h, HeaderAllowCredentials); c != "true" {
		return refuse(on, AllowCredentialsInvalid, c, "true")
	}
	// 8. Anything else is failure: nothing is left here but success.
	return Verdict{Reason: Allowed, On: on, Observed: value}
}

// whyNotOrigin tells a reader what is wrong with a value, in the classes that
// Chromium's tools have; the standard itself knows failure only.
func whyNotOrigin(value string) Reason {
	switch {
	case value == AnyOrigin:
		return WildcardWithCredentials
	case value == NullOrigin:
		return AllowOriginMismatch
	case strings.ContainsAny(value, ", "):
		return AllowOriginMultiple
	case !looksLikeURL(value):
		return AllowOriginInvalid
	default:
		return AllowOriginMismatch
	}
}

// CheckPreflight decides whether the response to a preflight lets the actual
// request go ahead.
//
// Standard: https://fetch.spec.whatwg.org/#cors-preflight-fetch, step 7
func CheckPreflight(r Request, status int, h Fields) Verdict {
	// A redirect is not followed. Without a Location, it leads nowhere, and its status
	// is like any other.
	if location, leads := get(h, headerLocation); leads && IsRedirectStatus(status) {
		return refuse(OnPreflight, PreflightRedirect, strconv.Itoa(status), "").detailed(location)
	}
	// 7. The CORS check and a status of success come first.
	if v := Check(r, h, OnPreflight); !v.Allowed() {
		return v
	}
	if status < 200 || status > 299 {
		return refuse(OnPreflight, PreflightStatus, strconv.Itoa(status), "")
	}
	// 7.1 to 7.3. Both lists must follow their grammar.
	methods, ok := extractTokens(h, HeaderAllowMethods)
	if !ok {
		return refuse(OnPreflight, AllowMethodsInvalid, joined(h, HeaderAllowMethods), r.Method).detailed(noToken(h, HeaderAllowMethods))
	}
	headers, ok := extractTokens(h, HeaderAllowHeaders)
	if !ok {
		return refuse(OnPreflight, AllowHeadersInvalid, joined(h, HeaderAllowHeaders), "").detailed(noToken(h, HeaderAllowHeaders))
	}
	// 7.4. A preflight made for its own sake approves the method by silence.
	if methods == nil && r.ForcedPreflight {
		methods = []string{r.Method}
	}
	// 7.5.
	if !approvesMethod(r, methods) {
		return refuse(OnPreflight, MethodNotApproved, joined(h, HeaderAllowMethods), r.Method)
	}
	// 7.6 and 7.7.
	if refused := notApproved(r, headers); len(refused) > 0 {
		return refuse(OnPreflight, HeaderNotApproved, joined(h, HeaderAllowHeaders), refused[0]).detailed(strings.Join(refused, ", "))
	}
	return Verdict{Reason: Allowed, On: OnPreflight, Observed: r.Method}
}

// notApproved lists the headers that need approval and lack it: all of them, so
// that nobody has to mend a server name by name.
func notApproved(r Request, headers []string) []string {
	var names []string
	for _, name := range r.UnsafeHeaders {
		if !approvesHeader(r, headers, name) {
			names = append(names, name)
		}
	}
	return names
}

// IsRedirectStatus reports whether a status sends the browser elsewhere.
//
// Standard: https://fetch.spec.whatwg.org/#redirect-status
func IsRedirectStatus(status int) bool {
	switch status {
	case 301, 302, 303, 307, 308:
		return true
	}
	return false
}

func joined(h Fields, name string) string {
	value, _ := get(h, name)
	return value
}

func approvesMethod(r Request, methods []string) bool {
	if IsSafelistedMethod(r.Method) {
		return true
	}
	for _, m := range methods {
		if m == r.Method || m == "*" && !r.Credentials {
			return true
		}
	}
	return false
}

func approvesHeader(r Request, headers []string, name string) bool {
	wildcard := !r.Credentials && (r.AuthorizationByWildcard || !IsNonWildcardRequestHeader(name))
	for _, h := range headers {
		if strings.EqualFold(h, name) || h == "*" && wildcard {
			return true
		}
	}
	return false
}
