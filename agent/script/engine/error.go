package engine

import (
	"regexp"
	"strconv"
	"strings"

	lib "modernc.org/libquickjs"
)

// Error is what a script has thrown.
type Error struct {
	Name    string // of an Error; "" for any other value
	Message string // or the value as a string
	Stack   string // one line for each call; "" for what is no Error

	// Where it was thrown, counted from 1; "" and 0 if that is not known.
	File         string
	Line, Column int

	value       Value
	interrupted bool
}

// Error returns the name and the message.
func (e *Error) Error() string {
	switch {
	case e.interrupted:
		return ErrInterrupted.Error()
	case e.Name == "":
		return e.Message
	case e.Message == "":
		return e.Name
	default:
		return e.Name + ": " + e.Message
	}
}

// Unwrap returns ErrInterrupted for a script that was stopped.
func (e *Error) Unwrap() error {
	if e.interrupted {
		return ErrInterrupted
	}
	return nil
}

// Take returns the value that was thrown, which is the caller's from then on.
func (e *Error) Take() Value {
	v := e.value
	e.value = Value{}
	return v
}

// Forget frees the value that was thrown, if nobody has taken it.
func (e *Error) Forget() { e.Take().Free() }

// thrown takes the pending exception.
func (c *Realm) thrown() error {
	v := Value{c, lib.XJS_GetException(c.runtime.tls, c.ctx)}
	if c.runtime.interrupted.Load() || c.runtime.panicked != nil {
		v.Free()
		return &Error{interrupted: true}
	}
	e := v.Describe()
	e.value = v
	return e
}

// clear drops the pending exception.
func (c *Realm) clear() {
	Value{c, lib.XJS_GetException(c.runtime.tls, c.ctx)}.Free()
}

// Describe tells about a value that was thrown.
func (v Value) Describe() *Error {
	e := &Error{}
	if !v.IsObject() {
		e.Message = v.Text()
		return e
	}
	e.Name, e.Message, e.Stack = v.member("name"), v.member("message"), v.member("stack")
	if e.Name == "" && e.Message == "" {
		e.Message = v.Text()
	}
	e.File, e.Line, e.Column = position(e.Stack)
	return e
}

// member is a property that is a string; "" if it is not, or throws.
func (v Value) member(name string) string {
	p, err := v.Get(name)
	if err != nil {
		if thrown, ok := err.(*Error); ok { //nolint:errorlint // made by result, just so
			thrown.Forget()
		}
		return ""
	}
	defer p.Free()
	if !p.IsString() {
		return ""
	}
	return p.Text()
}

// frame is a line of a stack: "at f (file:1:2)" or "at file:1:2".
var frame = regexp.MustCompile(`^\s*at (?:.* \()?([^()]+?):(\d+)(?::(\d+))?\)?$`)

// position is that of the topmost call that is in a file.
func position(stack string) (file string, line, column int) {
	for l := range strings.Lines(stack) {
		m := frame.FindStringSubmatch(strings.TrimRight(l, "\n"))
		if m == nil || strings.HasPrefix(m[1], Internal) {
			continue
		}
		line, _ = strconv.Atoi(m[2])   // the expression admits digits only,
		column, _ = strconv.Atoi(m[3]) // or none at all, for 0
		return m[1], line, column
	}
	return "", 0, 0
}

// Internal begins the names of files that are not the script's own, so that errors
// are placed where the script called them.
const Internal = "corsage:"

// OwnFrames returns the lines of a stack that are about the script's own files.
func OwnFrames(stack string) string {
	var own []string
	for line := range strings.Lines(stack) {
		line = strings.TrimRight(line, "\n")
		if m := frame.FindStringSubmatch(line); m != nil && !strings.HasPrefix(m[1], Internal) {
			own = append(own, line)
		}
	}
	return strings.Join(own, "\n")
}
