package cors

import "strings"

// Fields gives access to the header fields of a message. Values returns the
// values of all lines of that name, in order; http.Header satisfies it.
type Fields interface{ Values(name string) []string }

// Header field names of the CORS protocol, as net/http spells them.
const (
	HeaderOrigin           = "Origin"
	HeaderRequestMethod    = "Access-Control-Request-Method"
	HeaderRequestHeaders   = "Access-Control-Request-Headers"
	HeaderAllowOrigin      = "Access-Control-Allow-Origin"
	HeaderAllowCredentials = "Access-Control-Allow-Credentials"
	HeaderAllowMethods     = "Access-Control-Allow-Methods"
	HeaderAllowHeaders     = "Access-Control-Allow-Headers"
	HeaderExposeHeaders    = "Access-Control-Expose-Headers"
	HeaderMaxAge           = "Access-Control-Max-Age"

	headerLocation = "Location"
)

// forbiddenRequestHeaders are the names that only the browser itself may send.
var forbiddenRequestHeaders = map[string]bool{
	"accept-charset": true, "accept-encoding": true, "access-control-request-headers": true,
	"access-control-request-method": true, "connection": true, "content-length": true, "cookie": true,
	"cookie2": true, "date": true, "dnt": true, "expect": true, "host": true, "keep-alive": true,
	"origin": true, "referer": true, "set-cookie": true, "te": true, "trailer": true,
	"transfer-encoding": true, "upgrade": true, "via": true,
}

// IsForbiddenRequestHeader reports whether no script may set a request header of
// this name, whatever its value.
//
// Standard: https://fetch.spec.whatwg.org/#forbidden-request-header
func IsForbiddenRequestHeader(name string) bool {
	name = strings.ToLower(name)
	return forbiddenRequestHeaders[name] || strings.HasPrefix(name, "proxy-") || strings.HasPrefix(name, "sec-")
}

// IsForbiddenResponseHeader reports whether no script ever sees a response header
// of this name.
//
// Standard: https://fetch.spec.whatwg.org/#forbidden-response-header-name
func IsForbiddenResponseHeader(name string) bool {
	return strings.EqualFold(name, "Set-Cookie") || strings.EqualFold(name, "Set-Cookie2")
}

// IsNonWildcardRequestHeader reports whether Access-Control-Allow-Headers must
// name a header itself, "*" not being enough.
//
// Standard: https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name
func IsNonWildcardRequestHeader(name string) bool { return strings.EqualFold(name, "Authorization") }

// get combines the values of all lines of a name, as the standard's "get" does.
// ok is false when there is no such line.
//
// Standard: https://fetch.spec.whatwg.org/#concept-header-list-get
func get(h Fields, name string) (value string, ok bool) {
	switch v := h.Values(name); len(v) {
	case 0:
		return "", false
	case 1:
		return v[0], true
	default:
		return strings.Join(v, ", "), true
	}
}

// extractTokens reads a header whose grammar is a list of tokens. ok is false if
// a line does not fit the grammar; names is nil if there is no such line. Lines
// of other lists than the two Allow- fields have no use for it.
//
// Standard: https://fetch.spec.whatwg.org/#extract-header-list-values
func extractTokens(h Fields, name string) (tokens []string, ok bool) {
	for _, line := range h.Values(name) {
		if tokens == nil {
			tokens = []string{}
		}
		for element := range strings.SplitSeq(line, ",") {
			element = strings.Trim(element, " \t")
			switch {
			case element == "": // RFC 9110 lets a recipient skip empty elements
			case IsToken(element):
				tokens = append(tokens, element)
			default:
				return nil, false
			}
		}
	}
	return tokens, true
}

// noToken is the first element of such a list that does not fit the grammar.
func noToken(h Fields, name string) string {
	for _, line := range h.Values(name) {
		for element := range strings.SplitSeq(line, ",") {
			if element = strings.Trim(element, " \t"); element != "" && !IsToken(element) {
				return element
			}
		}
	}
	return ""
}
