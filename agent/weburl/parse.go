package weburl

import (
	"errors"
	"fmt"
	"strings"

	whatwg "github.com/nlnwa/whatwg-url/url"
)

// ErrNotURL is what every error of Parse and ParseRef wraps.
var ErrNotURL = errors.New("not a URL")

// Limits in bytes: of a URL, as in Chromium, and of the part of it before the path.
const (
	maxLength    = 2 << 20
	maxAuthority = 4 << 10
)

// general is the parser for all that is not plain. It is older than the rule that
// a caret in a path is encoded.
var general = whatwg.NewParser(whatwg.WithPathPercentEncodeSet(whatwg.PathPercentEncodeSet.Set('^')))

// Parse reads an absolute URL. The error wraps ErrNotURL.
//
// Standard: https://url.spec.whatwg.org/#concept-url-parser
func Parse(s string) (*URL, error) {
	if u := parsePlain(s); u != nil {
		return u, nil
	}
	if err := checkLength(s); err != nil {
		return nil, err
	}
	parsed, err := general.Parse(s)
	return finish(parsed, err, s)
}

// ParseRef reads a URL that may be relative to base, which may be nil. The error
// wraps ErrNotURL.
//
// Standard: https://url.spec.whatwg.org/#concept-url-parser
func ParseRef(base *URL, s string) (*URL, error) {
	if base == nil {
		return Parse(s)
	}
	if u := parsePlain(s); u != nil {
		return u, nil
	}
	if u := base.resolvePlain(s); u != nil {
		return u, nil
	}
	if err := checkLength(s); err != nil {
		return nil, err
	}
	parsed, err := general.ParseRef(base.href, s)
	return finish(parsed, err, s)
}

// finish takes over what the library has read.
func finish(parsed *whatwg.Url, err error, s string) (*URL, error) {
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrNotURL, excerpt(s), err)
	}
	return split(parsed.Href(false)), nil
}

// checkLength refuses what would take the general parser too long: its time grows
// with the square of the length of the part before the path.
func checkLength(s string) error {
	switch {
	case len(s) > maxLength:
		return fmt.Errorf("%w: %s: it is longer than %d bytes", ErrNotURL, excerpt(s), maxLength)
	case len(s) > maxAuthority && len(authorityOf(s)) > maxAuthority:
		return fmt.Errorf("%w: %s: its host, with name and password, is longer than %d bytes", ErrNotURL, excerpt(s), maxAuthority)
	}
	return nil
}

var dropped = strings.NewReplacer("\t", "", "\n", "", "\r", "")

// authorityOf finds what the parser will read as name, password, host and port; ""
// if there is nothing of the kind.
func authorityOf(s string) string {
	s = strings.TrimLeftFunc(dropped.Replace(s), func(r rune) bool { return r <= ' ' })
	scheme, rest, ok := strings.Cut(s, ":")
	switch {
	case !ok || strings.ContainsAny(scheme, `/\?#@[]`):
		rest = s // a reference, such as //host/path
		fallthrough
	case !isSpecial(strings.ToLower(scheme)):
		if len(rest) < 2 || !isSlash(rest[0]) || !isSlash(rest[1]) {
			return "" // a path
		}
	}
	rest = strings.TrimLeft(rest, `/\`)
	if end := strings.IndexAny(rest, `/\?#`); end >= 0 {
		return rest[:end]
	}
	return rest
}

func isSlash(c byte) bool { return c == '/' || c == '\\' }

// isSpecial tells the schemes whose URLs have a host, however they are written.
//
// Standard: https://url.spec.whatwg.org/#special-scheme
func isSpecial(scheme string) bool {
	return defaultPort(scheme) != 0 || scheme == "file"
}

// excerpt quotes a text from outside, cut to a bearable length.
func excerpt(s string) string {
	const most = 80
	if len(s) > most {
		return fmt.Sprintf("%q... (%d bytes)", s[:most], len(s))
	}
	return fmt.Sprintf("%q", s)
}

// encodeUserinfo percent-encodes what cannot stand in a user name or password.
//
// Standard: https://url.spec.whatwg.org/#userinfo-percent-encode-set
func encodeUserinfo(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	s = strings.ToValidUTF8(s, "\uFFFD")
	for i := range len(s) {
		c := s[i]
		if c <= ' ' || c >= 0x7f || strings.IndexByte("\"#<>?^`{}/:;=@[\\]|", c) >= 0 {
			b.WriteString("%" + hex[c>>4:c>>4+1])
			c = hex[c&15]
		}
		b.WriteByte(c)
	}
	return b.String()
}
