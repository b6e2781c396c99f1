package corshttp_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/policy"
	"github.com/corsage-go/corsage/cors/trace"
	"github.com/corsage-go/corsage/server/corshttp"
)

// Each exchange is recorded with its verdict, whoever has answered it.
func TestRecord(t *testing.T) {
	app := compile(t, policy.Policy{AllowOrigins: []string{"https://*.app.example"}, AllowMethods: []string{"PUT"}})
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/silent":
		case "/hint":
			w.WriteHeader(http.StatusEarlyHints)
			w.WriteHeader(http.StatusTeapot)
		default:
			w.Header().Set("Content-Type", "text/plain")
			w.Header().Add("Set-Cookie", "sid=secret; Secure")
			fmt.Fprint(w, "hello")
		}
	})
	for _, test := range []struct {
		why, method, path, origin, asks string
		status                          int
		bytes                           int64
		reason                          cors.Reason
		policy                          string
	}{
		{"allowed", "GET", "/a?token=secret", "https://www.app.example", "", 200, 5, cors.Allowed, "https://*.app.example"},
		{"refused, and answered all the same", "GET", "/a", "https://evil.example", "", 200, 5, cors.OriginNotAllowed, ""},
		{"no page", "GET", "/a", "", "", 200, 5, cors.NotCORS, ""},
		{"a preflight", "OPTIONS", "/a", "https://www.app.example", "PUT", 204, 0, cors.Allowed, "https://*.app.example"},
		{"a preflight for what is not allowed", "OPTIONS", "/a", "https://www.app.example", "DELETE", 403, 0, cors.MethodNotAllowed, ""},
		{"refused before the handler", "POST", "/a", "https://evil.example", "", 403, -1, cors.OriginNotAllowed, ""},
		{"a handler that says nothing", "GET", "/silent", "https://www.app.example", "", 200, 0, cors.Allowed, "https://*.app.example"},
		{"statuses before the real one", "GET", "/hint", "https://www.app.example", "", 418, 0, cors.Allowed, "https://*.app.example"},
	} {
		var log trace.Log
		h := corshttp.New(app, corshttp.Enforce(), corshttp.Record(&corshttp.Recorder{Sink: log.Sink()})).Wrap(handler)
		r := httptest.NewRequest(test.method, "http://data.example"+test.path, nil)
		for name, value := range map[string]string{"Origin": test.origin, "Access-Control-Request-Method": test.asks, "Cookie": "sid=secret", "Authorization": "Bearer secret"} {
			if value != "" {
				r.Header.Set(name, value)
			}
		}
		h.ServeHTTP(httptest.NewRecorder(), r)
		got := log.Trace().Exchanges
		if len(got) != 1 {
			t.Fatalf("%s: %d exchanges", test.why, len(got))
		}
		x := got[0]
		if x.Status() != test.status || x.Verdict.Reason != test.reason || x.Policy != test.policy || test.bytes >= 0 && x.Response.BodySize != test.bytes {
			t.Errorf("%s: status %d, %d bytes, %v by %q", test.why, x.Status(), x.Response.BodySize, x.Verdict.Reason, x.Policy)
		}
		if x.ID != "s1" || x.End != trace.AtServer || !x.Done || x.Preflight != (test.asks != "") || x.Request.Header.Get("Host") != "data.example" {
			t.Errorf("%s: %+v", test.why, x)
		}
		if s := fmt.Sprintf("%+v %+v", x, x.Response); strings.Contains(s, "secret") {
			t.Errorf("%s: a secret is in the trace: %s", test.why, s)
		}
	}
}

// A handler that is recorded can stream, flush and send files as before, and its
// panic ends the connection as before.
func TestRecordPassesOn(t *testing.T) {
	var log trace.Log
	seen := make(chan struct{})
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/stream":
			_, _ = io.WriteString(w, "one\n")
			w.(http.Flusher).Flush()
			if err := http.NewResponseController(w).SetWriteDeadline(time.Time{}); err != nil {
				t.Error(err)
			}
			<-seen
		case "/file":
			if _, err := w.(io.ReaderFrom).ReadFrom(strings.NewReader("file")); err != nil {
				t.Error(err)
			}
		default:
			panic(http.ErrAbortHandler)
		}
	})
	var over sync.WaitGroup
	sink := trace.Sink{Exchange: func(x *trace.Exchange) { log.Add(x); over.Done() }}
	open := compile(t, policy.Policy{AllowOrigins: []string{"*"}})
	server := httptest.NewServer(corshttp.New(open, corshttp.Record(&corshttp.Recorder{Sink: sink})).Wrap(handler))
	defer server.Close()

	over.Add(3)
	resp, err := http.Get(server.URL + "/stream")
	if err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(resp.Body).ReadString('\n'); line != "one\n" {
		t.Errorf("read %q, %v, before the handler had ended", line, err)
	}
	close(seen)
	_ = resp.Body.Close()
	if resp, err = http.Get(server.URL + "/file"); err != nil {
		t.Fatal(err)
	}
	if b, _ := io.ReadAll(resp.Body); string(b) != "file" {
		t.Errorf("the file is %q", b)
	}
	_ = resp.Body.Close()
	if resp, err = http.Post(server.URL+"/panic", "", nil); err == nil { // a GET would be sent again
		_ = resp.Body.Close()
		t.Error("the handler's panic was answered")
	}
	over.Wait()
	for _, x := range log.Trace().Exchanges {
		switch {
		case strings.HasSuffix(x.Request.URL, "/panic"):
			if x.Failure == "" || x.Response != nil || x.Verdict.Reason != cors.NotCORS {
				t.Errorf("the panic was recorded as %+v", x)
			}
		case x.Response == nil || x.Response.BodySize != 4 || x.Failure != "":
			t.Errorf("%s was recorded as %+v", x.Request.URL, x.Response)
		}
	}
}

// A preflight and its request find each other at the server too.
func TestRecordLinked(t *testing.T) {
	var log trace.Log
	app := compile(t, policy.Policy{AllowOrigins: []string{"https://app.example"}, AllowMethods: []string{"PUT"}})
	h := corshttp.New(app, corshttp.Record(&corshttp.Recorder{Sink: trace.Linked(log.Sink())})).Wrap(teapot())
	send := func(method, origin, asks string) {
		r := httptest.NewRequest(method, "http://data.example/a", nil)
		r.Header.Set("Origin", origin)
		if asks != "" {
			r.Header.Set("Access-Control-Request-Method", asks)
		}
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
	send("OPTIONS", "https://app.example", "PUT")
	send("PUT", "https://other.example", "")
	send("PUT", "https://app.example", "")
	send("PUT", "https://app.example", "")
	var got []string
	for _, x := range log.Trace().Exchanges {
		got = append(got, x.ID+" for "+x.PreflightFor+" after "+x.PreflightID)
	}
	if s := strings.Join(got, "; "); s != "s1 for s3 after ; s2 for  after ; s3 for  after s1; s4 for  after " {
		t.Errorf("recorded %s", s)
	}
}

// BenchmarkRecord measures what recording adds to an exchange; compare the rows.
func BenchmarkRecord(b *testing.B) {
	one := policy.Policy{AllowOrigins: []string{"https://app.example"}, AllowMethods: []string{"PUT"}}
	c, err := policy.Compile(one)
	if err != nil {
		b.Fatal(err)
	}
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		h["Content-Type"], h["Etag"], h["Cache-Control"] = typeJSON, tag, private
		w.WriteHeader(200)
	})
	r := httptest.NewRequest("GET", "https://data.example/albums/7?page=2", nil)
	for name, value := range map[string]string{
		"Origin": "https://app.example", "Accept": "*/*", "Accept-Encoding": "gzip, deflate, br, zstd", "Accept-Language": "en-US,en;q=0.9",
		"Authorization": "Bearer abcdef", "User-Agent": "Mozilla/5.0", "Referer": "https://app.example/", "Sec-Fetch-Mode": "cors",
		"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "empty", "Priority": "u=1, i",
	} {
		r.Header.Set(name, value)
	}
	withCookie := r.Clone(context.Background())
	withCookie.Header.Set("Cookie", "sid=abcdef; theme=dark")
	recorder := &corshttp.Recorder{Sink: trace.Sink{Exchange: func(*trace.Exchange) {}}}
	// A server has a heap; without one, collecting garbage is most of what is measured.
	heap := make([]byte, 128<<20)
	defer runtime.KeepAlive(heap)
	for _, row := range []struct {
		name    string
		request *http.Request
		options []corshttp.Option
	}{
		{"off", r, nil},
		{"on", r, []corshttp.Option{corshttp.Record(recorder)}},
		{"off, cookie", withCookie, nil},
		{"on, cookie", withCookie, []corshttp.Option{corshttp.Record(recorder)}},
	} {
		b.Run(row.name, func(b *testing.B) {
			h := corshttp.New(c, row.options...).Wrap(handler)
			w := &discard{header: http.Header{}}
			b.ReportAllocs()
			for b.Loop() {
				clear(w.header)
				h.ServeHTTP(w, row.request)
			}
		})
	}
}

var typeJSON, tag, private = []string{"application/json"}, []string{`"7"`}, []string{"private"}

// Recording allocates at most three times for an exchange.
func TestRecordAllocations(t *testing.T) {
	app := compile(t, policy.Policy{AllowOrigins: []string{"https://app.example"}})
	r := httptest.NewRequest("GET", "https://data.example/albums", nil)
	for _, name := range []string{"Accept", "Accept-Language", "User-Agent", "Referer", "Sec-Fetch-Mode", "Cache-Control"} {
		r.Header.Set(name, "a")
	}
	r.Header.Set("Origin", "https://app.example")
	r.Header.Set("Cookie", "sid=1; theme=dark")
	count := func(options ...corshttp.Option) float64 {
		h := corshttp.New(app, options...).Wrap(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
		w := &discard{header: http.Header{}}
		return testing.AllocsPerRun(200, func() {
			clear(w.header)
			h.ServeHTTP(w, r)
		})
	}
	off, on := count(), count(corshttp.Record(&corshttp.Recorder{Sink: trace.Sink{Exchange: func(*trace.Exchange) {}}}))
	if on-off > 3 {
		t.Errorf("recording allocates %v times", on-off)
	}
}
