package fetch

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/corsage-go/corsage/agent/wire"
)

// BenchmarkFetchGET compares a GET read to its end: of net/http, of the wire
// alone, and of a page, to its own origin and to another.
func BenchmarkFetchGET(b *testing.B) {
	body := make([]byte, 512)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		h["Access-Control-Allow-Origin"] = []string{app}
		h["Content-Type"] = []string{"application/json"}
		_, _ = w.Write(body) // the client counts what arrives
	}))
	defer server.Close()
	client := &wire.Client{}
	defer client.Close()
	url := parse(b, server.URL+"/albums?limit=50")
	e := &Engine{Transport: client}

	b.Run("http.Client", func(b *testing.B) { benchHTTP(b, server.Client(), url.Href()) })
	b.Run("wire", func(b *testing.B) {
		r := &wire.Request{Method: "GET", Scheme: "http", Host: url.Host(), Target: url.Target(), Header: fields("Accept: */*", "Accept-Encoding: gzip, deflate, br, zstd")}
		b.ReportAllocs()
		for b.Loop() {
			resp, err := client.RoundTrip(context.Background(), r)
			if err != nil {
				b.Fatal(err)
			}
			drain(b, resp.Body, len(body))
		}
	})
	b.Run("same-origin", func(b *testing.B) {
		benchFetch(b, e, &Request{Method: "GET", URL: url, Client: page(b, server.URL)}, len(body))
	})
	b.Run("cross-origin", func(b *testing.B) {
		benchFetch(b, e, &Request{Method: "GET", URL: url, Client: page(b, app)}, len(body))
	})
}

func benchHTTP(b *testing.B, client *http.Client, url string) {
	b.ReportAllocs()
	for b.Loop() {
		resp, err := client.Get(url)
		if err != nil {
			b.Fatal(err)
		}
		drain(b, resp.Body, 512)
	}
}

func benchFetch(b *testing.B, e *Engine, r *Request, want int) {
	b.ReportAllocs()
	for b.Loop() {
		resp, err := e.Fetch(context.Background(), r)
		if err != nil {
			b.Fatal(err)
		}
		drain(b, resp.Body, want)
	}
}

var scratch = make([]byte, 4096)

func drain(b *testing.B, body io.ReadCloser, want int) {
	total := 0
	for {
		n, err := body.Read(scratch)
		total += n
		if err == io.EOF {
			break
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	_ = body.Close() // it was read to its end
	if total != want {
		b.Fatalf("read %d bytes, want %d", total, want)
	}
}

// instant is a Transport that costs next to nothing.
type instant struct{ resp wire.Response }

func (i *instant) RoundTrip(context.Context, *wire.Request) (*wire.Response, error) {
	return &i.resp, nil
}

// BenchmarkFetchAlone is what a fetch costs on top of the wire.
func BenchmarkFetchAlone(b *testing.B) {
	e := &Engine{Transport: &instant{wire.Response{Status: 200, Header: fields("Content-Type: text/plain", "Content-Length: 0", "Access-Control-Allow-Origin: "+app, "Date: x"), Body: noBody{}}}}
	url := parse(b, data+"/albums?limit=50")
	b.Run("same-origin", func(b *testing.B) { benchFetch(b, e, &Request{Method: "GET", URL: url, Client: page(b, data)}, 0) })
	b.Run("cross-origin", func(b *testing.B) { benchFetch(b, e, &Request{Method: "GET", URL: url, Client: page(b, app)}, 0) })
	e.Preflights = e.Profile.PreflightCache()
	b.Run("preflight-known", func(b *testing.B) {
		e.Transport.(*instant).resp.Header = approving
		benchFetch(b, e, &Request{Method: "PUT", URL: url, Client: page(b, app)}, 0)
	})
}
