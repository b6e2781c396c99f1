package panel

import (
	"time"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/explain"
	"github.com/corsage-go/corsage/cors/trace"
)

// row is what the list shows of an exchange. Times are in milliseconds.
type row struct {
	Place uint64 `json:"place"` // among all exchanges; what a page asks for details by
	ID    string `json:"id"`
	State state  `json:"state"`

	Method      string `json:"method"`
	AskedMethod string `json:"askedMethod,omitempty"` // of a preflight: what it asks for
	URL         string `json:"url"`
	Origin      string `json:"origin,omitempty"`
	Type        string `json:"type,omitempty"`
	Initiator   string `json:"initiator,omitempty"`

	Preflight    bool   `json:"preflight,omitempty"`
	PreflightFor string `json:"preflightFor,omitempty"`
	PreflightID  string `json:"preflightId,omitempty"`
	Approved     bool   `json:"approved,omitempty"`
	RedirectedBy string `json:"redirectedBy,omitempty"`

	Status     int    `json:"status"` // 0 if there is no answer
	StatusText string `json:"statusText,omitempty"`
	Cache      string `json:"cache,omitempty"`
	Size       int64  `json:"size"` // of the answer's body; -1 if it is not known

	Verdict  *verdict `json:"verdict,omitempty"`
	Console  string   `json:"console,omitempty"`  // what a browser prints when it blocks
	Sentence string   `json:"sentence,omitempty"` // what stopped it, where a browser prints nothing

	Started  float64 `json:"started"`  // since 1970; 0 if it is not known
	Duration float64 `json:"duration"` // -1 if it is not known
	Wait     float64 `json:"wait"`     // of that, until the answer's first byte; -1 if it is not known
}

// verdict is what the list shows of a cors.Verdict.
type verdict struct {
	Reason     string `json:"reason"`
	On         string `json:"on"`
	Refused    bool   `json:"refused"`
	Network    bool   `json:"network,omitempty"`    // it failed, and not by a rule
	Recomputed bool   `json:"recomputed,omitempty"` // what the rules say of a recording that does not tell
	Sentence   string `json:"sentence"`
}

// state says how far an exchange has come.
type state string

const (
	pending state = "pending"
	done    state = "done"
	failed  state = "failed" // without an answer
)

func newRow(s subject) row {
	x := s.x
	r := row{
		Place: s.place, ID: x.ID, State: stateOf(x),
		Method: x.Request.Method, URL: x.Request.URL, Origin: x.Origin, Type: x.Type, Initiator: initiatorOf(x),
		Preflight: x.Preflight, PreflightFor: x.PreflightFor, PreflightID: x.PreflightID, Approved: x.Approved, RedirectedBy: x.RedirectedBy,
		Status: x.Status(), Cache: x.Cache, Size: sizeOfAnswer(x), Verdict: newVerdict(x),
		Started: sinceEpoch(x.Started), Duration: durationOf(x.Timings), Wait: milliseconds(x.Timings.Wait),
	}
	if x.Preflight {
		r.AskedMethod = x.Request.Header.Get(cors.HeaderRequestMethod)
	}
	if x.Response != nil {
		r.StatusText = x.Response.StatusText
	}
	if x.Blocked() {
		r.Sentence = x.Verdict.String()
		r.Console = consoleLine(s)
	}
	return r
}

// consoleLine is what a browser prints. A server's own verdict is about its policy,
// where a browser words what it finds in the answer.
func consoleLine(s subject) string {
	t, x := s.trace()
	if x.Verdict.On == cors.OnRequest && x.Response != nil {
		x.End, x.Verdict = trace.AtPage, nil
		trace.Judge(t)
	}
	return explain.Console(t, x)
}

func newVerdict(x *trace.Exchange) *verdict {
	if x.Verdict == nil {
		return nil
	}
	v := x.Verdict.Verdict
	return &verdict{
		Reason: v.Reason.String(), On: v.On.String(), Refused: v.Refused(), Network: isNetwork(v.Reason),
		Recomputed: x.Recomputed, Sentence: v.String(),
	}
}

// isNetwork tells the reasons that are no rule.
func isNetwork(r cors.Reason) bool {
	return r == cors.NetworkFailed || r == cors.Aborted || r == cors.TimedOut
}

func stateOf(x *trace.Exchange) state {
	switch {
	case x.Response != nil && (x.Done || x.Blocked()):
		return done
	case x.Done, x.Blocked(), x.Failure != "":
		return failed
	default:
		return pending
	}
}

func originOf(x *trace.Exchange) string {
	if origin := x.Request.Header.Get(cors.HeaderOrigin); origin != "" {
		return origin
	}
	return x.Origin
}

// initiatorOf says what made the request, as closely as is known.
func initiatorOf(x *trace.Exchange) string {
	for _, s := range [...]string{x.Initiator, x.Page, originOf(x)} {
		if s != "" {
			return s
		}
	}
	return ""
}

func sizeOfAnswer(x *trace.Exchange) int64 {
	switch {
	case x.Response == nil:
		return -1
	case x.Response.BodySize >= 0:
		return x.Response.BodySize
	default:
		return x.Response.Content
	}
}

func sinceEpoch(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return float64(t.UnixMicro()) / 1000
}

func milliseconds(d time.Duration) float64 {
	if d < 0 {
		return -1
	}
	return float64(d.Microseconds()) / 1000
}

// durationOf is that of all parts together, -1 if none is known.
func durationOf(t trace.Timings) float64 {
	if t == trace.NoTimings {
		return -1
	}
	return milliseconds(t.Total())
}
