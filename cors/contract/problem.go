package contract

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing that is wrong with a contract.
type Problem struct {
	File   string
	Place  Place
	Path   string // where it is: "routes[0].path"
	Text   string // what is wrong
	Cure   string // what to do about it, as a sentence
	Reason Reason
}

// Reason is what sort of thing is wrong.
type Reason string

// The reasons.
const (
	NotYAML    Reason = "not-yaml"  // the text cannot be read at all
	TooLarge   Reason = "too-large" // there is more of it than a contract has
	UnknownKey Reason = "unknown-key"
	Duplicate  Reason = "duplicate"
	WrongType  Reason = "wrong-type"
	Missing    Reason = "missing"
	Invalid    Reason = "invalid"
	NoVariable Reason = "no-variable" // a ${NAME} that nobody has given a value
)

// Error says where, what, and what to do.
func (p Problem) Error() string {
	s := p.File
	if p.Place.Line > 0 {
		s += fmt.Sprintf(":%d:%d", p.Place.Line, p.Place.Column)
	}
	if p.Path != "" {
		s += ": " + p.Path
	}
	s += ": " + p.Text
	if p.Cure != "" {
		s += " " + p.Cure
	}
	return s
}

// InvalidError is everything that is wrong with a contract, in the order of the
// file.
type InvalidError struct{ Problems []Problem }

// Error lists the problems, one on each line.
func (e *InvalidError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// Problems returns the problems that an error of Parse holds, nil for any other
// error.
func Problems(err error) []Problem {
	if e, ok := errors.AsType[*InvalidError](err); ok {
		return e.Problems
	}
	return nil
}

// inOrder sorts problems as they stand in the file.
func inOrder(problems []Problem) {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		if a.Place.Line != b.Place.Line {
			return a.Place.Line - b.Place.Line
		}
		return a.Place.Column - b.Place.Column
	})
}

// nearest finds the word that a misspelt one was probably meant to be; "" if none
// is near.
func nearest(word string, words []string) string {
	best, distance := "", 1+min(len(word), 12)/3
	for _, w := range words {
		if d := editDistance(strings.ToLower(word), strings.ToLower(w)); d <= distance {
			best, distance = w, d-1
		}
	}
	return best
}

// editDistance counts the letters to insert, remove or change. Words longer than a
// key are not looked at.
func editDistance(a, b string) int {
	if len(a) > 64 || len(b) > 64 {
		return 64
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
