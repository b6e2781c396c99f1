package httpcache

import (
	"bytes"
	"container/list"
	"strings"
	"time"

	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/agent/wire"
)

// key is what responses are stored under.
type key struct{ partition, url string }

func keyOf(partition string, u *weburl.URL) key {
	return key{partition, u.WithoutCredentials().HrefNoFragment()}
}

// entry is a stored response. Once it is in the cache, its body does not change,
// nor do the fields of its header: they are replaced as a whole.
type entry struct {
	key
	timing
	status             int
	reason             string
	header             []wire.Field
	etag, lastModified string
	varied             []varied
	body               []byte

	size int64         // as it is counted
	rank *list.Element // in the order of use; nil if it is not in the cache
}

// varied is a field of the request on which the response depends.
type varied struct {
	name, value string
	ok          bool // the request had it
}

// newEntry is a response without its body.
func newEntry(r fetch.CacheRequest, resp *wire.Response, c control, sent, received time.Time) *entry {
	e := &entry{key: keyOf(r.Partition, r.URL), status: resp.Status, reason: resp.Reason}
	e.describe(r, kept(resp.Header), c, sent, received)
	return e
}

// describe takes over what a header says.
func (e *entry) describe(r fetch.CacheRequest, header []wire.Field, c control, sent, received time.Time) {
	e.header = header
	e.timing = timingOf(e.status, header, c, sent, received)
	e.varied = variedIn(r.Header, header)
	e.etag, e.lastModified = validators(e.status, header)
}

// validators are what to ask the server with. As Chromium, only a 200 is asked
// about: other answers are asked for anew.
//
// Standard: RFC 9111, section 4.3.1
func validators(status int, header []wire.Field) (etag, lastModified string) {
	if status != 200 {
		return "", ""
	}
	etag, _ = first(header, "ETag")
	if _, ok := parseDate(header, "Last-Modified"); ok {
		lastModified, _ = first(header, "Last-Modified")
	}
	return etag, lastModified
}

// variedIn notes what the request had of the fields that the response's Vary
// names.
//
// Standard: RFC 9111, section 4.1
func variedIn(request, response []wire.Field) []varied {
	names, ok := combined(response, "Vary")
	if !ok {
		return nil
	}
	var all []varied
	for name := range strings.SplitSeq(names, ",") {
		if name = trim(name); name == "" {
			continue
		}
		value, ok := combined(request, name)
		all = append(all, varied{name, value, ok})
	}
	return all
}

// maxVaried is how many names a Vary may have: each costs time at every lookup.
const maxVaried = 32

// variesTooMuch reports whether no request would ever be the same as the one that
// a response was for.
//
// Standard: RFC 9111, section 4.1
func variesTooMuch(response []wire.Field) bool {
	n := 0
	for i := range response {
		if !isNamed(response[i].Name, "Vary") {
			continue
		}
		for name := range strings.SplitSeq(response[i].Value, ",") {
			if n++; n > maxVaried || trim(name) == "*" {
				return true
			}
		}
	}
	return false
}

// matches reports whether a request has the same fields as the one that the
// response was for, as far as it depends on them.
//
// Standard: RFC 9111, section 4.1
func (e *entry) matches(request []wire.Field) bool {
	for _, v := range e.varied {
		if value, ok := combined(request, v.name); ok != v.ok || value != v.value {
			return false
		}
	}
	return true
}

// overhead stands for the memory that an entry takes besides its texts.
const overhead = 512

// measure counts the memory of the entry.
func (e *entry) measure() {
	e.size = overhead + int64(len(e.url)+cap(e.body))
	for _, f := range e.header {
		e.size += int64(len(f.Name) + len(f.Value))
	}
	for _, v := range e.varied {
		e.size += int64(len(v.name) + len(v.value))
	}
}

// hit is a stored response in use, in one piece of memory.
type hit struct {
	fetch.Stored
	body storedBody
}

// storedBody reads an entry's body. It says which entry Freshen is to renew.
type storedBody struct {
	bytes.Reader
	entry *entry
}

// Close does nothing: there is nothing to give back.
func (*storedBody) Close() error { return nil }

// stored is the entry as an answer to a request, to HEAD without its body.
func (e *entry) stored(method string, fresh bool) *fetch.Stored {
	h := &hit{Stored: fetch.Stored{
		Status: e.status, Reason: e.reason, Header: e.header,
		Fresh: fresh, ETag: e.etag, LastModified: e.lastModified,
	}}
	h.body.entry = e
	if method != "HEAD" {
		h.body.Reset(e.body)
		h.Length = int64(len(e.body))
	}
	h.Body = &h.body
	return &h.Stored
}
