package cors_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/cors"
)

// A header is safelisted by its name and its value together.
// Standard: https://fetch.spec.whatwg.org/#cors-safelisted-request-header
func TestIsSafelistedRequestHeader(t *testing.T) {
	for _, test := range []struct {
		name, value string
		want        bool
	}{
		{"Accept", "text/html", true},
		{"accept", "a\tb", true},
		{"accept", `a"b`, false},
		{"accept", "a{b}", false},
		{"accept", "a\x01", false},
		{"accept", strings.Repeat("a", 128), true},
		{"accept", strings.Repeat("a", 129), false},
		{"Accept-Language", "de, en;q=0.5", true},
		{"accept-language", "de@en", false},
		{"content-language", "*", true},
		{"content-language", "de_DE", false},
		{"Content-Type", "text/plain", true},
		{"content-type", "text/plain; charset=utf-8", true},
		{"content-type", "TEXT/PLAIN", true},
		{"content-type", "multipart/form-data; boundary=x", true},
		{"content-type", "application/x-www-form-urlencoded", true},
		{"content-type", "application/json", false},
		{"content-type", "text/plain, application/json", false},
		{"content-type", `text/plain; a="b"`, false},
		{"content-type", "", false},
		{"Range", "bytes=0-1", true},
		{"range", "bytes=5-", true},
		{"range", "bytes=-5", false},
		{"range", "bytes=2-1", false},
		{"range", "bytes=0-1,3-4", false},
		{"range", "bytes= 0-1", false},
		{"range", "Bytes=0-1", false},
		{"range", "bytes=00000000000000000000000000000000000000001-2", true},
		{"range", "bytes=99999999999999999999-99999999999999999998", false},
		{"range", "bytes=99999999999999999998-99999999999999999999", true},
		{"X-Anything", "", false},
		{"Authorization", "x", false},
	} {
		if got := cors.IsSafelistedRequestHeader(test.name, test.value); got != test.want {
			t.Errorf("%s: %s: safelisted %v, want %v", test.name, cors.Excerpt(test.value), got, test.want)
		}
	}
}

// Headers that need approval are listed in lower case, sorted, once each, and
// safelisted ones with them when they are too long together.
func TestUnsafeRequestHeaderNames(t *testing.T) {
	long := strings.Repeat("a", 128)
	many := []cors.Field{{"X-B", "1"}, {"x-a", "2"}, {"X-A", "3"}}
	for range 8 {
		many = append(many, cors.Field{Name: "Accept", Value: long})
	}
	if got := cors.UnsafeRequestHeaderNames(many); !slices.Equal(got, []string{"x-a", "x-b"}) {
		t.Errorf("1024 bytes of safelisted values: %q", got)
	}
	many = append(many, cors.Field{Name: "Accept-Language", Value: "d"})
	if got := cors.UnsafeRequestHeaderNames(many); !slices.Equal(got, []string{"accept", "accept-language", "x-a", "x-b"}) {
		t.Errorf("1025 bytes of safelisted values: %q", got)
	}
	if got := cors.UnsafeRequestHeaderNames(nil); len(got) != 0 {
		t.Errorf("no headers: %q", got)
	}
}

// A field that overrides the method may not smuggle in a forbidden one.
func TestIsForbiddenRequestField(t *testing.T) {
	for _, test := range []struct {
		name, value string
		want        bool
	}{
		{"X-HTTP-Method-Override", "PUT", false},
		{"x-method-override", "get, track", true},
		{"X-HTTP-Method", `"GET, TRACE"`, false},
		{"X-HTTP-Method", "TRACE", true},
		{"X-Other", "TRACE", false},
		{"Cookie", "", true},
	} {
		if got := cors.IsForbiddenRequestField(test.name, test.value); got != test.want {
			t.Errorf("%s: %s: forbidden %v, want %v", test.name, test.value, got, test.want)
		}
	}
}

// Media types are read and written as the MIME Sniffing standard says.
func TestMIMEType(t *testing.T) {
	for in, want := range map[string]string{
		"text/html":                        "text/html",
		" TEXT/HTML;Charset=UTF-8 ":        "text/html;charset=UTF-8",
		`text/html;charset="a\"b";x=1;x=2`: `text/html;charset="a\"b";x=1`,
		"text/html;;a=;b=c":                "text/html;b=c",
		`text/html;a="b`:                   "text/html;a=b",
		`text/html;a="";b="c"d;e=f`:        `text/html;a="";b=c;e=f`,
		"text/html;a":                      "text/html",
		"text/html;a b=c":                  "text/html",
		"text":                             "",
		"/html":                            "",
		"text/":                            "",
		"te xt/html":                       "",
		"text/html,text/plain":             "",
	} {
		m, ok := cors.ParseMIMEType(in)
		got := ""
		if ok {
			got = m.String()
		}
		if got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// What is written is read back as it was.
func FuzzMIMEType(f *testing.F) {
	f.Add(`text/html;charset="a\"b";x=1`)
	f.Fuzz(func(t *testing.T, s string) {
		m, ok := cors.ParseMIMEType(s)
		if !ok {
			return
		}
		again, ok := cors.ParseMIMEType(m.String())
		if !ok || again.String() != m.String() {
			t.Fatalf("%q becomes %q, which becomes %q", s, m, again)
		}
	})
}

// A script reads safelisted and exposed response headers, never cookies.
func TestExposure(t *testing.T) {
	for _, test := range []struct {
		why         string
		credentials bool
		expose      []string
		yes, no     []string
	}{
		{"nothing exposed", false, nil, []string{"Content-Type", "pragma"}, []string{"ETag"}},
		{"by name", false, []string{"etag, Link"}, []string{"ETag", "link"}, []string{"X-A", "Set-Cookie"}},
		{"all", false, []string{"*"}, []string{"ETag", "X-A"}, []string{"Set-Cookie", "set-cookie2"}},
		{"a star is a name with credentials", true, []string{"*"}, []string{"*"}, []string{"ETag"}},
		{"no list", false, []string{"ETag; Link"}, []string{"Content-Length"}, []string{"ETag"}},
	} {
		e := cors.Expose(cors.Request{Credentials: test.credentials}, fields{cors.HeaderExposeHeaders: test.expose})
		for _, name := range test.yes {
			if !e.Has(name) {
				t.Errorf("%s: %s is not readable", test.why, name)
			}
		}
		for _, name := range test.no {
			if e.Has(name) {
				t.Errorf("%s: %s is readable", test.why, name)
			}
		}
	}
}

// A range that is read is one of digits, in order; a header of any value is judged
// without a slip.
func FuzzRequestHeader(f *testing.F) {
	f.Add("Range", "bytes=0-18446744073709551616")
	f.Add("X-HTTP-Method", `"a, \" b", track`)
	f.Fuzz(func(t *testing.T, name, value string) {
		if r, ok := cors.ParseRange(value); ok && (!r.HasFirst && !r.HasLast || r.HasFirst && r.HasLast && r.First > r.Last) {
			t.Fatalf("%q is read as %+v", value, r)
		}
		if cors.IsSafelistedRequestHeader(name, value) && len(value) > 128 {
			t.Fatalf("a value of %d bytes is safelisted", len(value))
		}
		names := cors.UnsafeRequestHeaderNames([]cors.Field{{Name: name, Value: value}})
		if len(names) != 1 == !cors.IsSafelistedRequestHeader(name, value) {
			t.Fatalf("%q: %q: unsafe names %q", name, value, names)
		}
		if cors.IsForbiddenRequestHeader(name) && !cors.IsForbiddenRequestField(name, value) {
			t.Fatalf("%q is forbidden, but not with the value %q", name, value)
		}
	})
}
