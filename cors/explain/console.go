package explain

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/trace"
)

// Console returns the line that Chromium prints on its console for an exchange
// that was blocked, "" if it prints none.
func Console(t *trace.Trace, x *trace.Exchange) string { return console(&scene{Trace: t}, x) }

func console(t *scene, x *trace.Exchange) string {
	if !x.Blocked() || x.End == trace.AtServer && x.Origin == "" {
		return ""
	}
	if x.Verdict.Reason == cors.MixedContent {
		return "Mixed Content: The page at '" + x.Page + "' was loaded over HTTPS, but requested an insecure " + initiatorName(t, x) +
			" endpoint '" + x.Request.URL + "'. This request has been blocked; the content must be served over HTTPS."
	}
	v := asSeenByPage(x)
	v.Observed = escaped(v.Observed)
	why := consoleReason(v, initiatorName(t, x))
	if why == "" {
		return ""
	}
	at, from := x.Request.URL, ""
	if v.Reason == cors.SchemeNotHTTP && v.On == cors.OnRedirect { // it is about where the redirect leads
		at = locationOf(x)
	}
	if first := firstOf(t, x); first.Request.URL != at {
		from = "(redirected from '" + first.Request.URL + "') "
	}
	return "Access to " + initiatorName(t, x) + " at '" + at + "' " + from + "from origin '" + x.Origin + "' has been blocked by CORS policy: " + why
}

// asSeenByPage is a verdict as the browser finds it. What a policy refuses is
// answered without the fields, whatever its reason, so that is what the page's
// browser complains of.
func asSeenByPage(x *trace.Exchange) cors.Verdict {
	v := x.Verdict.Verdict
	switch v.Reason {
	case cors.OriginMalformed, cors.OriginNotAllowed, cors.MethodNotAllowed, cors.HeaderNotAllowed, cors.RequestHeadersLimit:
		on := cors.OnResponse
		if x.Preflight {
			on = cors.OnPreflight
		}
		return cors.Verdict{Reason: cors.AllowOriginMissing, On: on}
	}
	return v
}

// locationOf is where a redirect leads, whatever the scheme.
func locationOf(x *trace.Exchange) string {
	if x.Response == nil {
		return x.Request.URL
	}
	location := x.Response.Header.Get("Location")
	base, err := url.Parse(x.Request.URL)
	if err != nil {
		return location
	}
	to, err := base.Parse(location)
	if err != nil {
		return location
	}
	return to.String()
}

// escaped writes characters that are not ASCII, or that cannot be seen, as
// Chromium does: \u00E9.
func escaped(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r < ' ' || r > '~' {
			fmt.Fprintf(&b, "\\u%04X", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// initiatorName is what made the request, in Chromium's words.
func initiatorName(t *scene, x *trace.Exchange) string {
	typ := x.Type
	if x.Preflight {
		typ = "xhr"
		if request := t.byID(x.PreflightFor); request != nil {
			typ = request.Type
		}
	}
	switch typ {
	case "xhr", "":
		return "XMLHttpRequest"
	default:
		return typ
	}
}

// firstOf is the request with which the way began.
func firstOf(t *scene, x *trace.Exchange) *trace.Exchange {
	for range 32 { // more than browsers follow
		from := t.byID(x.RedirectedBy)
		if from == nil {
			return x
		}
		x = from
	}
	return x
}

// Chromium's words, as recordings of it have them.
const (
	onPreflightCheck = "Response to preflight request doesn't pass access control check: "
	controlledBy     = " The credentials mode of requests initiated by the XMLHttpRequest is controlled by the withCredentials attribute."
	schemesTaken     = "chrome, chrome-experimental-site-token-provider, chrome-extension, chrome-untrusted, data, http, https, isolated-app"
)

// consoleReason words a verdict as Chromium does; "" for what it does not call
// CORS.
func consoleReason(v cors.Verdict, initiator string) string {
	why := ""
	switch v.Reason {
	case cors.AllowOriginMissing:
		why = "No 'Access-Control-Allow-Origin' header is present on the requested resource."
	case cors.AllowOriginMismatch:
		why = "The 'Access-Control-Allow-Origin' header has a value '" + v.Observed + "' that is not equal to the supplied origin."
	case cors.AllowOriginInvalid:
		why = "The 'Access-Control-Allow-Origin' header contains the invalid value '" + v.Observed + "'."
	case cors.AllowOriginMultiple:
		why = "The 'Access-Control-Allow-Origin' header contains multiple values '" + v.Observed + "', but only one is allowed."
	case cors.WildcardWithCredentials:
		why = "The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when the request's credentials mode is 'include'."
	case cors.AllowCredentialsInvalid:
		why = "The value of the 'Access-Control-Allow-Credentials' header in the response is '" + v.Observed + "' which must be 'true' when the request's credentials mode is 'include'."
	default:
		return otherConsoleReason(v)
	}
	if (v.Reason == cors.WildcardWithCredentials || v.Reason == cors.AllowCredentialsInvalid) && initiator == "XMLHttpRequest" {
		why += controlledBy
	}
	if v.On == cors.OnPreflight {
		why = onPreflightCheck + why
	}
	return why
}

func otherConsoleReason(v cors.Verdict) string {
	switch v.Reason {
	case cors.PreflightStatus:
		return onPreflightCheck + "It does not have HTTP ok status."
	case cors.PreflightRedirect:
		return onPreflightCheck + "Redirect is not allowed for a preflight request."
	case cors.AllowMethodsInvalid:
		return "Cannot parse Access-Control-Allow-Methods response header field in preflight response."
	case cors.AllowHeadersInvalid:
		return "Cannot parse Access-Control-Allow-Headers response header field in preflight response."
	case cors.MethodNotApproved:
		return "Method " + v.Expected + " is not allowed by Access-Control-Allow-Methods in preflight response."
	case cors.HeaderNotApproved:
		return "Request header field " + strings.ToLower(v.Expected) + " is not allowed by Access-Control-Allow-Headers in preflight response."
	case cors.RedirectWithCredentials:
		return "Redirect location '' contains a username and password, which is disallowed for cross-origin requests."
	case cors.SchemeNotHTTP:
		return "Cross origin requests are only supported for protocol schemes: " + schemesTaken + "."
	}
	return ""
}
