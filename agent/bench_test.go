package agent_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/agent"
)

// albums is what a server of albums answers: 2 KB of JSON for whoever asks.
func albums(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	if r.Method == http.MethodOptions {
		h.Set("Access-Control-Allow-Methods", "PUT")
		h.Set("Access-Control-Max-Age", "600")
		w.WriteHeader(http.StatusNoContent)
		return
	}
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	_, _ = io.WriteString(w, albumList)
}

var albumList = `["` + strings.Repeat("x", 2000) + `"]`

// newServer listens on this machine until the end of the test.
func newServer(tb testing.TB, h http.HandlerFunc) *httptest.Server {
	tb.Helper()
	s := httptest.NewServer(h)
	tb.Cleanup(s.Close)
	return s
}

// newPage opens a page on an agent of its own.
func newPage(tb testing.TB, o agent.Options, url string) *agent.Page {
	tb.Helper()
	a := agent.New(o)
	tb.Cleanup(a.Close)
	page, err := a.Page(url)
	if err != nil {
		tb.Fatal(err)
	}
	return page
}

// A GET of a page costs at most 1.3 times the time and 1.5 times the allocations
// of one of http.Client that is read to its end.
func BenchmarkGet(b *testing.B) {
	server := newServer(b, albums)
	url := server.URL + "/albums?limit=50"
	b.Run("http.Client", func(b *testing.B) {
		client := server.Client()
		b.ReportAllocs()
		for b.Loop() {
			resp, err := client.Get(url)
			if err != nil {
				b.Fatal(err)
			}
			if _, err := io.ReadAll(resp.Body); err != nil {
				b.Fatal(err)
			}
			_ = resp.Body.Close()
		}
	})
	b.Run("page/cross-origin", func(b *testing.B) { benchmarkGet(b, "http://app.example/", url) })
	b.Run("page/same-origin", func(b *testing.B) { benchmarkGet(b, server.URL+"/page", url) })
}

func benchmarkGet(b *testing.B, at, url string) {
	page := newPage(b, agent.Options{}, at)
	ctx := context.Background()
	b.ReportAllocs()
	for b.Loop() {
		x := page.XHR()
		if err := x.Open("GET", url); err != nil {
			b.Fatal(err)
		}
		res, err := x.Do(ctx, nil)
		if err != nil {
			b.Fatal(err)
		}
		if len(res.Bytes()) != len(albumList) {
			b.Fatalf("%d bytes of %d", len(res.Bytes()), len(albumList))
		}
	}
}

// A preflight found in the cache adds less than a microsecond.
func BenchmarkKnownPreflight(b *testing.B) {
	server := newServer(b, albums)
	for name, at := range map[string]string{"cross-origin": "http://app.example/", "same-origin": server.URL + "/page"} {
		b.Run(name, func(b *testing.B) {
			page := newPage(b, agent.Options{}, at)
			b.ReportAllocs()
			for b.Loop() {
				x := page.XHR()
				if err := x.Open("PUT", server.URL+"/albums"); err != nil {
					b.Fatal(err)
				}
				if _, err := x.Do(context.Background(), nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// A fresh agent with a page costs less than 50 microseconds.
func BenchmarkNewPage(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		a := agent.New(agent.Options{})
		if _, err := a.Page("https://app.example/page"); err != nil {
			b.Fatal(err)
		}
		a.Close()
	}
}

// zeros is a file of that many bytes, none of which exist.
type zeros int64

func (z zeros) open(offset, length int64) (io.ReadCloser, error) {
	return io.NopCloser(io.LimitReader(zeroReader{}, length)), nil
}

type zeroReader struct{}

func (zeroReader) Read(p []byte) (int, error) { return len(p), nil }
