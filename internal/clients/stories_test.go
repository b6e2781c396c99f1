package clients

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/corsage-go/corsage/agent"
	"github.com/corsage-go/corsage/agent/script"
)

// library is a client and what is special about it.
type library struct {
	name string
	page string // the page that loads it, and its adapter
	want wants  // where its words, or its abilities, are its own

	profile agent.Profile
}

// wants is what becomes of each story.
type wants map[string]string

// common is what every client comes to.
var common = wants{
	"get":         "200 Open garden",
	"put":         "201 New Album",
	"upload":      "200 300000 bytes; progress to the end",
	"credentials": "200 rosa",
}

// requests are those that each story makes. It shows what was preflighted.
var requests = map[string]string{
	"get":         "GET /albums",
	"put":         "OPTIONS /albums, PUT /albums application/json",
	"credentials": "GET /me",
	"blocked":     "GET /silent",
}

// own are clients that are our own.
var own = []library{
	{name: "XMLHttpRequest", page: `<script src="/adapters/own-xhr.js"></script>`, want: wants{
		"abort": "abort", "timeout": "timeout", "blocked": "error",
	}},
	{name: "fetch", page: `<script src="/adapters/own-fetch.js"></script>`, want: wants{
		"upload":  "200 300000 bytes; no progress", // fetch tells of none
		"abort":   "AbortError",
		"timeout": "TimeoutError",
		"blocked": "TypeError",
	}},
}

// A client does what it does in a browser: it reads what it may, is preflighted where
// it has to be, hears how an upload goes, and reports a blocked request as it
// reports any other failure of the network.
func TestOwn(t *testing.T) { play(t, own) }

// play takes libraries through the stories.
func play(t *testing.T, libraries []library) {
	for _, l := range libraries {
		t.Run(l.name, func(t *testing.T) {
			want := maps.Clone(common)
			maps.Copy(want, l.want)
			for story, outcome := range want {
				if outcome != "" {
					t.Run(story, func(t *testing.T) { l.play(t, story, outcome) })
				}
			}
		})
	}
}

// play takes a library through one story, in a browser of its own.
func (l library) play(t *testing.T, story, want string) {
	var console lines
	service := &service{}
	browser := agent.New(agent.Options{Profile: l.profile, Handlers: map[string]http.Handler{
		"https://app.example": site(), "https://api.example": service,
	}})
	defer browser.Close()
	if err := browser.SetCookie("https://api.example/", "name=rosa; Secure; SameSite=None"); err != nil {
		t.Fatal(err)
	}
	page, err := browser.Page("https://app.example/")
	if err != nil {
		t.Fatal(err)
	}
	realm, err := script.New(page, script.Options{Console: console.add})
	if err != nil {
		t.Fatal(err)
	}
	defer realm.Close()
	ctx, cancel := context.WithTimeoutCause(t.Context(), time.Minute, errors.New("it takes too long"))
	defer cancel()
	if err := realm.LoadHTML(ctx, "<!doctype html><head>"+l.page+`<script type="module" src="/adapters/stories.js"></script>`); err != nil {
		t.Fatalf("the page: %v\nthe console:\n%v", err, &console)
	}
	got, err := realm.Eval(ctx, fmt.Sprintf("story(%q)", story), "story.js")
	if err != nil || got != want {
		t.Errorf("got %q (%v), want %q\nthe console:\n%v", got, err, want, &console)
	}
	if made, ok := requests[story]; ok && service.log.String() != made {
		t.Errorf("the service was asked %q, want %q", service.log.String(), made)
	}
}

// site has the page's files: adapters of our own, and the libraries.
func site() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/adapters/", http.StripPrefix("/adapters/", http.FileServerFS(os.DirFS("testdata"))))
	if libraries := os.Getenv("CORSAGE_CLIENTS"); libraries != "" {
		mux.Handle("/libraries/", http.StripPrefix("/libraries/", http.FileServerFS(os.DirFS(libraries))))
	}
	return mux
}

// service is asked from https://app.example, which all but /silent allow.
type service struct{ log lines }

// ServeHTTP implements http.Handler.
func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	note := r.Method + " " + r.URL.Path
	if r.Method == http.MethodPut {
		note += " " + r.Header.Get("Content-Type")
	}
	s.log.add(script.Message{Text: note})
	if r.URL.Path != "/silent" {
		permit(w.Header(), r)
	}
	if r.Method == http.MethodOptions && r.URL.Path != "/files" {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	switch {
	case r.URL.Path == "/me":
		c, err := r.Cookie("name")
		if err != nil {
			c = &http.Cookie{Value: "nobody"}
		}
		answer(w, http.StatusOK, `{"name": %q}`, c.Value)
	case r.URL.Path == "/slow":
		_, _ = io.Copy(io.Discard, r.Body) // what comes of it shows in the client
		<-r.Context().Done()
	case r.URL.Path == "/upload":
		receive(w, r)
	case strings.HasPrefix(r.URL.Path, "/files"):
		resume(w, r)
	case r.Method == http.MethodPut:
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		answer(w, http.StatusCreated, "%s", body)
	default:
		answer(w, http.StatusOK, `{"albums": ["Open garden"]}`)
	}
}

func permit(h http.Header, r *http.Request) {
	h.Set("Vary", "Origin")
	h.Set("Access-Control-Allow-Origin", "https://app.example")
	h.Set("Access-Control-Allow-Credentials", "true")
	h.Set("Access-Control-Expose-Headers", "Location, Upload-Offset, Upload-Length, Tus-Resumable")
	if r.Method == http.MethodOptions {
		h.Set("Access-Control-Allow-Methods", "PUT, PATCH, HEAD, DELETE")
		h.Set("Access-Control-Allow-Headers", r.Header.Get("Access-Control-Request-Headers"))
	}
}

func answer(w http.ResponseWriter, status int, format string, args ...any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	fmt.Fprintf(w, format, args...)
}

// receive counts the bytes of a file, which a form may have.
func receive(w http.ResponseWriter, r *http.Request) {
	var file io.Reader = r.Body
	if part, _, err := r.FormFile("file"); err == nil {
		file = part
	}
	n, err := io.Copy(io.Discard, file)
	if err != nil {
		return
	}
	answer(w, http.StatusOK, `{"bytes": %d, "url": "https://api.example/uploaded"}`, n)
}

// resume is the part of tus that an upload in one go needs.
func resume(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Tus-Resumable", "1.0.0")
	switch r.Method {
	case http.MethodOptions:
		w.WriteHeader(http.StatusNoContent)
	case http.MethodPost:
		w.Header().Set("Location", "https://api.example/files/1")
		w.WriteHeader(http.StatusCreated)
	default:
		n, err := io.Copy(io.Discard, r.Body)
		if err != nil {
			return
		}
		w.Header().Set("Upload-Offset", fmt.Sprint(n))
		w.WriteHeader(http.StatusNoContent)
	}
}

// lines are kept by several goroutines.
type lines struct {
	mu   sync.Mutex
	list []string
}

func (l *lines) add(m script.Message) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = append(l.list, m.Text)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.list, ", ")
}
