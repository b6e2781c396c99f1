package weburl

import (
	"errors"
	"strings"
	"testing"
)

// Standard: https://url.spec.whatwg.org/#concept-url
// Every part of a URL is found, whichever way it was read.
func TestParts(t *testing.T) {
	tests := []struct {
		in                                       string
		scheme, user, password, host, hostname   string
		port                                     uint16
		path, query, fragment, target, originOut string
	}{
		{
			"http://127.0.0.1:8401/albums?limit=50",
			"http", "", "", "127.0.0.1:8401", "127.0.0.1", 8401, "/albums", "?limit=50", "", "/albums?limit=50", "http://127.0.0.1:8401",
		},
		{"https://a.test/", "https", "", "", "a.test", "a.test", 443, "/", "", "", "/", "https://a.test"},
		{"https://a.test", "https", "", "", "a.test", "a.test", 443, "/", "", "", "/", "https://a.test"},
		{"HTTP://A.test:80?", "http", "", "", "a.test", "a.test", 80, "/", "?", "", "/?", "http://a.test"},
		{"http://u:p@a.test:81/x#f", "http", "u", "p", "a.test:81", "a.test", 81, "/x", "", "f", "/x", "http://a.test:81"},
		{"http://u@a.test/", "http", "u", "", "a.test", "a.test", 80, "/", "", "", "/", "http://a.test"},
		{"http://:p@a.test/", "http", "", "p", "a.test", "a.test", 80, "/", "", "", "/", "http://a.test"},
		{"http://u:a:b@c@a.test/", "http", "u", "a%3Ab%40c", "a.test", "a.test", 80, "/", "", "", "/", "http://a.test"},
		{"http://[::1]:8080/?a#b", "http", "", "", "[::1]:8080", "[::1]", 8080, "/", "?a", "b", "/?a", "http://[::1]:8080"},
		{"http://[::1]/", "http", "", "", "[::1]", "[::1]", 80, "/", "", "", "/", "http://[::1]"},
		{"http://a.test/a/../b/%2e/c", "http", "", "", "a.test", "a.test", 80, "/b/c", "", "", "/b/c", "http://a.test"},
		{"http://a.test/?x#y?z", "http", "", "", "a.test", "a.test", 80, "/", "?x", "y?z", "/?x", "http://a.test"},
		{"http://a.test/#a:b@c/d", "http", "", "", "a.test", "a.test", 80, "/", "", "a:b@c/d", "/", "http://a.test"},
		{"ws://a.test/x", "ws", "", "", "a.test", "a.test", 80, "/x", "", "", "/x", "ws://a.test"},
		{"data:text/plain,a?b#c", "data", "", "", "", "", 0, "text/plain,a", "?b", "c", "text/plain,a?b", "null"},
		{"about:blank", "about", "", "", "", "", 0, "blank", "", "", "blank", "null"},
		{"blob:https://a.test/6b1", "blob", "", "", "", "", 0, "https://a.test/6b1", "", "", "https://a.test/6b1", "https://a.test"},
		{"blob:6b1", "blob", "", "", "", "", 0, "6b1", "", "", "6b1", "null"},
		{"file:///etc/x", "file", "", "", "", "", 0, "/etc/x", "", "", "/etc/x", "null"},
		{"foo://u@h:8/p", "foo", "u", "", "h:8", "h", 8, "/p", "", "", "/p", "null"},
		{"foo://h", "foo", "", "", "h", "h", 0, "", "", "", "/", "null"},
		{"foo:/.//p", "foo", "", "", "", "", 0, "//p", "", "", "//p", "null"},
	}
	for _, tt := range tests {
		u, err := Parse(tt.in)
		if err != nil {
			t.Errorf("Parse(%q): %v", tt.in, err)
			continue
		}
		got := []any{u.Scheme(), u.Username(), u.Password(), u.Host(), u.Hostname(), u.Port(), u.Path(), u.Query(), u.Fragment(), u.Target(), u.OriginString()}
		want := []any{tt.scheme, tt.user, tt.password, tt.host, tt.hostname, tt.port, tt.path, tt.query, tt.fragment, tt.target, tt.originOut}
		for i := range got {
			if got[i] != want[i] {
				t.Errorf("%s: part %d is %q, want %q", tt.in, i, got[i], want[i])
			}
		}
	}
}

// What is no URL is an error that names the text, whatever its length.
func TestNotURL(t *testing.T) {
	base, err := Parse("about:blank")
	if err != nil {
		t.Fatal(err)
	}
	for _, in := range []string{"", "a", "//", "http://", "http://[", "http://a:65536/", "http://1.2.3.256/", "https://a b/", "http://a.test/" + strings.Repeat("a", maxLength)} {
		for _, b := range []*URL{nil, base} {
			u, err := ParseRef(b, in)
			if u != nil || !errors.Is(err, ErrNotURL) {
				t.Errorf("ParseRef(%v, %.40q) = %v, %v; want ErrNotURL", b, in, u, err)
			}
			if err != nil && len(err.Error()) > 400 {
				t.Errorf("the error for %.40q has %d bytes", in, len(err.Error()))
			}
		}
	}
}

// What would take too long to read is refused at once; a long path is not.
func TestLength(t *testing.T) {
	long := strings.Repeat("@", maxAuthority+1)
	base, err := Parse("http://a.test/x")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		in   string
		want bool
	}{
		{"http://" + long + "a/", false},
		{`http:\\` + long, false},
		{"HTTP:" + long, false},
		{"ht\ttp://" + long, false},
		{"foo://" + long + "/", false},
		{"//" + long + "?", false},
		{"foo:" + long, true},
		{"data:," + long, true},
		{"/" + long + "^", true},
		{long + "^", true},
		{"http://a.test/^?" + long, true},
	}
	for _, tt := range tests {
		u, err := ParseRef(base, tt.in)
		if (err == nil) != tt.want || err != nil && !errors.Is(err, ErrNotURL) {
			t.Errorf("%.20q: got %.40v, %v; want it read: %v", tt.in, u, err, tt.want)
		}
	}
}

// Standard: https://url.spec.whatwg.org/#url-parsing
// A reference is read against the URL of the page.
func TestParseRef(t *testing.T) {
	tests := []struct{ base, ref, want string }{
		{"http://u:p@a.test:81/x/y?q#f", "/r", "http://u:p@a.test:81/r"},
		{"http://a.test/x/y?q#f", "", "http://a.test/x/y?q"},
		{"http://a.test/x/y", "z", "http://a.test/x/z"},
		{"http://a.test/x/y", "?z", "http://a.test/x/y?z"},
		{"http://a.test/x/y?q", "#z", "http://a.test/x/y?q#z"},
		{"http://a.test/x/y", "//b.test/", "http://b.test/"},
		{"http://a.test/x/y", `/\b.test/`, "http://b.test/"},
		{"http://a.test/x/y", "https://b.test/r", "https://b.test/r"},
		{"http://a.test/x/y", "/a/./b", "http://a.test/a/b"},
		{"http://a.test/x/y", "/a?b c#d", "http://a.test/a?b%20c#d"},
		{"http://a.test/x/y", "/é", "http://a.test/%C3%A9"},
		{"http://a.test/x/y", "http:z", "http://a.test/x/z"},
		{"http://a.test/x/y", "/a^b", "http://a.test/a%5Eb"},
		{"http://a.test/x/y", "?a^b", "http://a.test/x/y?a^b"},
	}
	for _, tt := range tests {
		base, err := Parse(tt.base)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ParseRef(base, tt.ref)
		if err != nil || got.Href() != tt.want {
			t.Errorf("ParseRef(%q, %q) = %v, %v; want %q", tt.base, tt.ref, got, err, tt.want)
		}
	}
}

// Changed copies leave the URL itself as it is.
func TestWith(t *testing.T) {
	u, err := Parse("http://u:p@a.test:81/x?y#f")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		got  *URL
		want string
	}{
		{u.WithoutCredentials(), "http://a.test:81/x?y#f"},
		{u.WithCredentials("v/", "é"), "http://v%2F:%C3%A9@a.test:81/x?y#f"},
		{u.WithCredentials("", "q"), "http://:q@a.test:81/x?y#f"},
		{u.WithCredentials("", ""), "http://a.test:81/x?y#f"},
		{u.WithFragment(""), "http://u:p@a.test:81/x?y"},
		{u.WithFragment("g"), "http://u:p@a.test:81/x?y#g"},
		{u, "http://u:p@a.test:81/x?y#f"},
	}
	for _, tt := range tests {
		if tt.got.Href() != tt.want {
			t.Errorf("got %s, want %s", tt.got, tt.want)
		}
		if again, err := Parse(tt.got.Href()); err != nil || *again != *tt.got {
			t.Errorf("%s has other parts when it is read again: %+v, %+v, %v", tt.got, tt.got, again, err)
		}
	}
}

// Standard: https://url.spec.whatwg.org/#concept-url-origin
// Opaque origins are the same as no other.
func TestSameOrigin(t *testing.T) {
	tests := []struct {
		a, b string
		want bool
	}{
		{"http://a.test/x", "http://u@a.test:80/y#z", true},
		{"http://a.test/x", "https://a.test/x", false},
		{"http://a.test/x", "http://a.test:81/x", false},
		{"data:,x", "data:,x", false},
		{"blob:http://a.test/1", "http://a.test/", true},
	}
	for _, tt := range tests {
		a, errA := Parse(tt.a)
		b, errB := Parse(tt.b)
		if err := errors.Join(errA, errB); err != nil {
			t.Fatal(err)
		}
		if got := a.SameOrigin(b); got != tt.want {
			t.Errorf("%s and %s: same origin is %v, want %v", a, b, got, tt.want)
		}
	}
}

// A plain URL costs one allocation.
func TestPlainIsCheap(t *testing.T) {
	const in = "http://127.0.0.1:8401/albums?limit=50"
	if n := testing.AllocsPerRun(100, func() { _, _ = Parse(in) }); n > 1 {
		t.Errorf("Parse(%q) allocates %v times", in, n)
	}
	base, err := Parse("http://127.0.0.1:8401/page")
	if err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(100, func() { _, _ = ParseRef(base, "/albums") }); n > 2 {
		t.Errorf("ParseRef allocates %v times", n)
	}
}

func BenchmarkParse(b *testing.B) {
	for _, in := range []string{"http://127.0.0.1:8401/albums?limit=50", "http://127.0.0.1:8401/albums?limit={50}"} {
		b.Run(in[len(in)-4:], func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Parse(in); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// A part that is set is read by the standard's rules for that part alone; what
// cannot be used changes nothing.
func TestWithPart(t *testing.T) {
	for _, tt := range []struct {
		url         string
		part        Part
		value, want string
	}{
		{"http://a/", Protocol, "https:", "https://a/"},
		{"http://a/", Protocol, "mailto", "http://a/"},
		{"http://a/", Username, "é@", "http://%C3%A9%40@a/"},
		{"mailto:a", Password, "x", "mailto:a"},
		{"http://a:81/x", Host, "B:82/y", "http://b:82/x"},
		{"http://a:81/", Hostname, "b:82", "http://a:81/"},
		{"http://a/", Port, "8x", "http://a:8/"},
		{"http://a/", Port, "x", "http://a/"},
		{"http://a/?q#h", Pathname, "../b c", "http://a/b%20c?q#h"},
		{"data:x", Pathname, "y", "data:x"},
		{"http://a/?q#h", Search, "", "http://a/#h"},
		{"http://a/", Search, "?'", "http://a/?%27"},
		{"http://a/#h", Hash, "#", "http://a/#"},
		{"http://a/", Part("nonsense"), "x", "http://a/"},
		{"http://a/", Host, strings.Repeat("a", maxAuthority+1), "http://a/"},
		{"http://a/", Hash, strings.Repeat("a", maxLength), "http://a/"},
	} {
		u, err := Parse(tt.url)
		if err != nil {
			t.Fatal(err)
		}
		if got := u.With(tt.part, tt.value).Href(); got != tt.want {
			t.Errorf("%s with %s %.20q is %s, want %s", tt.url, tt.part, tt.value, got, tt.want)
		}
	}
}

// Parts are given as the attributes of URL objects have them.
func TestGet(t *testing.T) {
	u, err := Parse("http://u:p@a:81/x?#")
	if err != nil {
		t.Fatal(err)
	}
	for part, want := range map[Part]string{
		Protocol: "http:", Username: "u", Password: "p", Host: "a:81", Hostname: "a", Port: "81", Pathname: "/x",
		Search: "", Hash: "", "nonsense": "",
	} {
		if got := u.Get(part); got != want {
			t.Errorf("%s is %q, want %q", part, got, want)
		}
	}
}
