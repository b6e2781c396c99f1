package explain

import "strings"

// Text is prose in which what a program reads or writes stands between
// backquotes, such as "`Vary: Origin`".
type Text string

// Span is a piece of a Text.
type Span struct {
	Text string
	Code bool // it stood between backquotes
}

// Spans cuts a text at its backquotes, so that a caller can colour it. A last one
// that has no other stands for itself.
func (t Text) Spans() []Span {
	var spans []Span
	add := func(s string, code bool) {
		if s != "" {
			spans = append(spans, Span{Text: s, Code: code})
		}
	}
	rest := string(t)
	for {
		before, after, ok := strings.Cut(rest, "`")
		code, behind, closed := strings.Cut(after, "`")
		if !ok || !closed {
			add(rest, false)
			return spans
		}
		add(before, false)
		add(code, true)
		rest = behind
	}
}

// Plain is the text without its marks.
func (t Text) Plain() string {
	var b strings.Builder
	for _, s := range t.Spans() {
		b.WriteString(s.Text)
	}
	return b.String()
}
