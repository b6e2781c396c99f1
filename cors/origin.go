package cors

import (
	"errors"
	"fmt"
	"strings"
)

// Origin is a web origin: a scheme, a host and a port, or an opaque origin,
// which is equal to no other and is written "null". The zero value is opaque.
//
// Standard: https://html.spec.whatwg.org/#concept-origin
type Origin struct {
	serial string // the serialization; "" when opaque
	host   int    // where the host begins in serial
	end    int    // where it ends
	port   uint16 // 0 for the scheme's default
	plain  bool   // see IsPlain
}

// NullOrigin is how an opaque origin is written in an Origin header field.
const NullOrigin = "null"

// maxHost is the longest host in bytes: that of a domain name in the DNS.
const maxHost = 253

// maxOrigin is the longest serialized origin in bytes. A longer text is refused
// before anything else is done with it.
const maxOrigin = maxScheme + len("://") + maxHost + len(".:65535")

// maxScheme is the longest scheme in bytes; those of browser extensions are the
// longest that are met.
const maxScheme = 32

// ErrNotOrigin is what every error of ParseOrigin wraps.
var ErrNotOrigin = errors.New("not a serialized origin")

// ParseOrigin reads an origin as a browser writes it in an Origin header field:
// scheme, host and, unless it is the default, port, all in their one canonical
// form. A text that no browser could send is an error that wraps ErrNotOrigin;
// nothing is trimmed, lowered or otherwise mended. It allocates only for errors
// and for hosts with "xn--" labels.
//
// Besides http and https, the schemes of extensions and of application shells
// are read; ws, wss, ftp and file never stand in an Origin field. Where the URL
// standard would write what no browser could load a page from, it is refused: a
// host of more than 253 bytes, an empty one, port 0.
//
// Standard: https://html.spec.whatwg.org/#ascii-serialisation-of-an-origin
func ParseOrigin(s string) (Origin, error) {
	if s == NullOrigin {
		return Origin{}, nil
	}
	o, problem := parseOrigin(s)
	if problem == "" && !o.hasValidLabels() {
		problem = punycodeProblem
	}
	if problem != "" {
		return Origin{}, fmt.Errorf("%w: %s: %s", ErrNotOrigin, Excerpt(s), problem)
	}
	return o, nil
}

// IsOrigin reports whether ParseOrigin would read s.
func IsOrigin(s string) bool {
	if s == NullOrigin {
		return true
	}
	o, problem := parseOrigin(s)
	return problem == "" && o.hasValidLabels()
}

// HasOriginForm reports whether s is written as ParseOrigin asks, whatever its
// "xn--" labels stand for. It never allocates.
func HasOriginForm(s string) bool {
	_, _, _, form := PlainParts(s)
	if form == OddForm {
		_, ok := ReadOriginForm(s)
		return ok
	}
	return form == PlainForm
}

// ReadOriginForm is ParseOrigin for those who need no error: ok is false where it
// would give one. It does not look at what "xn--" labels stand for, so unless the
// origin IsPlain, IsOrigin has the last word. It never allocates.
func ReadOriginForm(s string) (o Origin, ok bool) {
	if s == NullOrigin {
		return Origin{}, true
	}
	o, problem := parseOrigin(s)
	return o, problem == ""
}

// parseOrigin leaves the labels in Punycode to the caller, and returns what is
// wrong with s as a constant text, so that refusing a hostile value costs no
// allocation.
func parseOrigin(s string) (o Origin, problem string) {
	if o, ok := readPlain(s); ok {
		return o, ""
	}
	return parseSlowly(s)
}

func parseSlowly(s string) (o Origin, problem string) {
	if len(s) > maxOrigin {
		return o, "it is longer than any origin"
	}
	i := strings.Index(s, "://")
	if i < 0 {
		return o, "it has no scheme, such as https://"
	}
	if problem := schemeProblem(s[:i]); problem != "" {
		return o, problem
	}
	web := isWeb(s[:i])
	if problem := extrasProblem(s[i+len("://"):]); problem != "" {
		return o, problem
	}
	o.serial, o.host = s, i+len("://")
	o.end, problem = hostEnd(s, o.host)
	if problem != "" {
		return o, problem
	}
	if o.port, problem = parsePort(s[:i], s[o.end:]); problem != "" {
		return o, problem
	}
	if !web {
		return o, opaqueHostProblem(s[o.host:])
	}
	return o, hostProblem(s[o.host:o.end])
}

// readPlain reads, in one pass, the origins that nearly all pages have: the plain
// ones. What it does not read may be an origin all the same.
func readPlain(s string) (o Origin, ok bool) {
	host, end, port, form := PlainParts(s)
	if form != PlainForm {
		return o, false
	}
	return Origin{serial: s, host: host, end: end, port: port, plain: true}, true
}

// Form is what a first look at a text tells of it as an origin.
type Form uint8

// The forms.
const (
	NoForm    Form = iota // it is no origin
	PlainForm             // it is a plain origin, see Origin.IsPlain
	OddForm               // it may be an origin; ReadOriginForm tells
)

// PlainParts takes a first look at a text, and finds where the host of a plain origin
// begins and ends, and its port, 0 for the scheme's default. It is what is left of
// reading an origin where nothing but these is needed: servers with patterns do it
// at every request.
func PlainParts(s string) (host, end int, port uint16, form Form) {
	switch {
	case len(s) > maxOrigin:
		return 0, 0, 0, NoForm
	case strings.HasPrefix(s, "https://"):
		host = len("https://")
	case strings.HasPrefix(s, "http://"):
		host = len("http://")
	default:
		return 0, 0, 0, OddForm
	}
	if end, form = plainHostEnd(s, host); form != PlainForm {
		return 0, 0, 0, form
	}
	if end < len(s) {
		var problem string
		if port, problem = parsePort(s[:host-len("://")], s[end:]); problem != "" {
			return 0, 0, 0, NoForm
		}
	}
	return host, end, port, PlainForm
}

// plainHostEnd finds the end of a plain host.
func plainHostEnd(s string, start int) (end int, form Form) {
	label := start
	for end = start; end < len(s); end++ {
		if hostBytes[s[end]] == PlainForm {
			continue
		}
		if s[end] == ':' {
			break
		}
		if s[end] != '.' {
			return 0, hostBytes[s[end]]
		}
		if end == label || isPunycodeLabel(s[label:end]) {
			return 0, OddForm
		}
		label = end + 1
	}
	// A last label that begins with a letter makes no IPv4 address.
	last := s[label:end]
	if last == "" || last[0] < 'a' || last[0] > 'z' || isPunycodeLabel(last) || end-start > maxHost {
		return 0, OddForm
	}
	return end, PlainForm
}

// hostBytes tells what a byte makes of a host: bytes of plain labels, those that no
// host holds, and others. Refused requests wait for the loop over it, and a table
// takes a third of the time of comparisons.
var hostBytes = func() (t [256]Form) {
	for i := range t {
		c := byte(i)
		switch {
		case 'a' <= c && c <= 'z' || isDigit(c) || c == '-' || c == '_':
			t[i] = PlainForm
		case c != '[' && c != ']' && c != ':' && (isForbiddenDomain(c) || c >= 0x80 || 'A' <= c && c <= 'Z'):
			t[i] = NoForm
		default:
			t[i] = OddForm
		}
	}
	return t
}()

func isPunycodeLabel(label string) bool { return label[0] == 'x' && strings.HasPrefix(label, "xn--") }

// extrasProblem tells of what URLs have and origins do not.
func extrasProblem(rest string) string {
	switch i := strings.IndexAny(rest, `/?#@\`); {
	case i < 0:
		return ""
	case rest[i] == '@':
		return "an origin has no user name; leave out what stands before the host"
	default:
		return "an origin has no path; leave out what follows the host and the port"
	}
}

// isWeb tells the schemes whose origins have a domain or an address as host.
func isWeb(scheme string) bool { return scheme == "https" || scheme == "http" }

func schemeProblem(s string) string {
	if s == "" || len(s) > maxScheme {
		return "its scheme is empty or too long"
	}
	switch s {
	case "ws", "wss", "ftp", "file", "data", "blob", "about", "javascript", "filesystem":
		return "documents of this scheme have no origin of their own"
	}
	for i := range len(s) {
		c := s[i]
		if 'a' <= c && c <= 'z' || i > 0 && ('0' <= c && c <= '9' || c == '+' || c == '-' || c == '.') {
			continue
		}
		return "its scheme is not written in lower-case letters"
	}
	return ""
}

// hostEnd finds where the host that begins at start ends.
func hostEnd(s string, start int) (end int, problem string) {
	if start < len(s) && s[start] == '[' {
		i := strings.IndexByte(s[start:], ']')
		if i < 0 {
			return 0, "its IPv6 address has no closing bracket"
		}
		return start + i + 1, ""
	}
	if i := strings.IndexByte(s[start:], ':'); i >= 0 {
		return start + i, ""
	}
	return len(s), ""
}

// parsePort reads what follows the host: nothing, or a colon and the port.
func parsePort(scheme, s string) (port uint16, problem string) {
	if s == "" {
		return 0, ""
	}
	if s[0] != ':' || !isWeb(scheme) {
		return 0, "something other than a port follows its host"
	}
	digits := s[1:]
	if digits == "" || digits[0] == '0' || len(digits) > 5 {
		return 0, "its port is not a number from 1 to 65535 without leading zeros"
	}
	n := 0
	for i := range len(digits) {
		if digits[i] < '0' || digits[i] > '9' {
			return 0, "its port is not a number from 1 to 65535 without leading zeros"
		}
		n = n*10 + int(digits[i]-'0')
	}
	if n > 65535 {
		return 0, "its port is not a number from 1 to 65535 without leading zeros"
	}
	if uint16(n) == defaultPort(scheme) {
		return 0, "it names its scheme's default port, which is always left out"
	}
	return uint16(n), ""
}

func defaultPort(scheme string) uint16 {
	switch scheme {
	case "https":
		return 443
	case "http":
		return 80
	default:
		return 0
	}
}

// IsOpaque reports whether o is opaque.
func (o Origin) IsOpaque() bool { return o.serial == "" }

// IsPlain reports whether the origin is of http or https, and its host is made of
// labels of lower-case letters, digits, hyphens and underscores, none of them in
// Punycode, and is no address. Of most origins it is true.
func (o Origin) IsPlain() bool { return o.plain }

// hasValidLabels reports whether the labels in Punycode, if there are any, are valid.
func (o Origin) hasValidLabels() bool { return o.plain || hasValidPunycode(o.Host()) }

// String serializes the origin: "null" when it is opaque.
func (o Origin) String() string {
	if o.IsOpaque() {
		return NullOrigin
	}
	return o.serial
}

// Scheme returns the scheme, such as "https"; "" when o is opaque.
func (o Origin) Scheme() string {
	if o.IsOpaque() {
		return ""
	}
	return o.serial[:o.host-len("://")]
}

// Host returns the host as it is serialized, an IPv6 address in brackets; ""
// when o is opaque.
func (o Origin) Host() string { return o.serial[o.host:o.end] }

// Port returns the port, the scheme's default where the serialization has none;
// 0 when o is opaque or its scheme has no ports.
func (o Origin) Port() uint16 {
	if o.port == 0 {
		return defaultPort(o.Scheme())
	}
	return o.port
}

// Same reports whether two origins are the same origin. An opaque origin is not
// even the same as itself here, since a serialization cannot tell it from others.
//
// Standard: https://html.spec.whatwg.org/#same-origin
func (o Origin) Same(p Origin) bool { return !o.IsOpaque() && o.serial == p.serial }

// IsLoopback reports whether the host is localhost, a name under it, or a
// loopback address: hosts that never leave the machine.
//
// Standard: https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy
func (o Origin) IsLoopback() bool {
	h := strings.TrimSuffix(o.Host(), ".")
	return h == "localhost" || strings.HasSuffix(h, ".localhost") || h == "[::1]" ||
		strings.HasPrefix(h, "127.") && endsInNumber(h)
}

// Excerpt quotes a text from outside for a message, cut to a bearable length.
func Excerpt(s string) string {
	const most = 80
	if len(s) > most {
		return fmt.Sprintf("%q... (%d bytes)", s[:most], len(s))
	}
	return fmt.Sprintf("%q", s)
}
