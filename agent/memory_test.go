package agent_test

import (
	"io"
	"net/http"
	"runtime"
	"strconv"
	"sync"
	"testing"

	"github.com/corsage-go/corsage/agent"
	"github.com/corsage-go/corsage/agent/xhr"
)

// peak watches the heap grow while something is streamed.
type peak struct {
	before uint64

	mu   sync.Mutex
	most uint64
}

func (p *peak) look() {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	p.mu.Lock()
	p.most = max(p.most, m.HeapAlloc)
	p.mu.Unlock()
}

// start begins to watch.
func (p *peak) start() {
	runtime.GC()
	p.look()
	p.before = p.most
}

// grown is by how many MiB the heap has grown.
func (p *peak) grown() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return (int64(p.most) - int64(p.before)) >> 20
}

// Write is called for every piece of a stream.
func (p *peak) Write(b []byte) (int, error) {
	p.look()
	return len(b), nil
}

// Neither an upload nor a download of any size takes more memory than a few
// buffers, on both ends together.
func TestMemory(t *testing.T) {
	const size = 128 << 20
	var m peak
	m.start()
	server := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			if n, err := io.CopyBuffer(&m, r.Body, make([]byte, 1<<20)); n != size || err != nil {
				t.Errorf("%d bytes have arrived, %v", n, err)
			}
			return
		}
		w.Header().Set("Content-Length", strconv.Itoa(size))
		if _, err := io.CopyN(w, zeroReader{}, size); err != nil {
			t.Error(err)
		}
	})
	page := newPage(t, agent.Options{}, server.URL)
	file := xhr.NewBlobFrom(size, "", zeros(size).open)
	for _, method := range []string{"POST", "GET"} {
		x := page.XHR()
		last := int64(0)
		x.On(xhr.EventProgress, func(e agent.Event) { last = e.Loaded })
		x.Upload().On(xhr.EventProgress, func(e agent.Event) { last = e.Loaded })
		x.DownloadTo(&m)
		must(t, x.Open(method, "/"))
		var body agent.Body
		if method == "POST" {
			body = file
		}
		if _, err := x.Do(t.Context(), body); err != nil {
			t.Fatal(err)
		}
		if method == "GET" && last != size {
			t.Errorf("the last progress was at %d", last)
		}
	}
	if grown := m.grown(); grown > 32 {
		t.Errorf("the heap has grown by %d MiB", grown)
	}
}
