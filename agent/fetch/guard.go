package fetch

import (
	"github.com/corsage-go/corsage/agent/wire"
	"github.com/corsage-go/corsage/cors"
)

// SettableHeader returns the fields that a page may set on a request of a mode; the
// others are left out without a word, as script is used to. The header itself is not
// changed. XMLHttpRequest has done so already when it fetches.
//
// Standard: https://fetch.spec.whatwg.org/#concept-headers-append
func SettableHeader(mode Mode, header []wire.Field) []wire.Field {
	for i := range header {
		if isSettable(mode, &header[i]) {
			continue
		}
		kept := append(make([]wire.Field, 0, len(header)-1), header[:i]...)
		for _, field := range header[i+1:] {
			if isSettable(mode, &field) {
				kept = append(kept, field)
			}
		}
		return kept
	}
	return header
}

func isSettable(mode Mode, field *wire.Field) bool {
	if mode == ModeNoCORS {
		return cors.IsNoCORSSafelistedRequestHeader(field.Name, field.Value)
	}
	return !cors.IsForbiddenRequestField(field.Name, field.Value)
}
