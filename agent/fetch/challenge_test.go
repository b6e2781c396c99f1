package fetch

import (
	"strings"
	"testing"
)

// Standard: https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1
// A demand of the Basic scheme is found wherever it stands among others, in one
// line or in several, and nowhere else.
func TestBasicRealm(t *testing.T) {
	const none = "no demand"
	tests := []struct {
		lines []string
		want  string
	}{
		{[]string{`Basic realm="albums"`}, "albums"},
		{[]string{`bAsIc realm=albums`}, "albums"},
		{[]string{`Basic`}, ""},
		{[]string{`Basic charset="UTF-8"`}, ""},
		{[]string{`Basic charset="UTF-8", realm="albums"`}, "albums"},
		{[]string{`Basic REALM = "albums"`}, "albums"},
		{[]string{`Basic realm="a \"b\", c"`}, `a "b", c`},
		{[]string{`Basic realm="not ended`}, "not ended"},
		{[]string{`Digest realm="d", nonce="1, Basic realm=no", Basic realm="albums"`}, "albums"},
		{[]string{`Digest realm="d", qop="auth, Basic"`}, none},
		{[]string{`Negotiate, Basic realm="albums"`}, "albums"},
		{[]string{`Negotiate YII==, Basic realm="albums"`}, "albums"},
		{[]string{`Negotiate YII=, NTLM, Basic realm="albums", Bearer realm="b"`}, "albums"},
		{[]string{`Digest realm="d", Negotiate, Basic realm="albums"`}, "albums"},
		{[]string{`Bearer realm="b"`, `Basic realm="albums"`}, "albums"},
		{[]string{`, ,Basic ,realm="albums",`}, "albums"},
		{[]string{`Bearer error="x", scope="Basic realm=\"no\""`}, none},
		{[]string{`Basically realm="no"`}, none},
		{[]string{`Bearer Basic realm="no"`}, none},
		{[]string{`realm="no"`}, none},
		{[]string{`"Basic realm=no"`}, none},
		{[]string{``}, none},
		{nil, none},
	}
	for _, tt := range tests {
		var h []string
		for _, line := range tt.lines {
			h = append(h, "WWW-Authenticate: "+line)
		}
		got, ok := basicRealm(fields(h...))
		if !ok {
			got = none
		}
		if got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.lines, got, tt.want)
		}
	}
}

// A list of challenges is read to its end, in pieces that are never longer than
// the list, whatever it is; and Basic is found in front of anything.
func FuzzChallenges(f *testing.F) {
	for _, s := range []string{`Basic realm="a"`, `Digest realm="d", qop="a,b", Basic realm=x`, `Negotiate YII==, NTLM`, `Basic realm="\`, `,,=,"`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for rest, steps := s, 0; rest != ""; steps++ {
			c, after := cutChallenge(rest)
			if len(after) >= len(rest) || !strings.HasSuffix(s, after) || len(c.scheme)+len(c.realm) > len(rest) || steps > len(s) {
				t.Fatalf("%q: %+v is followed by %q", rest, c, after)
			}
			rest = after
		}
		if realm, ok := basicRealm(fields(`WWW-Authenticate: Basic realm="r", ` + oneLine(s))); !ok || realm != "r" {
			t.Errorf("in front of %q: %q, %v", s, realm, ok)
		}
	})
}
