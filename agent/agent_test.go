package agent_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/corsage-go/corsage/agent"
	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/xhr"
	"github.com/corsage-go/corsage/cors"
)

// must fails the test if something that has to work did not.
func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// reason is why a request was blocked, Undecided if it was not.
func reason(err error) cors.Reason {
	v, _ := errors.AsType[cors.Verdict](err)
	return v.Reason
}

// handle makes an agent on which handlers answer.
func handle(handlers map[string]http.HandlerFunc) agent.Options {
	o := agent.Options{Handlers: map[string]http.Handler{}}
	for origin, h := range handlers {
		o.Handlers[origin] = h
	}
	return o
}

// The same script is let through or refused by where its page is.
func TestPageOrigins(t *testing.T) {
	var origin string
	o := handle(map[string]http.HandlerFunc{
		"https://api.example": func(w http.ResponseWriter, r *http.Request) {
			origin = r.Header.Get("Origin")
			w.Header().Set("Access-Control-Allow-Origin", "https://app.example")
		},
		"http://api.example": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Access-Control-Allow-Origin", "*")
		},
	})
	tests := []struct {
		name, page string
		options    agent.PageOptions
		url        string
		want       cors.Reason
		origin     string
	}{
		{"the allowed origin", "https://app.example/x", agent.PageOptions{}, "https://api.example/", cors.Undecided, "https://app.example"},
		{"another", "https://evil.example/", agent.PageOptions{}, "https://api.example/", cors.AllowOriginMismatch, "https://evil.example"},
		{"another port", "https://app.example:8443/", agent.PageOptions{}, "https://api.example/", cors.AllowOriginMismatch, "https://app.example:8443"},
		{"its own", "https://api.example/page", agent.PageOptions{}, "/", cors.Undecided, ""},
		{"a sandbox", "https://app.example/", agent.PageOptions{Sandboxed: true}, "https://api.example/", cors.AllowOriginMismatch, "null"},
		{"a data URL", "data:text/html,x", agent.PageOptions{}, "https://api.example/", cors.AllowOriginMismatch, "null"},
		{"plain http from https", "https://app.example/", agent.PageOptions{}, "http://api.example/", cors.MixedContent, ""},
		{"plain http", "http://app.example/", agent.PageOptions{}, "http://api.example/", cors.Undecided, ""},
		{"plain http in a frame of https", "http://app.example/", agent.PageOptions{InFrameOf: "https://top.example/"}, "http://api.example/", cors.MixedContent, ""},
		{"a host that is not there", "https://app.example/", agent.PageOptions{}, "https://nowhere.example/", cors.NetworkFailed, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			origin = ""
			a := agent.New(o)
			defer a.Close()
			page, err := a.PageWith(test.page, test.options)
			must(t, err)
			if _, err = page.Get(t.Context(), test.url); reason(err) != test.want || origin != test.origin {
				t.Errorf("reason %v (%v) with Origin %q; want %v with %q", reason(err), err, origin, test.want, test.origin)
			}
		})
	}
}

// A URL that is none is an error that names it.
func TestBadPages(t *testing.T) {
	a := agent.New(agent.Options{})
	defer a.Close()
	if _, err := a.Page("app.example"); err == nil || !strings.Contains(err.Error(), `"app.example"`) {
		t.Errorf("the error is %v", err)
	}
	if _, err := a.PageWith("https://app.example", agent.PageOptions{InFrameOf: "//"}); err == nil {
		t.Error("a frame of nothing is accepted")
	}
	page, err := a.Page("https://app.example")
	must(t, err)
	if _, err := page.Get(t.Context(), "http://["); err == nil {
		t.Error("a URL that is none is accepted")
	}
}

// A preflighted upload, over the network, with its progress.
func TestUpload(t *testing.T) {
	got := make(chan int64, 1)
	server := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Access-Control-Allow-Origin", "http://app.example")
		h.Set("Access-Control-Allow-Methods", "PUT")
		h.Set("Access-Control-Allow-Headers", "content-type")
		if r.Method == http.MethodPut {
			n, err := io.Copy(io.Discard, r.Body)
			if err != nil {
				n = -1
			}
			got <- n
		}
	})
	page := newPage(t, agent.Options{}, "http://app.example/")
	x := page.XHR()
	var events []string
	for _, typ := range []string{xhr.EventLoadStart, xhr.EventLoad, xhr.EventLoadEnd} {
		x.Upload().On(typ, func(e agent.Event) { events = append(events, fmt.Sprintf("%s %d/%d", e.Type, e.Loaded, e.Total)) })
	}
	progress := 0
	x.Upload().On(xhr.EventProgress, func(agent.Event) { progress++ })
	must(t, x.Open("PUT", server.URL))
	const size = 3 << 20
	if _, err := x.Do(t.Context(), agent.NewBlob(make([]byte, size), "image/png")); err != nil {
		t.Fatal(err)
	}
	if n := <-got; n != size {
		t.Errorf("%d bytes arrived", n)
	}
	want := fmt.Sprintf("loadstart 0/%d load %d/%d loadend %d/%d", size, size, size, size, size)
	if s := strings.Join(events, " "); s != want || progress == 0 {
		t.Errorf("events %s and %d of progress; want %s", s, progress, want)
	}
}

// Files are sent from disk, and not if they have changed since they were chosen.
func TestFiles(t *testing.T) {
	var body []byte
	var contentType string
	server := newServer(t, func(_ http.ResponseWriter, r *http.Request) {
		contentType = r.Header.Get("Content-Type")
		f, header, err := r.FormFile("photo")
		if err != nil {
			return // the file has changed
		}
		defer f.Close() //nolint:errcheck // read-only
		body, err = io.ReadAll(f)
		if err != nil || header.Filename != "a.png" || header.Header.Get("Content-Type") != "image/png" {
			t.Errorf("file %v, %v", header, err)
		}
	})
	page := newPage(t, agent.Options{}, server.URL)
	path := filepath.Join(t.TempDir(), "a.png")
	must(t, os.WriteFile(path, []byte("pixels"), 0o600))
	file, err := agent.OpenFile(path)
	must(t, err)
	var form agent.FormData
	form.AppendFile("photo", file)
	post := func() error {
		x := page.XHR()
		must(t, x.Open("POST", "/upload"))
		_, err := x.Do(t.Context(), &form)
		return err
	}
	must(t, post())
	if string(body) != "pixels" || !strings.HasPrefix(contentType, "multipart/form-data; boundary=") {
		t.Errorf("got %q as %q", body, contentType)
	}
	must(t, os.WriteFile(path, []byte("other pixels"), 0o600))
	if err := post(); !errors.Is(err, agent.ErrFileChanged) || reason(err) != cors.NetworkFailed {
		t.Errorf("a changed file: %v", err)
	}
	if _, err := agent.OpenFile(filepath.Dir(path)); err == nil {
		t.Error("a folder can be chosen as a file")
	}
	if _, err := agent.OpenFile(path + "x"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
}

// Cookies that were set beforehand go with requests, where they may.
func TestCookies(t *testing.T) {
	var got string
	o := handle(map[string]http.HandlerFunc{
		"https://api.example": func(w http.ResponseWriter, r *http.Request) {
			got = r.Header.Get("Cookie")
			w.Header().Set("Access-Control-Allow-Origin", "https://app.test")
			w.Header().Set("Access-Control-Allow-Credentials", "true")
		},
	})
	for _, block := range []bool{false, true} {
		o.BlockThirdPartyCookies = block
		a := agent.New(o)
		must(t, a.SetCookie("https://api.example/", "a=1; Secure; SameSite=None"))
		must(t, a.SetCookie("https://api.example/", "b=2"))
		if err := a.SetCookie("https://api.example/", "c=3; Domain=other.example"); err == nil {
			t.Error("a cookie of another domain is kept")
		}
		if s, err := a.Cookies("https://api.example/"); err != nil || s != "a=1; b=2" {
			t.Errorf("cookies %q, %v", s, err)
		}
		page, err := a.Page("https://app.test/")
		must(t, err)
		for _, with := range []bool{false, true} {
			x := page.XHR()
			must(t, x.Open("GET", "https://api.example/"))
			must(t, x.SetWithCredentials(with))
			if _, err := x.Do(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			want := ""
			if with && !block {
				want = "a=1"
			}
			if got != want {
				t.Errorf("withCredentials %v, third parties blocked %v: cookies %q", with, block, got)
			}
		}
		a.Close()
	}
}

// A page's script sees and sets its own cookies, but not those for servers only.
func TestScriptCookies(t *testing.T) {
	a := agent.New(handle(nil))
	defer a.Close()
	must(t, a.SetCookie("https://app.example/", "hidden=1; HttpOnly"))
	page, err := a.Page("https://app.example/")
	must(t, err)
	must(t, page.SetCookie("seen=2"))
	if err := page.SetCookie("hidden=3"); err == nil {
		t.Error("a script changes an HttpOnly cookie")
	}
	if got := page.Cookies(); got != "seen=2" {
		t.Errorf("the script sees %q", got)
	}
	if got, err := a.Cookies("https://app.example/"); err != nil || got != "hidden=1; seen=2" {
		t.Errorf("the server sees %q, %v", got, err)
	}
	sandbox, err := a.PageWith("https://app.example/", agent.PageOptions{Sandboxed: true})
	must(t, err)
	if err := sandbox.SetCookie("a=1"); err == nil || sandbox.Cookies() != "" {
		t.Errorf("a sandboxed page has the cookies %q (%v)", sandbox.Cookies(), err)
	}
	if err := a.SetCookie("app.example", "a=1"); err == nil {
		t.Error("a cookie is set for what is no URL")
	}
}

// The profile decides what a script finds.
func TestProfiles(t *testing.T) {
	o := handle(map[string]http.HandlerFunc{
		"https://api.example": func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/refuse" {
				return
			}
			w.Header().Set("Access-Control-Allow-Origin", "*")
			if r.URL.Path == "/missing" {
				w.WriteHeader(http.StatusNotFound)
			}
			_, _ = fmt.Fprintf(w, "%s %s %s", r.Method, r.Header.Get("Content-Type"), r.Header.Get("Cookie"))
		},
	})
	o.Profile = agent.IE9
	page := newPage(t, o, "https://app.example/")
	x := page.XHR()
	if x.Has("withCredentials") || !x.Has("open") || x.Has("nonsense") {
		t.Error("IE9 has withCredentials, or no open()")
	}
	if _, ok := errors.AsType[*agent.DOMException](x.Open("GET", "https://api.example/")); !ok {
		t.Error("an XMLHttpRequest of IE9 leaves its origin")
	}
	tests := []struct {
		method, url, text string
		open              string // the exception
		want              string // the text of the response, "" for an error
	}{
		{"GET", "https://api.example/", "", "", "GET  "},
		{"POST", "https://api.example/", "hi", "", "POST text/plain "},
		{"PUT", "https://api.example/", "", xhr.SyntaxError, ""},
		{"GET", "http://api.example/", "", xhr.SecurityError, ""},
		{"GET", "https://api.example/refuse", "", "", ""},
		{"GET", "https://api.example/missing", "", "", ""},
	}
	for _, test := range tests {
		d, err := page.XDomainRequest()
		must(t, err)
		err = d.Open(test.method, test.url)
		if e, _ := errors.AsType[*agent.DOMException](err); (e != nil || test.open != "") && (e == nil || e.Name != test.open) {
			t.Errorf("open of %s %s: %v, want %q", test.method, test.url, err, test.open)
		}
		if err != nil {
			continue
		}
		var last string
		for _, typ := range []string{xhr.EventLoad, xhr.EventError} {
			d.On(typ, func(e agent.Event) { last = e.Type })
		}
		must(t, d.Send(t.Context(), test.text))
		err = d.Wait(t.Context())
		if got := d.ResponseText(); got != test.want || (err == nil) != (test.want != "") || (last == xhr.EventLoad) != (err == nil) {
			t.Errorf("%s %s: %q, %s, %v", test.method, test.url, got, last, err)
		}
	}
	if _, err := newPage(t, handle(nil), "https://app.example/").XDomainRequest(); err == nil {
		t.Error("the standard has XDomainRequest")
	}
}

// A Blob has a URL for pages of its origin, until it is revoked.
func TestObjectURLs(t *testing.T) {
	a := agent.New(handle(nil))
	defer a.Close()
	open := func(url string, sandboxed bool) *agent.Page {
		page, err := a.PageWith(url, agent.PageOptions{Sandboxed: sandboxed})
		must(t, err)
		return page
	}
	page, same, other := open("https://app.example/", false), open("https://app.example/b", false), open("https://evil.example/", false)
	url, err := page.ObjectURL(agent.NewBlob([]byte("blob"), "text/plain"))
	must(t, err)
	res, err := same.Get(t.Context(), url)
	if err != nil || res.Text() != "blob" || res.Header("Content-Type") != "text/plain" {
		t.Errorf("got %v, %v", res, err)
	}
	if _, err := other.Get(t.Context(), url); err == nil {
		t.Error("another origin reads the Blob")
	}
	other.RevokeObjectURL(url)
	if _, err := page.Get(t.Context(), url); err != nil {
		t.Errorf("another origin has revoked the URL: %v", err)
	}
	page.RevokeObjectURL(url)
	if _, err := page.Get(t.Context(), url); err == nil {
		t.Error("a URL that was revoked still works")
	}
	one, two := open("https://app.example/", true), open("https://app.example/", true)
	url, err = one.ObjectURL(agent.NewBlob([]byte("blob"), ""))
	must(t, err)
	if _, err := two.Get(t.Context(), url); err == nil {
		t.Error("a sandboxed page reads the Blob of another")
	}
}

// A page can fetch what is no XMLHttpRequest, such as a font, which loads across
// origins only with permission.
func TestFetch(t *testing.T) {
	page := newPage(t, handle(map[string]http.HandlerFunc{
		"https://fonts.example": func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/open" {
				w.Header().Set("Access-Control-Allow-Origin", "*")
			}
			_, _ = io.WriteString(w, r.Header.Get("Sec-Fetch-Dest"))
		},
	}), "https://app.example/")
	for path, want := range map[string]cors.Reason{"/open": cors.Undecided, "/closed": cors.AllowOriginMissing} {
		target := newPage(t, agent.Options{}, "https://fonts.example"+path).URL()
		resp, err := page.Fetch(t.Context(), fetch.Request{Method: "GET", URL: target, Destination: "font"})
		if reason(err) != want {
			t.Errorf("%s: %v, want %v", path, err, want)
		}
		if err == nil {
			b, err := io.ReadAll(resp.Body)
			if err != nil || string(b) != "font" {
				t.Errorf("Sec-Fetch-Dest is %q, %v", b, err)
			}
			must(t, resp.Body.Close())
		}
	}
}

// Hosts can be mapped to where they are to be found.
func TestResolve(t *testing.T) {
	server := newServer(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.Host) })
	addr := server.Listener.Addr().String()
	host, port, _ := strings.Cut(addr, ":")
	tests := []struct {
		resolve map[string]string
		url     string
	}{
		{map[string]string{"app.example:80": addr}, "http://app.example"},
		{map[string]string{"app.example": host}, "http://app.example:" + port},
		{map[string]string{"*": addr, "other.example": "127.0.0.1:1"}, "http://app.example"},
	}
	for _, test := range tests {
		page := newPage(t, agent.Options{Resolve: test.resolve}, test.url+"/page")
		res, err := page.Get(t.Context(), "/r")
		if err != nil || "http://"+res.Text() != test.url {
			t.Errorf("%v: %v, %v", test.resolve, res, err)
		}
	}
}

// Nothing is left behind: no goroutine and no connection.
func TestNothingLeft(t *testing.T) {
	before := runtime.NumGoroutine()
	server := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/hang" {
			w.WriteHeader(http.StatusOK)
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		}
	})
	a := agent.New(agent.Options{})
	page, err := a.Page(server.URL)
	must(t, err)
	var wait sync.WaitGroup
	for i := range 20 {
		wait.Go(func() {
			x := page.XHR()
			if err := x.Open("GET", []string{"/", "/hang"}[i%2]); err != nil {
				t.Error(err)
			}
			switch i % 4 {
			case 1:
				x.On(xhr.EventReadyStateChange, func(agent.Event) {
					if x.State() == xhr.HeadersReceived {
						x.Abort()
					}
				})
			case 3:
				if err := x.SetTimeout(20 * time.Millisecond); err != nil {
					t.Error(err)
				}
			}
			if err := x.Send(context.Background(), nil); err != nil {
				t.Error(err)
			}
			_, err := x.Wait(context.Background())
			if (err == nil) != (i%2 == 0) {
				t.Errorf("request %d: %v", i, err)
			}
		})
	}
	wait.Wait()
	a.Close()
	if _, err := page.Get(context.Background(), "/"); !errors.Is(err, agent.ErrClosed) {
		t.Errorf("an agent that is closed makes requests: %v", err)
	}
	server.Close()
	for deadline := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before; runtime.Gosched() {
		if time.Now().After(deadline) {
			var b bytes.Buffer
			b.Grow(1 << 16)
			n := runtime.Stack(b.AvailableBuffer()[:1<<16], true)
			t.Fatalf("%d goroutines before, %d after:\n%s", before, runtime.NumGoroutine(), b.AvailableBuffer()[:n])
		}
	}
}
