package album

import (
	"errors"
	"fmt"
	"time"
)

// Kind is what sort of failure an Error is. Programs switch on it; albumhttp
// turns it into a status in one place.
type Kind uint8

// The kinds of failure. The zero Kind is a fault of the service itself.
const (
	Internal        Kind = iota // not the caller's fault
	Invalid                     // the request says something that cannot be
	Unauthenticated             // nobody is signed in, and somebody must be
	Forbidden                   // this person or this site may not
	NotFound                    // there is no such thing that the viewer may see
	Conflict                    // a thing of that name exists
	Stale                       // If-Match names another version
	TooLarge                    // more bytes or pixels than the limit
	Unsupported                 // not a kind of picture the service takes
	Exhausted                   // a count has reached its limit
	TooOften                    // try later
)

var kindNames = [...]string{
	"internal", "invalid", "unauthenticated", "forbidden", "not-found", "conflict",
	"stale", "too-large", "unsupported", "exhausted", "too-often",
}

// String returns the kind's name, such as "not-found".
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind-%d", uint8(k))
}

// Error is a failure with a sentence for the person who asked.
type Error struct {
	Kind   Kind
	Field  string // the part of the request it is about, such as "name"; may be empty
	Detail string // what is wrong and what to do about it; safe to show to anyone
	Limit  int64  // the limit that was reached, as a number for programs; 0 if there is none
	Err    error  // the cause, for the log only; may be nil

	// Wait is how long to wait before the same may be asked again, of an error of
	// kind TooOften; zero if waiting makes no difference.
	Wait time.Duration
}

// Error implements error.
func (e *Error) Error() string {
	s := e.Kind.String() + ": " + e.Detail
	if e.Field != "" {
		s = e.Kind.String() + ": " + e.Field + ": " + e.Detail
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an Error of a kind with a formatted detail.
func Errorf(k Kind, format string, args ...any) *Error {
	return &Error{Kind: k, Detail: fmt.Sprintf(format, args...)}
}

// tooOften makes an Error of kind TooOften for who can try again after the wait.
func tooOften(wait time.Duration, format string, args ...any) *Error {
	e := Errorf(TooOften, format, args...)
	e.Wait = wait
	return e
}

// KindOf returns the kind of the first Error that err wraps, or Internal.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}
