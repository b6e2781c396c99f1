package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// What corsage xhr and corsage explain print, and their exit codes, are in scripts
// below testdata/asking, word for word. After a change of words that is meant:
// CORSAGE_UPDATE_SCRIPTS=1 go test -run TestAskingScripts.
func TestAskingScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/asking",
		RequireExplicitExec: true,
		UpdateScripts:       os.Getenv("CORSAGE_UPDATE_SCRIPTS") != "",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "photos": servePhotos, "server": serveMisbehaving, "closed": serveNobody,
		},
		Setup: func(e *testscript.Env) error {
			e.Setenv("NO_COLOR", "")
			return nil
		},
	})
}

// timeless is the program, but for how long things took and which ports were free.
func timeless() {
	var out, err bytes.Buffer
	code := run(context.Background(), os.Args[1:], console{in: os.Stdin, out: &out, err: &err})
	_, _ = io.WriteString(os.Stdout, out.String())
	_, _ = io.WriteString(os.Stderr, withoutTimes(err.String()))
	os.Exit(code)
}

var (
	times = regexp.MustCompile(` +[0-9.]+ m?s  `)
	dates = regexp.MustCompile(`Date: .*`)
	ports = regexp.MustCompile(`127\.0\.0\.1:[0-9]+`)
)

func withoutTimes(text string) string {
	text = dates.ReplaceAllString(times.ReplaceAllString(text, "  TIME  "), "Date: TIME")
	return ports.ReplaceAllString(text, "127.0.0.1:PORT")
}

// serveMisbehaving starts the server of a name as https://example.com.
func serveMisbehaving(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 || asked[args[0]] == nil && servers[args[0]] == nil {
		ts.Fatalf("usage: server NAME, with a name of misbehaving_test.go or xhr_test.go")
	}
	if h := asked[args[0]]; h != nil {
		serveTLS(ts, h)
		return
	}
	serveTLS(ts, servers[args[0]])
}

// serveNobody makes RESOLVE lead to a port on which nobody listens.
func serveNobody(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: closed")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Check(l.Close())
	ts.Setenv("RESOLVE", "example.com:443:"+l.Addr().String())
}

// asked are the servers that only scripts of corsage xhr need: each is wrong in one
// more way.
var asked = map[string]http.Handler{
	"no-credentials":  misbehaving{open: true},
	"bad-methods":     misbehaving{methods: func(string) string { return "GET, P UT" }},
	"bad-headers":     misbehaving{headers: func(string) string { return "content-type, x:y" }},
	"lower-case":      misbehaving{methods: func(string) string { return "get, put" }},
	"other-origin":    misbehaving{value: fixed("https://www.app.example")},
	"unusable-origin": misbehaving{value: fixed("app.example")},
	"moved": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/albums" {
			permitApp(w, r)
			http.Redirect(w, r, "/login", http.StatusFound)
			return
		}
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<title>Sign in</title>"))
	}),
	"echo": misbehaving{answersWith: echoes},
	"cut-off": misbehaving{answersWith: func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = w.Write([]byte("half of"))
	}},
	"protected": misbehaving{answersWith: func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "rosa" || password != "secret" {
			w.Header().Set("WWW-Authenticate", `Basic realm="albums"`)
			http.Error(w, "sign in", http.StatusUnauthorized)
			return
		}
		_, _ = w.Write([]byte("rosa's albums"))
	}},
	"endless": misbehaving{answersWith: func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }},
}

// echoes answers with what it was sent, in text that is the same every time.
func echoes(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	kind, boundary, _ := strings.Cut(r.Header.Get("Content-Type"), "; boundary=")
	text := "Content-Type: " + kind + "\nCookie: " + r.Header.Get("Cookie") + "\n\n" + string(body) + "\n"
	if boundary != "" {
		text = strings.ReplaceAll(strings.ReplaceAll(text, boundary, "BOUNDARY"), "\r", "")
	}
	_, _ = w.Write([]byte(text))
}

// A bar appears when a transfer has lasted, changes ten times a second at most, says
// how much of what there is has gone, and leaves nothing behind.
func TestProgressBar(t *testing.T) {
	var screen bytes.Buffer
	now := time.Unix(0, 0)
	b := &progressBar{w: &screen, now: func() time.Time { return now }, started: now}
	b.begin(4_000_000)
	b.uploaded(1_000_000)
	if screen.Len() > 0 {
		t.Errorf("a short transfer shows %q", screen.String())
	}
	now = now.Add(barAfter)
	b.uploaded(1_000_000)
	b.uploaded(1_000_000) // too soon to be shown
	b.clear()
	b.clear()
	const want = "\r\x1b[K[###############...............]  50 %  sent 2.0 MB of 4.0 MB" + "\r\x1b[K"
	if screen.String() != want {
		t.Errorf("the screen shows\n%q, want\n%q", screen.String(), want)
	}
}

// Numbers of bytes are written with a unit that a person can compare.
func TestHumanBytes(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0 B", 999: "999 B", 1000: "1.0 kB", 999_949: "999.9 kB", 999_950: "1.0 MB", 4_200_000_000: "4.2 GB",
	} {
		if got := humanBytes(n); got != want {
			t.Errorf("%d bytes are written as %s, want %s", n, got, want)
		}
	}
}

// A body on a terminal cannot command it, and ends its last line.
func TestScreenWriter(t *testing.T) {
	var screen bytes.Buffer
	s := &screenWriter{w: &screen, bar: &progressBar{}, last: '\n'}
	if n, err := s.Write([]byte("\x1b[31mred")); n != 8 || err != nil {
		t.Errorf("Write returns %d, %v; want 8 and no error", n, err)
	}
	if err := s.endLine(); err != nil || screen.String() != "␛[31mred\n" {
		t.Errorf("the screen shows %q, %v", screen.String(), err)
	}
}

// watcher calls a function when it is told a text.
type watcher struct {
	bytes.Buffer
	text string
	then func()
}

// Write implements io.Writer.
func (w *watcher) Write(p []byte) (int, error) {
	n, err := w.Buffer.Write(p)
	if strings.Contains(string(p), w.text) {
		w.then()
	}
	return n, err
}

// With --panel the request is shown in a panel too, which stays until it is
// interrupted; the exit code is still the request's.
func TestXHRPanel(t *testing.T) {
	s := httptest.NewServer(photosForScripts())
	defer s.Close()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	said := &watcher{text: "The panel stays open", then: cancel}
	code := run(ctx, []string{
		"xhr", "--panel", "http://api.example/silent", "--origin", "http://app.example",
		"--resolve", "api.example:80:" + strings.TrimPrefix(s.URL, "http://"),
	}, console{in: strings.NewReader(""), out: io.Discard, err: said})
	if code != exitFailed || ctx.Err() == nil {
		t.Errorf("exit code %d, want %d; interrupted: %v", code, exitFailed, ctx.Err())
	}
	for _, want := range []string{"The panel is at http://127.0.0.1:", "blocked: allow-origin-missing"} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("it does not say %q:\n%s", want, said.String())
		}
	}
}
