package corshttp

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/corsage-go/corsage/cors"
)

// RefusalLog is an Observer that writes a line for a refusal, so many in a while at
// most: whoever wants to fill a log with refused requests does not get far. The next
// line says how many were left out.
type RefusalLog struct {
	log   *slog.Logger
	level slog.Level
	most  int
	while time.Duration
	now   func() time.Time

	mu      sync.Mutex
	begun   time.Time // the while that runs
	written int       // in it
	left    int       // out since the last line
}

// NewRefusalLog returns a RefusalLog that writes to log, at a level, at most most
// lines in each while. now is time.Now where it is nil.
func NewRefusalLog(log *slog.Logger, level slog.Level, most int, while time.Duration, now func() time.Time) *RefusalLog {
	if now == nil {
		now = time.Now
	}
	return &RefusalLog{log: log, level: level, most: most, while: while, now: now}
}

// Observe implements Observer.
func (l *RefusalLog) Observe(e Event) {
	ctx := e.Request.Context()
	if !e.Refused() || !l.log.Enabled(ctx, l.level) {
		return
	}
	if left, ok := l.admit(); ok {
		l.write(ctx, e, left)
	}
}

// admit reports whether there is room for a line, and how many have been left out
// before it.
func (l *RefusalLog) admit() (left int, ok bool) {
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Sub(l.begun) >= l.while {
		l.begun, l.written = now, 0
	}
	if l.written >= l.most {
		l.left++
		return 0, false
	}
	l.written++
	left, l.left = l.left, 0
	return left, true
}

func (l *RefusalLog) write(ctx context.Context, e Event, left int) {
	text := "refused a page of another site"
	if e.ReportOnly {
		text = "would have refused a page of another site"
	}
	attrs := []slog.Attr{
		slog.String("policy", e.Policy()),
		slog.String("reason", e.Verdict.Reason.String()),
		slog.String("seen", cors.Excerpt(e.Verdict.Observed)),
		slog.String("method", cors.Excerpt(Method(e.Request))),
		slog.Bool("preflight", e.Preflight),
		slog.Bool("stopped", e.Stopped),
	}
	if left > 0 {
		attrs = append(attrs, slog.Int("left_out", left))
	}
	l.log.LogAttrs(ctx, l.level, text, attrs...)
}
