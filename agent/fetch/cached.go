package fetch

import (
	"errors"
	"time"

	"github.com/corsage-go/corsage/agent/wire"
	"github.com/corsage-go/corsage/cors"
)

// cacheOrNetwork looks into the cache first, if there is one.
//
// Standard: https://fetch.spec.whatwg.org/#http-network-or-cache-fetch, steps 8.16 to 11
func (f *fetching) cacheOrNetwork(asking *wire.Request, set header) (*answer, error) {
	cache, mode := f.engine.Cache, f.cacheMode(set)
	asking.Header = appendCacheControl(asking.Header, mode, set)
	if cache == nil {
		if mode == OnlyIfCached {
			return nil, f.missed()
		}
		return f.network(asking, 0)
	}
	c := cachedFetch{
		fetching: f, cache: cache, mode: mode, asking: asking,
		request: CacheRequest{Partition: f.top.key, Method: f.method, URL: f.url, Header: asking.Header},
	}
	return c.run()
}

// cacheMode is the mode of the request; a condition that script has set keeps the
// cache out.
func (f *fetching) cacheMode(set header) CacheMode {
	switch mode := f.asked.Cache; {
	case mode == "" || mode == DefaultCache:
		if set.condition {
			return NoStore
		}
		return DefaultCache
	default:
		return mode
	}
}

// appendCacheControl asks caches on the way to do as the mode says.
//
// Standard: https://fetch.spec.whatwg.org/#http-network-or-cache-fetch, steps 8.17 and 8.18
func appendCacheControl(h []wire.Field, mode CacheMode, set header) []wire.Field {
	switch mode {
	case NoCache:
		if !set.cacheControl {
			h = append(h, wire.Field{Name: "Cache-Control", Value: "max-age=0"})
		}
	case NoStore, Reload:
		if !set.pragma {
			h = append(h, wire.Field{Name: "Pragma", Value: "no-cache"})
		}
		if !set.cacheControl {
			h = append(h, wire.Field{Name: "Cache-Control", Value: "no-cache"})
		}
	}
	return h
}

var errNotCached = errors.New("only the cache was to be asked, and it has no answer")

// missed is the network error of a request that only the cache may answer.
func (f *fetching) missed() error {
	f.cached(CacheMiss, nil)
	return f.failed(cors.OnRequest, errNotCached)
}

func (f *fetching) cached(use CacheUse, stored *wire.Response) {
	if h := f.asked.Hooks; h != nil && h.Cached != nil {
		h.Cached(use, f.url, stored)
	}
}

// cachedFetch is a request with a cache at hand.
type cachedFetch struct {
	*fetching
	cache   Cache
	mode    CacheMode
	asking  *wire.Request
	request CacheRequest
	stored  *Stored // what is to be revalidated; nil for nothing
}

func (c *cachedFetch) run() (*answer, error) {
	if c.mode != NoStore && c.mode != Reload {
		if a := c.lookup(); a != nil {
			return a, nil
		}
	}
	if c.mode == OnlyIfCached {
		return nil, c.missed()
	}
	sent := c.engine.now()
	a, err := c.network(c.asking, 0)
	if err != nil {
		if c.stored != nil {
			_ = c.stored.Body.Close() // it is of no use now
		}
		return nil, err
	}
	return c.settle(a, sent, c.engine.now()), nil
}

// lookup answers from the cache if that may be, and otherwise has the server say
// whether what is stored is still good.
func (c *cachedFetch) lookup() *answer {
	stored := c.cache.Lookup(c.request, c.engine.now())
	if stored == nil {
		return nil
	}
	if c.mode == ForceCache || c.mode == OnlyIfCached || stored.Fresh && c.mode != NoCache {
		a := stored.answer()
		c.cached(CacheHit, &a.Response)
		return a
	}
	if stored.ETag == "" && stored.LastModified == "" {
		_ = stored.Body.Close() // there is nothing to ask with
		return nil
	}
	c.stored = stored
	c.asking.Header = appendSet(c.asking.Header, "If-None-Match", stored.ETag)
	c.asking.Header = appendSet(c.asking.Header, "If-Modified-Since", stored.LastModified)
	return nil
}

// settle makes of the server's answer what the page gets, and keeps it.
func (c *cachedFetch) settle(a *answer, sent, received time.Time) *answer {
	if isUnsafeMethod(c.method) && a.Status >= 200 && a.Status < 400 {
		c.cache.Invalidate(c.top.key, c.url)
	}
	switch {
	case c.stored != nil && a.Status == 304:
		_ = a.Body.Close() // it has none
		fresh := c.cache.Freshen(c.request, c.stored, &a.Response, sent, received).answer()
		c.cached(CacheRevalidated, &fresh.Response)
		return fresh
	case c.stored != nil:
		_ = c.stored.Body.Close() // the server has sent a better one
	}
	if c.mode != NoStore && a.Status != 304 {
		a.Body = c.cache.Keep(c.request, &a.Response, sent, received)
	}
	return a
}

// isUnsafeMethod tells the methods after which what is stored may be wrong.
//
// Standard: https://www.rfc-editor.org/rfc/rfc9111#name-invalidating-stored-respons
func isUnsafeMethod(method string) bool {
	switch method {
	case "GET", "HEAD", "OPTIONS", "TRACE":
		return false
	}
	return true
}

func (s *Stored) answer() *answer {
	return &answer{
		cached:   true,
		Response: wire.Response{Status: s.Status, Reason: s.Reason, Header: s.Header, Body: s.Body, Length: s.Length},
	}
}
