package fetch

import (
	"errors"
	"strings"

	"github.com/corsage-go/corsage/agent/wire"
	"github.com/corsage-go/corsage/cors"
)

// isClientHint tells the fields that Chromium safelists although the standard does
// not.
func isClientHint(field *wire.Field) bool {
	switch lowerASCII(field.Name) {
	case "device-memory", "downlink", "dpr":
		whole, fraction, _ := strings.Cut(field.Value, ".")
		return whole != "" && hasDigitsOnly(whole) && hasDigitsOnly(fraction)
	case "rtt", "viewport-width", "width":
		return field.Value != "" && hasDigitsOnly(field.Value)
	case "ect":
		return field.Value == "slow-2g" || field.Value == "2g" || field.Value == "3g" || field.Value == "4g"
	case "save-data":
		return strings.EqualFold(field.Value, "on")
	case "intervention":
		return true
	}
	return false
}

func hasDigitsOnly(s string) bool { return strings.Trim(s, "0123456789") == "" }

// isUnsafeRange: numbers of more than 63 bits are too much for this engine.
func (f *fetching) isUnsafeRange(field *wire.Field) bool {
	if !f.engine.Profile.RangeNumbersBounded || !isNamed(field.Name, "Range") {
		return false
	}
	const most = 1<<63 - 1
	r, ok := cors.ParseRange(field.Value)
	return ok && (r.First > most || r.Last > most)
}

// plainRange writes a Range of a single range without spaces, and its unit in
// lower case; any other it leaves as it is.
func plainRange(value string) string {
	unit, rest, ok := strings.Cut(value, "=")
	if !ok || !strings.EqualFold(trimSpace(unit), "bytes") {
		return value
	}
	first, last, ok := strings.Cut(rest, "-")
	plain := "bytes=" + trimSpace(first) + "-" + trimSpace(last)
	if r, valid := cors.ParseRange(plain); !ok || !valid || !r.HasFirst && !r.HasLast {
		return value
	}
	return plain
}

var errNotHere = errors.New("there is no such thing on the page's own machine, or it is not this page's")

// isFound tells the schemes of what Chromium looks for before it thinks of CORS.
func isFound(scheme string) bool {
	switch scheme {
	case "blob", "file", "filesystem", "ftp", "view-source":
		return true
	}
	return false
}
