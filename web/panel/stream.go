package panel

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// batch is what a stream sends at once.
type batch struct {
	Rows    []row  `json:"rows"`
	First   uint64 `json:"first"`   // rows of a lower place are gone
	Dropped int    `json:"dropped"` // how many did not fit in
	More    bool   `json:"more"`    // there is more already
}

// hello is the first thing that a stream sends.
type hello struct {
	Source  string `json:"source"`
	Live    bool   `json:"live"`
	Resumed bool   `json:"resumed"` // it goes on where the reader was; otherwise it begins anew
}

// maxBatch is how many rows are sent at once.
const maxBatch = 250

// stream sends what has changed since the reader was here last, and then what
// changes, until he goes away. He is never waited for: a change waits in the store,
// where the next one takes its place. A reader that does not take what he is sent
// in time is dropped, and may come back with Last-Event-ID.
//
// Format: https://html.spec.whatwg.org/multipage/server-sent-events.html
func (p *Panel) stream(w http.ResponseWriter, r *http.Request) {
	select {
	case p.streams <- struct{}{}:
		defer func() { <-p.streams }()
	default:
		http.Error(w, "too many pages follow this panel: close some of them", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	s := &stream{panel: p, w: w, control: http.NewResponseController(w), done: r.Context().Done()}
	cursor, resumed := p.kept.cursor(lastEvent(r))
	if s.send("hello", "", hello{p.config.Source, p.config.Live, resumed}) == nil {
		s.follow(cursor)
	}
}

// lastEvent is the mark that a reader comes back with. A page that closed its
// stream itself says it in the address.
func lastEvent(r *http.Request) string {
	if id := r.Header.Get("Last-Event-ID"); id != "" {
		return id
	}
	return r.URL.Query().Get("since")
}

type stream struct {
	panel   *Panel
	w       http.ResponseWriter
	control *http.ResponseController
	done    <-chan struct{}
}

func (s *stream) follow(cursor uint64) {
	beat := time.NewTicker(s.panel.heartbeat)
	defer beat.Stop()
	for first := true; ; first = false {
		n := s.panel.kept.since(cursor, maxBatch)
		if first || n.cursor != cursor {
			if s.send("rows", s.panel.kept.mark(n.cursor), newBatch(n)) != nil {
				return
			}
			cursor = n.cursor
		}
		if n.more {
			continue
		}
		if !s.wait(n.changed, beat.C) {
			return
		}
	}
}

func newBatch(n news) batch {
	b := batch{Rows: make([]row, 0, len(n.rows)), First: n.first, Dropped: n.dropped, More: n.more}
	for _, sub := range n.rows {
		b.Rows = append(b.Rows, newRow(sub))
	}
	return b
}

// wait returns when there is a change; false if the stream is over. Meanwhile it
// shows the reader, and itself, that the other side is still there.
func (s *stream) wait(changed <-chan struct{}, beat <-chan time.Time) bool {
	for {
		select {
		case <-changed:
			return true
		case <-s.done:
			return false
		case <-s.panel.ended:
			return false
		case <-beat:
			if s.write([]byte(":\n\n")) != nil {
				return false
			}
		}
	}
}

func (s *stream) send(event, id string, data any) error {
	b, err := json.Marshal(data)
	if err != nil {
		return err
	}
	var message bytes.Buffer
	if id != "" {
		fmt.Fprintf(&message, "id: %s\n", id)
	}
	fmt.Fprintf(&message, "event: %s\ndata: %s\n\n", event, b)
	return s.write(message.Bytes())
}

func (s *stream) write(b []byte) error {
	_ = s.control.SetWriteDeadline(time.Now().Add(s.panel.patience)) // not every server can
	if _, err := s.w.Write(b); err != nil {
		return err
	}
	return s.control.Flush()
}
