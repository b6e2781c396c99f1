package xhr

// DOMException is what a call throws. Programs switch on its Name.
//
// Standard: https://webidl.spec.whatwg.org/#idl-DOMException
type DOMException struct {
	Name    string // one of the names below
	Message string
	Cause   error // what is behind it, such as a *fetch.Failure; may be nil
}

// Names of exceptions.
const (
	InvalidAccessError = "InvalidAccessError"
	InvalidStateError  = "InvalidStateError"
	NetworkError       = "NetworkError"
	SecurityError      = "SecurityError"
	SyntaxError        = "SyntaxError"
	TimeoutError       = "TimeoutError"
	AbortError         = "AbortError"

	// TypeError is a name of JavaScript's own exceptions, thrown where an
	// argument cannot be converted.
	TypeError = "TypeError"
)

// Error returns the name and the message.
func (e *DOMException) Error() string { return e.Name + ": " + e.Message }

// Unwrap returns the cause.
func (e *DOMException) Unwrap() error { return e.Cause }

func exception(name, message string) error {
	return &DOMException{Name: name, Message: message}
}
