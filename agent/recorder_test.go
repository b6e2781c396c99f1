package agent_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/agent"
	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/cors/trace"
)

// recordedLine writes what matters of an exchange in a line.
func recordedLine(x trace.Exchange) string {
	s := fmt.Sprintf("%s %s %s -> %d", x.ID, x.Request.Method, x.Request.URL, x.Status())
	for _, mark := range []struct {
		on   bool
		text string
	}{
		{x.Preflight, "preflight for " + x.PreflightFor},
		{x.PreflightID != "", "after " + x.PreflightID},
		{x.Approved, "approved"},
		{x.RedirectedBy != "", "led by " + x.RedirectedBy},
		{x.Cache != "", "cache " + x.Cache},
		{!x.Sent, "not sent"},
		{!x.Done, "not done"},
	} {
		if mark.on {
			s += ", " + mark.text
		}
	}
	if x.Verdict != nil {
		s += ", " + x.Verdict.Reason.String() + " on the " + x.Verdict.On.String()
	}
	return s
}

// What a page does is recorded, each exchange with its verdict and with what it
// has to do with the others.
func TestRecorder(t *testing.T) {
	mux := http.NewServeMux()
	allow := func(w http.ResponseWriter) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Access-Control-Allow-Methods", "PUT")
	}
	mux.HandleFunc("/open", func(w http.ResponseWriter, _ *http.Request) { allow(w); fmt.Fprint(w, "hello") })
	mux.HandleFunc("/closed", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("/away", func(w http.ResponseWriter, r *http.Request) {
		allow(w)
		http.Redirect(w, r, "/open", http.StatusTemporaryRedirect)
	})
	mux.HandleFunc("/cached", func(w http.ResponseWriter, _ *http.Request) {
		allow(w)
		w.Header().Set("Cache-Control", "max-age=60")
		fmt.Fprint(w, "kept")
	})

	for _, test := range []struct {
		why  string
		asks []string
		want []string
	}{
		{
			"a GET that is let through",
			[]string{"GET /open"},
			[]string{"1.1 GET http://data.test/open -> 200, allowed on the response"},
		},
		{
			"a preflight and its request are linked both ways, and the next request needs none",
			[]string{"PUT /open", "PUT /open"},
			[]string{
				"1.1 OPTIONS http://data.test/open -> 200, preflight for 1.2, allowed on the preflight",
				"1.2 PUT http://data.test/open -> 200, after 1.1, allowed on the response",
				"2.1 PUT http://data.test/open -> 200, approved, allowed on the response",
			},
		},
		{
			"a preflight that is refused",
			[]string{"PUT /closed"},
			[]string{"1.1 OPTIONS http://data.test/closed -> 200, preflight for , allow-origin-missing on the preflight"},
		},
		{
			"a redirect",
			[]string{"GET /away"},
			[]string{
				"1.1 GET http://data.test/away -> 307, allowed on the redirect",
				"1.2 GET http://data.test/open -> 200, led by 1.1, allowed on the response",
			},
		},
		{
			"a stored answer",
			[]string{"GET /cached", "GET /cached"},
			[]string{
				"1.1 GET http://data.test/cached -> 200, allowed on the response",
				"2.1 GET http://data.test/cached -> 200, cache hit, not sent, allowed on the response",
			},
		},
		{
			"a server that is not there",
			[]string{"GET http://nowhere.test/"},
			[]string{"1.1 GET http://nowhere.test/ -> 0, network-failed on the response"},
		},
		{
			"a port that is never asked",
			[]string{"GET http://data.test:25/"},
			[]string{"1.1 GET http://data.test:25/ -> 0, not sent, bad-port on the request"},
		},
		{
			"what is in the URL itself",
			[]string{"GET data:text/plain,a"},
			[]string{"1.1 GET data:text/plain,a -> 200, not sent"},
		},
	} {
		var log trace.Log
		recorder := &agent.Recorder{Sink: log.Sink()}
		a := agent.New(agent.Options{Profile: agent.Chromium, Handlers: map[string]http.Handler{"data.test": mux}, Hooks: recorder.Hooks()})
		page, err := a.Page("http://app.test/")
		if err != nil {
			t.Fatal(err)
		}
		for _, ask := range test.asks {
			method, target, _ := strings.Cut(ask, " ")
			if strings.HasPrefix(target, "/") {
				target = "http://data.test" + target
			}
			x := page.XHR()
			if err := x.Open(method, target); err != nil {
				t.Fatal(err)
			}
			_, _ = x.Do(context.Background(), nil) // how it ends is recorded
		}
		var got []string
		for _, x := range log.Trace().Exchanges {
			got = append(got, recordedLine(x))
		}
		if g, w := strings.Join(got, "\n"), strings.Join(test.want, "\n"); g != w {
			t.Errorf("%s: got\n%s\nwant\n%s", test.why, g, w)
		}
		a.Close()
	}
}

// A recording holds what was sent, when, and what the script was told, and none
// of the secrets.
func TestRecorderKeepsNoSecrets(t *testing.T) {
	server := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
		h.Set("Access-Control-Allow-Credentials", "true")
		h.Set("Access-Control-Allow-Headers", "authorization")
		http.SetCookie(w, &http.Cookie{Name: "sid", Value: "secret-2", Path: "/"})
		fmt.Fprint(w, strings.Repeat("x", 100))
	})
	var log trace.Log
	recorder := &agent.Recorder{Sink: log.Sink(), Limits: trace.Limits{Body: 10}}
	a := agent.New(agent.Options{Handlers: map[string]http.Handler{"data.app.test": server}, Hooks: recorder.Hooks()})
	defer a.Close()
	page, err := a.Page("http://app.test/?token=secret-1")
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		x := page.XHR()
		if err := x.Open("GET", "http://data.app.test/r?key=secret-1&a=1"); err != nil {
			t.Fatal(err)
		}
		if err := x.SetWithCredentials(true); err != nil {
			t.Fatal(err)
		}
		if err := x.SetRequestHeader("Authorization", "Bearer secret-1"); err != nil {
			t.Fatal(err)
		}
		if _, err := x.Do(context.Background(), nil); err != nil {
			t.Fatal(err)
		}
	}
	got := log.Trace()
	if s := fmt.Sprintf("%+v %+v", got.Exchanges, got.Exchanges[len(got.Exchanges)-1].Request.Header); strings.Contains(s, "secret-") {
		t.Errorf("a secret is in the trace: %s", s)
	}
	last := got.Exchanges[len(got.Exchanges)-1]
	for name, want := range map[string]string{"Cookie": "sid=[redacted]", "Authorization": "Bearer [redacted]", "Host": "data.app.test"} {
		if v := last.Request.Header.Get(name); v != want {
			t.Errorf("%s is %q, want %q", name, v, want)
		}
	}
	if c := last.Cookies; len(c) != 1 || !c[0].Kept || c[0].Line != "sid=[redacted]; Path=/" {
		t.Errorf("cookies %+v", c)
	}
	if b := last.Response.Body; b == nil || b.Text != "xxxxxxxxxx" || !b.Truncated || last.Response.Content != 100 {
		t.Errorf("body %+v of %d bytes", b, last.Response.Content)
	}
	var events []string
	for _, e := range got.Events {
		if e.Fetch == last.Fetch {
			events = append(events, e.Type)
		}
	}
	if s := strings.Join(events, " "); !strings.HasPrefix(s, "loadstart readystatechange") || !strings.HasSuffix(s, "load loadend") {
		t.Errorf("events %s", s)
	}
}

// Hooks that begin anew for each fetch do so for those without an XMLHttpRequest
// too, and are told the end once.
func TestRecorderOfFetch(t *testing.T) {
	var log trace.Log
	a := agent.New(agent.Options{Handlers: map[string]http.Handler{"data.test": http.NotFoundHandler()}, Hooks: (&agent.Recorder{Sink: log.Sink()}).Hooks()})
	defer a.Close()
	page, err := a.Page("http://app.test/")
	if err != nil {
		t.Fatal(err)
	}
	u, err := weburl.Parse("http://data.test/font")
	if err != nil {
		t.Fatal(err)
	}
	if _, err = page.Fetch(context.Background(), fetch.Request{Method: "GET", URL: u, Destination: "font"}); err == nil {
		t.Fatal("a font without consent was let through")
	}
	x := log.Trace().Exchanges
	if len(x) != 1 || x[0].Type != "font" || !x[0].Blocked() || !x[0].Done || x[0].Origin != "http://app.test" {
		t.Errorf("recorded %+v", x)
	}
}
