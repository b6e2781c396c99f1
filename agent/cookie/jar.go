package cookie

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/weburl"
)

// Jar keeps cookies in memory. It is a fetch.Jar, safe for concurrent use, and
// must not be copied. The zero Jar is empty and ready; its settings must not be
// changed once it is used.
type Jar struct {
	// Default is what a cookie without SameSite counts as. Unset stands for Lax,
	// as in the standard and in Chromium; None is what Firefox and Safari do.
	Default SameSite

	// BlockThirdParty: hosts that are not of the site in the address bar have
	// no cookies but Partitioned ones.
	BlockThirdParty bool

	mu   sync.Mutex
	kept store
}

var _ fetch.Jar = (*Jar)(nil)

// sameSite fills in the default.
func (j *Jar) sameSite(s SameSite) SameSite { return cmp.Or(s, j.Default, Lax) }

// SetCookies takes the values of Set-Cookie fields, in order, and returns a note
// for each of them. The Reason of a note is one of this package's constants.
//
// A cookie that has expired is not kept and the older one of its name is deleted;
// that is how servers delete cookies, and its note says Expired.
//
// Standard: 6265bis, section 5.7
func (j *Jar) SetCookies(c fetch.CookieContext, values []string, now time.Time) []fetch.CookieNote {
	j.mu.Lock()
	defer j.mu.Unlock()
	notes := make([]fetch.CookieNote, len(values))
	for i, line := range values {
		d, why := parse(line, now)
		if why == nil {
			why = j.keep(setting{described: d, CookieContext: c, jar: j}, now)
		}
		notes[i] = fetch.CookieNote{Name: d.name, Line: line, Kept: why == nil}
		if why != nil {
			notes[i].Reason, notes[i].Detail = why.Reason, why.Detail
		}
	}
	return notes
}

// keep applies the rules to an attempt to set a cookie, which locks the jar.
func (j *Jar) keep(s setting, now time.Time) *Refusal {
	c, why := s.cookie()
	if why != nil {
		return why
	}
	if !c.Secure && !isTrustworthy(s.URL) && j.kept.overlays(&c) != nil {
		return refuse(OverlaysSecure, "there is a Secure cookie of its name, which plain http must not replace or hide")
	}
	old := j.kept.find(&c)
	if old != nil && old.HTTPOnly && !s.HTTP {
		return refuse(OverwritesHTTPOnly, "there is an HttpOnly cookie of its name, which scripts cannot change")
	}
	if !c.Expires.IsZero() && !now.Before(c.Expires) {
		if old != nil {
			j.kept.remove(old)
		}
		return refuse(Expired, "it has expired, which deletes the cookie of its name")
	}
	if !j.kept.put(c.clone(), old, now) {
		return refuse(NoRoom, "there are %d others of its domain, or %d in all, that are kept before it", MaxPerDomain, MaxCookies)
	}
	return nil
}

// Set keeps a cookie as if the server of u had set it with a page of its own in
// the address bar. A Domain of "" is the host alone, a Path of "" the folder of
// u's path. The error is a *Refusal: everything that is asked of servers is asked
// of c too.
func (j *Jar) Set(u *weburl.URL, c Cookie, now time.Time) error {
	d := described{
		name: c.Name, value: c.Value, domain: lower(strings.TrimPrefix(c.Domain, ".")), path: c.Path, hasPath: c.Path != "",
		expires: c.Expires, secure: c.Secure, httpOnly: c.HTTPOnly, sameSite: c.SameSite,
	}
	if why := d.spellingProblem(); why != nil {
		return why
	}
	if !c.Expires.IsZero() {
		d.expires = earlier(c.Expires, now.Add(MaxAge))
	}
	if c.HostOnly {
		d.domain = ""
	}
	s := setting{described: d, jar: j, CookieContext: fetch.CookieContext{
		URL: u, TopLevel: originOf(u), SameSite: true, HTTP: true,
	}}
	if c.Partition != "" {
		top, err := weburl.Parse(c.Partition)
		if err != nil {
			return refuse(NoPartition, "its partition %s is not a site, such as https://example.com", quoted(c.Partition))
		}
		s.partitioned, s.TopLevel = true, originOf(top)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if why := j.keep(s, now); why != nil {
		return why
	}
	return nil
}

// spellingProblem finds what a Set-Cookie field could not have said.
func (d *described) spellingProblem() *Refusal {
	switch {
	case strings.ContainsAny(d.name, "=;") || strings.Contains(d.value, ";") || d.name == "" && strings.Contains(d.value, "="):
		return refuse(BadCharacter, "its name has a = or ;, or its value a ;; percent-encode it")
	case d.name != trim(d.name) || d.value != trim(d.value):
		return refuse(BadCharacter, "its name or value has a space at an end; percent-encode it")
	case hasControl(d.path) || strings.Contains(d.path, ";") || d.path != "" && d.path[0] != '/':
		return refuse(BadCharacter, "its path %s does not begin with a slash, or has a ; or a control character", quoted(d.path))
	}
	return d.pairProblem()
}

// Cookies returns the value of the Cookie field for a request, "" for none.
//
// Standard: 6265bis, section 5.8.3
func (j *Jar) Cookies(c fetch.CookieContext, now time.Time) string {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.kept.count == 0 || !c.URL.IsHTTP() {
		return ""
	}
	var few [8]*record // enough for most requests, without an allocation
	found := j.appendFound(few[:0], c, now)
	slices.SortFunc(found, byField)
	for _, r := range found {
		r.used = now
	}
	return field(found)
}

// appendFound appends the cookies that go with a request.
func (j *Jar) appendFound(found []*record, c fetch.CookieContext, now time.Time) []*record {
	host, blocked := c.URL.Hostname(), j.BlockThirdParty && isThirdParty(c)
	partition := ""
	if j.kept.partitioned {
		partition = partitionOf(c)
	}
	for domain := host; domain != ""; {
		if !blocked {
			found = j.appendFrom(found, place{"", domain}, c, now)
		}
		if partition != "" {
			found = j.appendFrom(found, place{partition, domain}, c, now)
		}
		if isAddress(host) {
			break
		}
		_, domain, _ = strings.Cut(domain, ".")
	}
	return found
}

func (j *Jar) appendFrom(found []*record, at place, c fetch.CookieContext, now time.Time) []*record {
	for _, r := range j.kept.places[at] {
		if !r.hasExpired(now) && j.goesWith(r, c) {
			found = append(found, r)
		}
	}
	return found
}

// goesWith reports whether a cookie of the host's domains goes with a request.
func (j *Jar) goesWith(r *record, c fetch.CookieContext) bool {
	switch {
	case r.HostOnly && r.Domain != c.URL.Hostname(), !pathMatches(c.URL.Path(), r.Path):
		return false
	case r.HTTPOnly && !c.HTTP, r.Secure && !isTrustworthy(c.URL):
		return false
	case c.SameSite:
		return true
	}
	s := j.sameSite(r.SameSite)
	return s == None || s == Lax && c.Lax && c.HTTP
}

// field writes cookies as the value of a Cookie field.
//
// Standard: 6265bis, section 5.8.3, step 6
func field(records []*record) string {
	size := 0
	for _, r := range records {
		size += len(r.Name) + len("=") + len(r.Value) + len("; ")
	}
	var b strings.Builder
	b.Grow(size)
	for i, r := range records {
		if i > 0 {
			b.WriteString("; ")
		}
		if r.Name != "" {
			b.WriteString(r.Name)
			b.WriteByte('=')
		}
		b.WriteString(r.Value)
	}
	return b.String()
}

// All lists what is kept at a time, oldest first.
func (j *Jar) All(now time.Time) []Cookie {
	j.mu.Lock()
	defer j.mu.Unlock()
	var records []*record
	for _, at := range j.kept.places {
		records = append(records, at...)
	}
	records = slices.DeleteFunc(records, func(r *record) bool { return r.hasExpired(now) })
	slices.SortFunc(records, func(a, b *record) int { return cmp.Compare(a.born, b.born) })
	all := make([]Cookie, len(records))
	for i, r := range records {
		all[i] = r.Cookie
	}
	return all
}

// Clear forgets all cookies.
func (j *Jar) Clear() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.kept = store{}
}
