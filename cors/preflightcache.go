package cors

import (
	"strconv"
	"strings"
	"sync"
	"time"
)

// PreflightCache remembers what preflights have approved. It is safe for
// concurrent use. The zero value is an empty cache that keeps entries as the
// standard says, for a day at most.
//
// Standard: https://fetch.spec.whatwg.org/#concept-cache
type PreflightCache struct {
	// MaxAge caps how long anything is remembered; zero stands for a day.
	MaxAge time.Duration

	// Replace makes a new answer take the place of all that was remembered of
	// the same target, as Chromium does; the standard adds to it.
	Replace bool

	// NegativeIsZero reads a negative Access-Control-Max-Age as zero, as
	// Chromium does; for the standard it is unreadable and means five seconds.
	NegativeIsZero bool

	mu      sync.Mutex
	entries map[PreflightKey][]approval
	bytes   int // of all entries and keys, as size counts them
}

// PreflightKey says to which requests an approval applies.
type PreflightKey struct {
	Partition string // the network partition key, serialized; "" if there is one partition only
	Origin    string // the request's serialized origin
	URL       string // the target without its fragment
}

// approval is one cache entry: a method or a header name.
type approval struct {
	name        string // a method, or a header name in lower case; either may be "*"
	header      bool
	credentials bool
	expires     time.Time
}

// Bounds of the cache, so that no server can fill the memory.
const (
	maxPreflightKeys  = 4096
	maxPreflightNames = 1024 // for each key

	maxPreflightBytes    = 4 << 20  // in all
	maxPreflightKeyBytes = 64 << 10 // of a key and its names; more is not remembered
)

// overhead is about what an entry, or a key, takes besides its texts.
const overhead = 64

// size is about how many bytes of memory a key takes with its entries.
func size(key PreflightKey, entries []approval) int {
	n := overhead + len(key.Partition) + len(key.Origin) + len(key.URL)
	for _, e := range entries {
		n += overhead + len(e.name)
	}
	return n
}

const (
	defaultPreflightAge = 5 * time.Second
	longestPreflightAge = 24 * time.Hour
)

// NeedsPreflight reports whether a CORS request must be preceded by a preflight:
// its method or one of its headers needs approval that the cache does not hold.
// A nil cache holds nothing.
//
// Standard: https://fetch.spec.whatwg.org/#concept-http-fetch, step 4.1
func (c *PreflightCache) NeedsPreflight(r Request, key PreflightKey, now time.Time) bool {
	asks := !IsSafelistedMethod(r.Method) || r.ForcedPreflight
	if !asks && len(r.UnsafeHeaders) == 0 {
		return false
	}
	if c == nil {
		return true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	entries := c.entries[key]
	if asks && !approved(entries, r, r.Method, false, now) {
		return true
	}
	for _, name := range r.UnsafeHeaders {
		if !approved(entries, r, name, true, now) {
			return true
		}
	}
	return false
}

// approved looks for an entry that matches.
//
// Standard: https://fetch.spec.whatwg.org/#concept-cache-match-method and -header
func approved(entries []approval, r Request, name string, header bool, now time.Time) bool {
	for _, e := range entries {
		if e.header != header || !now.Before(e.expires) || !e.credentials && r.Credentials {
			continue
		}
		if e.name == name || e.name == "*" && !(header && IsNonWildcardRequestHeader(name)) {
			return true
		}
	}
	return false
}

// Store remembers the answer to a preflight that CheckPreflight has allowed.
//
// Standard: https://fetch.spec.whatwg.org/#cors-preflight-fetch, steps 7.8 to 7.15
func (c *PreflightCache) Store(r Request, key PreflightKey, h Fields, now time.Time) {
	methods, _ := extractTokens(h, HeaderAllowMethods)
	headers, _ := extractTokens(h, HeaderAllowHeaders)
	if methods == nil && r.ForcedPreflight {
		methods = []string{r.Method}
	}
	expires := now.Add(c.maxAge(h))
	c.mu.Lock()
	defer c.mu.Unlock()
	entries := c.entries[key]
	if c.Replace {
		entries = nil
	}
	c.remove(key)
	room := maxPreflightKeyBytes - size(key, entries)
	for _, m := range methods {
		entries = remember(entries, approval{m, false, r.Credentials, expires}, now, &room)
	}
	for _, name := range headers {
		entries = remember(entries, approval{strings.ToLower(name), true, r.Credentials, expires}, now, &room)
	}
	c.keep(key, entries, now)
}

// remove takes a key and its entries out.
func (c *PreflightCache) remove(key PreflightKey) {
	if entries, ok := c.entries[key]; ok {
		c.bytes -= size(key, entries)
		delete(c.entries, key)
	}
}

// remember renews the entry that is there, or adds one, as long as there is room.
func remember(entries []approval, a approval, now time.Time, room *int) []approval {
	found := false
	for i, e := range entries {
		if e.header == a.header && e.name == a.name && (e.credentials || !a.credentials) && now.Before(e.expires) {
			entries[i].expires = a.expires
			found = true
		}
	}
	need := overhead + len(a.name)
	if found || len(entries) >= maxPreflightNames || need > *room {
		return entries
	}
	*room -= need
	a.name = strings.Clone(a.name) // cut from the head that it was read from
	return append(entries, a)
}

// keep stores the entries that are still good, making room if need be.
func (c *PreflightCache) keep(key PreflightKey, entries []approval, now time.Time) {
	fresh := entries[:0]
	for _, e := range entries {
		if now.Before(e.expires) {
			fresh = append(fresh, e)
		}
	}
	if len(fresh) == 0 {
		return
	}
	if c.entries == nil {
		c.entries = map[PreflightKey][]approval{}
	}
	need := size(key, fresh)
	if !c.fits(need) {
		c.makeRoom(need, now)
	}
	c.entries[key] = fresh
	c.bytes += need
}

// fits reports whether there is room for one more key of a size.
func (c *PreflightCache) fits(need int) bool {
	return len(c.entries) < maxPreflightKeys && c.bytes+need <= maxPreflightBytes
}

// makeRoom drops what has expired, and more keys if that is not enough: whichever
// the map gives first, since forgetting costs one preflight and no more.
func (c *PreflightCache) makeRoom(need int, now time.Time) {
	for key, entries := range c.entries {
		if !anyFresh(entries, now) {
			c.remove(key)
		}
	}
	for key := range c.entries {
		if c.fits(need) {
			return
		}
		c.remove(key)
	}
}

func anyFresh(entries []approval, now time.Time) bool {
	for _, e := range entries {
		if now.Before(e.expires) {
			return true
		}
	}
	return false
}

// Clear forgets all that was remembered of a target.
//
// Standard: https://fetch.spec.whatwg.org/#concept-cache-clear
func (c *PreflightCache) Clear(key PreflightKey) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.remove(key)
}

// maxAge reads Access-Control-Max-Age.
func (c *PreflightCache) maxAge(h Fields) time.Duration {
	most := c.MaxAge
	if most == 0 {
		most = longestPreflightAge
	}
	value, ok := get(h, HeaderMaxAge)
	if !ok {
		return min(defaultPreflightAge, most)
	}
	value = strings.Trim(value, " \t")
	if c.NegativeIsZero && strings.HasPrefix(value, "-") {
		return 0
	}
	if value == "" || !isAll(value, isDigit) {
		return min(defaultPreflightAge, most)
	}
	seconds, err := strconv.ParseInt(value, 10, 32)
	if err != nil { // more digits than anybody remembers for
		return most
	}
	return min(time.Duration(seconds)*time.Second, most)
}
