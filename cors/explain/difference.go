package explain

import (
	"strings"

	"github.com/corsage-go/corsage/cors"
)

// difference says what tells a value of Access-Control-Allow-Origin from the
// page's origin, to somebody who has looked at both and found them alike.
func difference(value, origin string) Text {
	switch {
	case origin == cors.NullOrigin:
		return "The page's origin is `null`: it has none of its own, as in a sandboxed frame, a file opened from disk, or after a redirect from one foreign site to another. No other value equals `null`."
	case value == cors.NullOrigin:
		return "`null` is no wildcard. It is the origin of pages that have none, such as sandboxed frames; it stands for every one of them, and never for this page."
	case strings.ContainsAny(value, "*"):
		return "Servers may work with patterns, but a browser knows none: it compares the whole value, and the only wildcard is a `*` that stands alone."
	case strings.EqualFold(value, origin):
		return "They differ in upper and lower case only. A browser compares byte by byte, and sends origins in lower case."
	case strings.TrimRight(value, "/") == origin:
		return "There is a slash at the end of the value. An origin ends with its host or port."
	case strings.HasPrefix(value, origin+"/"):
		return "The value goes on after the origin. An origin has no path: it ends with its host or port."
	}
	return byParts(value, origin)
}

// parts are what an origin is made of. host keeps what does not fit anywhere.
type parts struct{ scheme, host, port string }

func partsOf(origin string) (p parts) {
	scheme, rest, ok := strings.Cut(origin, "://")
	if !ok {
		return parts{host: origin}
	}
	p.scheme, p.host = scheme, rest
	if i := strings.LastIndexByte(rest, ':'); i >= 0 && !strings.HasSuffix(rest, "]") {
		p.host, p.port = rest[:i], rest[i+1:]
	}
	return p
}

func byParts(value, origin string) Text {
	v, o := partsOf(value), partsOf(origin)
	switch {
	case v.scheme == "":
		return "The value is no origin: it has no scheme, such as `https://`."
	case v.host == o.host && v.port == o.port:
		return Text("They differ in the scheme: " + code(v.scheme) + " and " + code(o.scheme) + " are two origins, even on the same host.")
	case v.host == o.host && v.scheme == o.scheme:
		return differentPort(v, o)
	case "www."+v.host == o.host || v.host == "www."+o.host:
		return "They differ in the `www.`: with it and without it are two hosts, so two origins."
	case strings.HasSuffix(o.host, "."+v.host):
		return Text("The page is on a subdomain, " + code(o.host) + ". Naming " + code(v.host) + " does not name what is below it.")
	case strings.HasSuffix(v.host, "."+o.host):
		return Text("The value names a subdomain, " + code(v.host) + ", and the page is on " + code(o.host) + ".")
	case isLocal(v.host) && isLocal(o.host):
		return Text(code(v.host) + " and " + code(o.host) + " may be the same machine, but are two origins.")
	default:
		return "It is the origin of another site: either the server names one site whoever asks, or a cache has kept an answer that was made for another one."
	}
}

var usualPorts = map[string]string{"http": "80", "https": "443"}

func differentPort(v, o parts) Text {
	switch usual := usualPorts[v.scheme]; {
	case o.port == "" && v.port == usual:
		return Text("The value names port " + code(v.port) + ". That is the usual port of " + code(v.scheme) + ", and browsers always leave it out.")
	case v.port == "":
		return Text("The port is missing: the page is on port " + code(o.port) + ", and that is part of its origin.")
	case o.port == "":
		return Text("The value has a port, " + code(v.port) + ", and the page is on the usual one, which is not written.")
	default:
		return Text("They differ in the port: " + code(v.port) + " and " + code(o.port) + " are two origins, even on the same host.")
	}
}

func isLocal(host string) bool {
	return host == "localhost" || host == "127.0.0.1" || host == "[::1]" || host == "0.0.0.0" || strings.HasSuffix(host, ".localhost")
}

// flaw says what is wrong with a value that is neither an origin nor "*".
func flaw(value string) Text {
	trimmed := strings.TrimSpace(value)
	switch {
	case trimmed == "":
		return "The field is there, and empty. Some part of the server writes it before it knows the origin; without a value, the field should not be sent."
	case strings.ContainsAny(value, "$<>{}") || strings.HasPrefix(value, "%"):
		return "It looks like the name of a variable that nobody has filled in."
	case isWord(trimmed):
		return Text(code(trimmed) + " is no value that browsers know. Some part of the server has put a word there where an origin or `*` belongs.")
	case strings.ContainsAny(value, `"'`):
		return "There are quotation marks in the value, which browsers take as part of it."
	case strings.HasPrefix(value, "//") || !strings.Contains(value, "://"):
		return "The scheme is missing: an origin begins with `https://` or `http://`."
	case strings.HasSuffix(value, ";"):
		return "There is a semicolon at the end of the value, probably from a line of configuration."
	case indexOdd(value) >= 0:
		return "There is a character in the value that no origin has, perhaps one that cannot be seen."
	default:
		return "It is no origin: that is a scheme, a host and, if it is not the usual one, a port, such as `https://app.example` or `http://localhost:3000`."
	}
}

func isWord(s string) bool {
	switch strings.ToLower(s) {
	case "true", "false", "undefined", "null", "none", "nil", "all", "any", "self", "origin", "same-origin", "localhost", "enabled", "yes", "http", "https":
		return true
	}
	return strings.Trim(s, "*/.") == ""
}

func indexOdd(s string) int {
	return strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r >= 0x7f })
}
