package weburl

import (
	"strconv"
	"testing"
)

var seeds = []string{
	"http://127.0.0.1:8401/albums?limit=50", "https://a.test/", "http://a.test", "http://a.test:80/", "http://a.test:080/",
	"http://a.test/a/../b", "http://a.test/.a", "http://a.test/%2e%2E/x", "http://a.test/a%2fb?c'd#e?f", "http://a..b/", "http://.a/",
	"http://a./", "http://1.2.3/", "http://1.2.3.4/", "http://1.2.3.04/", "http://0x7f.1/", "http://a.1x/", "http://xn--a/", "http://-a-/",
	"http://u:p@a/", "http://@a/", "http://a:0/", "http://a:/x", "http://[::1]:8/", "http://a/b:c@d", "http://a/b;c=d,e|f^g", "foo:bar", "foo://h:80/p?q#f",
	"foo:/.//p", "data:text/plain,x y", "blob:http://a/b", "file:///c|/x", "/x?y#z", "//b/c", "?q", "#f", "x/../y", `\x`, " http://a/ ", "http://é.test/é?é#é",
	"http://a/?\x80", "http://a.test/x\ty", "javascript:alert(1)  ", "http:a", "https:/a", "http://a_b.test/",
}

// However a URL is read, it is what the general parser reads, part by part.
func FuzzParse(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := Parse(s)
		want, wantErr := general.Parse(s)
		if len(s) > maxAuthority {
			return
		}
		if (err == nil) != (wantErr == nil) {
			t.Fatalf("Parse(%q): error %v, want %v", s, err, wantErr)
		}
		if err != nil {
			return
		}
		comparePart(t, s, "href", got.Href(), want.Href(false))
		comparePart(t, s, "href without fragment", got.HrefNoFragment(), want.Href(true))
		comparePart(t, s, "scheme", got.Scheme(), want.Scheme())
		comparePart(t, s, "username", got.Username(), want.Username())
		comparePart(t, s, "password", got.Password(), want.Password())
		comparePart(t, s, "host", got.Host(), want.Host())
		comparePart(t, s, "hostname", got.Hostname(), want.Hostname())
		comparePart(t, s, "path", got.Path(), want.Pathname())
		comparePart(t, s, "fragment", got.Fragment(), want.Fragment())
		if port := want.Port(); port != "" {
			comparePart(t, s, "port", strconv.Itoa(int(got.Port())), port)
		}
	})
}

func comparePart(t *testing.T, in, part, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("Parse(%q): %s is %q, want %q", in, part, got, want)
	}
}

// A reference is read as the general parser reads it.
func FuzzParseRef(f *testing.F) {
	for _, s := range seeds {
		f.Add("http://u:p@a.test:81/x/y?q#f", s)
		f.Add("foo://h/p", s)
	}
	f.Fuzz(func(t *testing.T, base, ref string) {
		b, err := Parse(base)
		if err != nil {
			return
		}
		got, err := ParseRef(b, ref)
		want, wantErr := general.ParseRef(b.Href(), ref)
		if (err == nil) != (wantErr == nil) {
			t.Fatalf("ParseRef(%q, %q): error %v, want %v", base, ref, err, wantErr)
		}
		if err == nil && got.Href() != want.Href(false) {
			t.Errorf("ParseRef(%q, %q) = %q, want %q", base, ref, got.Href(), want.Href(false))
		}
	})
}
