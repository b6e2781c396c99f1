package fetch

import (
	"testing"

	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/cors"
)

// Standard: https://w3c.github.io/webappsec-referrer-policy/#determine-requests-referrer, step 3
// Where the page itself is hidden, its URL is too.
func TestReferrerOfHiddenPage(t *testing.T) {
	hidden := page(t, app)
	hidden.Origin = cors.Origin{}
	tests := []struct {
		why  string
		c    *Client
		r    Referrer
		want string
	}{
		{"the page's", page(t, app), Referrer{}, app + "/"},
		{"none", page(t, app), Referrer{None: true}, "-"},
		{"another one", page(t, app), Referrer{URL: parse(t, app+"/other")}, app + "/"},
		{"a sandboxed page", hidden, Referrer{}, "-"},
		{"nobody", nil, Referrer{}, "-"},
	}
	for _, tt := range tests {
		s := &script{replies: map[string]reply{}}
		r := request(t, "GET", data+"/r")
		r.Client, r.Referrer = tt.c, tt.r
		outcome(newEngine(s, StandardProfile), r)
		if got := s.last("Referer"); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.why, got, tt.want)
		}
	}
}

// FuzzReferrer: of any URL, no referrer tells a name, a password or a fragment,
// none is told of local documents, and only the policies that say so tell more than
// the origin.
func FuzzReferrer(f *testing.F) {
	f.Add("https://u:p@a.test/x?y#z", "http://b.test/", "strict-origin")
	f.Add("http://a.test/", "data:,x", "")
	f.Add("http://a.test:81/@x", "http://a.test:81", "same-origin")
	f.Fuzz(func(t *testing.T, source, target, policy string) {
		from, err := weburl.Parse(source)
		if err != nil {
			return
		}
		to, err := weburl.Parse(target)
		if err != nil {
			return
		}
		p := cors.ReferrerPolicy(policy)
		told := cors.Referrer(from.Href(), to.Href(), p)
		if told == "" {
			return
		}
		u, err := weburl.Parse(told)
		if err != nil || u.Href() != told {
			t.Fatalf("%q from %q tells %q, which is no URL: %v", p, source, told, err)
		}
		if u.HasCredentials() || u.Fragment() != "" || !u.IsHTTP() || u.OriginString() != from.OriginString() {
			t.Errorf("%q from %q tells %q", p, source, told)
		}
		all := p == cors.UnsafeURL || p == cors.NoReferrerWhenDowngrade || from.SameOrigin(to)
		if !all && u.Target() != "/" {
			t.Errorf("%q from %q to %q tells %q", p, source, target, told)
		}
	})
}
