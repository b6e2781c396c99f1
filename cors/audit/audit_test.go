package audit_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/audit"
	"github.com/corsage-go/corsage/cors/probe"
	"github.com/corsage-go/corsage/cors/trace"
)

const app = "https://app.example"

// answer makes the answers of a server that is a function from a probe to a header.
func answer(a *audit.Audit, server func(p probe.Probe) trace.Header) []probe.Answer {
	answers := make([]probe.Answer, len(a.Probes()))
	for i, p := range a.Probes() {
		answers[i] = probe.Answer{Probe: p, Exchanges: []trace.Exchange{{
			ID: "1", Preflight: p.Kind == probe.Preflight, Origin: p.Origin,
			Request: trace.Request{Method: p.Method, URL: p.URL}, Response: &trace.Response{Status: 200, Header: server(p)},
		}}}
		if p.Origin != "" {
			answers[i].Verdict = answers[i].Check(p.Credentials)
		}
	}
	return answers
}

func found(outcomes []probe.Outcome) []string {
	names := []string{}
	for _, o := range outcomes {
		if o.Finding != nil {
			names = append(names, o.Severity.String()+" "+o.Finding.Rule)
		}
	}
	slices.Sort(names)
	return names
}

// What a fault means depends on whether credentials are in play, and public data is
// no fault.
func TestSeverityDependsOnCredentials(t *testing.T) {
	reflect := func(p probe.Probe) trace.Header {
		return trace.Header{{Name: "Access-Control-Allow-Origin", Value: p.Origin}, {Name: "Vary", Value: "Origin"}}
	}
	with := func(p probe.Probe) trace.Header {
		return append(reflect(p), trace.Field{Name: "Access-Control-Allow-Credentials", Value: "true"})
	}
	only := func(origin string, server func(probe.Probe) trace.Header) func(probe.Probe) trace.Header {
		return func(p probe.Probe) trace.Header {
			if p.Origin == app || p.Origin == origin {
				return server(p)
			}
			return trace.Header{{Name: "Vary", Value: "Origin"}}
		}
	}
	for name, c := range map[string]struct {
		server func(probe.Probe) trace.Header
		want   []string
	}{
		"reflects":                  {reflect, []string{"low origin-reflected"}},
		"reflects with credentials": {with, []string{"high origin-reflected"}},
		"null":                      {only("null", reflect), []string{"low origin-null"}},
		"null with credentials":     {only("null", with), []string{"high origin-null"}},
		"http":                      {only("http://app.example", reflect), []string{"low origin-scheme"}},
		"http with credentials":     {only("http://app.example", with), []string{"high origin-scheme"}},
		"prefix":                    {only(app+".corsage-probe.example", reflect), []string{"medium origin-prefix"}},
		"below":                     {only("https://corsage-probe.app.example", reflect), []string{"info origin-subdomain"}},
		"public": {func(probe.Probe) trace.Header {
			return trace.Header{{Name: "Access-Control-Allow-Origin", Value: "*"}, {Name: "Access-Control-Allow-Headers", Value: "*"}, {Name: "Access-Control-Allow-Methods", Value: "*"}}
		}, []string{}},
		"right": {only(app, with), []string{}},
	} {
		a, err := audit.New(audit.Options{URL: "https://api.example/albums", Origins: []string{app}})
		if err != nil {
			t.Fatal(err)
		}
		if got := found(a.Judge(answer(a, c.server))); !slices.Equal(got, c.want) {
			t.Errorf("%s: found %q, want %q", name, got, c.want)
		}
	}
}

// An audit changes nothing: it asks with GET, OPTIONS and preflights.
func TestAuditIsSafe(t *testing.T) {
	a, err := audit.New(audit.Options{URL: "https://api.example/albums", Header: []cors.Field{{Name: "Authorization", Value: "x"}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range a.Probes() {
		if p.Kind != probe.Preflight && p.Method != "GET" && p.Method != "OPTIONS" {
			t.Errorf("%v would be sent", p)
		}
		if p.Kind == probe.Preflight && slices.ContainsFunc(p.Header, func(f cors.Field) bool { return f.Value == "x" }) {
			t.Errorf("%v would carry the secret", p)
		}
	}
}

// Without an answer to one probe, nothing is said to be in order.
func TestAuditWithoutAnswer(t *testing.T) {
	a, err := audit.New(audit.Options{URL: "https://api.example/albums"})
	if err != nil {
		t.Fatal(err)
	}
	answers := answer(a, func(probe.Probe) trace.Header { return nil })
	answers[len(answers)-1].Failure = "timeout"
	for _, o := range a.Judge(answers) {
		if o.Holds() || !strings.HasSuffix(o.Unreachable, ": timeout") {
			t.Errorf("%+v", o)
		}
	}
}

// What cannot be audited is said to be so.
func TestOptions(t *testing.T) {
	for _, o := range []audit.Options{
		{},
		{URL: "api.example"},
		{URL: "ftp://api.example"},
		{URL: "https://a:b@api.example"},
		{URL: "https://api.example/#x"},
		{URL: "http://api.example:25/"},
		{URL: "https://api.example", Origins: []string{"*"}},
		{URL: "https://api.example", Origins: []string{"null"}},
		{URL: "https://api.example", Origins: []string{"app.example"}},
		{URL: "https://api.example", Origins: make([]string, 21)},
	} {
		if _, err := audit.New(o); err == nil {
			t.Errorf("%+v is accepted", o)
		}
	}
}

func ExampleAudit() {
	a, err := audit.New(audit.Options{URL: "https://api.example/albums", Origins: []string{app}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range a.Probes()[:4] {
		fmt.Println(p)
	}
	// Output:
	// GET https://api.example/albums, with credentials
	// OPTIONS https://api.example/albums
	// GET https://api.example/albums from https://corsage-probe.example, with credentials
	// permission to GET https://api.example/albums from https://corsage-probe.example
}
