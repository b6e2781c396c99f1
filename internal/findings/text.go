package findings

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/corsage-go/corsage/cors/explain"
	"github.com/corsage-go/corsage/cors/probe"
)

// writeText writes what is wrong with all there is to say, grouped, and a summary.
func writeText(w io.Writer, r *Report, s Style) error {
	p := &textWriter{style: s, titled: r.Command == "audit"}
	for _, group := range groups(r.Outcomes) {
		p.group(group)
	}
	p.summary(r)
	_, err := io.WriteString(w, p.out.String())
	return err
}

type textWriter struct {
	style  Style
	titled bool // a finding's title says more than what was to hold
	said   map[string]bool
	out    strings.Builder
}

func (p *textWriter) paint(kind explain.Paint, text string) string {
	if p.style.Paint == nil {
		return text
	}
	return p.style.Paint(kind, text)
}

func (p *textWriter) printf(format string, args ...any) { fmt.Fprintf(&p.out, format, args...) }

func (p *textWriter) group(outcomes []probe.Outcome) {
	shown, silent := 0, 0
	p.said = map[string]bool{}
	for i := range outcomes {
		o := &outcomes[i]
		if o.Holds() && !p.style.Verbose {
			continue
		}
		if shown++; shown == 1 {
			p.printf("%s\n\n", p.paint(explain.Heading, outcomes[0].Group))
		}
		if o.Unreachable != "" && p.said[o.Unreachable] {
			silent++
			continue
		}
		p.said[o.Unreachable] = true
		p.outcome(o)
	}
	if silent > 0 {
		p.printf("      and %s more, for the same reason\n", count(silent, "promise"))
	}
	if shown > 0 && !strings.HasSuffix(p.out.String(), "\n\n") {
		p.printf("\n")
	}
}

func (p *textWriter) outcome(o *probe.Outcome) {
	switch {
	case o.Holds():
		p.printf("  %s %s\n", p.paint(explain.Good, "kept"), o.Name)
		return
	case o.Unreachable != "":
		p.printf("  %s %s\n      %s\n", p.paint(explain.Bad, "no answer"), o.Name, o.Unreachable)
		return
	}
	if p.titled {
		p.printf("  %s\n\n", p.paint(explain.Bad, "severity "+o.Severity.String()))
	} else {
		p.printf("  %s %s\n\n", p.paint(explain.Bad, mark(o)), o.Name)
	}
	p.finding(o.Finding)
}

// mark is the word before an outcome that does not hold.
func mark(o *probe.Outcome) string {
	if o.Broken() {
		return "broken (" + o.Severity.String() + ")"
	}
	return "note"
}

// finding writes a finding below its outcome.
func (p *textWriter) finding(f *explain.Finding) {
	if f == nil {
		return
	}
	var b strings.Builder
	style := p.style.Style
	style.Width = max(style.Width, 80) - 4
	if err := explain.WriteText(&b, []explain.Finding{p.news(*f)}, style); err != nil {
		p.printf("    %s\n\n", f.Happened.Plain())
		return
	}
	for line := range strings.Lines(b.String()) {
		if strings.TrimSpace(line) != "" {
			p.printf("    %s", line)
			continue
		}
		p.printf("\n")
	}
	p.printf("\n")
}

// news is a finding without the advice that stands above already: one fault of a
// server breaks many promises.
func (p *textWriter) news(f explain.Finding) explain.Finding {
	known := func(t explain.Text) bool {
		said := p.said[string(t)]
		if p.said != nil {
			p.said[string(t)] = true
		}
		return said
	}
	f.Details = slices.DeleteFunc(slices.Clone(f.Details), known)
	if f.Remedy.Text != "" && known(f.Remedy.Text+explain.Text(strings.Join(f.Remedy.Send, "\n"))) {
		f.Remedy = explain.Remedy{}
	}
	if f.Standard.Text != "" && known(f.Standard.Text) {
		f.Standard = explain.Link{}
	}
	return f
}

func (p *textWriter) summary(r *Report) {
	c := r.Count()
	total := c.Kept + c.Notices + c.Broken + c.Unreachable
	switch {
	case total > 0 && c.Unreachable == total:
		p.printf("%s: no answer to any of %s\n", r.Target, count(r.Requests, "probe"))
	case r.Command == "audit":
		p.printf("%s: %s, %s; %s sent\n", r.Target, count(c.Broken, "finding"), count(c.Notices, "note"), count(r.Requests, "probe"))
	default:
		p.printf("%s: %d of %s kept, %d broken", r.Target, c.Kept+c.Notices, count(total, "promise"), c.Broken)
		if c.Notices > 0 {
			p.printf(", %s", count(c.Notices, "note"))
		}
		if c.Unreachable > 0 {
			p.printf(", %d without an answer", c.Unreachable)
		}
		p.printf("; %s sent\n", count(r.Requests, "probe"))
	}
}

func count(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}
