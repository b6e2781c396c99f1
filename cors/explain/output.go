package explain

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// Style says how findings are written as text. The zero value is plain text with
// the header lines to send and without configurations.
type Style struct {
	// Paint marks a piece of text up; nil leaves all text plain. What it adds must
	// take no room on the screen.
	Paint func(p Paint, text string) string

	Configs []string // the targets whose configuration is shown; "all" for all
	Width   int      // at which lines are broken; 0 stands for 80
}

// Paint says what a piece of text is.
type Paint uint8

// The kinds of text.
const (
	Prose Paint = iota
	Heading
	Label
	Code
	Bad  // a line that decided against the page
	Good // a line that would let it through
)

// WriteText writes findings for people.
func WriteText(w io.Writer, findings []Finding, s Style) error {
	p := &printer{style: s}
	if p.style.Width == 0 {
		p.style.Width = 80
	}
	for i := range findings {
		if i > 0 {
			p.line("")
		}
		p.finding(&findings[i])
	}
	if _, err := io.WriteString(w, p.out.String()); err != nil {
		return fmt.Errorf("write findings: %w", err)
	}
	return nil
}

// WriteJSON writes findings for programs: an array, with the names that Finding's
// fields have there. Texts keep the backquotes around what a program reads or
// writes.
func WriteJSON(w io.Writer, findings []Finding) error {
	if findings == nil {
		findings = []Finding{}
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(findings); err != nil {
		return fmt.Errorf("write findings: %w", err)
	}
	return nil
}

// printer writes findings, part by part.
type printer struct {
	style Style
	out   strings.Builder
}

func (p *printer) paint(kind Paint, text string) string {
	if p.style.Paint == nil || text == "" {
		return text
	}
	return p.style.Paint(kind, text)
}

func (p *printer) line(s string) { p.out.WriteString(strings.TrimRight(s, " ") + "\n") }

func (p *printer) finding(f *Finding) {
	p.line(p.paint(Heading, f.Title.Plain()))
	p.prose("  ", f.Happened)
	for _, e := range f.Evidence {
		p.evidence(e)
	}
	p.labelled("Expected", f.Expected)
	for _, d := range f.Details {
		p.gap()
		p.prose("  ", d)
	}
	if a := f.Answered; a != nil {
		p.labelled("Who answered", a.Text)
		p.prose("  ", a.Hint)
	}
	p.remedy(&f.Remedy)
	p.browsers(f)
}

func (p *printer) evidence(e Evidence) {
	p.gap()
	p.prose("  ", e.Where)
	for _, line := range e.Lines {
		p.line("    " + p.paint(Bad, printable(line)))
	}
	p.prose("    ", e.Note)
}

// printable writes a line of a message so that a terminal shows it and does
// nothing else with it.
func printable(line string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || 0x7f <= r && r < 0xa0 || r == utf8.RuneError {
			return '\uFFFD'
		}
		return r
	}, line)
}

func (p *printer) remedy(r *Remedy) {
	p.labelled("What to do", r.Text)
	for _, line := range r.Send {
		p.line("    " + p.paint(Good, line))
	}
	for _, t := range []Text{r.After, r.Client} {
		if t != "" {
			p.gap()
			p.prose("  ", t)
		}
	}
	for _, c := range r.Configs {
		if slices.Contains(p.style.Configs, c.Target) || slices.Contains(p.style.Configs, "all") {
			p.config(c)
		}
	}
}

func (p *printer) config(c Config) {
	p.gap()
	p.line("  " + p.paint(Label, c.Name+":"))
	p.prose("  ", c.Note)
	for line := range strings.SplitSeq(strings.TrimSuffix(c.Code, "\n"), "\n") {
		if c.Code != "" {
			p.line("    " + p.paint(Code, line))
		}
	}
}

func (p *printer) browsers(f *Finding) {
	p.labelled("The standard", f.Standard.Text)
	if f.Standard.URL != "" {
		p.line("    " + p.paint(Code, f.Standard.URL))
	}
	if len(f.Browsers) > 0 {
		p.gap()
		p.line("  " + p.paint(Label, "Browsers:"))
	}
	for _, b := range f.Browsers {
		p.prose("    ", Text(b.Name+": "+string(b.Text)))
	}
	if len(f.Names) > 0 {
		names := make([]string, len(f.Names))
		for i, n := range f.Names {
			names[i] = code(n.Name) + " (" + n.Browser + ")"
		}
		p.labelled("Browsers' tools call it", Text(strings.Join(names, ", ")))
	}
	if f.Console != "" {
		p.gap()
		p.line("  " + p.paint(Label, "Chromium's console says:"))
		p.line("    " + p.paint(Code, printable(f.Console)))
	}
}

// labelled writes a part with its name before it.
func (p *printer) labelled(label string, t Text) {
	if t == "" {
		return
	}
	p.gap()
	p.line("  " + p.paint(Label, label+":"))
	p.prose("  ", t)
}

func (p *printer) gap() { p.line("") }

// prose writes a text in lines of the style's width. What stands between
// backquotes is never broken.
func (p *printer) prose(indent string, t Text) {
	var line []Span
	width := len(indent)
	for _, word := range words(t) {
		n := utf8.RuneCountInString(word.plain())
		if len(line) > 0 && width+1+n > p.style.Width {
			p.spans(indent, line)
			line, width = nil, len(indent)
		}
		if len(line) > 0 {
			line, width = join(line, Span{Text: " "}), width+1
		}
		for _, s := range word {
			line = join(line, s)
		}
		width += n
	}
	if len(line) > 0 {
		p.spans(indent, line)
	}
}

// join adds a piece to those of a line, to the last one if it is of its kind.
func join(line []Span, s Span) []Span {
	if n := len(line); n > 0 && line[n-1].Code == s.Code {
		line[n-1].Text += s.Text
		return line
	}
	return append(line, s)
}

func (p *printer) spans(indent string, line []Span) {
	var b strings.Builder
	b.WriteString(indent)
	for _, s := range line {
		kind := Prose
		if s.Code {
			kind = Code
		}
		b.WriteString(p.paint(kind, s.Text))
	}
	p.line(b.String())
}

// word is what may not be broken: pieces without a space between them.
type word []Span

func (w word) plain() string {
	var b strings.Builder
	for _, s := range w {
		b.WriteString(s.Text)
	}
	return b.String()
}

// words cuts a text at the spaces that are not within code.
func words(t Text) []word {
	var all []word
	var current word
	for _, s := range t.Spans() {
		if s.Code {
			current = append(current, s)
			continue
		}
		for i, piece := range strings.Split(s.Text, " ") {
			if i > 0 && len(current) > 0 {
				all, current = append(all, current), nil
			}
			if piece != "" {
				current = append(current, Span{Text: piece})
			}
		}
	}
	if len(current) > 0 {
		all = append(all, current)
	}
	return all
}

// String names a paint.
func (p Paint) String() string {
	if names := [...]string{"prose", "heading", "label", "code", "bad", "good"}; int(p) < len(names) {
		return names[p]
	}
	return fmt.Sprintf("paint-%d", uint8(p))
}
