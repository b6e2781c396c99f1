package main

import (
	"fmt"
	"io"

	"github.com/corsage-go/corsage/agent"
	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/explain"
	"github.com/corsage-go/corsage/cors/trace"
)

// runRecord keeps what a script has asked for, and what came of it.
type runRecord struct {
	log      trace.Log
	recorder agent.Recorder
}

// newRunRecord keeps bodies too if they are asked for.
func newRunRecord(bodies bool) *runRecord {
	r := &runRecord{}
	if !bodies {
		r.recorder.Limits.Body = -1
	}
	r.log.Recorder, r.log.Limits = toolName(), r.recorder.Limits
	r.recorder.Sink = r.log.Sink()
	return r
}

func (r *runRecord) hooks() *fetch.Hooks { return r.recorder.Hooks() }

// conclude writes the HAR file and the explanations that were asked for. Without
// them it says how to get them, if anything was blocked.
func (r *runRecord) conclude(c *runCommand, con console) error {
	t := r.log.Trace()
	if err := writeHAR(c.HAR, t); err != nil {
		return err
	}
	switch blocked := countBlocked(t); {
	case blocked == 0:
		return nil
	case c.Explain:
		return c.explain(con, t)
	default:
		how := "with --explain, corsage run"
		if c.HAR != "" {
			how = "corsage explain " + c.HAR
		}
		_, err := fmt.Fprintf(con.err, "hint: %s blocked; %s says why, and what would let it through\n", requests(blocked), how)
		return err
	}
}

// writeHAR writes the file of --har, if one is asked for.
func writeHAR(file string, t *trace.Trace) error {
	if file == "" {
		return nil
	}
	err := writeRecording(file, func(w io.Writer) error { return trace.WriteHAR(w, t, explain.Remedies(t)) })
	if err != nil {
		return fmt.Errorf("--har: %w", err)
	}
	return nil
}

// explain writes why requests were blocked.
func (c *runCommand) explain(con console, t *trace.Trace) error {
	if _, err := fmt.Fprintln(con.err); err != nil {
		return err
	}
	return explain.WriteText(con.err, explain.Trace(t), c.style(con.err))
}

// happened are the reasons that are no matter of rules.
var happened = map[cors.Reason]bool{cors.NetworkFailed: true, cors.Aborted: true, cors.TimedOut: true}

// countBlocked counts the requests that a rule has blocked.
func countBlocked(t *trace.Trace) int {
	n := 0
	for i := range t.Exchanges {
		if x := &t.Exchanges[i]; x.Blocked() && !happened[cors.Reason(x.Verdict.Reason)] {
			n++
		}
	}
	return n
}

func requests(n int) string {
	if n == 1 {
		return "1 request was"
	}
	return fmt.Sprintf("%d requests were", n)
}
