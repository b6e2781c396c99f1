package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/corsage-go/corsage/cors/explain"
	"github.com/corsage-go/corsage/cors/trace"
)

// exchangeList writes exchanges as the network panel lists them, a line for each, and
// their heads if asked to.
type exchangeList struct {
	paint    func(explain.Paint, string) string // nil for none
	verbose  bool
	findings []explain.Finding // whose lines are marked in heads
}

// column is where a cell's text stands.
type column struct {
	width int
	right bool
}

// write lists all exchanges of a trace.
func (l *exchangeList) write(b *strings.Builder, t *trace.Trace) {
	led := map[string]bool{}
	for i := range t.Exchanges {
		led[t.Exchanges[i].RedirectedBy] = true
	}
	rows := make([][]string, len(t.Exchanges))
	columns := []column{{}, {}, {}, {right: true}, {right: true}}
	for i := range t.Exchanges {
		x := &t.Exchanges[i]
		rows[i] = []string{x.Request.Method, statusCell(x), verdictWords(x, led[x.ID]), sizeCell(x), timeCell(x)}
		for k, cell := range rows[i] {
			columns[k].width = max(columns[k].width, len(cell))
		}
	}
	for i := range t.Exchanges {
		x := &t.Exchanges[i]
		l.row(b, rows[i], columns, x)
		if l.verbose {
			l.heads(b, x)
		}
	}
}

func (l *exchangeList) row(b *strings.Builder, cells []string, columns []column, x *trace.Exchange) {
	const verdict = 2
	for k, cell := range cells {
		gap := strings.Repeat(" ", columns[k].width-len(cell))
		if k == verdict {
			kind := explain.Good
			if x.Blocked() {
				kind = explain.Bad
			}
			cell = l.painted(kind, cell)
		}
		if columns[k].right {
			cell, gap = gap+cell, ""
		}
		b.WriteString(cell + gap + "  ")
	}
	b.WriteString(harmless(x.Request.URL) + "\n")
}

func (l *exchangeList) painted(kind explain.Paint, text string) string {
	if l.paint == nil {
		return text
	}
	return l.paint(kind, text)
}

func statusCell(x *trace.Exchange) string {
	if x.Response == nil {
		return "-"
	}
	return strconv.Itoa(x.Response.Status)
}

func sizeCell(x *trace.Exchange) string {
	switch r := x.Response; {
	case r == nil:
		return "-"
	case r.Content >= 0:
		return humanBytes(r.Content)
	case r.BodySize >= 0:
		return humanBytes(r.BodySize)
	default:
		return "-"
	}
}

func timeCell(x *trace.Exchange) string {
	switch d := x.Timings.Total(); {
	case !x.Sent || d < 0:
		return "-"
	case d < 10*time.Millisecond:
		return fmt.Sprintf("%.1f ms", d.Seconds()*1e3)
	case d < 10*time.Second:
		return fmt.Sprintf("%.0f ms", d.Seconds()*1e3)
	default:
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
}

// heads writes what was sent and what came, as curl -v does. A line that has let the
// answer through is marked with *, one that stood in the way with !, and so is one
// that is missing.
func (l *exchangeList) heads(b *strings.Builder, x *trace.Exchange) {
	if !x.Sent && x.Response == nil {
		return
	}
	l.headLine(b, x, "> ", strings.TrimSpace(fmt.Sprintf("%s %s %s", x.Request.Method, x.Request.URL, x.Request.Proto)))
	for _, f := range x.Request.Header {
		l.headLine(b, x, "> ", f.Name+": "+f.Value)
	}
	if r := x.Response; r != nil {
		l.headLine(b, x, "< ", strings.TrimSpace(fmt.Sprintf("%s %d %s", r.Proto, r.Status, r.StatusText)))
		for _, f := range r.Header {
			l.headLine(b, x, "< ", f.Name+": "+f.Value)
		}
		for _, missing := range l.missing(x) {
			fmt.Fprintf(b, "! < %s\n", l.painted(explain.Bad, "(no "+missing+")"))
		}
	}
	b.WriteString("\n")
}

func (l *exchangeList) headLine(b *strings.Builder, x *trace.Exchange, way, line string) {
	mark, kind := "  ", explain.Prose
	name, _, _ := strings.Cut(line, ":")
	switch {
	case l.decidedAgainst(x, line):
		mark, kind = "! ", explain.Bad
	case x.Verdict != nil && !x.Blocked() && (strings.HasPrefix(strings.ToLower(name), "access-control-") || strings.EqualFold(name, "Origin")):
		mark, kind = "* ", explain.Good
	}
	fmt.Fprintf(b, "%s%s%s\n", mark, way, l.painted(kind, harmless(line)))
}

// decidedAgainst reports whether a line of an exchange is what a finding rests on.
func (l *exchangeList) decidedAgainst(x *trace.Exchange, line string) bool {
	for _, f := range l.findings {
		for _, e := range f.Evidence {
			if f.Severity == explain.Blocked && e.Exchange == x.ID && slices.Contains(e.Lines, line) {
				return true
			}
		}
	}
	return false
}

// missing are the header fields of an answer that findings miss.
func (l *exchangeList) missing(x *trace.Exchange) []string {
	var names []string
	for _, f := range l.findings {
		for _, e := range f.Evidence {
			if f.Severity == explain.Blocked && e.Exchange == x.ID && len(e.Lines) == 0 && e.Header != "" {
				names = append(names, e.Header)
			}
		}
	}
	return names
}
