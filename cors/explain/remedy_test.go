package explain_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/explain"
	"github.com/corsage-go/corsage/cors/trace"
)

// With the header lines of the remedy on the answer, the browser's check lets the
// request through: a remedy that does not cure is a lie.
func TestRemediesCure(t *testing.T) {
	files, err := filepath.Glob("testdata/cases/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	cured := 0
	for _, file := range files {
		tr := readCase(t, file)
		for i := range tr.Exchanges {
			x := &tr.Exchanges[i]
			f := explain.Exchange(tr, x)
			if f == nil || len(f.Remedy.Send) == 0 {
				continue
			}
			cured++
			if v := checkAgain(tr, x, f.Remedy.Send); !v.Allowed() {
				t.Errorf("%s: with %q: %v", file, f.Remedy.Send, v)
			}
		}
	}
	if cured < 20 {
		t.Errorf("only %d cases have header lines to send", cured)
	}
}

// checkAgain asks the browser's check about an answer of the remedy's lines alone.
func checkAgain(tr *trace.Trace, x *trace.Exchange, send []string) cors.Verdict {
	var h trace.Header
	for _, line := range send {
		name, value, _ := strings.Cut(line, ": ")
		h = append(h, trace.Field{Name: name, Value: value})
	}
	y := *x
	y.Verdict, y.Failure, y.Response = nil, "", &trace.Response{Status: 204, Header: h}
	if x.Verdict.Reason == cors.MethodNotApproved { // some cures are in the script
		y.Request.Header = upperMethod(y.Request.Header)
	}
	judged := &trace.Trace{Exchanges: []trace.Exchange{y}}
	trace.Judge(judged)
	return judged.Exchanges[0].Verdict.Verdict
}

func upperMethod(h trace.Header) trace.Header {
	h = slices.Clone(h)
	for i := range h {
		if strings.EqualFold(h[i].Name, cors.HeaderRequestMethod) {
			h[i].Value = strings.ToUpper(h[i].Value)
		}
	}
	return h
}

// Every reason for which something is refused has words of its own: what happened,
// what was expected, what to do, and where the standard says so.
func TestEveryReasonIsExplained(t *testing.T) {
	for _, r := range cors.Reasons() {
		v := cors.Verdict{Reason: r, On: cors.OnResponse, Observed: "x", Expected: "y"}
		if !v.Refused() || r == cors.Undecided {
			continue
		}
		tr := &trace.Trace{Exchanges: []trace.Exchange{{
			ID: "1", Type: "xhr", Origin: "https://app.example", Verdict: &trace.Verdict{Verdict: v},
			Request:  trace.Request{Method: "GET", URL: "https://api.example/", Header: trace.Header{{Name: "Origin", Value: "https://app.example"}}},
			Response: &trace.Response{Status: 200},
		}}}
		f := explain.Exchange(tr, &tr.Exchanges[0])
		if f.Rule != r.String() || f.Title == "" || f.Happened == "" || f.Remedy.Text == "" || f.Standard.URL == "" || f.Severity != explain.Blocked {
			t.Errorf("%s: %+v", r, f)
		}
		if strings.HasPrefix(f.Title.Plain(), "Blocked: ") {
			t.Errorf("%s has no words of its own", r)
		}
		if wants := r != cors.Aborted && r != cors.TimedOut; wants && (f.Expected == "" || len(f.Evidence) == 0 && r != cors.NetworkFailed) {
			t.Errorf("%s: expected %q, evidence %v", r, f.Expected, f.Evidence)
		}
	}
}

// Whatever a trace holds, no configuration holds it: only valid origins, methods
// and names get into text that people paste into their servers.
func TestConfigsTakeNothingOdd(t *testing.T) {
	for _, odd := range []string{"https://a.example\" always; return 200", "https://a.example\nevil", "https://*.example", "null", "javascript:alert(1)", "https://a.example/{{"} {
		tr := &trace.Trace{Exchanges: []trace.Exchange{{
			ID: "1", Type: "xhr", Origin: odd, Preflight: true,
			Verdict: &trace.Verdict{Verdict: cors.Verdict{Reason: cors.HeaderNotApproved, On: cors.OnPreflight, Expected: "x-a", Detail: "x-a, x;y"}},
			Request: trace.Request{Method: "OPTIONS", URL: "https://api.example/", Header: trace.Header{{Name: "Origin", Value: odd}, {Name: cors.HeaderRequestMethod, Value: "PUT\";"}}},
		}}}
		f := explain.Exchange(tr, &tr.Exchanges[0])
		if len(f.Remedy.Configs) > 0 {
			t.Errorf("%q: %+v", odd, f.Remedy.Configs)
		}
		tr.Exchanges[0].Request.Header[0].Value = "https://app.example"
		for _, c := range explain.Exchange(tr, &tr.Exchanges[0]).Remedy.Configs {
			if strings.Contains(c.Code, "x;y") || strings.Contains(c.Code, `PUT";`) {
				t.Errorf("%s: %s", c.Target, c.Code)
			}
		}
	}
}

// What the answering end refuses is told in its own words, and the console line is
// the one that the page's browser prints.
func TestAtServer(t *testing.T) {
	x := trace.Exchange{
		ID: "s1", End: trace.AtServer, Type: "fetch", Origin: "https://evil.example", Verdict: &trace.Verdict{Verdict: cors.Verdict{Reason: cors.OriginNotAllowed, On: cors.OnRequest, Observed: "https://evil.example"}},
		Request:  trace.Request{Method: "GET", URL: "https://api.example/", Header: trace.Header{{Name: "Origin", Value: "https://evil.example"}}},
		Response: &trace.Response{Status: 200},
	}
	f := explain.Exchange(&trace.Trace{Exchanges: []trace.Exchange{x}}, &x)
	if f.Rule != "origin-not-allowed" || f.Answered != nil {
		t.Errorf("%+v", f)
	}
	if want := "Access to fetch at 'https://api.example/' from origin 'https://evil.example' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource."; f.Console != want {
		t.Errorf("the console says %q, want %q", f.Console, want)
	}
}
