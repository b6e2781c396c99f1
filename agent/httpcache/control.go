package httpcache

import (
	"strings"
	"time"

	"github.com/corsage-go/corsage/agent/wire"
)

// control is what Cache-Control says, of a request or a response.
//
// Standard: RFC 9111, section 5.2
type control struct {
	noStore, noCache, mustRevalidate, immutable bool
	public, private                             bool

	maxAge, minFresh, maxStale age
}

// age is a directive's number of seconds. set says that the directive is there,
// bad that its number cannot be read.
type age struct {
	length   time.Duration
	set, bad bool
}

// longest stands for all longer times.
//
// Standard: RFC 9111, section 1.2.2
const longest = (1 << 31) * time.Second

// parseControl reads the Cache-Control lines or, if there are none, Pragma, which
// browsers understand in responses too.
//
// Standard: RFC 9111, sections 5.2 and 5.4
func parseControl(fields []wire.Field) control {
	var c control
	said := false
	for i := range fields {
		if isNamed(fields[i].Name, "Cache-Control") {
			said = true
			c.read(fields[i].Value)
		}
	}
	if !said {
		c.noCache = lists(fields, "Pragma", "no-cache")
	}
	return c
}

func (c *control) read(line string) {
	for line != "" {
		var name, value string
		var valued bool
		name, value, valued, line = cutDirective(line)
		c.take(name, value, valued)
	}
}

// take notes a directive. Of several of one name, the first counts. A no-cache or
// private that names fields counts for the whole response, as RFC 9111 allows.
func (c *control) take(name, value string, valued bool) {
	switch {
	case isNamed(name, "no-store"):
		c.noStore = true
	case isNamed(name, "no-cache"):
		c.noCache = true
	case isNamed(name, "must-revalidate"):
		c.mustRevalidate = true
	case isNamed(name, "immutable"):
		c.immutable = true
	case isNamed(name, "public"):
		c.public = true
	case isNamed(name, "private"):
		c.private = true
	case isNamed(name, "max-age"):
		c.maxAge.take(value)
	case isNamed(name, "min-fresh"):
		c.minFresh.take(value)
	case isNamed(name, "max-stale") && !valued && !c.maxStale.set:
		c.maxStale = age{length: longest, set: true} // however stale it is
	case isNamed(name, "max-stale"):
		c.maxStale.take(value)
	}
}

func (a *age) take(value string) {
	if a.set {
		return
	}
	length, ok := parseSeconds(value)
	*a = age{length: length, set: true, bad: !ok}
}

// asked is the length, if the directive can be used.
func (a age) asked() (length time.Duration, ok bool) { return a.length, a.set && !a.bad }

// parseSeconds reads a number of seconds that is not negative.
//
// Standard: RFC 9111, section 1.2.2
func parseSeconds(s string) (length time.Duration, ok bool) {
	seconds := int64(0) // a Duration would overflow before it is cut down
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		seconds = min(seconds*10+int64(s[i]-'0'), int64(longest/time.Second))
	}
	return time.Duration(seconds) * time.Second, s != ""
}

// cutDirective cuts the first directive from a list; its name is "" where the
// list has none. What is not a directive is dropped up to the next comma.
func cutDirective(list string) (name, value string, valued bool, rest string) {
	list = strings.TrimLeft(list, " \t,")
	end := strings.IndexAny(list, "=,")
	if end < 0 || list[end] == ',' {
		name, rest, _ = strings.Cut(list, ",")
		return trim(name), "", false, rest
	}
	name, list = trim(list[:end]), strings.TrimLeft(list[end+1:], " \t")
	if strings.HasPrefix(list, `"`) {
		if value, after, ok := cutQuoted(list); ok {
			_, rest, _ = strings.Cut(after, ",")
			return name, value, true, rest
		}
	}
	value, rest, _ = strings.Cut(list, ",")
	return name, trim(value), true, rest
}

// cutQuoted cuts a quoted text. One without an end is none: it must not hide the
// directives that follow.
func cutQuoted(s string) (value, rest string, ok bool) {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return strings.ReplaceAll(s[1:i], `\`, ""), s[i+1:], true
		}
	}
	return "", s, false
}
