package probe_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/probe"
	"github.com/corsage-go/corsage/cors/trace"
)

func pattern(t *testing.T, s string) cors.Pattern {
	t.Helper()
	p, err := cors.ParsePattern(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A probe that several questions need is sent once.
func TestPlanAsksOnce(t *testing.T) {
	var p probe.Plan
	get := probe.Probe{Kind: probe.Request, Method: "GET", URL: "https://api.example/", Origin: "https://app.example"}
	with := get
	with.Header = []cors.Field{{Name: "Authorization", Value: "x"}}
	for i, want := range []int{p.Ask(get), p.Ask(with), p.Ask(get), p.Ask(with)} {
		if got := []int{0, 1, 0, 1}[i]; got != want {
			t.Errorf("question %d is probe %d, want %d", i, want, got)
		}
	}
	if len(p.Probes) != 2 {
		t.Errorf("there are %d probes, want 2", len(p.Probes))
	}
}

// Header fields for a preflight need approval, every one.
func TestUnsafeFields(t *testing.T) {
	names := []string{"accept", "accept-language", "authorization", "content-type", "range", "x-a"}
	if got := cors.UnsafeRequestHeaderNames(probe.UnsafeFields(names)); !slices.Equal(got, names) {
		t.Errorf("a preflight would ask for %q, want %q", got, names)
	}
}

// What a pattern's samples are, the pattern names.
func TestSamples(t *testing.T) {
	for text, want := range map[string][]string{
		"*":                       {"https://corsage-probe.example", "null"},
		"null":                    {"null"},
		"https://app.example":     {"https://app.example"},
		"http://localhost:*":      {"http://localhost", "http://localhost:4443"},
		"https://*.a.example:444": {"https://corsage-probe.a.example:444", "https://a.corsage-probe.a.example:444"},
		"https://*.a.example:*":   {"https://corsage-probe.a.example", "https://a.corsage-probe.a.example", "https://corsage-probe.a.example:4443"},
	} {
		p := pattern(t, text)
		got := probe.Samples(p)
		if !slices.Equal(got, want) {
			t.Errorf("%s has the samples %q, want %q", text, got, want)
		}
		for _, s := range got {
			if o, err := cors.ParseOrigin(s); err != nil || !p.Matches(o) {
				t.Errorf("%s does not name its sample %s (%v)", text, s, err)
			}
		}
	}
}

// For each way in which origins are compared carelessly there is a look-alike.
func TestLookAlikes(t *testing.T) {
	for text, want := range map[string][]string{
		"*": nil, "null": nil,
		"https://app.example.com": {
			"prefix https://app.example.com.corsage-probe.example", "suffix https://corsage-probe-app.example.com",
			"subdomain https://corsage-probe.app.example.com", "scheme http://app.example.com", "port https://app.example.com:4443",
			"trailing-dot https://app.example.com.", "case https://APP.EXAMPLE.COM", "null null", "dot https://appxexample.com",
			"special https://app.example.com_.corsage-probe.example", "special https://app.example.com!.corsage-probe.example",
			"special https://app.example.com`.corsage-probe.example",
		},
		"http://127.0.0.1:8080": {
			"prefix http://127.0.0.1.corsage-probe.example:8080", "scheme https://127.0.0.1:8080", "port http://127.0.0.1:8081",
			"null null",
			"special http://127.0.0.1_.corsage-probe.example:8080", "special http://127.0.0.1!.corsage-probe.example:8080",
			"special http://127.0.0.1`.corsage-probe.example:8080",
		},
		"https://*.example.com": {
			"prefix https://corsage-probe.example.com.corsage-probe.example", "suffix https://corsage-probe-example.com",
			"subdomain https://corsage-probe.corsage-probe.example.com", "scheme http://corsage-probe.example.com",
			"port https://corsage-probe.example.com:4443", "trailing-dot https://corsage-probe.example.com.",
			"case https://CORSAGE-PROBE.EXAMPLE.COM", "null null", "dot https://corsage-probe.examplexcom", "parent https://example.com",
			"special https://corsage-probe.example.com_.corsage-probe.example", "special https://corsage-probe.example.com!.corsage-probe.example",
			"special https://corsage-probe.example.com`.corsage-probe.example",
		},
	} {
		var got []string
		for _, l := range probe.LookAlikes(pattern(t, text)) {
			got = append(got, string(l.Class)+" "+l.Origin)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s is looked like by\n%s\nwant\n%s", text, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// Whatever the pattern, its samples are origins that it names, and what looks like it
// is an origin too, except what is in capital letters.
func FuzzLookAlikes(f *testing.F) {
	for _, seed := range []string{"https://app.example", "https://*.example.com:*", "http://[::1]:8080", "http://localhost:*", "*", "https://1.2.3.4", "https://a.:65535"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := cors.ParsePattern(text)
		if err != nil {
			return
		}
		for _, s := range probe.Samples(p) {
			if o, err := cors.ParseOrigin(s); err != nil || !p.Matches(o) {
				t.Errorf("%q does not name its sample %q (%v)", text, s, err)
			}
		}
		for _, l := range probe.LookAlikes(p) {
			if l.Origin == text || (l.Class == probe.Case) == l.Sendable() {
				t.Errorf("%q is looked like by %q (%s)", text, l.Origin, l.Class)
			}
		}
	})
}

func get(origin string, header ...trace.Field) *probe.Answer {
	return &probe.Answer{
		Probe: probe.Probe{Kind: probe.Request, Method: "GET", Origin: origin},
		Exchanges: []trace.Exchange{{
			Origin: origin, Request: trace.Request{Method: "GET", URL: "https://api.example/"},
			Response: &trace.Response{Status: 200, Header: header},
		}},
	}
}

// One answer shows what a page gets with credentials, and without.
func TestCheck(t *testing.T) {
	own := trace.Field{Name: "Access-Control-Allow-Origin", Value: "https://app.example"}
	all := trace.Field{Name: "access-control-allow-origin", Value: "*"}
	yes := trace.Field{Name: "Access-Control-Allow-Credentials", Value: "true"}
	for _, c := range []struct {
		answer        *probe.Answer
		without, with cors.Reason
	}{
		{get("https://app.example", own), cors.Allowed, cors.AllowCredentialsInvalid},
		{get("https://app.example", own, yes), cors.Allowed, cors.Allowed},
		{get("https://app.example", all, yes), cors.Allowed, cors.WildcardWithCredentials},
		{get("https://app.example"), cors.AllowOriginMissing, cors.AllowOriginMissing},
	} {
		if got := c.answer.Check(false).Reason; got != c.without {
			t.Errorf("%v: without credentials %v, want %v", c.answer.Exchanges[0].Response.Header, got, c.without)
		}
		if got := c.answer.Check(true).Reason; got != c.with {
			t.Errorf("%v: with credentials %v, want %v", c.answer.Exchanges[0].Response.Header, got, c.with)
		}
	}
	if v := (&probe.Answer{}).Check(false); v.Allowed() {
		t.Error("no answer at all lets a page read")
	}
}

// Vary is missing where answers differ by who asks, an answer may be stored, and it
// does not say so; and nowhere else.
func TestVaryMissing(t *testing.T) {
	own := trace.Field{Name: "Access-Control-Allow-Origin", Value: "https://app.example"}
	all := trace.Field{Name: "Access-Control-Allow-Origin", Value: "*"}
	vary := trace.Field{Name: "Vary", Value: "Accept-Encoding, origin"}
	star := trace.Field{Name: "Vary", Value: "*"}
	none := trace.Field{Name: "Cache-Control", Value: "private, no-store"}
	for name, c := range map[string]struct {
		answers []*probe.Answer
		missing bool
	}{
		"all say so":                       {[]*probe.Answer{get("https://app.example", own, vary), get("", vary), get("null", star)}, false},
		"the one without origin does not":  {[]*probe.Answer{get("https://app.example", own, vary), get("")}, true},
		"the one that is allowed does not": {[]*probe.Answer{get("https://app.example", own), get("", vary)}, true},
		"the same for all":                 {[]*probe.Answer{get("https://app.example", all), get("", all)}, false},
		"always the same origin":           {[]*probe.Answer{get("https://app.example", own), get("null", own)}, false},
		"nothing may be stored":            {[]*probe.Answer{get("https://app.example", own, none), get("", none)}, false},
		"one":                              {[]*probe.Answer{get("https://app.example", own)}, false},
	} {
		if without, _ := probe.VaryMissing(c.answers); (without != nil) != c.missing {
			t.Errorf("%s: missing on %v, want %v", name, without, c.missing)
		}
		if f := probe.VaryFinding(c.answers); (f != nil) != c.missing {
			t.Errorf("%s: finding %v", name, f)
		}
	}
}

// A time is read as browsers do, and what is no number is five seconds.
func TestMaxAge(t *testing.T) {
	for value, want := range map[string]int{
		"": 5, "600": 600, "0": 0, "-1": 5, "one day": 5, "6e2": 5, "99999999999999999999": 1<<31 - 1, "007": 7,
	} {
		var h []trace.Field
		if value != "" {
			h = append(h, trace.Field{Name: "Access-Control-Max-Age", Value: value})
		}
		if got, words := probe.MaxAge(get("", h...).Response()); got != want || words == "" {
			t.Errorf("%q is %d seconds (%s), want %d", value, got, words, want)
		}
	}
}

// Severities are read by the names that they are written with.
func TestSeverity(t *testing.T) {
	for s := probe.None; s <= probe.High; s++ {
		text, _ := s.MarshalText()
		var got probe.Severity
		if err := got.UnmarshalText(text); err != nil || got != s {
			t.Errorf("%s is read as %v, %v", text, got, err)
		}
	}
	var s probe.Severity
	if err := s.UnmarshalText([]byte("terrible")); err == nil {
		t.Error("a severity that does not exist is read")
	}
}
