package album

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// A secret is 32 random bytes, and the store gets its SHA-256.
func TestSecrets(t *testing.T) {
	c := chance{random: rand.Reader}
	for _, prefix := range []string{sessionPrefix, tokenPrefix} {
		s, err := c.secret(prefix)
		if err != nil || len(s) != len(prefix)+secretChars || !strings.HasPrefix(s, prefix) {
			t.Fatalf("%q, %v", s, err)
		}
		if hash, ok := hashSecret(prefix, s); !ok || hash != sha256.Sum256([]byte(s)) {
			t.Errorf("%q: %x, %v", s, hash, ok)
		}
		if again, err := c.secret(prefix); err != nil || again == s {
			t.Errorf("%q comes again, %v", s, err)
		}
		for _, bad := range []string{"", "x" + s, s + "A", s[1:], s[:len(s)-1] + "=", s[:len(s)-2] + "\n" + s[len(s)-1:], strings.Repeat("A", 1<<16)} {
			if _, ok := hashSecret(prefix, bad); ok {
				t.Errorf("%.60q is taken for a secret", bad)
			}
		}
	}
	broken := errors.New("no randomness")
	c.random = iotest.ErrReader(broken)
	if s, err := c.secret(""); !errors.Is(err, broken) || s != "" {
		t.Errorf("a secret without randomness: %q, %v", s, err)
	}
}

// Scopes are known by their names, in any order, and printed in one.
func TestScopes(t *testing.T) {
	for _, tt := range []struct {
		names []string
		want  Scopes
		print string
	}{
		{nil, 0, ""},
		{[]string{"read"}, ScopeRead, "read"},
		{[]string{"manage", "read", "read"}, ScopeRead | ScopeManage, "read,manage"},
		{[]string{"upload", "manage", "read"}, AllScopes, "read,upload,manage"},
	} {
		got, err := ParseScopes(tt.names)
		if err != nil || got != tt.want || got.String() != tt.print {
			t.Errorf("%q: %q, %v", tt.names, got, err)
		}
		if again, err := ParseScopes(got.Names()); err != nil || again != got {
			t.Errorf("%q comes back as %q, %v", got, again, err)
		}
	}
	for _, bad := range []string{"", "Read", "read ", "admin", strings.Repeat("x", 1000)} {
		s, err := ParseScopes([]string{"read", bad})
		e, ok := errors.AsType[*Error](err)
		if !ok || e.Kind != Invalid || e.Field != "scopes" || s != 0 || len(e.Detail) > 300 || !strings.Contains(e.Detail, "read, upload, manage") {
			t.Errorf("%.20q: %v, %v", bad, s, err)
		}
	}
	if slices.Contains(Scopes(0x80).Names(), "") {
		t.Error("an unknown bit has a name")
	}
}

// Whatever is read as scopes is printed as the same set.
func FuzzParseScopes(f *testing.F) {
	f.Add("read,upload,manage")
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		set, err := ParseScopes(strings.Split(s, ","))
		if err != nil {
			if set != 0 || KindOf(err) != Invalid {
				t.Errorf("%q: %v, %v", s, set, err)
			}
			return
		}
		if again, err := ParseScopes(set.Names()); err != nil || again != set || !AllScopes.Has(set) {
			t.Errorf("%q: %v, then %v, %v", s, set, again, err)
		}
	})
}
