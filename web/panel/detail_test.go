package panel

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/trace"
)

// read is the body of an answer.
func read(t *testing.T, r *http.Response) []byte {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The lines that decided are marked: those that a check read, those that it did
// not like, and those that it did not find; and the ones with which a request
// asks.
func TestMarks(t *testing.T) {
	for _, test := range []struct {
		why     string
		request trace.Header
		answer  trace.Header
		verdict cors.Verdict
		end     trace.End
		pre     bool
		want    string
	}{
		{
			"allowed",
			trace.Header{{Name: "Accept", Value: "*/*"}, {Name: "Origin", Value: "https://app.example"}},
			trace.Header{{Name: "Vary", Value: "Origin"}, {Name: "Access-Control-Allow-Origin", Value: "*"}, {Name: "Access-Control-Max-Age", Value: "5"}},
			cors.Verdict{Reason: cors.Allowed, On: cors.OnResponse},
			trace.AtPage, false,
			"request 1 asks, response 1 allows",
		},
		{
			"a preflight that was allowed",
			trace.Header{{Name: "Origin", Value: "https://app.example"}, {Name: "Access-Control-Request-Method", Value: "PUT"}},
			trace.Header{{Name: "access-control-allow-origin", Value: "*"}, {Name: "Access-Control-Allow-Methods", Value: "PUT"}, {Name: "Access-Control-Max-Age", Value: "5"}},
			cors.Verdict{Reason: cors.Allowed, On: cors.OnPreflight},
			trace.AtPage, true,
			"request 0 asks, request 1 asks, response 0 allows, response 1 allows, response 2 allows",
		},
		{
			"a field that is missing",
			trace.Header{{Name: "Origin", Value: "https://app.example"}},
			trace.Header{{Name: "Vary", Value: "Origin"}},
			cors.Verdict{Reason: cors.AllowOriginMissing, On: cors.OnResponse},
			trace.AtPage, false,
			"request 0 asks, response -1 refuses",
		},
		{
			"two lines of one field",
			trace.Header{{Name: "Origin", Value: "https://app.example"}},
			trace.Header{{Name: "Access-Control-Allow-Origin", Value: "*"}, {Name: "Access-Control-Allow-Origin", Value: "https://app.example"}},
			cors.Verdict{Reason: cors.AllowOriginMultiple, On: cors.OnResponse, Observed: "*, https://app.example", Detail: "*\nhttps://app.example"},
			trace.AtPage, false,
			"request 0 asks, response 0 refuses, response 1 refuses",
		},
		{
			"what a server does not like of a request",
			trace.Header{{Name: "Origin", Value: "https://evil.example"}},
			nil,
			cors.Verdict{Reason: cors.OriginNotAllowed, On: cors.OnRequest, Observed: "https://evil.example"},
			trace.AtServer, false,
			"request 0 refuses",
		},
		{"nothing was decided", trace.Header{{Name: "Accept", Value: "*/*"}}, nil, cors.Verdict{Reason: cors.NotCORS, On: cors.OnResponse}, trace.AtPage, false, ""},
	} {
		x := exchange("a")
		x.Request.Header, x.Response.Header, x.Verdict.Verdict, x.End, x.Preflight = test.request, test.answer, test.verdict, test.end, test.pre
		sub := subject{x: x}
		var got []string
		for _, m := range marks(x, sub.finding()) {
			got = append(got, fmt.Sprint(m.Side, " ", m.Index, " ", m.Kind))
		}
		if s := strings.Join(got, ", "); s != test.want {
			t.Errorf("%s: %q, want %q", test.why, s, test.want)
		}
	}
}

// What the panel knows of an exchange is what was recorded and what explains it,
// with what belongs to it.
func TestDetail(t *testing.T) {
	p := New(Config{})
	request, preflight := put()
	preflight.Verdict = &trace.Verdict{Verdict: cors.Verdict{Reason: cors.MethodNotApproved, On: cors.OnPreflight, Expected: "PUT"}}
	request.Fetch = "1"
	p.Sink().Exchange(preflight)
	p.Sink().Exchange(request)
	p.Sink().Event(trace.Event{Fetch: "1", On: "xhr", Type: "error"})
	p.Sink().Event(trace.Event{Fetch: "2", On: "xhr", Type: "load"})
	h := p.Handler(testOrigin, testToken)

	var d struct {
		Row      row
		Exchange trace.Exchange
		Finding  *struct{ Rule string }
		Copies   []snippet
		Events   []trace.Event
		Around   []row
	}
	r := ask(h, "GET", "/TOKEN/exchanges/0")
	if err := json.Unmarshal(read(t, r), &d); err != nil || r.Header.Get("Content-Type") != "application/json" {
		t.Fatalf("%v, %s", err, r.Header.Get("Content-Type"))
	}
	if d.Row.AskedMethod != "PUT" || d.Exchange.ID != "p" || d.Finding == nil || d.Finding.Rule != "method-not-approved" || len(d.Copies) != 3 || len(d.Around) != 1 || d.Around[0].ID != "r" {
		t.Errorf("of the preflight: %+v", d)
	}
	if err := json.Unmarshal(read(t, ask(h, "GET", "/TOKEN/exchanges/1")), &d); err != nil {
		t.Fatal(err)
	}
	if d.Finding != nil || len(d.Events) != 1 || d.Events[0].Type != "error" || d.Around[0].Place != 0 {
		t.Errorf("of the request: %+v", d)
	}
	for path, status := range map[string]int{"/TOKEN/exchanges/2": 404, "/TOKEN/exchanges/x": 400, "/TOKEN/exchanges/-1": 400, "/TOKEN/nothing": 404, "/TOKEN/panel/nothing.js": 404, "/TOKEN/look/look.go": 404} {
		if got := ask(h, "GET", path).StatusCode; got != status {
			t.Errorf("%s: %d, want %d", path, got, status)
		}
	}
}

// What is exported reads in again as it was, verdicts and links included.
func TestExport(t *testing.T) {
	p := New(Config{})
	request, preflight := put()
	for _, x := range []*trace.Exchange{preflight, request, blocked("b")} {
		p.Sink().Exchange(x)
	}
	r := ask(p.Handler(testOrigin, testToken), "GET", "/TOKEN/export.har")
	if got := r.Header.Get("Content-Disposition"); got != `attachment; filename="corsage.har"` {
		t.Errorf("Content-Disposition: %s", got)
	}
	got, err := trace.ReadHAR(bytes.NewReader(read(t, r)), trace.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Exchanges) != 3 || got.Exchanges[0].PreflightFor != "r" || got.Exchanges[1].PreflightID != "p" {
		t.Errorf("%+v", got.Exchanges)
	}
	if x := got.Exchanges[2]; !x.Blocked() || x.Verdict.Reason != cors.AllowOriginMissing || x.Recomputed {
		t.Errorf("the blocked one: %+v", x.Verdict)
	}
}

// A row tells how far an exchange has come.
func TestState(t *testing.T) {
	waiting, gone, half := exchange("a"), exchange("a"), exchange("a")
	waiting.Done, waiting.Response, waiting.Verdict = false, nil, nil
	gone.Response, gone.Verdict, gone.Failure = nil, nil, "net::ERR_FAILED"
	half.Done = false
	for want, x := range map[state]*trace.Exchange{pending: waiting, failed: gone, done: blocked("a")} {
		if got := newRow(subject{x: x}).State; got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if got := newRow(subject{x: half}).State; got != pending {
		t.Errorf("with the body still to come: %s", got)
	}
}
