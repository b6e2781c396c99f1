package trace

import (
	"net/url"
	"strings"
)

// Redacted stands for what was left out of a trace because it may open a door.
const Redacted = "[redacted]"

// Redaction says what is left out of a trace. The zero value leaves out the
// values of cookies, of Authorization and its like, of parameters in URLs that
// are named as secrets are, and passwords in URLs. Names stay: which cookie was
// sent is worth knowing, and no secret.
//
// It is done before anything is stored, so that no trace holds a secret by
// mistake. Bodies are not looked into; see Limits.Body.
type Redaction struct {
	Off        bool     // leave everything as it is
	Fields     []string // more header fields whose values are left out
	Parameters []string // more parameters of URLs whose values are left out
}

// Header returns a header redacted. The one that is given is not changed.
func (r Redaction) Header(h Header) Header {
	redacted := make(Header, len(h))
	for i, f := range h {
		redacted[i] = Field{Name: f.Name, Value: r.Value(f.Name, f.Value)}
	}
	return redacted
}

// Value returns what a trace holds of the value of a header field.
func (r Redaction) Value(name, value string) string {
	if r.Off || value == "" || isOpen(name) && len(r.Fields) == 0 {
		return value
	}
	switch kindOf(name) {
	case cookieField:
		return redactCookies(value)
	case setCookieField:
		return redactSetCookie(value)
	case authField:
		return redactAuthorization(value)
	case secretField:
		return Redacted
	case urlField:
		return r.URL(value)
	}
	for _, f := range r.Fields {
		if strings.EqualFold(f, name) {
			return Redacted
		}
	}
	return value
}

// fieldKind says what may be secret in a header field.
type fieldKind uint8

const (
	openField fieldKind = iota
	cookieField
	setCookieField
	authField
	secretField
	urlField
)

// isOpen tells the fields that most messages have and that hold no secret, in
// net/http's spelling.
func isOpen(name string) bool {
	switch name {
	case "Accept", "Accept-Encoding", "Accept-Language", "Access-Control-Allow-Origin", "Access-Control-Request-Headers", "Access-Control-Request-Method",
		"Cache-Control", "Connection", "Content-Length", "Content-Type", "Date", "Etag", "Host", "If-None-Match", "Origin", "Priority", "Sec-Fetch-Dest",
		"Sec-Fetch-Mode", "Sec-Fetch-Site", "User-Agent", "Vary":
		return true
	}
	return false
}

// kindOf tells by the first letter and the length of a name which ones it has to
// be compared with, since recorders ask it of every field.
func kindOf(name string) fieldKind {
	if name == "" {
		return openField
	}
	is := func(s string) bool { return len(name) == len(s) && strings.EqualFold(name, s) }
	switch name[0] | 0x20 {
	case 'c':
		switch {
		case is("Cookie"), is("Cookie2"):
			return cookieField
		case is("Content-Location"):
			return urlField
		}
	case 's':
		switch {
		case is("Set-Cookie"), is("Set-Cookie2"):
			return setCookieField
		case is("SourceMap"):
			return urlField
		}
	case 'a', 'p':
		if is("Authorization") || is("Proxy-Authorization") {
			return authField
		}
	case 'l', 'r':
		if is("Location") || is("Referer") || is("Refresh") || is("Link") {
			return urlField
		}
	}
	if isSecretField(name) {
		return secretField
	}
	return openField
}

// isSecretField tells fields of anybody's making that carry keys and tokens, by
// what their names hold. It looks at each letter once, since recorders ask it of
// every field.
func isSecretField(name string) bool {
	if strings.HasPrefix(name, "Access-Control-") {
		return false
	}
	for i := range len(name) {
		for _, word := range secretWords[(name[i]|0x20)&31] {
			if startsWith(name[i:], word) {
				return true
			}
		}
	}
	n := len(name)
	return n > 4 && (name[n-4] == '-' || name[n-4] == '_') && strings.EqualFold(name[n-3:], "key")
}

// secretWords are what the names of such fields hold, by their first letter's place
// in the alphabet.
var secretWords = wordsByLetter(
	"token", "api-key", "api_key", "apikey", "authentication-info", "x-auth", "secret", "session", "signature",
	"password", "passwd", "jwt", "credential", "assertion", "csrf", "xsrf", "subscription-key",
)

func wordsByLetter(words ...string) (byLetter [32][]string) {
	for _, w := range words {
		byLetter[w[0]&31] = append(byLetter[w[0]&31], w)
	}
	return byLetter
}

// startsWith compares without regard to case.
func startsWith(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

func redactCookies(value string) string { return string(AppendCookies(nil, value)) }

// AppendCookies adds the value of a Cookie field, redacted: the names stay, as in
// "sid=[redacted]; theme=[redacted]".
func AppendCookies(b []byte, value string) []byte {
	for first := true; first || value != ""; first = false {
		var pair string
		pair, value, _ = strings.Cut(value, ";")
		if !first {
			b = append(b, "; "...)
		}
		if name, _, named := strings.Cut(strings.Trim(pair, " \t"), "="); named {
			b = append(append(b, name...), '=')
		}
		b = append(b, Redacted...)
	}
	return b
}

// redactSetCookie keeps the name and the attributes, which say where the cookie
// may go.
func redactSetCookie(value string) string {
	pair, attributes, more := strings.Cut(value, ";")
	name, _, named := strings.Cut(pair, "=")
	s := Redacted
	if named {
		s = strings.TrimSpace(name) + "=" + Redacted
	}
	if more {
		s += ";" + attributes
	}
	return s
}

// redactAuthorization keeps the scheme. The common ones cost nothing.
func redactAuthorization(value string) string {
	scheme, _, ok := strings.Cut(value, " ")
	switch {
	case !ok:
		return Redacted
	case strings.EqualFold(scheme, "Bearer"):
		return "Bearer " + Redacted
	case strings.EqualFold(scheme, "Basic"):
		return "Basic " + Redacted
	default:
		return scheme + " " + Redacted
	}
}

// URL returns an address without what is secret in it: a password, and the values
// of parameters that are named as secrets are, in the query and in the fragment.
func (r Redaction) URL(address string) string {
	if r.Off || !mayHoldSecret(address) {
		return address
	}
	address = redactUser(address)
	i := strings.IndexAny(address, "?#")
	if i < 0 {
		return address
	}
	rest := r.parameters(address[i:])
	if rest == address[i:] {
		return address
	}
	return address[:i] + rest
}

// mayHoldSecret tells addresses with a user, a query or a fragment.
func mayHoldSecret(address string) bool {
	for i := range len(address) {
		switch address[i] {
		case '@', '?', '#':
			return true
		}
	}
	return false
}

// redactUser takes the user and the password out of an address.
func redactUser(address string) string {
	start := strings.Index(address, "//")
	if start < 0 {
		return address
	}
	start += len("//")
	end := len(address)
	if i := strings.IndexAny(address[start:], "/?#"); i >= 0 {
		end = start + i
	}
	at := strings.LastIndexByte(address[start:end], '@')
	if at < 0 {
		return address
	}
	return address[:start] + Redacted + address[start+at:]
}

// parameters redacts the rest of an address from its query on.
func (r Redaction) parameters(s string) string {
	var b strings.Builder // empty as long as nothing is secret
	for rest := s; len(rest) > 0; {
		end := strings.IndexAny(rest[1:], "&;?#") + 1
		if end == 0 {
			end = len(rest)
		}
		piece := rest[:end] // with the mark before it
		name, value, ok := strings.Cut(piece[1:], "=")
		secret := ok && value != "" && r.isSecretParameter(name)
		if secret && b.Len() == 0 {
			b.WriteString(s[:len(s)-len(rest)])
		}
		switch {
		case secret:
			b.WriteString(piece[:1+len(name)+1] + Redacted)
		case b.Len() > 0:
			b.WriteString(piece)
		}
		rest = rest[end:]
	}
	if b.Len() == 0 {
		return s
	}
	return b.String()
}

var secretParameters = map[string]bool{
	"access_token": true, "auth": true, "authorization": true, "code": true, "jwt": true, "key": true, "otp": true, "pass": true,
	"passphrase": true, "passwd": true, "password": true, "pin": true, "pwd": true, "samlresponse": true, "secret": true, "session": true,
	"sessionid": true, "sid": true, "sig": true, "signature": true, "ticket": true, "token": true, "x-amz-credential": true,
}

// isSecretParameter tells parameters by their names: the usual ones, and those
// that end as they do.
func (r Redaction) isSecretParameter(name string) bool {
	if strings.IndexByte(name, '%') >= 0 {
		if plain, err := url.QueryUnescape(name); err == nil {
			name = plain
		}
	}
	name = strings.ToLower(name)
	if secretParameters[name] {
		return true
	}
	for _, end := range [...]string{"token", "apikey", "api_key", "api-key", "secret", "password", "signature", "_sig", "_key", "session_id"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	for _, p := range r.Parameters {
		if strings.EqualFold(p, name) {
			return true
		}
	}
	return false
}
