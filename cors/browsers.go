package cors

// browserNames says what browsers' own tools call a reason: Chromium's CorsError
// in the DevTools protocol and Firefox's message. Empty where they have no name
// for it.
var browserNames = [reasonCount]struct{ chromium, firefox string }{
	AllowOriginMissing:      {"MissingAllowOriginHeader", "CORSMissingAllowOrigin"},
	AllowOriginMismatch:     {"AllowOriginMismatch", "CORSAllowOriginNotMatchingOrigin"},
	AllowOriginInvalid:      {"InvalidAllowOriginValue", "CORSAllowOriginNotMatchingOrigin"},
	AllowOriginMultiple:     {"MultipleAllowOriginValues", "CORSMultipleAllowOriginNotAllowed"},
	WildcardWithCredentials: {"WildcardOriginNotAllowed", "CORSNotSupportingCredentials"},
	AllowCredentialsInvalid: {"InvalidAllowCredentials", "CORSMissingAllowCredentials"},
	PreflightStatus:         {"PreflightInvalidStatus", "CORSPreflightDidNotSucceed"},
	PreflightRedirect:       {"PreflightDisallowedRedirect", "CORSExternalRedirectNotAllowed"},
	AllowMethodsInvalid:     {"InvalidAllowMethodsPreflightResponse", "CORSInvalidAllowMethod"},
	AllowHeadersInvalid:     {"InvalidAllowHeadersPreflightResponse", "CORSInvalidAllowHeader"},
	MethodNotApproved:       {"MethodDisallowedByPreflightResponse", "CORSMethodNotFound"},
	HeaderNotApproved:       {"HeaderDisallowedByPreflightResponse", "CORSMissingAllowHeaderFromPreflight"},
	RedirectWithCredentials: {"RedirectContainsCredentials", "CORSDidNotSucceed"},
	SchemeNotHTTP:           {"CorsDisabledScheme", "CORSRequestNotHttp"},
	CrossOriginNotAllowed:   {"DisallowedByMode", ""},
	NetworkFailed:           {"", "CORSDidNotSucceed"}, // Chromium names the failure of the network instead
}

// Chromium returns the name that Chromium's developer tools have for the verdict
// (Network.CorsError of the DevTools protocol), "" if they have none. What is
// found on a preflight has a name of its own.
func (v Verdict) Chromium() string {
	if v.Reason >= reasonCount {
		return ""
	}
	name := browserNames[v.Reason].chromium
	if v.On == OnPreflight && AllowOriginMissing <= v.Reason && v.Reason <= AllowCredentialsInvalid {
		return "Preflight" + name
	}
	return name
}

// Firefox returns the name that Firefox has for the verdict, "" if it has none.
func (v Verdict) Firefox() string {
	if v.Reason >= reasonCount {
		return ""
	}
	return browserNames[v.Reason].firefox
}
