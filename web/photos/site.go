package photos

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"io/fs"
	"net/http"
	"path"
	"time"

	"github.com/corsage-go/corsage/web/look"
)

//go:embed pages
var pages embed.FS

// mediaTypes names the type of every kind of file that is served. Browsers are
// told not to guess, so a missing entry would break a page.
var mediaTypes = map[string]string{
	".html": "text/html; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".svg":  "image/svg+xml",
	".ttf":  "font/ttf",
	".txt":  "text/plain; charset=utf-8",
}

// asset is a file as it is served.
type asset struct {
	mediaType string
	etag      string
	body      []byte
}

func newAsset(name string, body []byte) asset {
	sum := sha256.Sum256(body)
	return asset{
		mediaType: mediaTypes[path.Ext(name)],
		etag:      `"` + base64.RawURLEncoding.EncodeToString(sum[:15]) + `"`,
		body:      body,
	}
}

func (a asset) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", a.mediaType)
	h.Set("ETag", a.etag)
	h.Set("Cache-Control", "no-cache") // kept, but asked about each time: a new program is seen at once
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(a.body))
}

// site serves assets by path, each answer with the same safety header fields.
type site struct {
	assets  map[string]asset
	missing asset // what a path without an asset shows
	safety  map[string]string
}

// newSite gathers the pages of the folder name, and what pages of any site use,
// below /assets/. The folder's index.html is the page at /.
func newSite(name, contentPolicy, referrerPolicy string) *site {
	s := &site{
		assets: make(map[string]asset),
		safety: map[string]string{
			"Content-Security-Policy":      contentPolicy,
			"Cross-Origin-Opener-Policy":   "same-origin",
			"Cross-Origin-Resource-Policy": "same-origin",
			"Referrer-Policy":              referrerPolicy,
			"X-Content-Type-Options":       "nosniff",
		},
	}
	s.gather("look", look.Files)
	for _, folder := range []string{"stage", "scenarios", "upload", name} {
		own, err := fs.Sub(pages, "pages/"+folder)
		if err != nil {
			panic(err) // newSite names a folder that there is not
		}
		s.gather(folder, own)
	}
	s.assets["/"] = s.assets["/assets/"+name+"/index.html"]
	s.missing = s.assets["/assets/look/missing.html"]
	return s
}

// gather adds the files of one folder. They are part of the program, so it can
// fail only where newSite names a folder that there is not.
func (s *site) gather(folder string, files fs.FS) {
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		panic(err)
	}
	for _, entry := range entries {
		body, err := fs.ReadFile(files, entry.Name())
		if err != nil {
			panic(err)
		}
		name := folder + "/" + entry.Name()
		s.assets["/assets/"+name] = newAsset(name, body)
	}
}

// ServeHTTP implements http.Handler.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for name, value := range s.safety {
		w.Header().Set(name, value)
	}
	if !readOnly(w, r) {
		return
	}
	if a, ok := s.assets[r.URL.Path]; ok {
		a.serve(w, r)
		return
	}
	w.Header().Set("Content-Type", s.missing.mediaType)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusNotFound)
	_, _ = w.Write(s.missing.body) // a reader that went away is no concern of ours
}

// readOnly lets GET and HEAD pass and answers every other method with 405.
func readOnly(w http.ResponseWriter, r *http.Request) bool {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return true
	}
	w.Header().Set("Allow", "GET, HEAD")
	http.Error(w, "pages can only be read: use GET or HEAD", http.StatusMethodNotAllowed)
	return false
}
