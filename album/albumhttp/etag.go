package albumhttp

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/corsage-go/corsage/album"
)

// entityTag is one element of an If-Match or If-None-Match field.
type entityTag struct {
	opaque string // without its quotes
	weak   bool
}

// scanTag reads the first entity tag of a list, and what follows it.
//
// https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3
func scanTag(s string) (t entityTag, rest string, ok bool) {
	s, t.weak = strings.CutPrefix(s, "W/")
	if !strings.HasPrefix(s, `"`) {
		return t, s, false
	}
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			t.opaque = s[1:i]
			return t, s[i+1:], true
		case c < '!' || c == 0x7f:
			return t, s, false
		}
	}
	return t, s, false
}

// eachTag calls f for the entity tags of a field's lines, until f says that it
// has seen enough. any tells that the field is "*". ok is false for a field that
// is neither.
func eachTag(lines []string, f func(entityTag) (more bool)) (any, ok bool) {
	if len(lines) == 1 && trimSpace(lines[0]) == "*" {
		return true, true
	}
	count := 0
	for _, line := range lines {
		for rest := trimSpace(line); rest != ""; rest = trimSpace(rest) {
			if rest[0] == ',' { // empty elements are allowed
				rest = rest[1:]
				continue
			}
			var t entityTag
			if t, rest, ok = scanTag(rest); !ok {
				return false, false
			}
			rest = trimSpace(rest)
			if rest != "" && rest[0] != ',' {
				return false, false
			}
			if count++; !f(t) {
				return false, true
			}
		}
	}
	return false, count > 0
}

func trimSpace(s string) string { return strings.Trim(s, " \t") }

// unchanged reports whether the client reads, and says that it holds the
// representation with this tag. A field that makes no sense says nothing.
func (c *call) unchanged(tag string) bool {
	lines := c.r.Header["If-None-Match"]
	if len(lines) == 0 || (c.r.Method != http.MethodGet && c.r.Method != http.MethodHead) {
		return false
	}
	found := false
	any, _ := eachTag(lines, func(t entityTag) bool {
		found = t.opaque == tag // weak comparison: that the client's is weak is no matter
		return !found
	})
	return any || found
}

// match reads If-Match. version takes the version out of the opaque part of a
// tag. Tags of something else, and weak ones, match nothing.
func (c *call) match(version func(opaque string) (int64, bool)) (album.Match, error) {
	lines := c.r.Header["If-Match"]
	if len(lines) == 0 {
		return album.Match{}, nil
	}
	versions := []int64{} // not nil: that would ask for nothing
	any, ok := eachTag(lines, func(t entityTag) bool {
		if t.weak {
			return true
		}
		if v, ok := version(t.opaque); ok {
			versions = append(versions, v)
		}
		return true
	})
	switch {
	case !ok:
		return album.Match{}, &album.Error{
			Kind: album.Invalid, Field: "If-Match",
			Detail: `this is no list of ETags; send them as they came, in quotes: "1-p", "2-p"`,
		}
	case any: // anything that exists, and whatever is edited must
		return album.Match{}, nil
	}
	return album.Match{Versions: versions}, nil
}

// matchPhoto reads If-Match where a photo is meant. What has the photo's ID never
// changes, so that a tag names it decides without looking at it. Versions of its
// album are conditions too.
func (c *call) matchPhoto(id album.ID) (album.Match, error) {
	named := false
	m, err := c.match(func(opaque string) (int64, bool) {
		named = named || strings.HasPrefix(opaque, photoTag(id, ""))
		return albumVersion(opaque)
	})
	if err == nil && named {
		m = album.Match{}
	}
	return m, err
}

// unmet rewords that a condition does not hold which no version could meet: that
// the album has changed is then not what is wrong.
func unmet(err error, m album.Match, detail string) error {
	if len(m.Versions) > 0 || album.KindOf(err) != album.Stale {
		return err
	}
	return &album.Error{Kind: album.Stale, Field: "If-Match", Detail: detail, Err: err}
}

// photoTag is the tag of a representation of a photo: of its bytes, of a
// thumbnail, or of what is known about it.
func photoTag(id album.ID, of string) string { return string(id) + "-" + of }

// An album's tag is its version, which its sharing rules count in too, and the
// view that the representation is for: "7-s". That of its rules is "3-rules".
const rulesTag = "rules"

func albumTag(a *album.Album, sees view) string {
	return strconv.FormatInt(a.Version, 10) + "-" + sees.tag()
}

func sharingTag(s album.Sharing) string {
	return strconv.FormatInt(s.Version, 10) + "-" + rulesTag
}

func albumVersion(opaque string) (int64, bool) {
	v, rest, ok := cutVersion(opaque)
	return v, ok && rest != rulesTag
}

func sharingVersion(opaque string) (int64, bool) {
	v, rest, ok := cutVersion(opaque)
	return v, ok && rest == rulesTag
}

func cutVersion(opaque string) (v int64, rest string, ok bool) {
	number, rest, ok := strings.Cut(opaque, "-")
	if !ok {
		return 0, "", false
	}
	v, err := strconv.ParseInt(number, 10, 64)
	return v, rest, err == nil && v >= 0
}
