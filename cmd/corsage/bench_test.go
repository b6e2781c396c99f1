package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/cors"
)

// discard is a ResponseWriter without a connection.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
func (d *discard) WriteHeader(int)             {}

// What finding an album's policy costs when it is remembered and when it is read
// from the store.
func BenchmarkPolicy(b *testing.B) {
	d := startDemo(b, demoOptions{flags: []string{"--no-panel"}})
	r := albumPreflight(d)
	b.Run("remembered", func(b *testing.B) {
		for b.Loop() {
			d.service.policies.of(r)
		}
	})
	id := album.ID(d.albums.Chosen)
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			d.service.rules.albums.Forget(keyOf(id))
			d.service.policies.of(r)
		}
	})
	b.Run("list", func(b *testing.B) {
		r := httptest.NewRequest(http.MethodGet, d.origin+"/albums", http.NoBody)
		r.Header.Set("Origin", "https://partner.example")
		for b.Loop() {
			d.service.policies.of(r)
		}
	})
}

// What a preflight for an album costs the whole service, without the connection.
func BenchmarkPreflight(b *testing.B) {
	d := startDemo(b, demoOptions{flags: []string{"--log-level", "error", "--no-panel"}})
	handler := d.service.sites[0].server.Handler
	r := albumPreflight(d)
	b.ReportAllocs()
	for b.Loop() {
		handler.ServeHTTP(&discard{http.Header{}}, r)
	}
}

func albumPreflight(d *runningDemo) *http.Request {
	r := httptest.NewRequestWithContext(context.Background(), http.MethodOptions, d.album(d.albums.Chosen), http.NoBody)
	r.Header.Set("Origin", d.guest)
	r.Header.Set(cors.HeaderRequestMethod, "PUT")
	r.Header.Set(cors.HeaderRequestHeaders, "authorization,content-type")
	return r
}
