package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// The program's exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2

	exitUnreachable = 3 // of commands that ask servers
)

// told is the end of a command that has said already what came of it; the exit code
// is all that is left.
type told struct{ code int }

func (t *told) Error() string { return fmt.Sprintf("exit code %d", t.code) }

// failure is an error for the person at the terminal: what went wrong, in one
// line, and what to do about it.
type failure struct {
	err   error
	hints []string
	usage bool // the command line was wrong, rather than the world
	code  int  // the exit code; 0 for that of usage, or of a failure
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

// reworded is an error in words of our own. The cause stays known to programs.
type reworded struct {
	words string
	cause error
}

func (r *reworded) Error() string { return r.words }
func (r *reworded) Unwrap() error { return r.cause }

// inWords puts an error into other words.
func inWords(cause error, format string, args ...any) error {
	return &reworded{words: fmt.Sprintf(format, args...), cause: cause}
}

// hinted adds hints to an error. Each is a sentence without a full stop.
func hinted(err error, hints ...string) error {
	return &failure{err: err, hints: hints}
}

// misuse is an error of the command line.
func misuse(err error, hints ...string) error {
	return &failure{err: err, hints: hints, usage: true}
}

// report prints an error and its hints, and returns the exit code for it.
func report(stderr io.Writer, err error) int {
	if err == nil {
		return exitOK
	}
	if t, ok := errors.AsType[*told](err); ok {
		return t.code
	}
	// Errors that were joined stand below each other.
	fmt.Fprintf(stderr, "corsage: %s\n", strings.ReplaceAll(err.Error(), "\n", "; "))
	f, ok := errors.AsType[*failure](err)
	if !ok {
		return exitFailed
	}
	for _, h := range f.hints {
		fmt.Fprintf(stderr, "hint: %s\n", h)
	}
	switch {
	case f.code != 0:
		return f.code
	case f.usage:
		return exitUsage
	default:
		return exitFailed
	}
}
