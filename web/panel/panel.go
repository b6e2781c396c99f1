package panel

import (
	"crypto/rand"
	"sync"
	"time"

	"github.com/corsage-go/corsage/cors/trace"
)

// Config says what a panel is about. The zero value will do.
type Config struct {
	Source string       // what is shown, in a few words: "corsage serve, http://127.0.0.1:8401"
	Live   bool         // more may come; false for a recording that was loaded
	Limits trace.Limits // how many exchanges and events are kept; zero for the defaults
}

// Panel keeps the last exchanges that were recorded and shows them to everybody
// who looks. It may be used by many goroutines. Make one with New.
type Panel struct {
	config Config
	kept   *store

	streams chan struct{} // as many as may be followed at once
	ended   chan struct{}
	end     sync.Once

	heartbeat, patience time.Duration // of streams
}

// maxStreams is how many pages may follow a panel at once.
const maxStreams = 32

// New returns a panel that shows nothing yet.
func New(c Config) *Panel {
	return &Panel{
		config: c, kept: newStore(c.Limits),
		streams: make(chan struct{}, maxStreams), ended: make(chan struct{}),
		heartbeat: 15 * time.Second, patience: 10 * time.Second,
	}
}

// Sink returns what fills the panel. It never blocks for long: nobody who looks is
// waited for.
func (p *Panel) Sink() trace.Sink {
	return trace.Sink{Exchange: p.kept.add, Event: p.kept.addEvent}
}

// Load shows a recording. What t holds must not be changed afterwards.
func (p *Panel) Load(t *trace.Trace) {
	for i := range t.Exchanges {
		p.kept.add(&t.Exchanges[i])
	}
	for _, e := range t.Events {
		p.kept.addEvent(e)
	}
	p.kept.loaded(t.Recorder, t.Dropped)
}

// Clear forgets what is shown.
func (p *Panel) Clear() { p.kept.clear() }

// Trace returns what the panel holds by now.
func (p *Panel) Trace() *trace.Trace { return p.kept.trace() }

// Close ends the streams of everybody who looks, so that a server can shut down.
func (p *Panel) Close() { p.end.Do(func() { close(p.ended) }) }

// NewToken returns a text that nobody can guess, for the address of a panel.
func NewToken() string { return rand.Text() }
