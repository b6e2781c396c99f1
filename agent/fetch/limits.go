package fetch

// Limits bounds what a server can make a page spend. A field of zero stands for
// that of DefaultLimits.
type Limits struct {
	// DecodedBytes is the most that a body may be after its content codings are
	// undone. Bodies without codings have no limit of their own: they are
	// streamed, and cost the server as much as the page.
	DecodedBytes int64

	// Ratio is how many times larger than on the wire a decoded body may be, and
	// RatioFrom the number of decoded bytes from which on that is looked at.
	Ratio     int64
	RatioFrom int64

	// Codings is how many codings may be applied to one body, one after the other.
	Codings int
}

// DefaultLimits is generous for what servers compress, and small for bombs.
var DefaultLimits = Limits{DecodedBytes: 1 << 30, Ratio: 250, RatioFrom: 16 << 20, Codings: 4}

// orDefaults fills in what is not set.
func (l Limits) orDefaults() Limits {
	return Limits{
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
