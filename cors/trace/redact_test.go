package trace_test

import (
	"strings"
	"testing"

	"github.com/corsage-go/corsage/cors/trace"
)

// What may open a door is left out of a trace, and what explains stays. Doing it
// twice is doing it once.
func TestRedaction(t *testing.T) {
	for _, test := range []struct{ name, value, want string }{
		{"Cookie", "sid=abc; theme=dark", "sid=[redacted]; theme=[redacted]"},
		{"Cookie", "abc", "[redacted]"},
		{"Cookie", "a=b=c;d", "a=[redacted]; [redacted]"},
		{"set-cookie", "sid=abc; Path=/; SameSite=None; Secure", "sid=[redacted]; Path=/; SameSite=None; Secure"},
		{"Set-Cookie", "abc", "[redacted]"},
		{"Authorization", "Bearer abc", "Bearer [redacted]"},
		{"authorization", "basic abc", "Basic [redacted]"},
		{"Authorization", "Digest username=abc", "Digest [redacted]"},
		{"Authorization", "abc", "[redacted]"},
		{"Proxy-Authorization", "Basic abc", "Basic [redacted]"},
		{"X-Api-Key", "abc", "[redacted]"},
		{"X-Auth-Key", "abc", "[redacted]"},
		{"X-Session-Id", "abc", "[redacted]"},
		{"Ocp-Apim-Subscription-Key", "abc", "[redacted]"},
		{"X-Access-Key", "abc", "[redacted]"},
		{"X-Functions-Key", "abc", "[redacted]"},
		{"Api_key", "abc", "[redacted]"},
		{"X-Amz-Credential", "abc", "[redacted]"},
		{"X-Hub-Signature", "abc", "[redacted]"},
		{"X-Jwt", "abc", "[redacted]"},
		{"X-Passwd", "abc", "[redacted]"},
		{"X-CSRF", "abc", "[redacted]"},
		{"X-Monkey", "abc", "abc"},
		{"Key", "abc", "abc"},
		{"X-CSRF-Token", "abc", "[redacted]"},
		{"X-Amz-Security-Token", "abc", "[redacted]"},
		{"Location", "https://a.test/cb#access_token=abc&state=7", "https://a.test/cb#access_token=[redacted]&state=7"},
		{"Referer", "https://a.test/?code=abc", "https://a.test/?code=[redacted]"},
		{"Access-Control-Request-Headers", "x-token", "x-token"},
		{"Access-Control-Allow-Headers", "X-Api-Key", "X-Api-Key"},
		{"Content-Type", "text/plain", "text/plain"},
		{"", "a", "a"},
	} {
		var r trace.Redaction
		got := r.Value(test.name, test.value)
		if got != test.want {
			t.Errorf("%s: %s is kept as %q, want %q", test.name, test.value, got, test.want)
		}
		if again := r.Value(test.name, got); again != got {
			t.Errorf("%s: %s changes to %s the second time", test.name, got, again)
		}
	}
}

// Passwords and parameters with the names of secrets are left out of addresses.
func TestRedactURL(t *testing.T) {
	r := trace.Redaction{Parameters: []string{"ssn"}}
	for address, want := range map[string]string{
		"https://a.test/b":                           "https://a.test/b",
		"https://u:p@a.test/b@c":                     "https://[redacted]@a.test/b@c",
		"https://u:p@q@a.test":                       "https://[redacted]@a.test",
		"https://a.test/?a=1&key=abc&b=2":            "https://a.test/?a=1&key=[redacted]&b=2",
		"https://a.test/?A=1;PassWord=abc#sig=abc":   "https://a.test/?A=1;PassWord=[redacted]#sig=[redacted]",
		"https://a.test/?access%5Ftoken=abc":         "https://a.test/?access%5Ftoken=[redacted]",
		"https://a.test/?X-Amz-Signature=abc&token=": "https://a.test/?X-Amz-Signature=[redacted]&token=",
		"https://a.test/?ssn=1&assn=2":               "https://a.test/?ssn=[redacted]&assn=2",
		"/r?id_token=abc":                            "/r?id_token=[redacted]",
		"?":                                          "?",
	} {
		if got := r.URL(address); got != want {
			t.Errorf("%s is kept as %s, want %s", address, got, want)
		}
	}
	if got := (trace.Redaction{Off: true}).URL("https://u:p@a.test/?key=abc"); got != "https://u:p@a.test/?key=abc" {
		t.Errorf("redaction is off, and %s is kept", got)
	}
}

// No address loses more than it should, keeps a password, or changes twice.
func FuzzRedactURL(f *testing.F) {
	f.Add("https://u:p@a.test/?key=abc#code=7")
	f.Add("//@/?=&;#?token=x")
	f.Fuzz(func(t *testing.T, address string) {
		var r trace.Redaction
		once := r.URL(address)
		if twice := r.URL(once); twice != once {
			t.Fatalf("%q, then %q, then %q", address, once, twice)
		}
		if !strings.ContainsAny(address, "@?#") && once != address {
			t.Fatalf("%q has nothing to hide, and becomes %q", address, once)
		}
	})
}

// Text that is cut says so, keeps whole characters, and is not cut again.
func TestCut(t *testing.T) {
	for _, test := range []struct {
		text string
		most int
		want string
	}{
		{"short", 10, "short"}, {"0123456789", 10, "0123456789"}, {"0123456789a", 10, "0123 [cut]"}, {"ééééééé", 9, "é [cut]"}, {"0123456789", 3, " [cut]"},
	} {
		got := trace.Cut(test.text, test.most)
		if got != test.want {
			t.Errorf("%q cut to %d is %q, want %q", test.text, test.most, got, test.want)
		}
	}
}

// Bytes above ASCII are characters of their own, wherever they stand.
func TestText(t *testing.T) {
	for wire, want := range map[string]string{
		"": "", "plain": "plain", "\xe9": "é", "1234567\xe9": "1234567é", "12345678\xe9": "12345678é", "\xc3\xa9": "Ã©", "long enough to be seen \xff at once": "long enough to be seen ÿ at once",
	} {
		if got := trace.Text(wire); got != want {
			t.Errorf("%q is %q, want %q", wire, got, want)
		}
	}
}
