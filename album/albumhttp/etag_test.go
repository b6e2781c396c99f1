package albumhttp

import (
	"slices"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/album"
)

func TestEachTag(t *testing.T) {
	for _, c := range []struct {
		lines []string
		tags  string
		any   bool
		ok    bool
	}{
		{[]string{`"a"`}, "a", false, true},
		{[]string{`"a", W/"b"`, `"c"`}, "a ~b c", false, true},
		{[]string{",, \"a\" ,\t,\"b\","}, "a b", false, true},
		{[]string{`"a,b"`}, "a,b", false, true},
		{[]string{`""`}, "", false, true},
		{[]string{"\"\x80\xff!#~\""}, "\x80\xff!#~", false, true},
		{[]string{"*"}, "", true, true},
		{[]string{" * "}, "", true, true},
		{[]string{"*", "*"}, "", false, false},
		{[]string{`"*"`}, "*", false, true},
		{[]string{"a"}, "", false, false},
		{[]string{`"a" "b"`}, "", false, false},
		{[]string{`"a b"`}, "", false, false},
		{[]string{"\"a\x7f\""}, "", false, false},
		{[]string{`w/"a"`}, "", false, false},
		{[]string{`W/ "a"`}, "", false, false},
		{[]string{`"a`}, "", false, false},
		{[]string{`"`}, "", false, false},
		{[]string{","}, "", false, false},
		{[]string{""}, "", false, false},
	} {
		var tags []string
		any, ok := eachTag(c.lines, func(e entityTag) bool {
			if e.weak {
				e.opaque = "~" + e.opaque
			}
			tags = append(tags, e.opaque)
			return true
		})
		if any != c.any || ok != c.ok || ok && strings.Join(tags, " ") != c.tags {
			t.Errorf("%q: %q, %v, %v", c.lines, tags, any, ok)
		}
	}
}

// Whatever is read as a list of tags is the list that is written from them.
func FuzzEntityTags(f *testing.F) {
	for _, seed := range []string{`"a"`, `W/"a", "b"`, "*", `"a""b"`, `,"",`, `"a`, "\"\x80\"", `"a" , `, `W/`, "\t\"a\""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		read := func(line string) (tags []entityTag, any, ok bool) {
			any, ok = eachTag([]string{line}, func(e entityTag) bool {
				tags = append(tags, e)
				return true
			})
			return tags, any, ok
		}
		tags, any, ok := read(line)
		if !ok || any {
			return
		}
		var written []string
		for _, e := range tags {
			if strings.ContainsAny(e.opaque, "\" \t\r\n") {
				t.Errorf("%q has the tag %q", line, e.opaque)
			}
			text := `"` + e.opaque + `"`
			if e.weak {
				text = "W/" + text
			}
			written = append(written, text)
		}
		again, _, ok := read(strings.Join(written, ", "))
		if !ok || !slices.Equal(tags, again) {
			t.Errorf("%q: %v, then %v", line, tags, again)
		}
	})
}

// The version comes back out of the tag it went into, and out of no other.
func TestVersionsOfTags(t *testing.T) {
	a := album.Album{Version: 7, Sharing: album.Sharing{Version: 3}}
	for _, sees := range []view{{}, {own: true}, {own: true, sharing: true}} {
		tag := albumTag(&a, sees)
		if v, ok := albumVersion(tag); v != 7 || !ok {
			t.Errorf("%s: version %d, %v", tag, v, ok)
		}
		if v, ok := sharingVersion(tag); ok {
			t.Errorf("%s is taken for rules of version %d", tag, v)
		}
	}
	tag := sharingTag(a.Sharing)
	if v, ok := sharingVersion(tag); v != 3 || !ok {
		t.Errorf("%s: version %d, %v", tag, v, ok)
	}
	if v, ok := albumVersion(tag); ok {
		t.Errorf("%s is taken for an album of version %d", tag, v)
	}
}
