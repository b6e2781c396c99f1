package fetch

import (
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/corsage-go/corsage/cors"
)

// Nonce tells an opaque origin from all others, which look the same. The zero
// Nonce tells of nobody.
type Nonce uint64

var lastNonce atomic.Uint64

// NewNonce returns a Nonce that nobody else has.
func NewNonce() Nonce { return Nonce(lastNonce.Add(1)) }

// Partition names what is kept for the pages of a top-level origin alone: its
// site, or, since an opaque origin is a site of its own, its nonce. It is "" for
// an opaque origin without one.
//
// Standard: https://fetch.spec.whatwg.org/#determine-the-network-partition-key
func Partition(topLevel cors.Origin, nonce Nonce) string {
	if !topLevel.IsOpaque() {
		return topLevel.Site()
	}
	if nonce == 0 {
		return ""
	}
	return "opaque " + strconv.FormatUint(uint64(nonce), 10) // no site has a space
}

// siteMemory remembers the sites of origins: finding one means looking into the
// public suffix list, which is too long for every request.
type siteMemory struct {
	mu    sync.RWMutex
	known map[string]*partition
}

// partition is a site, and what connections are kept apart by.
//
// Standard: https://fetch.spec.whatwg.org/#network-partition-key
type partition struct {
	site             string // "" for an opaque origin
	key              string // see Partition
	with, withoutAny string // connections that carry credentials, and those that do not
}

func newPartition(site, key string) *partition {
	return &partition{site: site, key: key, with: key, withoutAny: key + " anonymous"}
}

// maxSites bounds the memory; when it is full it begins anew.
const maxSites = 1024

// nowhere is the partition of an opaque origin that nothing is kept for.
var nowhere = newPartition("", "")

func (m *siteMemory) of(o cors.Origin) *partition {
	if o.IsOpaque() {
		return nowhere
	}
	name := o.String()
	m.mu.RLock()
	p, ok := m.known[name]
	m.mu.RUnlock()
	if ok {
		return p
	}
	site := o.Site()
	p = newPartition(site, site)
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known == nil || len(m.known) >= maxSites {
		m.known = map[string]*partition{}
	}
	m.known[name] = p
	return p
}

// ofTopLevel is the partition that a client's requests belong to. A client whose
// top-level origin is opaque and has no nonce shares nothing with anybody, not
// even with its own next request.
func (m *siteMemory) ofTopLevel(c *Client) *partition {
	if !c.TopLevel.IsOpaque() {
		return m.of(c.TopLevel)
	}
	nonce := c.TopLevelNonce
	if nonce == 0 {
		nonce = NewNonce()
	}
	return newPartition("", Partition(c.TopLevel, nonce))
}

// siteOf is the site of a serialized origin, "" if it has none.
func (m *siteMemory) siteOf(serial string) string {
	m.mu.RLock()
	p, ok := m.known[serial]
	m.mu.RUnlock()
	if ok {
		return p.site
	}
	o, err := cors.ParseOrigin(serial)
	if err != nil {
		return ""
	}
	return m.of(o).site
}
