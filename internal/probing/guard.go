package probing

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/wire"
	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/probe"
)

// errHeld is why a request did not leave that only permission was asked for.
var errHeld = errors.New("the request was held back: only permission for it was to be asked")

// guard stands before the network and lets nothing through that the probe does not
// say. The asking end goes on to the request itself when a preflight approves, as a
// browser does; for a probe that asks for permission only, it ends here.
type guard struct {
	next fetch.Transport
	pace *pace
}

// probeKey is where the context of a request has its probe.
type probeKey struct{}

// RoundTrip implements fetch.Transport.
func (g *guard) RoundTrip(ctx context.Context, r *wire.Request) (*wire.Response, error) {
	if p, ok := ctx.Value(probeKey{}).(probe.Probe); !ok || !lets(p, r) {
		return nil, &wire.Error{Kind: wire.Canceled, Op: "send request", Addr: r.Host, Err: errHeld}
	}
	if err := g.pace.wait(ctx); err != nil {
		return nil, &wire.Error{Kind: wire.Canceled, Op: "send request", Addr: r.Host, Err: err}
	}
	return g.next.RoundTrip(ctx, r)
}

// lets reports whether a request is one that a probe speaks of.
func lets(p probe.Probe, r *wire.Request) bool {
	if isPreflight(r) {
		return p.Kind != probe.Plain || p.Method == "OPTIONS"
	}
	return p.Kind != probe.Preflight && r.Method == p.Method
}

func isPreflight(r *wire.Request) bool {
	if r.Method != "OPTIONS" {
		return false
	}
	for i := range r.Header {
		if r.Header[i].Name == cors.HeaderRequestMethod {
			return true
		}
	}
	return false
}

// pace keeps requests from following each other faster than it was told.
type pace struct {
	every time.Duration // between two requests; 0 for no limit

	mu   sync.Mutex
	next time.Time // when the next may go
}

func newPace(rate float64) *pace {
	if rate <= 0 {
		return &pace{}
	}
	return &pace{every: time.Duration(float64(time.Second) / rate)}
}

// wait returns when it is this request's turn.
func (p *pace) wait(ctx context.Context) error {
	if p.every == 0 {
		return ctx.Err()
	}
	turn := time.NewTimer(time.Until(p.take(time.Now())))
	defer turn.Stop()
	select {
	case <-turn.C:
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// take reserves the next turn.
func (p *pace) take(now time.Time) time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	turn := p.next
	if turn.Before(now) {
		turn = now
	}
	p.next = turn.Add(p.every)
	return turn
}
