package cors

import (
	"fmt"
	"strings"
)

// Verdict is the outcome of a CORS rule with its reason. What a message has to hold
// is judged in this package and in policy alone; agent/fetch says itself only what
// follows from how it was asked, and from the network. Every enforcing and explaining
// part of the project acts on the verdict as it is. Verdicts can be compared with ==.
// The zero value allows nothing.
type Verdict struct {
	Reason Reason
	On     Message // the message on which the reason was seen

	// Observed is the value that decided, as it was sent: an origin, a method, a
	// header name or a field's value; "" if it was missing.
	Observed string

	// Expected is what would have passed, or, when allowed, the pattern that
	// did; "" where there is no single such value.
	Expected string

	// Detail is what a reader needs besides, "" for most reasons:
	//
	//   - HeaderNotApproved: the lower-case names of all headers that lack
	//     approval, sorted and joined by ", "; Expected is the first of them
	//   - PreflightRedirect: the value of Location, which is not followed
	//   - AllowOriginMultiple: the field's lines apart, joined by line feeds
	//   - AllowMethodsInvalid, AllowHeadersInvalid: the element that is no token
	Detail string
}

// Message says which message of an exchange a Verdict is about.
type Message uint8

// The messages.
const (
	OnNothing   Message = iota
	OnRequest           // the request, as the server sees it
	OnPreflight         // the response to the CORS-preflight request
	OnRedirect          // a redirect on the way
	OnResponse          // the response to the actual request
)

var messageNames = [...]string{"nothing", "request", "preflight", "redirect", "response"}

// String returns the message's name, such as "preflight".
func (m Message) String() string {
	if int(m) < len(messageNames) {
		return messageNames[m]
	}
	return fmt.Sprintf("message-%d", uint8(m))
}

// Allowed reports whether the script gets what it asked for.
func (v Verdict) Allowed() bool { return v.Reason == Allowed }

// Refused reports whether CORS stands in the way. A request that is none of
// CORS's business is neither allowed nor refused.
func (v Verdict) Refused() bool { return v.Reason != Allowed && v.Reason != NotCORS }

// String says in one sentence what was decided and why.
func (v Verdict) String() string {
	s := v.Reason.Sentence()
	if v.Observed != "" {
		s += " Seen: " + Excerpt(v.Observed) + "."
	}
	if v.Reason == HeaderNotApproved && v.Detail != "" {
		return s + " Expected: " + Excerpt(v.Detail) + "."
	}
	if v.Expected != "" && v.Refused() {
		s += " Expected: " + Excerpt(v.Expected) + "."
	}
	if v.Reason == PreflightRedirect && v.Detail != "" {
		s += " It leads to " + Excerpt(withoutUser(v.Detail)) + "."
	}
	return s
}

// withoutUser leaves a name and a password out of an address, because what is
// said of a verdict ends in logs.
func withoutUser(address string) string {
	before, rest, ok := strings.Cut(address, "//")
	if !ok {
		return address
	}
	authority := rest
	if end := strings.IndexAny(rest, `/\?#`); end >= 0 {
		authority = rest[:end]
	}
	at := strings.LastIndexByte(authority, '@')
	return before + "//" + rest[at+1:]
}

// Error makes a refusal an error, so that callers find the Verdict behind the
// error of a blocked request.
func (v Verdict) Error() string { return v.String() }

func refuse(on Message, reason Reason, observed, expected string) Verdict {
	return Verdict{Reason: reason, On: on, Observed: observed, Expected: expected}
}

func (v Verdict) detailed(detail string) Verdict {
	v.Detail = detail
	return v
}
