package fetch

import (
	"math"

	"github.com/corsage-go/corsage/agent/wire"
)

// Limits bounds what a server can make a page spend. A field of zero stands for
// that of DefaultLimits.
type Limits struct {
	// HeadBytes and HeadFields are the most that the head of an answer may be. An
	// Engine's Transport sees to them: wire.Client and Handlers have fields for
	// both.
	HeadBytes, HeadFields int

	// DecodedBytes is the most that a body may be after its content codings are
	// undone. By default there is no such limit: bodies are streamed, and who
	// keeps one limits what is kept, as package xhr does.
	DecodedBytes int64

	// Ratio is how many times larger than on the wire a decoded body may be, and
	// RatioFrom the number of decoded bytes from which on that is looked at: a
	// bomb costs its server little and the page much, kept or not.
	Ratio     int64
	RatioFrom int64

	// Codings is how many codings may be applied to one body, one after the other.
	Codings int
}

// DefaultLimits is generous for what servers compress, and small for bombs.
var DefaultLimits = Limits{
	HeadBytes: wire.DefaultMaxHeadBytes, HeadFields: wire.DefaultMaxFields,
	DecodedBytes: math.MaxInt64, Ratio: 250, RatioFrom: 16 << 20, Codings: 4,
}

// orDefaults fills in what is not set.
func (l Limits) orDefaults() Limits {
	return Limits{
		HeadBytes:    int(positive(int64(l.HeadBytes), int64(DefaultLimits.HeadBytes))),
		HeadFields:   int(positive(int64(l.HeadFields), int64(DefaultLimits.HeadFields))),
		DecodedBytes: positive(l.DecodedBytes, DefaultLimits.DecodedBytes),
		Ratio:        positive(l.Ratio, DefaultLimits.Ratio),
		RatioFrom:    positive(l.RatioFrom, DefaultLimits.RatioFrom),
		Codings:      int(positive(int64(l.Codings), int64(DefaultLimits.Codings))),
	}
}

func positive(set, otherwise int64) int64 {
	if set > 0 {
		return set
	}
	return otherwise
}
