package fetch

import (
	"context"
	"fmt"
	"io"
	"slices"
	"testing"

	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/agent/wire"
	"github.com/corsage-go/corsage/cors"
)

// recording writes down what hooks are told.
func recording(log *[]string) *Hooks {
	note := func(format string, args ...any) { *log = append(*log, fmt.Sprintf(format, args...)) }
	return &Hooks{
		Request: func(x *Exchange, r *wire.Request) {
			note("request %s %s preflight=%v hops=%d", r.Method, x.URL.Href(), x.Preflight, x.Hops)
		},
		Response:       func(x *Exchange, r *wire.Response) { note("response %d %s", r.Status, x.URL.Href()) },
		Failed:         func(_ *Exchange, err error) { note("failed %v", wire.KindOf(err)) },
		Verdict:        func(v cors.Verdict, _ *weburl.URL) { note("verdict %v on %v", v.Reason, v.On) },
		PreflightKnown: func(*weburl.URL) { note("preflight known") },
		Redirect:       func(status int, _, to *weburl.URL) { note("redirect %d %s", status, to.Href()) },
		Cookies:        func(_ *weburl.URL, notes []CookieNote) { note("cookies %d", len(notes)) },
		Body:           func(n int64, err error) { note("body %d %v", n, err) },
	}
}

// Hooks are told everything that happens, in order.
func TestHooks(t *testing.T) {
	s := &script{replies: map[string]reply{
		app + "/1":                leading(307, data+"/2"),
		"OPTIONS " + data + "/2":  {header: approving},
		data + "/2":               {header: allowing, body: "four"},
		"OPTIONS " + other + "/r": {header: fields("Access-Control-Allow-Origin: x")},
		cdn + "/r":                {err: &wire.Error{Kind: wire.Refused}},
	}}
	s.replies[app+"/1"] = reply{status: 307, header: append(s.replies[app+"/1"].header, fields("Set-Cookie: a=b")...)}
	var log []string
	e := newEngine(s, StandardProfile)
	e.Jar = &testJar{}
	for _, url := range []string{app + "/1", data + "/2", other + "/r", cdn + "/r"} {
		r := request(t, "PUT", url)
		if url == cdn+"/r" {
			r.Method = "GET"
		}
		r.Hooks = recording(&log)
		outcome(e, r)
	}
	want := []string{
		"request PUT " + app + "/1 preflight=false hops=0", "response 307 " + app + "/1", "cookies 1", "redirect 307 " + data + "/2",
		"request OPTIONS " + data + "/2 preflight=true hops=1", "response 200 " + data + "/2", "verdict allowed on preflight",
		"request PUT " + data + "/2 preflight=false hops=1", "response 200 " + data + "/2", "verdict allowed on response", "body 4 <nil>",
		"preflight known",
		"request PUT " + data + "/2 preflight=false hops=0", "response 200 " + data + "/2", "verdict allowed on response", "body 4 <nil>",
		"request OPTIONS " + other + "/r preflight=true hops=0", "response 200 " + other + "/r", "verdict allow-origin-invalid on preflight",
		"request GET " + cdn + "/r preflight=false hops=0", "failed refused",
	}
	if !slices.Equal(log, want) {
		t.Errorf("got:\n%q\nwant:\n%q", log, want)
	}
}

// Reports of the upload add up with each sending, and end once.
func TestUploadReports(t *testing.T) {
	s := &script{replies: map[string]reply{app + "/1": leading(307, "/2"), app + "/2": {status: 500}, app + "/3": {status: 500}}}
	tests := []struct {
		url  string
		body *Body
		sent []int64
		ends int
	}{
		{app + "/1", text("four"), []int64{4}, 1},
		{app + "/3", text(""), nil, 1},
		{app + "/3", nil, nil, 0},
		{app + "/3", &Body{Length: -1, Open: text("x").Open}, []int64{1}, 0},
	}
	for _, tt := range tests {
		var sent []int64
		ends := 0
		traced := int64(0)
		r := request(t, "POST", tt.url)
		r.Body, r.BodySent, r.BodyEnd = tt.body, func(n int64) { sent = append(sent, n) }, func() { ends++ }
		r.Hooks = &Hooks{Trace: func(*Exchange) *wire.Trace { return &wire.Trace{WroteBody: func(n int64) { traced += n }} }}
		outcome(newEngine(s, StandardProfile), r)
		if !slices.Equal(sent, tt.sent) || ends != tt.ends {
			t.Errorf("%s: sent %v and %d ends, want %v and %d", tt.url, sent, ends, tt.sent, tt.ends)
		}
		if tt.sent != nil && traced == 0 {
			t.Errorf("%s: the trace was not called", tt.url)
		}
	}
}

// A fetch of one's own without hooks costs few allocations.
func TestFetchIsCheap(t *testing.T) {
	e := &Engine{Transport: &instant{wire.Response{Status: 200, Header: fields("Content-Type: text/plain", "Content-Length: 0"), Body: noBody{}}}}
	r := request(t, "GET", app+"/r")
	n := testing.AllocsPerRun(100, func() {
		resp, err := e.Fetch(context.Background(), r)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
	})
	if n > 10 {
		t.Errorf("a fetch allocates %v times", n)
	}
}

// Hooks that begin have a memory for each fetch of their own, and are told its end
// and the bytes that the page reads.
func TestHooksBegin(t *testing.T) {
	s := &script{replies: map[string]reply{app + "/1": {body: "four"}, data + "/r": {}}}
	var log []string
	fetches := 0
	hooks := &Hooks{
		Request: func(*Exchange, *wire.Request) { log = append(log, "a hook that others stand for") },
		Begin: func(*Request) *Hooks {
			fetches++
			n := fetches
			note := func(format string, args ...any) {
				log = append(log, fmt.Sprintf("%d: ", n)+fmt.Sprintf(format, args...))
			}
			return &Hooks{
				Begin:   func(*Request) *Hooks { t.Error("begun twice"); return nil },
				Request: func(x *Exchange, _ *wire.Request) { note("request %s", x.URL.Href()) },
				End: func(r *Response, err error) {
					note("end %v %v", r != nil, err != nil)
				},
				Chunk: func(p []byte) { note("chunk %s", p) },
			}
		},
	}
	e := newEngine(s, StandardProfile)
	for _, url := range []string{app + "/1", data + "/r"} {
		r := request(t, "GET", url)
		r.Hooks = hooks
		outcome(e, r)
	}
	want := []string{"1: request " + app + "/1", "1: end true false", "1: chunk four", "2: request " + data + "/r", "2: end false true"}
	if !slices.Equal(log, want) {
		t.Errorf("got %q\nwant %q", log, want)
	}
	if h := hooks.For(request(t, "GET", app+"/1")); h.Begin != nil {
		t.Error("hooks of one fetch begin once more")
	}
}
