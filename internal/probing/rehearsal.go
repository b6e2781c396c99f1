package probing

import (
	"context"
	"strings"
	"sync"

	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/wire"
	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/probe"
)

// Planned is a request that a probe would send, as it would be on the wire.
type Planned struct {
	Probe   int    // the index of its probe
	Method  string //
	URL     string //
	Header  []wire.Field
	Depends bool // it is sent only if the preflight before it is approved
}

// Rehearse goes through the whole of Run without sending anything, and returns all
// that could be sent at most, in order: every preflight is taken for approved.
func (p *Prober) Rehearse(ctx context.Context, probes []probe.Probe) ([]Planned, error) {
	stage := &stage{}
	rehearsing := *p
	rehearsing.Transport, rehearsing.Rate = stage, 0
	s := rehearsing.newSender()
	var all []Planned
	for i, q := range probes {
		stage.asked = nil
		s.send(ctx, q)
		for j, r := range stage.asked {
			all = append(all, Planned{
				Probe: i, Method: r.Method, URL: r.Scheme + "://" + r.Host + r.Target, Header: r.Header, Depends: j > 0,
			})
		}
	}
	return all, ctx.Err()
}

// stage is a network on which every preflight is approved and every page may read.
type stage struct {
	mu    sync.Mutex
	asked []wire.Request
}

var _ fetch.Transport = (*stage)(nil)

// RoundTrip implements fetch.Transport.
func (s *stage) RoundTrip(_ context.Context, r *wire.Request) (*wire.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, *r)
	return &wire.Response{Proto: "HTTP/1.1", Status: 204, Header: approval(r), Body: nothing{strings.NewReader("")}}, nil
}

type nothing struct{ *strings.Reader }

// Close implements io.Closer.
func (nothing) Close() error { return nil }

// approval lets a page do what it asks for.
func approval(r *wire.Request) []wire.Field {
	h := []wire.Field{{Name: cors.HeaderAllowCredentials, Value: "true"}}
	for _, f := range r.Header {
		switch f.Name {
		case cors.HeaderOrigin:
			h = append(h, wire.Field{Name: cors.HeaderAllowOrigin, Value: f.Value})
		case cors.HeaderRequestMethod:
			h = append(h, wire.Field{Name: cors.HeaderAllowMethods, Value: f.Value})
		case cors.HeaderRequestHeaders:
			h = append(h, wire.Field{Name: cors.HeaderAllowHeaders, Value: f.Value})
		}
	}
	return h
}
