package cookie

import (
	"strings"
	"time"
)

// described is a cookie as its server describes it.
type described struct {
	name, value string
	domain      string // "" for the host alone
	path        string // "" for what follows from the URL
	hasPath     bool   // there is a Path attribute, whatever it says
	expires     time.Time
	secure      bool
	httpOnly    bool
	partitioned bool
	sameSite    SameSite
	hasMaxAge   bool // Max-Age has said when it expires, and counts more than Expires
}

// parse reads the value of a Set-Cookie field. What could be read is returned
// with a refusal too.
//
// Standard: 6265bis, section 5.6
func parse(line string, now time.Time) (described, *Refusal) {
	pair, attributes, _ := strings.Cut(line, ";")
	name, value, named := strings.Cut(pair, "=")
	if !named {
		name, value = "", pair
	}
	d := described{name: trim(name), value: trim(value)}
	if hasControl(line) {
		return d, refuse(BadCharacter, "it has a control character; percent-encode it")
	}
	if why := d.pairProblem(); why != nil {
		return d, why
	}
	for attributes != "" {
		var attribute string
		attribute, attributes, _ = strings.Cut(attributes, ";")
		name, value, _ := strings.Cut(attribute, "=")
		if value = trim(value); len(value) <= MaxAttribute {
			d.setAttribute(trim(name), value, now)
		}
	}
	return d, nil
}

// pairProblem judges name and value alone.
//
// Standard: 6265bis, section 5.7, steps 2 to 4
func (d *described) pairProblem() *Refusal {
	switch n := len(d.name) + len(d.value); {
	case n == 0:
		return refuse(Empty, "it has neither a name nor a value")
	case hasControl(d.name) || hasControl(d.value):
		return refuse(BadCharacter, "its name or value has a control character; percent-encode it")
	case n > MaxPair:
		return refuse(TooLarge, "its name and value have %d bytes, and %d is the most", n, MaxPair)
	}
	return nil
}

// setAttribute takes over one attribute; of several of one name the last counts.
func (d *described) setAttribute(name, value string, now time.Time) {
	switch {
	case strings.EqualFold(name, "Expires"):
		if date, ok := parseDate(value); ok && !d.hasMaxAge {
			d.expires = earlier(date, now.Add(MaxAge))
		}
	case strings.EqualFold(name, "Max-Age"):
		if age, ok := parseMaxAge(value); ok {
			d.expires, d.hasMaxAge = now.Add(age), true
		}
	case strings.EqualFold(name, "Domain"):
		d.domain = lower(strings.TrimPrefix(value, "."))
	case strings.EqualFold(name, "Path"):
		d.path, d.hasPath = value, true
		if !strings.HasPrefix(value, "/") {
			d.path = ""
		}
	case strings.EqualFold(name, "Secure"):
		d.secure = true
	case strings.EqualFold(name, "HttpOnly"):
		d.httpOnly = true
	case strings.EqualFold(name, "SameSite"):
		d.sameSite = parseSameSite(value)
	case strings.EqualFold(name, "Partitioned"):
		d.partitioned = true
	}
}

func parseSameSite(value string) SameSite {
	for _, s := range []SameSite{Strict, Lax, None} {
		if strings.EqualFold(value, s.String()) {
			return s
		}
	}
	return Unset
}

// parseMaxAge reads seconds, no more than MaxAge; less than none is none.
//
// Standard: 6265bis, section 5.6.2
func parseMaxAge(value string) (age time.Duration, ok bool) {
	digits, negative := strings.CutPrefix(value, "-")
	if digits == "" {
		return 0, false
	}
	for i := range len(digits) {
		if digits[i] < '0' || digits[i] > '9' {
			return 0, false
		}
		age = min(age*10+time.Duration(digits[i]-'0')*time.Second, MaxAge)
	}
	if negative {
		return 0, true
	}
	return age, true
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// trim removes spaces and tabs at both ends.
func trim(s string) string { return strings.Trim(s, " \t") }

// hasControl reports whether s has a control character other than a tab.
func hasControl(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' && c != '\t' || c == 0x7f {
			return true
		}
	}
	return false
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// lower changes no bytes but the letters A to Z: others are not UTF-8.
func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c | 0x20
		}
	}
	return string(b)
}
