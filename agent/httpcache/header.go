package httpcache

import (
	"slices"
	"strings"

	"github.com/corsage-go/corsage/agent/wire"
)

// isNamed compares field names, which are ASCII.
func isNamed(a, b string) bool { return len(a) == len(b) && strings.EqualFold(a, b) }

// first returns the value of the first line of a name.
func first(fields []wire.Field, name string) (value string, ok bool) {
	for i := range fields {
		if isNamed(fields[i].Name, name) {
			return trim(fields[i].Value), true
		}
	}
	return "", false
}

// combined returns the values of all lines of a name as one.
//
// Standard: RFC 9110, section 5.3
func combined(fields []wire.Field, name string) (value string, ok bool) {
	for i := range fields {
		switch {
		case !isNamed(fields[i].Name, name):
		case ok:
			value += ", " + trim(fields[i].Value)
		default:
			value, ok = trim(fields[i].Value), true
		}
	}
	return value, ok
}

// lists reports whether a name stands in a list of names, which may have several
// lines.
func lists(fields []wire.Field, list, name string) bool {
	for i := range fields {
		if !isNamed(fields[i].Name, list) {
			continue
		}
		for item := range strings.SplitSeq(fields[i].Value, ",") {
			if isNamed(trim(item), name) {
				return true
			}
		}
	}
	return false
}

// trim removes spaces and tabs at both ends.
func trim(s string) string { return strings.Trim(s, " \t") }

// kept returns the fields that are stored with a response: not those that are
// about the connection or about whoever asked.
//
// Standard: RFC 9111, section 3.1
func kept(fields []wire.Field) []wire.Field {
	hops := hopByHop(fields)
	k := make([]wire.Field, 0, len(fields))
	for _, f := range fields {
		if !isTransient(f.Name) && (hops == nil || !hops[strings.ToLower(f.Name)]) {
			k = append(k, f)
		}
	}
	return k
}

// hopByHop are the names, in lower case, of the fields that Connection says are
// about the connection; nil for none.
func hopByHop(fields []wire.Field) map[string]bool {
	var names map[string]bool
	for i := range fields {
		if !isNamed(fields[i].Name, "Connection") {
			continue
		}
		for item := range strings.SplitSeq(fields[i].Value, ",") {
			switch name := strings.ToLower(trim(item)); {
			case name == "close", name == "keep-alive", name == "": // by far the most
			case names == nil:
				names = map[string]bool{name: true}
			default:
				names[name] = true
			}
		}
	}
	return names
}

var transient = []string{
	"Connection", "Proxy-Connection", "Keep-Alive", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
	"WWW-Authenticate", "Proxy-Authenticate", "Authentication-Info", "Proxy-Authentication-Info",
	"Set-Cookie", "Set-Cookie2",
}

func isTransient(name string) bool {
	for _, t := range transient {
		if isNamed(name, t) {
			return true
		}
	}
	return false
}

// renewed returns stored fields with those of a 304 in the place of theirs.
//
// Standard: RFC 9111, section 3.2
func renewed(stored, news []wire.Field) []wire.Field {
	news = slices.DeleteFunc(kept(news), func(f wire.Field) bool { return describesBytes(f.Name) })
	names := make(map[string]bool, len(news))
	for _, f := range news {
		names[strings.ToLower(f.Name)] = true
	}
	r := make([]wire.Field, 0, len(stored)+len(news))
	for _, f := range stored {
		if !names[strings.ToLower(f.Name)] {
			r = append(r, f)
		}
	}
	return append(r, news...)
}

// describesBytes names the fields that are true of the stored bytes, whatever a
// 304 says.
func describesBytes(name string) bool {
	return isNamed(name, "Content-Length") || isNamed(name, "Content-Encoding") || isNamed(name, "Content-Range")
}
