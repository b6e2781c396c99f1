package main

import (
	"bytes"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// What corsage run prints, and its exit codes, are in scripts below
// testdata/running, word for word. After a change of words that is meant:
// CORSAGE_UPDATE_SCRIPTS=1 go test -run TestRunningScripts.
func TestRunningScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/running",
		RequireExplicitExec: true,
		UpdateScripts:       os.Getenv("CORSAGE_UPDATE_SCRIPTS") != "",
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "photos": servePhotos},
		Setup: func(e *testscript.Env) error {
			e.Setenv("NO_COLOR", "")
			return nil
		},
	})
}

// servePhotos starts https://example.com. RESOLVE leads there, CA is its authority.
func servePhotos(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: photos")
	}
	serveTLS(ts, photosForScripts())
}

// serveTLS starts a handler as https://example.com.
func serveTLS(ts *testscript.TestScript, h http.Handler) {
	s := httptest.NewTLSServer(h)
	ts.Defer(s.Close)
	ca := ts.MkAbs("ca.pem")
	block := &pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}
	ts.Check(os.WriteFile(ca, pem.EncodeToMemory(block), 0o600))
	ts.Setenv("CA", ca)
	ts.Setenv("RESOLVE", "example.com:443:"+strings.TrimPrefix(s.URL, "https://"))
}

// photosForScripts is a service that pages of https://app.example may use.
func photosForScripts() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/albums", func(w http.ResponseWriter, r *http.Request) {
		permitApp(w, r)
		switch r.Method {
		case http.MethodOptions:
			w.WriteHeader(http.StatusNoContent)
		case http.MethodPut:
			w.WriteHeader(http.StatusCreated)
			_, _ = bytes.NewBuffer(nil).ReadFrom(r.Body)
			fmt.Fprint(w, `{"name": "New Album"}`)
		default:
			fmt.Fprint(w, `{"albums": ["Open garden"]}`)
		}
	})
	mux.HandleFunc("/silent", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "nobody else's") })
	mux.HandleFunc("/open", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		if call := r.FormValue("callback"); call != "" {
			w.Header().Set("Content-Type", "text/javascript")
			fmt.Fprintf(w, `%s({"photos": 5})`, call)
			return
		}
		fmt.Fprint(w, `{"photos": 5}`)
	})
	mux.HandleFunc("/photos", func(w http.ResponseWriter, r *http.Request) {
		permitApp(w, r)
		if r.Method == http.MethodOptions {
			return
		}
		file, head, err := r.FormFile("photo")
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		defer file.Close() //nolint:errcheck // it was read only
		fmt.Fprintf(w, "%s: %d bytes of %s", head.Filename, head.Size, head.Header.Get("Content-Type"))
	})
	mux.HandleFunc("/hang", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	mux.HandleFunc("/page", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "<!doctype html><title>Albums</title><script src=page.js></script>")
	})
	mux.HandleFunc("/page.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		fmt.Fprint(w, `fetch("/silent").then((r) => r.text()).then((t) => console.log(document.title, location.pathname, t))`)
	})
	return mux
}

// permitApp answers as a service does that names https://app.example.
func permitApp(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Vary", "Origin")
	if r.Header.Get("Origin") != appOrigin {
		return
	}
	h.Set("Access-Control-Allow-Origin", appOrigin)
	if r.Method == http.MethodOptions {
		h.Set("Access-Control-Allow-Methods", "PUT")
		h.Set("Access-Control-Allow-Headers", "Content-Type")
	}
}
