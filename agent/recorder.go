package agent

import (
	"strconv"
	"sync/atomic"
	"time"

	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/cors/trace"
)

// Recorder makes a trace of what pages do: give its Hooks to Options. It may be
// used by many pages at once, and must not be changed once it is.
type Recorder struct {
	Sink      trace.Sink       // takes what is recorded; (*trace.Log).Sink collects it
	Redaction trace.Redaction  // zero: no secrets are kept
	Limits    trace.Limits     // zero: the defaults; of the numbers, only those of one exchange count
	Now       func() time.Time // nil for time.Now; should be that of Options.Clock

	fetches atomic.Int64
}

// Hooks returns the hooks that record.
func (r *Recorder) Hooks() *fetch.Hooks {
	return &fetch.Hooks{Begin: func(asked *fetch.Request) *fetch.Hooks {
		rec := &recording{
			recorder: r, limits: r.Limits.WithDefaults(), asked: asked,
			fetch: strconv.FormatInt(r.fetches.Add(1), 10),
		}
		return rec.hooks()
	}}
}

func (r *Recorder) now() time.Time {
	if r.Now != nil {
		return r.Now()
	}
	return time.Now()
}
