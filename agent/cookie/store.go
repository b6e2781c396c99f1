package cookie

import (
	"cmp"
	"slices"
	"time"
)

// store holds cookies by where they go. It knows no rules but its limits.
type store struct {
	places map[place][]*record
	count  int
	newest uint64

	// partitioned: some place had a partition. It spares other requests to find
	// out what theirs is.
	partitioned bool
}

// place is what cookies share that are looked for together.
type place struct{ partition, domain string }

func (c *Cookie) place() place { return place{c.Partition, c.Domain} }

// record is a cookie, and what decides about its order and its end.
type record struct {
	Cookie
	born uint64 // it grows with each cookie, and stays when one is overwritten
	used time.Time
}

func (r *record) hasExpired(now time.Time) bool {
	return !r.Expires.IsZero() && !now.Before(r.Expires)
}

// find returns the cookie that another would take the place of, or nil.
//
// Standard: 6265bis, section 5.7, step 23
func (s *store) find(c *Cookie) *record {
	for _, r := range s.places[c.place()] {
		if r.Name == c.Name && r.HostOnly == c.HostOnly && r.Path == c.Path {
			return r
		}
	}
	return nil
}

// overlays returns a Secure cookie that could be mistaken for c, or nil.
//
// Standard: 6265bis, section 5.7, step 16
func (s *store) overlays(c *Cookie) *record {
	for at, records := range s.places {
		if at.partition != c.Partition || !domainMatches(at.domain, c.Domain) && !domainMatches(c.Domain, at.domain) {
			continue
		}
		for _, r := range records {
			if r.Secure && r.Name == c.Name && pathMatches(c.Path, r.Path) {
				return r
			}
		}
	}
	return nil
}

// put keeps a cookie in the place of old, which may be nil. It reports whether
// there was room.
func (s *store) put(c Cookie, old *record, now time.Time) bool {
	if old != nil {
		old.Cookie, old.used = c, now
		return true
	}
	if s.places == nil {
		s.places = map[place][]*record{}
	}
	s.newest++
	s.partitioned = s.partitioned || c.Partition != ""
	r := &record{Cookie: c, born: s.newest, used: now}
	s.places[c.place()] = append(s.places[c.place()], r)
	s.count++
	s.makeRoom(c.place(), now)
	return slices.Contains(s.places[c.place()], r)
}

func (s *store) remove(r *record) {
	s.removeWhere(r.place(), func(other *record) bool { return other == r })
}

func (s *store) removeExpired(at place, now time.Time) {
	s.removeWhere(at, func(r *record) bool { return r.hasExpired(now) })
}

func (s *store) removeWhere(at place, goes func(*record) bool) {
	before := len(s.places[at])
	records := slices.DeleteFunc(s.places[at], goes)
	s.count -= before - len(records)
	if s.places[at] = records; len(records) == 0 {
		delete(s.places, at)
	}
}

// makeRoom keeps the limits after a cookie has been added.
//
// Standard: 6265bis, section 5.7, "remove excess cookies"
func (s *store) makeRoom(at place, now time.Time) {
	if len(s.places[at]) > MaxPerDomain {
		s.removeExpired(at, now)
	}
	if records := s.places[at]; len(records) > MaxPerDomain {
		s.remove(slices.MinFunc(records, byWorthInDomain))
	}
	if s.count <= MaxCookies {
		return
	}
	for at := range s.places {
		s.removeExpired(at, now)
	}
	if s.count > MaxCookies {
		s.remove(s.leastUsed())
	}
}

// byWorthInDomain puts first what is given up first: cookies that are not Secure,
// then those that have not been used for the longest time.
func byWorthInDomain(a, b *record) int {
	switch {
	case a.Secure == b.Secure:
		return byUse(a, b)
	case b.Secure:
		return -1
	default:
		return 1
	}
}

func byUse(a, b *record) int {
	return cmp.Or(a.used.Compare(b.used), cmp.Compare(a.born, b.born))
}

func (s *store) leastUsed() *record {
	var least *record
	for _, records := range s.places {
		for _, r := range records {
			if least == nil || byUse(r, least) < 0 {
				least = r
			}
		}
	}
	return least
}

// byField is the order in a Cookie field.
//
// Standard: 6265bis, section 5.8.3, step 4
func byField(a, b *record) int {
	return cmp.Or(cmp.Compare(len(b.Path), len(a.Path)), cmp.Compare(a.born, b.born))
}
