package weburl

import (
	"strconv"
	"strings"
)

// URL is a parsed URL. It cannot be changed, so it may be shared.
//
// Standard: https://url.spec.whatwg.org/#concept-url
type URL struct {
	href string // the serialization, of which all else is a part

	// Where the parts of href end; each begins where the one before it ends.
	scheme   int // before the colon
	userinfo int // after the "@"; where the host begins if there is none
	host     int
	port     int // after the digits; where the host ends if there are none
	path     int
	query    int

	start    int // where the path begins: later than port for "/." before "//"
	number   uint16
	hasHost  bool
	password int // the colon before the password; 0 if there is none
}

// Href returns the serialization of the URL.
//
// Standard: https://url.spec.whatwg.org/#concept-url-serializer
func (u *URL) Href() string { return u.href }

// String returns the serialization of the URL, as Href.
func (u *URL) String() string { return u.href }

// HrefNoFragment returns the serialization without the fragment.
func (u *URL) HrefNoFragment() string { return u.href[:u.query] }

// Scheme returns the scheme in lower case, without the colon.
func (u *URL) Scheme() string { return u.href[:u.scheme] }

// IsHTTP reports whether the scheme is http or https.
//
// Standard: https://fetch.spec.whatwg.org/#http-scheme
func (u *URL) IsHTTP() bool { return isHTTP(u.Scheme()) }

func isHTTP(scheme string) bool { return scheme == "http" || scheme == "https" }

// Username returns the user name, percent-encoded.
func (u *URL) Username() string {
	switch {
	case !u.hasUserinfo():
		return ""
	case u.password > 0:
		return u.href[u.authority():u.password]
	default:
		return u.href[u.authority() : u.userinfo-1]
	}
}

// Password returns the password, percent-encoded.
func (u *URL) Password() string {
	if u.password == 0 {
		return ""
	}
	return u.href[u.password+1 : u.userinfo-1]
}

// HasCredentials reports whether there is a user name or a password.
//
// Standard: https://url.spec.whatwg.org/#include-credentials
func (u *URL) HasCredentials() bool { return u.hasUserinfo() }

// authority is where the user name, or the host, begins.
func (u *URL) authority() int { return u.scheme + len("://") }

func (u *URL) hasUserinfo() bool { return u.hasHost && u.userinfo > u.authority() }

// Host returns the host and, unless it is the scheme's default, the port, as a
// Host field has them; "" if there is no host.
func (u *URL) Host() string { return u.href[u.userinfo:u.port] }

// Hostname returns the host without the port; an IPv6 address is in brackets.
func (u *URL) Hostname() string { return u.href[u.userinfo:u.host] }

// Port returns the port, the scheme's default where the URL names none; 0 if the
// scheme has no default.
func (u *URL) Port() uint16 { return u.number }

// PortString returns the port as it is written; "" for the default.
func (u *URL) PortString() string {
	_, port, _ := strings.Cut(strings.TrimPrefix(u.Host(), u.Hostname()), ":")
	return port
}

// Path returns the path, which is opaque for schemes such as data.
func (u *URL) Path() string { return u.href[u.start:u.path] }

// Query returns the query with its question mark; "" if there is none. A query
// may be empty, and is "?" then.
func (u *URL) Query() string { return u.href[u.path:u.query] }

// Fragment returns the fragment without its number sign.
func (u *URL) Fragment() string { return strings.TrimPrefix(u.href[u.query:], "#") }

// Target returns the path and the query, as a request to the URL's server names
// what it is for; "/" if both are empty.
func (u *URL) Target() string {
	if u.start == u.query {
		return "/"
	}
	return u.href[u.start:u.query]
}

// OriginString returns the serialized origin of the URL; "null" for an opaque
// one. That of a blob URL is the one that its path names.
//
// Standard: https://url.spec.whatwg.org/#concept-url-origin
func (u *URL) OriginString() string {
	switch u.Scheme() {
	case "http", "https", "ws", "wss", "ftp":
		if !u.hasUserinfo() {
			return u.href[:u.port]
		}
		return u.Scheme() + "://" + u.Host()
	case "blob":
		if inner, err := Parse(u.Path()); err == nil && inner.IsHTTP() {
			return inner.OriginString()
		}
	}
	return "null"
}

// SameOrigin reports whether two URLs have the same origin, which must not be
// opaque.
func (u *URL) SameOrigin(v *URL) bool {
	o := u.OriginString()
	return o != "null" && o == v.OriginString()
}

// WithoutCredentials returns the URL without user name and password.
func (u *URL) WithoutCredentials() *URL {
	if !u.hasUserinfo() {
		return u
	}
	return split(u.href[:u.authority()] + u.href[u.userinfo:])
}

// WithCredentials returns the URL with a user name and a password, which are
// percent-encoded as need be. A URL without a host, and one of a file, cannot
// have them and is returned as it is.
//
// Standard: https://url.spec.whatwg.org/#set-the-username
func (u *URL) WithCredentials(username, password string) *URL {
	if u.Hostname() == "" || u.Scheme() == "file" {
		return u
	}
	info := encodeUserinfo(username)
	if password != "" {
		info += ":" + encodeUserinfo(password)
	}
	if info != "" {
		info += "@"
	}
	return split(u.href[:u.authority()] + info + u.href[u.userinfo:])
}

// WithFragment returns the URL with another fragment, given in its encoded form
// without the number sign; "" removes it.
func (u *URL) WithFragment(fragment string) *URL {
	if fragment == u.Fragment() && (fragment != "" || u.query == len(u.href)) {
		return u
	}
	v := *u
	v.href = u.HrefNoFragment()
	if fragment != "" {
		v.href += "#" + fragment
	}
	return &v
}

// split finds the parts of a serialization. Each of them can be told from its
// neighbours, because what would confuse them is percent-encoded.
func split(href string) *URL {
	u := &URL{href: href, scheme: strings.IndexByte(href, ':')}
	u.query = endOf(href, 0, "#")
	u.path = min(endOf(href, 0, "?"), u.query)
	rest := u.scheme + 1
	u.userinfo, u.host, u.port = rest, rest, rest
	if strings.HasPrefix(href[rest:], "//") {
		u.hasHost = true
		u.splitAuthority(min(endOf(href, rest+len("//"), "/"), u.path))
	}
	u.start = u.port
	if !u.hasHost && strings.HasPrefix(href[rest:], "/.//") {
		u.start += len("/.") // it keeps the path from being read as a host
	}
	if u.number == 0 && u.port == u.host {
		u.number = defaultPort(u.Scheme())
	}
	return u
}

// splitAuthority finds the parts between "//" and the path, which begins at end.
func (u *URL) splitAuthority(end int) {
	begin := u.authority()
	u.userinfo = begin
	if at := strings.LastIndexByte(u.href[begin:end], '@'); at >= 0 {
		u.userinfo = begin + at + 1
		if colon := strings.IndexByte(u.href[begin:begin+at], ':'); colon >= 0 {
			u.password = begin + colon
		}
	}
	u.host, u.port = end, end
	colon := strings.LastIndexByte(u.href[u.userinfo:end], ':')
	if colon < 0 || u.href[end-1] == ']' {
		return
	}
	u.host = u.userinfo + colon
	if n, err := strconv.ParseUint(u.href[u.host+1:end], 10, 16); err == nil {
		u.number = uint16(n)
	}
}

// endOf finds the first of a byte from a position on, or the end of s.
func endOf(s string, from int, b string) int {
	if i := strings.IndexByte(s[from:], b[0]); i >= 0 {
		return from + i
	}
	return len(s)
}

func defaultPort(scheme string) uint16 {
	switch scheme {
	case "http", "ws":
		return 80
	case "https", "wss":
		return 443
	case "ftp":
		return 21
	default:
		return 0
	}
}
