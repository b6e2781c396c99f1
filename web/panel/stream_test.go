package panel

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/corsage-go/corsage/cors/trace"
)

// message is an event of a stream.
type message struct{ id, event, data string }

// reader follows a stream as a browser does.
type reader struct {
	t     *testing.T
	body  *io.PipeReader
	lines *bufio.Reader
	end   context.CancelFunc
	over  chan struct{} // closed when the handler has returned
}

// pipe is a ResponseWriter that blocks until its reader takes what is written, or
// until its deadline.
type pipe struct {
	header   http.Header
	w        *io.PipeWriter
	mu       sync.Mutex
	deadline time.Time
}

func (p *pipe) Header() http.Header { return p.header }
func (p *pipe) WriteHeader(int)     {}
func (p *pipe) FlushError() error   { return nil }
func (p *pipe) SetWriteDeadline(t time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.deadline = t
	return nil
}

func (p *pipe) Write(b []byte) (int, error) {
	p.mu.Lock()
	deadline := p.deadline
	p.mu.Unlock()
	timer := time.AfterFunc(time.Until(deadline), func() { _ = p.w.CloseWithError(errors.New("too slow")) })
	defer timer.Stop()
	return p.w.Write(b)
}

// followed opens a stream of a panel.
func followed(t *testing.T, p *Panel, lastEvent string) *reader {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r := httptest.NewRequestWithContext(ctx, "GET", "/TOKEN/events", nil)
	r.Host = "127.0.0.1:8404"
	if lastEvent != "" {
		r.Header.Set("Last-Event-ID", lastEvent)
	}
	body, w := io.Pipe()
	out := &reader{t: t, body: body, lines: bufio.NewReader(body), end: cancel, over: make(chan struct{})}
	go func() {
		defer close(out.over)
		p.Handler(testOrigin, testToken).ServeHTTP(&pipe{header: http.Header{}, w: w}, r)
		_ = w.Close()
	}()
	return out
}

// next reads a message; ok is false at the end.
func (r *reader) next() (m message, ok bool) {
	for {
		line, err := r.lines.ReadString('\n')
		if err != nil {
			return m, false
		}
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		switch name {
		case "id":
			m.id = value
		case "event":
			m.event = value
		case "data":
			m.data = value
		case "":
			if m.event != "" {
				return m, true
			}
		}
	}
}

// hello reads the first message.
func (r *reader) hello() hello {
	r.t.Helper()
	m, ok := r.next()
	var h hello
	if err := json.Unmarshal([]byte(m.data), &h); !ok || m.event != "hello" || err != nil {
		r.t.Fatalf("the stream begins with %+v: %v", m, err)
	}
	return h
}

// rows reads the next batch.
func (r *reader) rows() (b batch, id string) {
	r.t.Helper()
	m, ok := r.next()
	if err := json.Unmarshal([]byte(m.data), &b); !ok || m.event != "rows" || err != nil {
		r.t.Fatalf("after hello comes %+v: %v", m, err)
	}
	return b, m.id
}

func names(b batch) []string {
	var list []string
	for _, r := range b.Rows {
		list = append(list, r.ID)
	}
	return list
}

// A stream begins with what there is, goes on with what happens, and is taken up
// again where it was left.
func TestStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(Config{Source: "a test", Live: true})
		p.Load(recording(2))
		r := followed(t, p, "")
		if h := r.hello(); h.Source != "a test" || !h.Live || h.Resumed {
			t.Errorf("hello %+v", h)
		}
		if b, _ := r.rows(); !slices.Equal(names(b), []string{"x0", "x1"}) {
			t.Errorf("at first %q", names(b))
		}
		p.Sink().Exchange(blocked("y"))
		b, id := r.rows()
		if !slices.Equal(names(b), []string{"y"}) || !b.Rows[0].Verdict.Refused || b.Rows[0].Console == "" {
			t.Errorf("then %+v", b.Rows)
		}
		r.end()
		<-r.over

		p.Sink().Exchange(exchange("x0")) // changed
		p.Sink().Exchange(exchange("z"))
		again := followed(t, p, id)
		if !again.hello().Resumed {
			t.Error("the stream was not taken up again")
		}
		if b, _ := again.rows(); !slices.Equal(names(b), []string{"x0", "z"}) {
			t.Errorf("meanwhile %q", names(b))
		}
		p.Close()
		<-again.over
	})
}

// Somebody who comes back to another panel begins anew.
func TestStreamOfAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(Config{})
		p.Load(recording(1))
		r := followed(t, p, New(Config{}).kept.mark(5))
		if r.hello().Resumed {
			t.Error("it claims to go on")
		}
		if b, _ := r.rows(); len(b.Rows) != 1 {
			t.Errorf("%d rows", len(b.Rows))
		}
		r.end()
		<-r.over
	})
}

// Many rows come in batches, and clearing tells that what came before is gone.
func TestStreamInBatches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(Config{})
		p.Load(recording(2*maxBatch + 1))
		r := followed(t, p, "")
		r.hello()
		for i, want := range []int{maxBatch, maxBatch, 1} {
			if b, _ := r.rows(); len(b.Rows) != want || b.More != (i < 2) {
				t.Errorf("batch %d: %d rows, more %v", i, len(b.Rows), b.More)
			}
		}
		p.Clear()
		if b, _ := r.rows(); len(b.Rows) != 0 || b.First != 2*maxBatch+1 {
			t.Errorf("after Clear: %d rows, first %d", len(b.Rows), b.First)
		}
		r.end()
		<-r.over
	})
}

// A reader that takes nothing is dropped in time, holds nobody up, and gets what
// it has missed when it comes back.
func TestSlowReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(Config{Live: true})
		slow := followed(t, p, "")
		slow.hello()
		_, id := slow.rows()
		for i := range 5000 { // nothing of it is read
			p.Sink().Exchange(exchange(fmt.Sprint(i % 100)))
		}
		before := time.Now()
		<-slow.over
		if waited := time.Since(before); waited != p.patience {
			t.Errorf("it was dropped after %v, want %v", waited, p.patience)
		}
		again := followed(t, p, id)
		if !again.hello().Resumed {
			t.Error("it has to begin anew")
		}
		if b, _ := again.rows(); len(b.Rows) != 100 {
			t.Errorf("it gets %d rows, want each of the 100 once", len(b.Rows))
		}
		again.end()
		<-again.over
	})
}

// While nothing happens, the other side is shown now and then that the stream is
// alive.
func TestHeartbeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(Config{Live: true})
		r := followed(t, p, "")
		r.hello()
		r.rows()
		before := time.Now()
		line, err := r.lines.ReadString('\n')
		if line != ":\n" || err != nil || time.Since(before) != p.heartbeat {
			t.Errorf("%q after %v: %v", line, time.Since(before), err)
		}
		r.end()
		_ = r.body.Close()
		<-r.over
	})
}

// Only so many may follow at once; the rest is told.
func TestTooManyStreams(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(Config{})
		var all []*reader
		for range maxStreams {
			r := followed(t, p, "")
			r.hello()
			all = append(all, r)
		}
		if r := ask(p.Handler(testOrigin, testToken), "GET", "/TOKEN/events"); r.StatusCode != http.StatusServiceUnavailable {
			t.Errorf("one more: %d", r.StatusCode)
		}
		for _, r := range all {
			_ = r.body.Close()
			r.end()
			<-r.over
		}
	})
}

// Recording while others look is safe, and everybody sees the end of it.
func TestStreamsTogether(t *testing.T) {
	p := New(Config{Limits: trace.Limits{Exchanges: 50}})
	var all sync.WaitGroup
	for w := range 4 {
		all.Go(func() {
			for i := range 200 {
				p.Sink().Exchange(exchange(fmt.Sprint(w, "-", i)))
				p.Sink().Event(trace.Event{Fetch: "f"})
			}
		})
		all.Go(func() {
			r := followed(t, p, "")
			defer r.end()
			r.hello()
			for seen := uint64(0); seen < 799; {
				b, _ := r.rows()
				for _, row := range b.Rows {
					seen = max(seen, row.Place)
				}
			}
			_ = r.body.Close()
		})
	}
	all.Wait()
	if n := len(p.Trace().Exchanges); n != 50 {
		t.Errorf("%d are kept, want 50", n)
	}
}
