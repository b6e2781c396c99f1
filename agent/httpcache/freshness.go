package httpcache

import (
	"net/http"
	"strings"
	"time"

	"github.com/corsage-go/corsage/agent/wire"
)

// timing is all that decides whether a stored response is fresh.
type timing struct {
	received time.Time
	age      time.Duration // when it was received
	lifetime time.Duration

	noCache, mustRevalidate, immutable bool
}

// mostGuessed is the longest lifetime that is guessed.
const mostGuessed = 24 * time.Hour

// timingOf reads a response's timing from its header.
func timingOf(status int, fields []wire.Field, c control, sent, received time.Time) timing {
	date, ok := parseDate(fields, "Date")
	if !ok {
		date = received
	}
	return timing{
		received: received,
		age:      initialAge(fields, date, sent, received),
		lifetime: lifetimeOf(status, fields, c, date),
		noCache:  c.noCache, mustRevalidate: c.mustRevalidate, immutable: c.immutable,
	}
}

// initialAge is how old a response is when it is received.
//
// Standard: RFC 9111, section 4.2.3
func initialAge(fields []wire.Field, date, sent, received time.Time) time.Duration {
	said := time.Duration(0)
	if value, ok := first(fields, "Age"); ok {
		value, _, _ = strings.Cut(value, ",")
		said, _ = parseSeconds(trim(value)) // what cannot be read does not count
	}
	apparent := received.Sub(date)
	corrected := said + max(received.Sub(sent), 0)
	return max(apparent, corrected, 0)
}

// lifetimeOf is how old a response may become: as long as it says or, if it does
// not, a tenth of the time for which it has not changed.
//
// Standard: RFC 9111, sections 4.2.1 and 4.2.2
func lifetimeOf(status int, fields []wire.Field, c control, date time.Time) time.Duration {
	if c.maxAge.set {
		return c.maxAge.length // 0, which is stale, if it cannot be read
	}
	if _, ok := first(fields, "Expires"); ok {
		expires, ok := parseDate(fields, "Expires")
		if !ok {
			return 0 // "0", for example
		}
		return min(max(expires.Sub(date), 0), longest) // as long as max-age can say, and no longer
	}
	modified, ok := parseDate(fields, "Last-Modified")
	if !ok || !c.public && !isHeuristicallyCacheable(status) {
		return 0
	}
	return min(max(date.Sub(modified)/10, 0), mostGuessed)
}

// isHeuristicallyCacheable tells the statuses of responses that may be stored,
// and their lifetime guessed, unless they say otherwise.
//
// Standard: RFC 9110, section 15.1
func isHeuristicallyCacheable(status int) bool {
	switch status {
	case 200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501:
		return true
	}
	return false
}

// ageAt is the response's age.
//
// Standard: RFC 9111, section 4.2.3
func (t *timing) ageAt(now time.Time) time.Duration {
	return t.age + max(now.Sub(t.received), 0)
}

// isFresh reports whether the response may answer a request without the server
// being asked. Of a response that never changes while it is fresh, a reload
// (max-age=0) gets the stored one too.
//
// Standard: RFC 9111, sections 4.2 and 5.2.1, and RFC 8246
func (t *timing) isFresh(asked control, now time.Time) bool {
	if t.noCache || asked.noCache {
		return false
	}
	old := t.ageAt(now)
	left := t.lifetime - old
	if most, ok := asked.maxAge.asked(); ok && (old > most || most == 0) && !(t.immutable && left > 0) {
		return false
	}
	if left <= 0 {
		most, ok := asked.maxStale.asked()
		return ok && -left <= most && !t.mustRevalidate
	}
	least, _ := asked.minFresh.asked()
	return left >= least
}

// parseDate reads the date of the first line of a name.
//
// Standard: RFC 9110, section 5.6.7
func parseDate(fields []wire.Field, name string) (date time.Time, ok bool) {
	value, ok := first(fields, name)
	if !ok {
		return time.Time{}, false
	}
	date, err := http.ParseTime(value)
	return date, err == nil
}
