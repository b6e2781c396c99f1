package findings

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/corsage-go/corsage/cors/explain"
	"github.com/corsage-go/corsage/cors/probe"
)

// Report is what a run has found.
type Report struct {
	Command  string          `json:"command"`        // "check" or "audit"
	Tool     string          `json:"tool"`           // the program and its version
	Target   string          `json:"target"`         // what was asked
	File     string          `json:"file,omitempty"` // the contract; places of outcomes are in it
	Started  time.Time       `json:"started,omitzero"`
	Took     time.Duration   `json:"took"`     // in nanoseconds
	Requests int             `json:"requests"` // probes; each is one request, or two with a preflight
	Outcomes []probe.Outcome `json:"outcomes"`
}

// Formats lists the names of the formats.
var Formats = []string{"text", "json", "junit", "sarif", "github"}

// Style is how a report is written as text.
type Style struct {
	explain.Style
	Verbose bool // what holds is listed too
}

// Write writes a report in a format.
func Write(w io.Writer, format string, r *Report, s Style) error {
	switch format {
	case "text":
		return writeText(w, r, s)
	case "json":
		return writeJSON(w, r)
	case "junit":
		return writeJUnit(w, r)
	case "sarif":
		return writeSARIF(w, r)
	case "github":
		return writeGitHub(w, r)
	default:
		return fmt.Errorf("there is no format %q; there are %s", format, strings.Join(Formats, ", "))
	}
}

// Counts is how many outcomes there are of each sort.
type Counts struct{ Kept, Notices, Broken, Unreachable int }

// Count counts the outcomes.
func (r *Report) Count() Counts {
	var c Counts
	for i := range r.Outcomes {
		switch o := &r.Outcomes[i]; {
		case o.Unreachable != "":
			c.Unreachable++
		case o.Broken():
			c.Broken++
		case o.Severity == probe.Info:
			c.Notices++
		default:
			c.Kept++
		}
	}
	return c
}

// Worst is the highest severity.
func (r *Report) Worst() probe.Severity {
	worst := probe.None
	for i := range r.Outcomes {
		worst = max(worst, r.Outcomes[i].Severity)
	}
	return worst
}

// groups cuts outcomes into what belongs together, in their order.
func groups(all []probe.Outcome) [][]probe.Outcome {
	var cut [][]probe.Outcome
	for i := range all {
		at := slices.IndexFunc(cut, func(g []probe.Outcome) bool { return g[0].Group == all[i].Group })
		if at < 0 {
			cut = append(cut, nil)
			at = len(cut) - 1
		}
		cut[at] = append(cut[at], all[i])
	}
	return cut
}

// plain is a finding as text, without its title.
func plain(o *probe.Outcome) string {
	if o.Finding == nil {
		return o.Unreachable
	}
	var b strings.Builder
	if err := explain.WriteText(&b, []explain.Finding{*o.Finding}, explain.Style{}); err != nil {
		return o.Finding.Happened.Plain()
	}
	return strings.TrimSpace(b.String())
}
