package contract

import (
	"slices"
	"strings"
)

// expand replaces ${NAME} by what lookup gives, and $$ by a dollar. Names without a
// value are returned, each once. What does not have this form stays as it is.
func expand(text string, lookup func(string) (string, bool)) (expanded string, missing []string) {
	if !strings.Contains(text, "$") {
		return text, nil
	}
	var b strings.Builder
	for {
		before, after, found := strings.Cut(text, "$")
		b.WriteString(before)
		if !found {
			return b.String(), missing
		}
		name, rest, braced := variable(after)
		switch {
		case strings.HasPrefix(after, "$"):
			b.WriteByte('$')
			text = after[1:]
		case !braced:
			b.WriteByte('$')
			text = after
		default:
			value, ok := "", false
			if lookup != nil {
				value, ok = lookup(name)
			}
			if !ok && !slices.Contains(missing, name) {
				missing = append(missing, name)
			}
			b.WriteString(value)
			text = rest
		}
		if b.Len() > maxText {
			return b.String() + text, missing // too long already, which is reported
		}
	}
}

// variable reads {NAME} at the beginning of a text.
func variable(s string) (name, rest string, ok bool) {
	inner, rest, closed := strings.Cut(s, "}")
	name, opened := strings.CutPrefix(inner, "{")
	if !closed || !opened || !isVariableName(name) {
		return "", s, false
	}
	return name, rest, true
}

func isVariableName(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c == '_' || 'a' <= c|0x20 && c|0x20 <= 'z' || i > 0 && '0' <= c && c <= '9' {
			continue
		}
		return false
	}
	return s != "" && len(s) <= 64
}
