package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/agent"
	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/trace"
	"github.com/corsage-go/corsage/web/panel"
)

// A panel that a command opens listens to this machine alone, is filled as the
// command goes, and ends with it although somebody is looking.
func TestOpenPanel(t *testing.T) {
	var out strings.Builder
	shown, err := panelFlag{Panel: true}.openPanel(t.Context(), &out, "a test")
	must(t, err)
	if !strings.Contains(out.String(), shown.address) {
		t.Errorf("it says %q, and the panel is at %s", out.String(), shown.address)
	}
	var log trace.Log
	filled := shown.with(log.Sink())
	filled.Event(trace.Event{Fetch: "1"})
	filled.Exchange(&trace.Exchange{ID: "1", Request: trace.Request{Method: "GET", URL: "https://api.example/"}})

	events, err := http.Get(shown.address + "events")
	must(t, err)
	defer events.Body.Close()
	if got := events.Header.Get("Content-Type"); got != "text/event-stream" {
		t.Errorf("the events are %s", got)
	}
	if kept, seen := log.Trace(), shown.Trace(); len(kept.Exchanges) != 1 || len(kept.Events) != 1 || len(seen.Exchanges) != 1 || len(seen.Events) != 1 {
		t.Errorf("the log has %+v, the panel %+v, want one of each in both", kept, seen)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	must(t, shown.linger(ctx, io.Discard))
	rest, err := io.ReadAll(events.Body)
	if err != nil || !strings.Contains(string(rest), "https://api.example/") {
		t.Errorf("the stream has ended with %v after %s", err, rest)
	}
	if _, err := http.Get(shown.address); err == nil {
		t.Error("it still answers")
	}
}

// Without the flag there is no panel, and nothing to do about it.
func TestNoPanel(t *testing.T) {
	var out strings.Builder
	shown, err := panelFlag{}.openPanel(t.Context(), &out, "a test")
	if shown != nil || err != nil || shown.with(trace.Sink{}).Exchange != nil || shown.linger(t.Context(), &out) != nil || out.String() != "" {
		t.Errorf("%v, %v, %q", shown, err, out.String())
	}
}

// corsage run shows what its script asks for, and keeps showing it when the script
// has ended, until it is interrupted; then it ends as the script did.
func TestRunWithPanel(t *testing.T) {
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "hello") }))
	defer api.Close()
	ctx, interrupt := context.WithCancel(t.Context())
	r, w := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		code := run(ctx, []string{"run", "--panel", "-e", `fetch("` + api.URL + `/albums").catch(() => {})`}, console{out: io.Discard, err: w})
		_ = w.Close()
		ended <- code
	}()
	address := ""
	for lines := bufio.NewScanner(r); lines.Scan(); {
		if _, rest, ok := strings.Cut(lines.Text(), "The panel is at "); ok {
			address = rest
		}
		if strings.HasPrefix(lines.Text(), "The panel stays open") {
			break
		}
	}
	answer, err := http.Get(address + "export.har")
	must(t, err)
	defer answer.Body.Close()
	recorded, err := trace.ReadHAR(answer.Body, trace.ReadOptions{})
	must(t, err)
	if len(recorded.Exchanges) != 1 || recorded.Exchanges[0].Verdict.Reason != cors.AllowOriginMissing {
		t.Errorf("the panel has %+v", recorded.Exchanges)
	}
	interrupt()
	if code := <-ended; code != exitOK {
		t.Errorf("exit code %d", code)
	}
}

// What a page of the asking end does is shown as what a browser does: a preflight
// with its request, and the verdicts that the agent has acted on.
func TestPanelOfAgent(t *testing.T) {
	shown, err := openPanel(t.Context(), panel.Config{Live: true}, "127.0.0.1:0", "--panel-listen")
	must(t, err)
	defer func() { must(t, shown.close(context.Background())) }()
	api := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "https://app.example")
		if r.URL.Path == "/open" {
			w.Header().Set("Access-Control-Allow-Methods", "DELETE")
		}
	})
	recorder := &agent.Recorder{Sink: shown.Sink()}
	a := agent.New(agent.Options{Handlers: map[string]http.Handler{"https://api.example": api}, Hooks: recorder.Hooks()})
	defer a.Close()
	page, err := a.Page("https://app.example/")
	must(t, err)
	for _, path := range []string{"/open", "/closed"} {
		x := page.XHR()
		must(t, x.Open("DELETE", "https://api.example"+path))
		_, err := x.Do(t.Context(), nil)
		if (err == nil) != (path == "/open") {
			t.Fatalf("%s: %v", path, err)
		}
	}
	var got []string
	for _, x := range shown.Trace().Exchanges {
		got = append(got, fmt.Sprint(x.Request.Method, " ", x.Verdict.Reason, " ", x.PreflightID != "", " ", x.PreflightFor != ""))
	}
	if want := []string{"OPTIONS allowed false true", "DELETE allowed true false", "OPTIONS method-not-approved false false"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// No panel is opened where others can reach it.
func TestPanelIsForThisMachine(t *testing.T) {
	for address, ok := range map[string]bool{
		"127.0.0.1:0": true, "[::1]:0": true, "0.0.0.0:0": false, ":0": false, "192.0.2.1:0": false, "localhost:0": false, "photos.example:0": false,
	} {
		if err := onlyThisMachine(address, "--panel-listen"); (err == nil) != ok {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// The service has a panel when it is asked for, and in the demo unless it is not
// wanted; it sees what the albums answer, and the guest site's page is told where
// it is.
func TestServeWithPanel(t *testing.T) {
	d := startDemo(t, demoOptions{})
	d.do(t, "GET", d.origin+"/albums", "Origin: "+d.guest)
	d.do(t, "GET", d.guest+"/")
	if all := d.service.panel.Trace().Exchanges; len(all) != 1 || all[0].Request.URL != d.origin+"/albums" {
		t.Errorf("recorded: %+v", all)
	}
	var config struct{ Panel string }
	must(t, json.Unmarshal([]byte(d.do(t, "GET", d.guest+"/config.json").body), &config))
	if config.Panel == "" || config.Panel != d.service.panelAddress() || config.Panel != d.service.greetingFacts().Panel {
		t.Errorf("the guest is told %q, the person %q", config.Panel, d.service.greetingFacts().Panel)
	}
	without := startDemo(t, demoOptions{flags: []string{"--no-panel"}})
	if without.service.panel != nil || without.service.panelAddress() != "" {
		t.Error("there is a panel although it is not wanted")
	}
	for _, test := range []struct {
		flags []string
		want  bool
	}{{nil, false}, {[]string{"--panel"}, true}, {[]string{"--demo"}, true}, {[]string{"--demo", "--no-panel"}, false}} {
		if got := parseServe(t, test.flags...).withPanel(); got != test.want {
			t.Errorf("%v: %v, want %v", test.flags, got, test.want)
		}
	}
}
