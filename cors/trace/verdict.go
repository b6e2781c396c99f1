package trace

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/corsage-go/corsage/cors"
)

// Verdict is a cors.Verdict that can be written down: its reason and its message
// by name.
type Verdict struct{ cors.Verdict }

type verdictJSON struct {
	Reason   string `json:"reason"`
	On       string `json:"on"`
	Observed string `json:"observed,omitempty"`
	Expected string `json:"expected,omitempty"`
	Detail   string `json:"detail,omitempty"`
}

// NewVerdict returns a verdict as a trace holds it: without the secrets of an
// address that it quotes, and within the limits.
func NewVerdict(v cors.Verdict, r Redaction, l Limits) *Verdict {
	l = l.WithDefaults()
	for _, s := range []*string{&v.Observed, &v.Expected, &v.Detail} {
		if strings.Contains(*s, "/") {
			*s = r.URL(*s)
		}
		*s = Cut(*s, l.Value)
	}
	return &Verdict{v}
}

// MarshalJSON writes the verdict with its names.
func (v Verdict) MarshalJSON() ([]byte, error) { return json.Marshal(v.names()) }

func (v Verdict) names() verdictJSON {
	return verdictJSON{Reason: v.Reason.String(), On: v.On.String(), Observed: v.Observed, Expected: v.Expected, Detail: v.Detail}
}

// UnmarshalJSON reads what MarshalJSON writes. A reason or a message that is not
// known is an error: a verdict is not to be guessed.
func (v *Verdict) UnmarshalJSON(b []byte) error {
	var j verdictJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	return v.set(j)
}

func (v *Verdict) set(j verdictJSON) error {
	reason, ok := cors.ParseReason(j.Reason)
	if !ok {
		return fmt.Errorf("verdict: there is no reason %s", cors.Excerpt(j.Reason))
	}
	on, ok := cors.ParseMessage(j.On)
	if !ok {
		return fmt.Errorf("verdict: there is no message %s", cors.Excerpt(j.On))
	}
	v.Verdict = cors.Verdict{Reason: reason, On: on, Observed: j.Observed, Expected: j.Expected, Detail: j.Detail}
	return nil
}
