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
	if r.Off || value == "" {
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

// kindOf looks at the length of a name first, since most are told by it.
func kindOf(name string) fieldKind {
	is := func(s string) bool { return len(name) == len(s) && strings.EqualFold(name, s) }
	switch {
	case is("Cookie"), is("Cookie2"):
		return cookieField
	case is("Set-Cookie"), is("Set-Cookie2"):
		return setCookieField
	case is("Authorization"), is("Proxy-Authorization"):
		return authField
	case is("Location"), is("Referer"), is("Content-Location"), is("Refresh"), is("Link"), is("SourceMap"):
		return urlField
	case isSecretField(name):
		return secretField
	}
	return openField
}

// isSecretField tells fields of our own making that carry keys and tokens.
func isSecretField(name string) bool {
	if len(name) < 2 || name[0]|0x20 == 'a' && strings.HasPrefix(name, "Access-Control-") {
		return false
	}
	for _, s := range [...]string{"token", "api-key", "apikey", "secret", "password", "authentication-info"} {
		if containsFold(name, s) {
			return true
		}
	}
	return false
}

// containsFold reports whether s holds the lower-case text sub, in any case.
func containsFold(s, sub string) bool {
	for i := 0; i+len(sub) <= len(s); i++ {
		if s[i]|0x20 == sub[0]|0x20 && strings.EqualFold(s[i:i+len(sub)], sub) {
			return true
		}
	}
	return false
}

// redactCookies keeps the names: "sid=[redacted]; theme=[redacted]".
func redactCookies(value string) string {
	var b strings.Builder
	for pair := range strings.SplitSeq(value, ";") {
		if b.Len() > 0 {
			b.WriteString("; ")
		}
		if name, _, named := strings.Cut(strings.TrimSpace(pair), "="); named {
			b.WriteString(name + "=")
		}
		b.WriteString(Redacted)
	}
	return b.String()
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
	if r.Off || !strings.ContainsAny(address, "@?#") {
		return address
	}
	address = redactUser(address)
	if i := strings.IndexAny(address, "?#"); i >= 0 {
		return address[:i] + r.parameters(address[i:])
	}
	return address
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
	var b strings.Builder
	for len(s) > 0 {
		end := strings.IndexAny(s[1:], "&;?#") + 1
		if end == 0 {
			end = len(s)
		}
		piece := s[:end] // with the mark before it
		name, value, ok := strings.Cut(piece[1:], "=")
		if ok && value != "" && r.isSecretParameter(name) {
			piece = piece[:1+len(name)+1] + Redacted
		}
		b.WriteString(piece)
		s = s[end:]
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
