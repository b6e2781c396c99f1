package policy_test

import (
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/cors/policy"
)

type hostileRow struct {
	Policy                []string
	Origin, Expect, Class string
}

func hostileRows(t testing.TB) []hostileRow {
	t.Helper()
	data, err := os.ReadFile("../testdata/hostile-origins.json")
	if err != nil {
		t.Fatal(err)
	}
	var rows []hostileRow
	if err := json.Unmarshal(data, &rows); err != nil {
		t.Fatal(err)
	}
	return rows
}

func compile(t testing.TB, p policy.Policy) *policy.Compiled {
	t.Helper()
	c, err := policy.Compile(p)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Validation finds each problem, in its place, with its reason.
func TestValidate(t *testing.T) {
	app := []string{"https://app.example"}
	for _, test := range []struct {
		why    string
		policy policy.Policy
		want   []string // "field reason", with a "!" before warnings
	}{
		{"a good policy has none", policy.Policy{AllowOrigins: app, AllowMethods: []string{"PUT"}, AllowHeaders: []string{"*", "Authorization"}}, nil},
		{"origins are missing", policy.Policy{}, []string{"allowOrigins missing"}},
		{
			"empty lists never mean any",
			policy.Policy{AllowOrigins: []string{}, AllowMethods: []string{}, AllowHeaders: []string{}, ExposeHeaders: []string{}},
			[]string{"allowOrigins empty-list", "allowMethods empty-list", "allowHeaders empty-list", "exposeHeaders empty-list"},
		},
		{
			"malformed everywhere, all at once",
			policy.Policy{AllowOrigins: []string{"example.com"}, AllowMethods: []string{"P T"}, AllowHeaders: []string{"X:"}, ExposeHeaders: []string{""}, MaxAge: new(-1)},
			[]string{"allowOrigins[0] malformed", "allowMethods[0] malformed", "allowHeaders[0] malformed", "exposeHeaders[0] malformed", "maxAge out-of-range"},
		},
		{
			"stars with credentials",
			policy.Policy{AllowOrigins: []string{"*"}, AllowMethods: []string{"*"}, AllowHeaders: []string{"*"}, ExposeHeaders: []string{"*"}, AllowCredentials: true},
			[]string{
				"allowOrigins[0] wildcard-with-credentials", "allowMethods[0] wildcard-with-credentials",
				"allowHeaders[0] wildcard-with-credentials", "exposeHeaders[0] wildcard-with-credentials",
			},
		},
		{
			"a star stands alone",
			policy.Policy{AllowOrigins: []string{"*", "https://app.example"}, AllowMethods: []string{"PUT", "*"}, ExposeHeaders: []string{"ETag", "*"}},
			[]string{"allowOrigins[0] wildcard-not-alone", "allowMethods[1] wildcard-not-alone", "exposeHeaders[1] wildcard-not-alone"},
		},
		{"http with credentials", policy.Policy{AllowOrigins: []string{"http://app.example", "http://localhost:8402", "http://127.0.0.1:1", "http://[::1]:*", "https://app.example"}, AllowCredentials: true}, []string{"allowOrigins[0] insecure-with-credentials"}},
		{"http with credentials, on purpose", policy.Policy{AllowOrigins: []string{"http://app.example"}, AllowCredentials: true, DangerouslyAllowInsecureOrigins: true}, nil},
		{"http without credentials", policy.Policy{AllowOrigins: []string{"http://app.example"}}, nil},
		{"public suffixes", policy.Policy{AllowOrigins: []string{"https://*.com", "https://*.co.uk:*", "https://*.github.io", "https://*.internal", "http://*.localhost", "https://*.example.co.uk"}}, []string{
			"allowOrigins[0] public-suffix", "allowOrigins[1] public-suffix", "allowOrigins[2] public-suffix", "allowOrigins[3] public-suffix",
		}},
		{"public suffixes, on purpose", policy.Policy{AllowOrigins: []string{"https://*.github.io"}, DangerouslyAllowPublicSuffixes: true}, nil},
		{"null", policy.Policy{AllowOrigins: []string{"null"}}, []string{"allowOrigins[0] null-origin"}},
		{"null, on purpose", policy.Policy{AllowOrigins: []string{"null"}, DangerouslyAllowNull: true}, nil},
		{"forbidden names", policy.Policy{AllowOrigins: app, AllowMethods: []string{"TRACE", "connect"}, AllowHeaders: []string{"Cookie", "Sec-Fetch-Site", "proxy-x"}, ExposeHeaders: []string{"Set-Cookie"}}, []string{
			"allowMethods[0] forbidden-name", "allowMethods[1] forbidden-name", "allowHeaders[0] forbidden-name", "allowHeaders[1] forbidden-name",
			"allowHeaders[2] forbidden-name", "exposeHeaders[0] forbidden-name",
		}},
		{"methods have a case", policy.Policy{AllowOrigins: app, AllowMethods: []string{"put", "patch"}}, []string{"allowMethods[0] malformed", "!allowMethods[1] unusual"}},
		{"duplicates", policy.Policy{AllowOrigins: []string{"https://a.example", "https://a.example"}, AllowMethods: []string{"PUT", "PUT"}, AllowHeaders: []string{"X-A", "x-a"}, ExposeHeaders: []string{"ETag", "etag"}}, []string{
			"allowOrigins[1] duplicate", "allowMethods[1] duplicate", "allowHeaders[1] duplicate", "exposeHeaders[1] duplicate",
		}},
		{"a day is the most", policy.Policy{AllowOrigins: app, MaxAge: new(86401)}, []string{"maxAge out-of-range"}},
		{"a cap below a day is worth a warning", policy.Policy{AllowOrigins: app, MaxAge: new(86400)}, []string{"!maxAge browser-cap"}},
		{"Safari's cap too", policy.Policy{AllowOrigins: app, MaxAge: new(601)}, []string{"!maxAge browser-cap"}},
		{"ten minutes suit all", policy.Policy{AllowOrigins: app, MaxAge: new(600)}, nil},
		{"endless names", policy.Policy{AllowOrigins: app, AllowHeaders: []string{strings.Repeat("x", 257)}}, []string{"allowHeaders[0] malformed"}},
	} {
		var got []string
		for _, p := range policy.Validate(test.policy) {
			s := p.Field + " " + p.Reason.String()
			if p.Warning {
				s = "!" + s
			}
			got = append(got, s)
			if p.Cure == "" || strings.Contains(p.Error(), "Something is wrong") {
				t.Errorf("%s: problem without reason or cure: %v", test.why, p)
			}
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s:\n got %q\nwant %q", test.why, got, test.want)
		}
	}
}

// Compile gives all problems but the warnings, and what it accepts is kept as given.
func TestCompile(t *testing.T) {
	_, err := policy.Compile(policy.Policy{AllowOrigins: []string{"https://app.example/"}, AllowMethods: []string{"patch", "TRACE"}})
	problems := policy.Problems(err)
	if len(problems) != 2 {
		t.Fatalf("got %d problems, want the origin's and the method's: %v", len(problems), err)
	}
	if want := `did you mean "https://app.example"?`; !strings.Contains(err.Error(), want) {
		t.Errorf("the error %q does not offer %q", err, want)
	}
	p := policy.Policy{AllowOrigins: []string{"https://app.example"}, AllowMethods: []string{"PUT"}, AllowHeaders: []string{"X-A"}, ExposeHeaders: []string{"ETag"}, AllowCredentials: true, MaxAge: new(5)}
	c := compile(t, p)
	if got := c.Policy(); !reflect.DeepEqual(got, p) {
		t.Errorf("got back %+v, want %+v", got, p)
	}
	p.AllowOrigins[0] = "https://evil.example"
	if c.Decide("GET", "https://evil.example", nil).Verdict.Allowed() {
		t.Error("a change of the caller's slice reached the compiled policy")
	}
}

// A nil policy allows nothing and says nothing.
func TestNobody(t *testing.T) {
	header := map[string][]string{}
	d := policy.Nobody.Decide("GET", "https://app.example", nil)
	d.Apply(header)
	if d.Verdict.Allowed() || len(header) != 0 {
		t.Errorf("verdict %v, fields %v", d.Verdict, header)
	}
}
