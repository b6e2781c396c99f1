package probe

import (
	"fmt"

	"github.com/corsage-go/corsage/cors/explain"
)

// Severity says how much an outcome matters.
type Severity uint8

// The severities, the least first.
const (
	None   Severity = iota // all is as it should be
	Info                   // worth knowing
	Low                    // harmless by itself, or a help to other faults
	Medium                 // pages fail, or get what they should not, within bounds
	High                   // other sites can read or do what is somebody's own
)

var severities = [...]string{"none", "info", "low", "medium", "high"}

// String returns the severity's name.
func (s Severity) String() string {
	if int(s) < len(severities) {
		return severities[s]
	}
	return fmt.Sprintf("severity-%d", uint8(s))
}

// ParseSeverity returns the severity of a name that String gives.
func ParseSeverity(name string) (Severity, bool) {
	for s, n := range severities {
		if n == name {
			return Severity(s), true
		}
	}
	return None, false
}

// MarshalText writes the name.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads a name.
func (s *Severity) UnmarshalText(text []byte) error {
	parsed, ok := ParseSeverity(string(text))
	if !ok {
		return fmt.Errorf("there is no severity %q", text)
	}
	*s = parsed
	return nil
}

// Outcome is what came of one question about a server.
type Outcome struct {
	Group       string           `json:"group"`                 // what belongs together, such as a route
	Name        string           `json:"name"`                  // what was to hold, as a sentence without full stop; unique in its group
	Rule        string           `json:"rule"`                  // the kind of question: "refuses", "vary" ...
	Severity    Severity         `json:"severity"`              // None if it holds
	Unreachable string           `json:"unreachable,omitempty"` // why there was no answer to judge by
	Finding     *explain.Finding `json:"finding,omitempty"`     // what is wrong; nil if nothing is
	Line        int              `json:"line,omitempty"`        // where it is asked for, in a file
	Column      int              `json:"column,omitempty"`      //
}

// Holds reports whether all is as it should be.
func (o *Outcome) Holds() bool { return o.Severity == None && o.Unreachable == "" }

// Broken reports whether what was to hold does not. What is merely worth knowing
// breaks nothing.
func (o *Outcome) Broken() bool { return o.Severity > Info }
