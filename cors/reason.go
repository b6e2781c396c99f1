package cors

import "fmt"

// Reason is why a Verdict is as it is. There is one enumeration for both ends.
type Reason uint8

// The reasons. The zero Reason means that nothing was decided, which allows
// nothing.
const (
	Undecided Reason = iota
	Allowed
	NotCORS // the request carries no origin, or is same-origin

	// What a server's policy finds in a request.

	OriginMalformed     // the Origin field is no serialized origin, or there are several
	OriginNotAllowed    // no pattern of the policy names the origin
	MethodNotAllowed    // the preflight asks for a method the policy does not list
	HeaderNotAllowed    // the preflight asks for a header the policy does not list
	RequestHeadersLimit // the preflight's list of headers is longer than any browser's

	// What a browser finds in a response.

	AllowOriginMissing
	AllowOriginMismatch
	AllowOriginInvalid
	AllowOriginMultiple
	WildcardWithCredentials
	AllowCredentialsInvalid
	PreflightStatus
	PreflightRedirect
	AllowMethodsInvalid
	AllowHeadersInvalid
	MethodNotApproved
	HeaderNotApproved

	// What keeps a browser from asking at all, or from following where it is sent.

	SchemeNotHTTP           // CORS is for http and https only
	RedirectWithCredentials // a cross-origin redirect to a URL with user and password
	RedirectInvalid         // Location is no URL, or the redirect may not be followed
	RedirectLimit           // more than twenty redirects
	CrossOriginNotAllowed   // mode "same-origin"
	MixedContent            // plain http from a secure page
	BadPort                 // a port that browsers never fetch from
	ResourcePolicy          // Cross-Origin-Resource-Policy keeps the response from other sites

	// What has nothing to do with CORS.

	NetworkFailed
	Aborted
	TimedOut

	reasonCount
)

var reasons = [reasonCount]struct{ name, sentence string }{
	Undecided:           {"undecided", "Nothing was decided, so nothing is allowed."},
	Allowed:             {"allowed", "The script may have what it asked for."},
	NotCORS:             {"not-cors", "The request carries no origin, so CORS has no say in it."},
	OriginMalformed:     {"origin-malformed", "The Origin field is not one that a browser sends."},
	OriginNotAllowed:    {"origin-not-allowed", "No pattern of the policy names this origin."},
	MethodNotAllowed:    {"method-not-allowed", "The policy does not list the method that the preflight asks for."},
	HeaderNotAllowed:    {"header-not-allowed", "The policy does not list a header that the preflight asks for."},
	RequestHeadersLimit: {"request-headers-limit", "The preflight's list of headers is longer than a browser's can be here."},

	AllowOriginMissing:      {"allow-origin-missing", "The response has no Access-Control-Allow-Origin field."},
	AllowOriginMismatch:     {"allow-origin-mismatch", "Access-Control-Allow-Origin names another origin."},
	AllowOriginInvalid:      {"allow-origin-invalid", "The value of Access-Control-Allow-Origin is neither an origin nor \"*\"."},
	AllowOriginMultiple:     {"allow-origin-multiple", "Access-Control-Allow-Origin has several values; one is allowed."},
	WildcardWithCredentials: {"wildcard-with-credentials", "Access-Control-Allow-Origin is \"*\", which does not do for a request with credentials."},
	AllowCredentialsInvalid: {"allow-credentials-invalid", "The request has credentials, and Access-Control-Allow-Credentials is not \"true\"."},
	PreflightStatus:         {"preflight-status", "The response to the preflight has a status that is not 200 to 299."},
	PreflightRedirect:       {"preflight-redirect", "The response to the preflight is a redirect, which a preflight may not follow."},
	AllowMethodsInvalid:     {"allow-methods-invalid", "Access-Control-Allow-Methods is not a list of methods."},
	AllowHeadersInvalid:     {"allow-headers-invalid", "Access-Control-Allow-Headers is not a list of header names."},
	MethodNotApproved:       {"method-not-approved", "Access-Control-Allow-Methods does not list the method."},
	HeaderNotApproved:       {"header-not-approved", "Access-Control-Allow-Headers does not list a header that needs it."},

	SchemeNotHTTP:           {"scheme-not-http", "Requests to other origins are for http and https only."},
	RedirectWithCredentials: {"redirect-with-credentials", "A redirect to another origin may not have a user name or password in its URL."},
	RedirectInvalid:         {"redirect-invalid", "The redirect cannot be followed."},
	RedirectLimit:           {"redirect-limit", "There were more than twenty redirects."},
	CrossOriginNotAllowed:   {"cross-origin-not-allowed", "The request was made for its own origin only, and leads to another."},
	MixedContent:            {"mixed-content", "A page that came over https may not ask plain http."},
	BadPort:                 {"bad-port", "Browsers never ask this port, which belongs to another protocol."},
	ResourcePolicy:          {"resource-policy", "The Cross-Origin-Resource-Policy field keeps the response from this site."},

	NetworkFailed: {"network-failed", "The request failed on the network, which is no matter of CORS."},
	Aborted:       {"aborted", "The page gave up the request."},
	TimedOut:      {"timed-out", "The answer took longer than the page allows."},
}

// String returns the reason's name, such as "origin-not-allowed".
func (r Reason) String() string {
	if r < reasonCount {
		return reasons[r].name
	}
	return fmt.Sprintf("reason-%d", uint8(r))
}

// Sentence says in plain words what the reason means.
func (r Reason) Sentence() string {
	if r < reasonCount {
		return reasons[r].sentence
	}
	return r.String()
}

// Reasons lists every reason, in order.
func Reasons() []Reason {
	all := make([]Reason, reasonCount)
	for i := range all {
		all[i] = Reason(i)
	}
	return all
}
