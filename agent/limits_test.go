package agent_test

import (
	"compress/gzip"
	"crypto/rand"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/agent"
	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/wire"
	"github.com/corsage-go/corsage/agent/xhr"
	"github.com/corsage-go/corsage/cors"
)

// bomb answers with gzip that is decoded to size bytes, about 150 times what goes
// over the wire: below what is suspicious.
func bomb(m *peak, size int64) http.HandlerFunc {
	block := make([]byte, 16<<10)
	_, _ = rand.Read(block[:80]) // never fails
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		for n := int64(0); n < size; n += int64(len(block)) {
			_, _ = rand.Read(block[:80]) // never fails
			if _, err := z.Write(block); err != nil {
				return
			}
			if n%(1<<20) == 0 {
				m.look()
			}
		}
		_ = z.Close() // the client counts what arrives
	}
}

// A compression bomb is a network error when it has taken as much memory as is
// kept of any response, however little came over the wire; what is not kept has
// no such limit.
func TestBombs(t *testing.T) {
	const size = 4 * xhr.DefaultMaxResponse
	var m peak
	m.start()
	server := newServer(t, bomb(&m, size))
	page := newPage(t, agent.Options{}, server.URL)
	x := page.XHR()
	failed := false
	x.On(agent.EventError, func(agent.Event) { failed = true })
	must(t, x.Open("GET", "/"))
	if _, err := x.Do(t.Context(), nil); reason(err) != cors.NetworkFailed || !failed || !strings.Contains(err.Error(), "DownloadTo") {
		t.Errorf("the bomb ends with %v, event error: %v", err, failed)
	}
	if grown := m.grown(); grown > 3*xhr.DefaultMaxResponse>>20 {
		t.Errorf("the heap has grown by %d MiB", grown)
	}

	var stream peak
	stream.start()
	const more = 2 * xhr.DefaultMaxResponse
	server = newServer(t, bomb(&stream, more))
	page = newPage(t, agent.Options{}, server.URL)
	x = page.XHR()
	total := int64(0)
	x.On(agent.EventLoad, func(e agent.Event) { total = e.Loaded })
	x.DownloadTo(io.Discard)
	must(t, x.Open("GET", "/"))
	if _, err := x.Do(t.Context(), nil); err != nil || total != more {
		t.Errorf("a download ends with %v after %d bytes of %d", err, total, int64(more))
	}
	if grown := stream.grown(); grown > 32 {
		t.Errorf("the heap has grown by %d MiB in a download", grown)
	}
}

// The limits of a head hold on the network, in both versions of HTTP, and for
// handlers.
func TestHeadLimits(t *testing.T) {
	for path, set := range map[string]func(http.Header){
		"/long":  func(h http.Header) { h.Set("X-Long", strings.Repeat("x", 5000)) },
		"/many":  func(h http.Header) { h["X-Many"] = strings.Split(strings.Repeat("x", 60), "") },
		"/small": func(http.Header) {},
	} {
		h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { set(w.Header()) })
		for name, road := range roads(h, nil) {
			t.Run(name+path, func(t *testing.T) {
				o, origin, closeServer := road()
				defer closeServer()
				o.Limits = fetch.Limits{HeadBytes: 4096, HeadFields: 50}
				page := newPage(t, o, origin+"/page")
				_, err := page.Get(t.Context(), path)
				e, _ := errors.AsType[*wire.Error](err)
				refused := e != nil && e.Kind == wire.HeadTooLarge
				if name == "HTTP/2" && path == "/long" { // net/http calls one field that is too long broken
					refused = e != nil && e.Kind == wire.HTTP2Failed
				}
				switch {
				case name == "transport": // which sees to its own limits
				case path == "/small" && err != nil, path != "/small" && (!refused || reason(err) != cors.NetworkFailed):
					t.Errorf("the request ends with %v", err)
				}
			})
		}
	}
}
