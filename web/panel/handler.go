package panel

import (
	"bytes"
	"embed"
	"encoding/json"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"time"

	"github.com/corsage-go/corsage/cors/explain"
	"github.com/corsage-go/corsage/cors/trace"
	"github.com/corsage-go/corsage/web/look"
)

//go:embed pages
var pages embed.FS

// mediaTypes names the type of every kind of file that is served. Browsers are
// told not to guess.
var mediaTypes = map[string]string{
	".html": "text/html; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".svg":  "image/svg+xml",
}

// Handler serves the panel at an origin, such as "http://127.0.0.1:8404", below a
// path that is a token: the page is at Address(origin, token). Asked by another
// name than the origin's it answers 421, without the token 404, and by pages of
// other origins 403, whatever they ask for.
//
// It belongs on a server that only this machine reaches. Call Close when the
// server shuts down, since streams do not end by themselves.
func (p *Panel) Handler(origin, token string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", serveFile(pages, "pages/index.html"))
	mux.HandleFunc("GET /panel/{file}", serveFolder(pages, "pages"))
	mux.HandleFunc("GET /look/{file}", serveFolder(look.Files, "."))
	mux.HandleFunc("GET /events", p.stream)
	mux.HandleFunc("GET /exchanges/{place}", p.serveDetail)
	mux.HandleFunc("GET /findings", p.serveFindings)
	mux.HandleFunc("GET /export.har", p.serveHAR)
	mux.HandleFunc("POST /clear", func(w http.ResponseWriter, _ *http.Request) {
		p.Clear()
		w.WriteHeader(http.StatusNoContent)
	})
	return &guard{origin: origin, token: token, next: mux}
}

// Address is where the page of a panel is.
func Address(origin, token string) string { return origin + "/" + token + "/" }

func serveFile(files fs.FS, name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		b, err := fs.ReadFile(files, name)
		mediaType := mediaTypes[path.Ext(name)]
		if err != nil || mediaType == "" {
			http.Error(w, "there is no such file", http.StatusNotFound)
			return
		}
		w.Header().Set("Content-Type", mediaType)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(b))
	}
}

func serveFolder(files fs.FS, folder string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		serveFile(files, path.Join(folder, path.Base(r.PathValue("file"))))(w, r)
	}
}

func (p *Panel) serveDetail(w http.ResponseWriter, r *http.Request) {
	place, err := strconv.ParseUint(r.PathValue("place"), 10, 64)
	if err != nil {
		http.Error(w, "exchanges are named by numbers", http.StatusBadRequest)
		return
	}
	d := p.kept.detail(place)
	if d == nil {
		http.Error(w, "this exchange is no longer kept", http.StatusNotFound)
		return
	}
	serveJSON(w, d)
}

// serveFindings tells what several exchanges show together.
func (p *Panel) serveFindings(w http.ResponseWriter, _ *http.Request) {
	findings := explain.Compare(p.Trace())
	serveJSON(w, append([]explain.Finding{}, findings...))
}

func serveJSON(w http.ResponseWriter, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		http.Error(w, "this could not be written down: "+err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(b) // a reader that went away is no concern of ours
}

// serveHAR writes what is kept as a HAR file. It is made of a copy, entry by
// entry, so nobody waits meanwhile.
func (p *Panel) serveHAR(w http.ResponseWriter, _ *http.Request) {
	t := p.Trace()
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", `attachment; filename="corsage.har"`)
	_ = trace.WriteHAR(w, t, explain.Remedies(t)) // a reader that went away is no concern of ours
}
