package httpcache

import (
	"cmp"
	"container/list"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/agent/wire"
)

// Cache keeps responses in memory. It is a fetch.Cache, safe for concurrent use,
// and must not be copied. The zero Cache is empty and ready; its limits must not
// be changed once it is used. When a limit is reached, what has not been used for
// the longest time is forgotten.
type Cache struct {
	MaxBytes   int64 // of all that is kept; 0 stands for 16 MiB
	MaxBody    int64 // a longer body is not kept; 0 stands for 2 MiB
	MaxEntries int   // responses; 0 stands for 1024

	mu      sync.Mutex
	entries map[key][]*entry // of one URL, oldest first
	recent  list.List        // of *entry, the last used first
	bytes   int64
	open    map[*recorder]struct{} // responses that are still arriving
}

var _ fetch.Cache = (*Cache)(nil)

const (
	defaultMaxBytes   = 16 << 20
	defaultMaxBody    = 2 << 20
	defaultMaxEntries = 1024

	// maxVariants is how many responses are kept of one URL.
	maxVariants = 8
)

func (c *Cache) maxBytes() int64 { return cmp.Or(c.MaxBytes, defaultMaxBytes) }

func (c *Cache) maxBody() int64 { return min(cmp.Or(c.MaxBody, defaultMaxBody), c.maxBytes()) }

// Lookup finds the latest response that may answer a request, fresh or not; nil
// if there is none. A stored response to GET answers HEAD too, without its body.
//
// Standard: RFC 9111, section 4
func (c *Cache) Lookup(r fetch.CacheRequest, now time.Time) *fetch.Stored {
	if r.Method != "GET" && r.Method != "HEAD" {
		return nil
	}
	if _, ok := first(r.Header, "Range"); ok {
		return nil // only the server can give a part
	}
	asked := parseControl(r.Header)
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.find(keyOf(r.Partition, r.URL), r.Header)
	if e == nil {
		return nil
	}
	c.recent.MoveToFront(e.rank)
	return e.stored(r.Method, e.isFresh(asked, now))
}

// find returns the latest response that matches.
func (c *Cache) find(k key, request []wire.Field) *entry {
	for _, e := range slices.Backward(c.entries[k]) {
		if e.matches(request) {
			return e
		}
	}
	return nil
}

// Keep stores a response, if it may be stored, as its body is read, and returns
// that body. It can be found when the body has arrived whole, and takes the place
// of what was found for the same request. A redirect is stored at once, without
// the body, which nobody reads.
//
// Standard: RFC 9111, section 3
func (c *Cache) Keep(r fetch.CacheRequest, resp *wire.Response, sent, received time.Time) io.ReadCloser {
	switch {
	case r.Method == "HEAD":
		c.compare(r, resp, sent, received)
		return resp.Body
	case r.Method != "GET":
		return resp.Body
	}
	said := parseControl(resp.Header)
	if !isStorable(resp, said) || parseControl(r.Header).noStore {
		c.outdate(r, resp.Status)
		return resp.Body
	}
	e := newEntry(r, resp, said, sent, received)
	if isRedirect(resp) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.add(e, r.Header)
		return resp.Body
	}
	if resp.Length > c.maxBody() {
		c.outdate(r, resp.Status)
		return resp.Body
	}
	return c.record(e, r, resp)
}

// isStorable reports whether a response to GET may be kept.
//
// Standard: RFC 9111, section 3
func isStorable(resp *wire.Response, said control) bool {
	switch s := resp.Status; {
	case s < 200 || s > 599, s == 206, s == 304, s == 416: // no answers, or to parts only
		return false
	case s == 401 || s == 407: // the next request may have what is missing
		return false
	case said.noStore || variesTooMuch(resp.Header):
		return false
	case said.public || said.private || said.maxAge.set || isHeuristicallyCacheable(s):
		return true
	}
	_, expires := first(resp.Header, "Expires")
	return expires
}

func isRedirect(resp *wire.Response) bool {
	switch resp.Status {
	case 301, 302, 303, 307, 308:
		location, _ := first(resp.Header, "Location")
		return location != ""
	}
	return false
}

// record has the body stored as it is read.
func (c *Cache) record(e *entry, r fetch.CacheRequest, resp *wire.Response) *recorder {
	rec := &recorder{
		ReadCloser: resp.Body, cache: c, key: e.key, request: r.Header,
		length: resp.Length, most: c.maxBody(), entry: e,
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open == nil {
		c.open = map[*recorder]struct{}{}
	}
	c.open[rec] = struct{}{}
	return rec
}

// finish is told that a body has ended.
func (c *Cache) finish(rec *recorder, e *entry, whole bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, wanted := c.open[rec] // not if the URL has been invalidated since
	delete(c.open, rec)
	if whole && wanted {
		c.add(e, rec.request)
	}
}

// add makes a response visible, in the place of what would have answered its
// request.
func (c *Cache) add(e *entry, request []wire.Field) {
	if old := c.find(e.key, request); old != nil {
		c.remove(old)
	}
	if e.measure(); e.size > c.maxBytes() {
		return // it would only drive out all others
	}
	if variants := c.entries[e.key]; len(variants) >= maxVariants {
		c.remove(variants[0])
	}
	if c.entries == nil {
		c.entries = map[key][]*entry{}
	}
	c.bytes += e.size
	c.entries[e.key] = append(c.entries[e.key], e)
	e.rank = c.recent.PushFront(e)
	c.makeRoom()
}

func (c *Cache) remove(e *entry) {
	c.recent.Remove(e.rank)
	e.rank = nil
	c.bytes -= e.size
	variants := slices.DeleteFunc(c.entries[e.key], func(other *entry) bool { return other == e })
	if c.entries[e.key] = variants; len(variants) == 0 {
		delete(c.entries, e.key)
	}
}

func (c *Cache) makeRoom() {
	for c.bytes > c.maxBytes() || c.recent.Len() > cmp.Or(c.MaxEntries, defaultMaxEntries) {
		c.remove(c.recent.Back().Value.(*entry))
	}
}

// outdate forgets what is stored for a request, after the server has given
// another answer to it that cannot be stored. That of a server in trouble does
// not count.
//
// Standard: RFC 9111, section 4.3.3
func (c *Cache) outdate(r fetch.CacheRequest, status int) {
	if status >= 500 || status == 206 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if old := c.find(keyOf(r.Partition, r.URL), r.Header); old != nil {
		c.remove(old)
	}
}

// compare renews what is stored by the answer to HEAD, or forgets it if it has
// changed.
//
// Standard: RFC 9111, section 4.3.5
func (c *Cache) compare(r fetch.CacheRequest, resp *wire.Response, sent, received time.Time) {
	if resp.Status != 200 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.find(keyOf(r.Partition, r.URL), r.Header)
	if e == nil {
		return
	}
	for _, name := range []string{"ETag", "Last-Modified", "Content-Length"} {
		is, ok := first(resp.Header, name)
		if was, had := first(e.header, name); ok && (!had || is != was) {
			c.remove(e)
			return
		}
	}
	c.renew(e, r, renewed(e.header, resp.Header), sent, received)
}

// Freshen renews a stored response by a 304, and returns it. If the 304 is about
// another response, by its ETag, the stored one is forgotten and returned as it
// was.
//
// Standard: RFC 9111, section 4.3.4
func (c *Cache) Freshen(r fetch.CacheRequest, stored *fetch.Stored, resp *wire.Response, sent, received time.Time) *fetch.Stored {
	same := isAbout(resp, stored)
	result := *stored
	result.Fresh = same
	if same {
		result.Header = renewed(stored.Header, resp.Header)
		result.ETag, result.LastModified = validators(result.Status, result.Header)
	}
	body, ok := stored.Body.(*storedBody)
	if !ok {
		return &result // it is of another cache
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case body.entry.rank == nil: // forgotten meanwhile
	case same:
		c.renew(body.entry, r, result.Header, sent, received)
	default:
		c.remove(body.entry)
	}
	return &result
}

// isAbout reports whether a 304 is about a stored response: a strong ETag must be
// the stored one's.
func isAbout(resp *wire.Response, stored *fetch.Stored) bool {
	etag, ok := first(resp.Header, "ETag")
	return !ok || strings.HasPrefix(etag, "W/") || strings.TrimPrefix(stored.ETag, "W/") == etag
}

// renew gives an entry another header.
func (c *Cache) renew(e *entry, r fetch.CacheRequest, header []wire.Field, sent, received time.Time) {
	said := parseControl(header)
	if said.noStore || variesTooMuch(header) {
		c.remove(e)
		return
	}
	c.bytes -= e.size
	e.describe(r, header, said, sent, received)
	e.measure()
	c.bytes += e.size
	c.recent.MoveToFront(e.rank)
	c.makeRoom()
}

// Invalidate forgets what is stored for a URL, and what is still arriving.
//
// Standard: RFC 9111, section 4.4
func (c *Cache) Invalidate(partition string, u *weburl.URL) {
	k := keyOf(partition, u)
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, e := range slices.Clone(c.entries[k]) {
		c.remove(e)
	}
	for rec := range c.open {
		if rec.key == k {
			delete(c.open, rec)
		}
	}
}

// Clear forgets everything, and what is still arriving.
func (c *Cache) Clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.recent.Len() > 0 {
		c.remove(c.recent.Back().Value.(*entry))
	}
	clear(c.open)
}

// Size returns how many responses are kept, and about how many bytes of memory
// they take.
func (c *Cache) Size() (entries int, bytes int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.recent.Len(), c.bytes
}
