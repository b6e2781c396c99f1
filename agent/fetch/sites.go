package fetch

import (
	"sync"

	"github.com/corsage-go/corsage/cors"
)

// siteMemory remembers the sites of origins: finding one means looking into the
// public suffix list, which is too long for every request.
type siteMemory struct {
	mu    sync.RWMutex
	known map[string]partition
}

// partition is a site, and what connections are kept apart by.
//
// Standard: https://fetch.spec.whatwg.org/#network-partition-key
type partition struct {
	site             string // "" for an opaque origin
	with, withoutAny string // connections that carry credentials, and those that do not
}

// maxSites bounds the memory; when it is full it begins anew.
const maxSites = 1024

func (m *siteMemory) of(o cors.Origin) partition {
	if o.IsOpaque() {
		return partition{with: "opaque", withoutAny: "opaque anonymous"}
	}
	name := o.String()
	m.mu.RLock()
	p, ok := m.known[name]
	m.mu.RUnlock()
	if ok {
		return p
	}
	site := o.Site()
	p = partition{site: site, with: site, withoutAny: site + " anonymous"}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known == nil || len(m.known) >= maxSites {
		m.known = map[string]partition{}
	}
	m.known[name] = p
	return p
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
