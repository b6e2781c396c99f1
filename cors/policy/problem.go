package policy

import (
	"errors"
	"fmt"
	"strings"

	"github.com/corsage-go/corsage/cors"
)

// Problem is one thing that is wrong with a Policy.
type Problem struct {
	Field   string // such as "allowOrigins[2]"
	Value   string // as it was given
	Reason  ProblemReason
	Warning bool   // the policy compiles all the same
	Cure    string // what to do about it, as a sentence
}

// Error says what is wrong, with which value, and what to do about it.
func (p Problem) Error() string {
	s := p.Field
	if p.Value != "" {
		s += " " + cors.Excerpt(p.Value)
	}
	return s + ": " + p.Reason.Sentence() + " " + p.Cure
}

// ProblemReason is what sort of thing is wrong.
type ProblemReason uint8

// The reasons.
const (
	UnknownProblem ProblemReason = iota
	Missing
	EmptyList
	Malformed
	Duplicate
	WildcardNotAlone
	WildcardWithCredentials
	InsecureWithCredentials
	PublicSuffix
	NullOrigin
	ForbiddenName
	Unusual
	OutOfRange
	BrowserCap

	problemCount
)

var problemReasons = [problemCount]struct{ name, sentence string }{
	UnknownProblem:          {"unknown", "Something is wrong."},
	Missing:                 {"missing", "It is missing."},
	EmptyList:               {"empty-list", "The list is empty, which allows nothing and is never read as \"any\"."},
	Malformed:               {"malformed", "It is not what may stand here."},
	Duplicate:               {"duplicate", "It stands in the list already."},
	WildcardNotAlone:        {"wildcard-not-alone", "\"*\" already stands for all that the others say."},
	WildcardWithCredentials: {"wildcard-with-credentials", "Browsers take \"*\" literally, or refuse it, when credentials are allowed."},
	InsecureWithCredentials: {"insecure-with-credentials", "Anybody on the network can pretend to be a page of an http origin and use its visitors' credentials."},
	PublicSuffix:            {"public-suffix", "Anybody can register a name below this domain."},
	NullOrigin:              {"null-origin", "Any site can give a page the origin \"null\", by a sandboxed frame."},
	ForbiddenName:           {"forbidden-name", "Browsers keep it from scripts, so listing it has no effect."},
	Unusual:                 {"unusual", "Methods are case-sensitive, and this is not how the method is usually written."},
	OutOfRange:              {"out-of-range", "The number is outside what may stand here."},
	BrowserCap:              {"browser-cap", "Some browsers remember preflights for less time."},
}

// String returns the reason's name, such as "public-suffix".
func (r ProblemReason) String() string {
	if r < problemCount {
		return problemReasons[r].name
	}
	return fmt.Sprintf("problem-%d", uint8(r))
}

// Sentence says in plain words what the reason means.
func (r ProblemReason) Sentence() string {
	if r < problemCount {
		return problemReasons[r].sentence
	}
	return r.String()
}

// InvalidError is the error of Compile: everything that is wrong with a policy,
// at least one problem, warnings left out.
type InvalidError struct{ Problems []Problem }

// Error lists the problems, one on each line.
func (e *InvalidError) Error() string {
	var b strings.Builder
	b.WriteString("invalid CORS policy:")
	for _, p := range e.Problems {
		b.WriteString("\n  ")
		b.WriteString(p.Error())
	}
	return b.String()
}

// Problems returns the problems that an error of Compile holds, nil for any other
// error.
func Problems(err error) []Problem {
	if e, ok := errors.AsType[*InvalidError](err); ok {
		return e.Problems
	}
	return nil
}
