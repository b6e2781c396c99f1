package photos_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/corsage-go/corsage/web/photos"
)

func get(h http.Handler, path string) *http.Response {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w.Result()
}

// The owner's pages share an origin with the album service: everything that is
// not theirs goes there.
func ExampleOwner() {
	mux := http.NewServeMux()
	mux.Handle("/{$}", photos.Owner())
	mux.Handle("/assets/", photos.Owner())
	mux.HandleFunc("/albums", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, `{"albums":[],"next":null}`)
	})

	fmt.Println(get(mux, "/").Header.Get("Content-Type"))
	// Output: text/html; charset=utf-8
}

// A guest site stands on another origin, and tells its pages where the albums
// are.
func ExampleGuest() {
	site := photos.Guest(photos.GuestConfig{
		Data:  "http://127.0.0.1:8401",
		Self:  "http://localhost:8402",
		Other: "http://localhost:8403",
		Named: true,
		Token: func() string { return "cst_..." },
	})

	fmt.Println(get(site, "/").StatusCode, get(site, "/config.json").Header.Get("Cache-Control"))
	// Output: 200 no-store
}

// Whether a page of another origin may use a font is not for Fonts to say: it is
// wrapped in what knows the policy.
func ExampleFonts() {
	allow := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Access-Control-Allow-Origin", "http://localhost:8402")
			w.Header().Set("Vary", "Origin")
			next.ServeHTTP(w, r)
		})
	}

	fmt.Println(get(allow(photos.Fonts()), "/fonts/go-smallcaps.ttf").Header.Get("Content-Type"))
	// Output: font/ttf
}
