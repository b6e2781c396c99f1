package probing

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/cors/probe"
)

// Prober sends probes. It must not be changed while it runs.
type Prober struct {
	Transport fetch.Transport

	UserAgent   string
	Cookie      string        // goes with requests that have credentials
	Secrets     []string      // texts that are left out of what is recorded, see Redact
	Concurrency int           // probes at a time; 0 for 1
	Rate        float64       // requests in a second; 0 for no limit
	Timeout     time.Duration // of one probe; 0 for none
}

// ErrUnreachable is behind the answers that were not asked for any more, because
// the first ones failed.
var ErrUnreachable = errors.New("the server was not asked again, because the first request failed")

// Run sends the probes and returns an answer for each, in their order. If the
// first gets no answer from the network, neither do the others: they are not sent.
// The error is that of the context.
func (p *Prober) Run(ctx context.Context, probes []probe.Probe) ([]probe.Answer, error) {
	answers := make([]probe.Answer, len(probes))
	if len(probes) == 0 {
		return answers, nil
	}
	s := p.newSender()
	answers[0] = s.send(ctx, probes[0])
	if answers[0].Failed() {
		for i := range probes[1:] {
			answers[i+1] = probe.Answer{Probe: probes[i+1], Failure: answers[0].Failure}
		}
		return answers, ctx.Err()
	}
	p.spread(ctx, s, probes, answers)
	return answers, ctx.Err()
}

// spread sends all probes but the first, several at a time.
func (p *Prober) spread(ctx context.Context, s *sender, probes []probe.Probe, answers []probe.Answer) {
	next := make(chan int)
	var workers sync.WaitGroup
	for range max(p.Concurrency, 1) {
		workers.Go(func() {
			for i := range next {
				answers[i] = s.send(ctx, probes[i])
			}
		})
	}
	for i := range probes[1:] {
		next <- i + 1
	}
	close(next)
	workers.Wait()
}
