package findings

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/corsage-go/corsage/cors/explain"
	"github.com/corsage-go/corsage/cors/probe"
)

// Change is an outcome that is not what it was.
type Change struct {
	Kind        ChangeKind
	Outcome     probe.Outcome // as it is now; as it was if it is gone
	WasBroken   bool
	WasExpected bool // it was in the baseline
}

// ChangeKind says what has changed.
type ChangeKind string

// The kinds of change.
const (
	NewlyBroken ChangeKind = "newly broken" // it held, or was not asked for
	StillBroken ChangeKind = "still broken"
	Mended      ChangeKind = "mended"
	Added       ChangeKind = "new" // and it holds
	Gone        ChangeKind = "gone"
)

// Diff compares a report with an earlier one, in the order of the report; what is
// gone comes last.
func Diff(baseline, now *Report) []Change {
	before := map[string]*probe.Outcome{}
	for i := range baseline.Outcomes {
		before[identity(&baseline.Outcomes[i])] = &baseline.Outcomes[i]
	}
	var changes []Change
	for i := range now.Outcomes {
		o := &now.Outcomes[i]
		was, known := before[identity(o)]
		delete(before, identity(o))
		if kind := changeOf(was, known, o); kind != "" {
			changes = append(changes, Change{Kind: kind, Outcome: *o, WasExpected: known, WasBroken: known && was.Broken()})
		}
	}
	for i := range baseline.Outcomes {
		if was := before[identity(&baseline.Outcomes[i])]; was != nil {
			changes = append(changes, Change{Kind: Gone, Outcome: *was, WasExpected: true, WasBroken: was.Broken()})
		}
	}
	return changes
}

func identity(o *probe.Outcome) string { return o.Group + "\n" + o.Rule + "\n" + o.Name }

// changeOf names the change, "" if there is none. What has no answer now is not
// compared: it is neither mended nor broken.
func changeOf(was *probe.Outcome, known bool, now *probe.Outcome) ChangeKind {
	switch {
	case now.Unreachable != "":
		return ""
	case now.Broken() && known && was.Broken():
		return StillBroken
	case now.Broken():
		return NewlyBroken
	case known && was.Broken():
		return Mended
	case !known:
		return Added
	default:
		return ""
	}
}

// Regressed reports whether something is broken that was not.
func Regressed(changes []Change) bool {
	return slices.ContainsFunc(changes, func(c Change) bool { return c.Kind == NewlyBroken })
}

// WriteDiff writes changes for people, with the findings of what is newly broken.
func WriteDiff(w io.Writer, changes []Change, s Style) error {
	p := &textWriter{style: s}
	counts := map[ChangeKind]int{}
	for _, kind := range []ChangeKind{NewlyBroken, StillBroken, Mended, Added, Gone} {
		for i := range changes {
			if changes[i].Kind == kind {
				counts[kind]++
				p.change(&changes[i])
			}
		}
	}
	p.printf("%s\n", diffSummary(counts))
	_, err := io.WriteString(w, p.out.String())
	return err
}

func (p *textWriter) change(c *Change) {
	paint := explain.Good
	if c.Kind == NewlyBroken || c.Kind == StillBroken {
		paint = explain.Bad
	}
	p.printf("%s %s: %s\n", p.paint(paint, string(c.Kind)), c.Outcome.Group, c.Outcome.Name)
	if c.Kind == NewlyBroken {
		p.printf("\n")
		p.finding(c.Outcome.Finding)
	}
}

func diffSummary(counts map[ChangeKind]int) string {
	var parts []string
	for _, kind := range []ChangeKind{NewlyBroken, StillBroken, Mended, Added, Gone} {
		if counts[kind] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[kind], kind))
		}
	}
	if len(parts) == 0 {
		return "nothing has changed"
	}
	return strings.Join(parts, ", ")
}
