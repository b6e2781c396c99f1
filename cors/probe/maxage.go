package probe

import (
	"fmt"
	"strconv"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/trace"
)

// defaultMaxAge is for how many seconds a preflight is remembered if its answer does
// not say.
const defaultMaxAge = 5

// MaxAge reads for how many seconds the answer to a preflight may be remembered, and
// says so in words. A number that no program could hold counts as the largest.
//
// Standard: https://fetch.spec.whatwg.org/#cors-preflight-fetch, steps 7.8 and 7.9
func MaxAge(x *trace.Exchange) (seconds int, words string) {
	value := combined(x, cors.HeaderMaxAge)
	switch {
	case value == "":
		return defaultMaxAge, "for 5 seconds, since the answer does not say"
	case !isDigits(value):
		return defaultMaxAge, fmt.Sprintf("for 5 seconds, since %s is not a number of seconds", cors.Excerpt(value))
	}
	seconds, err := strconv.Atoi(value)
	if err != nil {
		seconds = 1<<31 - 1
	}
	return seconds, fmt.Sprintf("for %d seconds", seconds)
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
