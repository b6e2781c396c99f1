package main

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/corsage-go/corsage/agent"
	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/wire"
)

// When a bar appears, and how often it changes.
const (
	barAfter = 500 * time.Millisecond
	barEvery = 100 * time.Millisecond
)

// progressBar shows how far a long transfer is. Uploads are watched on the
// connection: a listener on xhr.upload would make the request ask for permission
// first, and so be another request.
type progressBar struct {
	w   io.Writer // nil shows nothing
	now func() time.Time

	mu      sync.Mutex
	started time.Time
	last    time.Time // when it was drawn
	drawn   bool
	total   int64 // of the upload
	sent    int64
}

// newProgressBar shows on a terminal only.
func newProgressBar(w io.Writer, silent bool) *progressBar {
	b := &progressBar{now: time.Now, started: time.Now()}
	if !silent && isColorTerminal(w) {
		b.w = w
	}
	return b
}

// watchUploads makes hooks tell the bar too.
func (b *progressBar) watchUploads(h *fetch.Hooks) *fetch.Hooks {
	if b.w == nil {
		return h
	}
	return &fetch.Hooks{Begin: func(r *fetch.Request) *fetch.Hooks {
		watched := *h.For(r)
		request, connection := watched.Request, watched.Trace
		watched.Request = func(x *fetch.Exchange, r *wire.Request) {
			b.begin(r.Length)
			request(x, r)
		}
		watched.Trace = func(x *fetch.Exchange) *wire.Trace {
			t := *connection(x)
			wrote := t.WroteBody
			t.WroteBody = func(n int64) {
				b.uploaded(n)
				wrote(n)
			}
			return &t
		}
		return &watched
	}}
}

// begin is called before a request is sent, with the size of its body.
func (b *progressBar) begin(total int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.total, b.sent = total, 0
}

func (b *progressBar) uploaded(n int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sent += n
	b.draw("sent", b.sent, b.total)
}

// downloaded listens to the progress of the answer.
func (b *progressBar) downloaded(e agent.Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.draw("received", e.Loaded, e.Total)
}

// barWidth is that of a bar, in characters.
const barWidth = 30

// draw shows the bar, unless it is too early. A total that is not known is 0.
func (b *progressBar) draw(what string, done, total int64) {
	now := b.now()
	if b.w == nil || now.Sub(b.started) < barAfter || now.Sub(b.last) < barEvery {
		return
	}
	b.last, b.drawn = now, true
	line := fmt.Sprintf("%s %s", what, humanBytes(done))
	if total > 0 {
		full := int(min(done, total) * barWidth / total)
		line = fmt.Sprintf("[%s%s] %3d %%  %s of %s", strings.Repeat("#", full), strings.Repeat(".", barWidth-full),
			min(done, total)*100/total, line, humanBytes(total))
	}
	_, _ = fmt.Fprint(b.w, "\r\x1b[K"+line) // that it cannot be shown has no one to be told
}

// clear takes the bar away.
func (b *progressBar) clear() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.drawn {
		_, _ = fmt.Fprint(b.w, "\r\x1b[K")
		b.drawn = false
	}
}

// humanBytes writes a number of bytes for people.
func humanBytes(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d B", n)
	case n < 999_950:
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	case n < 999_950_000:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	default:
		return fmt.Sprintf("%.1f GB", float64(n)/1e9)
	}
}
