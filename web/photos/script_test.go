package photos

import (
	"fmt"
	"regexp"
	"strings"
)

// scanner reads JavaScript just closely enough to know what is code and what is
// text: it blanks comments, strings, templates and regular expressions, and
// finds brackets that do not match. No JavaScript engine is needed for that, and
// most slips of the keyboard end here.
type scanner struct {
	src  string
	at   int
	code []byte // src with everything that is no code blanked
	open []byte // brackets that wait for their end; '`' is a template
}

// scan returns the code of a module without its comments and texts.
func scan(src string) (string, error) {
	s := &scanner{src: src, code: []byte(src)}
	for s.at < len(s.src) {
		if err := s.next(); err != nil {
			line := 1 + strings.Count(s.src[:min(s.at, len(s.src))], "\n")
			return "", fmt.Errorf("line %d: %w", line, err)
		}
	}
	if len(s.open) > 0 {
		return "", fmt.Errorf("%q is never closed", s.open)
	}
	return string(s.code), nil
}

var closes = map[byte]byte{')': '(', ']': '[', '}': '{'}

func (s *scanner) next() error {
	switch c, rest := s.src[s.at], s.src[s.at:]; {
	case strings.HasPrefix(rest, "//"):
		return s.blank(regexp.MustCompile(`^[^\n]*`), "comment")
	case strings.HasPrefix(rest, "/*"):
		return s.blank(regexp.MustCompile(`^/\*(?s:.*?)\*/`), "comment")
	case c == '"':
		return s.blank(regexp.MustCompile(`^"(?:[^"\\\n]|\\.)*"`), "string")
	case c == '\'':
		return s.blank(regexp.MustCompile(`^'(?:[^'\\\n]|\\.)*'`), "string")
	case c == '`':
		s.open = append(s.open, '`')
		s.at++
		return s.template()
	case c == '/' && s.expectsValue():
		return s.blank(regexp.MustCompile(`^/(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*`), "regular expression")
	case strings.IndexByte("([{", c) >= 0:
		s.open = append(s.open, c)
	case closes[c] != 0:
		return s.close(c)
	}
	s.at++
	return nil
}

// close ends a bracket; one that ends a template's expression goes on with the
// template.
func (s *scanner) close(c byte) error {
	last := len(s.open) - 1
	if last < 0 || s.open[last] != closes[c] {
		return fmt.Errorf("%q closes nothing", c)
	}
	s.open = s.open[:last]
	s.at++
	if c == '}' && last > 0 && s.open[last-1] == '`' {
		return s.template()
	}
	return nil
}

// template blanks the text of a template up to its end or to an expression.
func (s *scanner) template() error {
	if err := s.blank(regexp.MustCompile("^(?:[^`\\\\$]|\\\\(?s:.)|\\$[^{`])*\\$?"), "template"); err != nil {
		return err
	}
	switch {
	case strings.HasPrefix(s.src[s.at:], "`"):
		s.open = s.open[:len(s.open)-1]
		s.at++
	case s.src[s.at-1] == '$' && strings.HasPrefix(s.src[s.at:], "{"):
		s.open = append(s.open, '{')
		s.at++
	default:
		return fmt.Errorf("a template is never closed")
	}
	return nil
}

func (s *scanner) blank(what *regexp.Regexp, name string) error {
	match := what.FindString(s.src[s.at:])
	if match == "" && name != "template" {
		return fmt.Errorf("a %s is never closed", name)
	}
	for i := range len(match) {
		if match[i] != '\n' {
			s.code[s.at+i] = ' '
		}
	}
	s.at += len(match)
	return nil
}

var endsOperand = regexp.MustCompile(`[\w$)\]]\s*$`)

// expectsValue reports whether a slash here begins a regular expression: it
// would divide only after an operand.
func (s *scanner) expectsValue() bool {
	before := string(s.code[:s.at])
	return !endsOperand.MatchString(before) || regexp.MustCompile(`\b(?:return|typeof)\s*$`).MatchString(before)
}
