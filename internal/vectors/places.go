package main

import (
	"fmt"
	"strings"
)

// places are the hosts and ports that stand for the origins of one scenario.
type places struct {
	site   string
	hosts  map[string]string // by key
	ports  map[string]int
	filler *strings.Replacer
}

// keys are the origins' names, in the order in which a host is written with the
// first that has it.
var keys = []string{"A", "A2", "B", "C", "D", "As", "Bs"}

func isSecure(key string) bool { return strings.HasSuffix(key, "s") }

// newPlaces gives a scenario a site of its own. ports are those its servers
// listen on.
func newPlaces(n int, ports map[string]int) *places {
	p := &places{site: fmt.Sprintf("site%d.test", n), ports: ports}
	p.hosts = map[string]string{"A": "app.", "A2": "app.", "B": "data.", "C": "cdn.", "As": "app.", "Bs": "data."}
	for key := range p.hosts {
		p.hosts[key] += p.site
	}
	p.hosts["D"] = fmt.Sprintf("other-%d.test", n)
	p.filler = strings.NewReplacer(p.replacements()...)
	return p
}

func (p *places) origin(key string) string {
	scheme := "http"
	if isSecure(key) {
		scheme = "https"
	}
	return fmt.Sprintf("%s://%s:%d", scheme, p.hosts[key], p.ports[key])
}

func (p *places) replacements() []string {
	all := []string{"{{site}}", p.site}
	for _, key := range keys {
		host, port := p.hosts[key], fmt.Sprint(p.ports[key])
		all = append(all,
			"{{origin:"+key+"}}", p.origin(key), "{{ORIGIN:"+key+"}}", strings.ToUpper(p.origin(key)),
			"{{hostport:"+key+"}}", host+":"+port, "{{host:"+key+"}}", host,
			"{{HOST:"+key+"}}", strings.ToUpper(host), "{{port:"+key+"}}", port)
	}
	return all
}

// fill writes places where placeholders stand; {{boundary}} and {{length}} stay.
func (p *places) fill(s string) string { return p.filler.Replace(s) }

// target returns the URL argument of open(): "B/path" means a path at an origin.
func (p *places) target(s string) string {
	key, path, ok := strings.Cut(s, "/")
	if _, known := p.hosts[key]; ok && known {
		return p.origin(key) + "/" + path
	}
	return s
}
