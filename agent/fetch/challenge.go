package fetch

import (
	"strings"

	"github.com/corsage-go/corsage/agent/wire"
	"github.com/corsage-go/corsage/cors"
)

// challenge is one of those in a WWW-Authenticate field.
//
// Standard: https://www.rfc-editor.org/rfc/rfc9110#section-11.3
type challenge struct {
	scheme string
	realm  string // "" for none
}

// basicRealm looks for a demand of the Basic scheme, wherever it stands.
//
// Standard: https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1
func basicRealm(h []wire.Field) (realm string, ok bool) {
	l := lookup{fields: h}
	for _, value := range l.Values("WWW-Authenticate") {
		for rest := value; rest != ""; {
			var c challenge
			if c, rest = cutChallenge(rest); strings.EqualFold(c.scheme, "Basic") {
				return c.realm, true
			}
		}
	}
	return "", false
}

// cutChallenge reads the first challenge of a list: its scheme, and then its
// token68, or its parameters up to an item of the list that begins another
// challenge. What cannot be read is skipped to the next comma.
//
// Standard: https://www.rfc-editor.org/rfc/rfc9110#section-11.2
func cutChallenge(s string) (c challenge, rest string) {
	s = strings.TrimLeft(s, " \t,")
	c.scheme, s = cutToken(s)
	if s == "" || s[0] != ' ' && s[0] != '\t' { // no parameters, or no scheme
		_, s = cutListItem(s)
		return c, s
	}
	for first := true; s != ""; first = false {
		item, after := cutListItem(s)
		item = trimSpace(item)
		name, value, isParam := cutParam(item)
		switch {
		case isParam && c.realm == "" && isNamed(name, "realm"):
			c.realm = value
		case isParam, item == "":
		case first: // a token68, or nothing that can be read
			return c, after
		default:
			return c, s // it begins another
		}
		s = after
	}
	return c, ""
}

// cutToken cuts off the token that s begins with; "" if it begins with none.
func cutToken(s string) (token, rest string) {
	end := 0
	for end < len(s) && cors.IsToken(s[end:end+1]) {
		end++
	}
	return s[:end], s[end:]
}

// cutListItem cuts a list at its first comma that is not in a quoted string. A
// string that nobody ends goes to the end.
func cutListItem(s string) (item, rest string) {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch {
		case quoted && s[i] == '\\':
			i++
		case s[i] == '"':
			quoted = !quoted
		case s[i] == ',' && !quoted:
			return s[:i], s[i+1:]
		}
	}
	return s, ""
}

// cutParam reads a name, "=" and a value that is a token or a quoted string.
//
// Standard: https://www.rfc-editor.org/rfc/rfc9110#section-11.2
func cutParam(item string) (name, value string, ok bool) {
	name, rest := cutToken(item)
	rest, ok = strings.CutPrefix(trimSpace(rest), "=")
	if rest = trimSpace(rest); name == "" || !ok || strings.Trim(rest, "=") == "" {
		return "", "", false // token68 may end in "="
	}
	if rest[0] != '"' {
		value, _ = cutToken(rest)
		return name, value, true
	}
	return name, unquote(rest), true
}

// unquote reads a quoted string as far as it goes.
//
// Standard: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.4
func unquote(s string) string {
	var b strings.Builder
	for i := 1; i < len(s) && s[i] != '"'; i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
