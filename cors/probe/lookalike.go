package probe

import (
	"strconv"
	"strings"

	"github.com/corsage-go/corsage/cors"
)

// Class is what makes an origin look like another.
type Class string

// The classes.
const (
	Stranger    Class = "stranger"     // it does not: an origin that nobody has heard of
	Prefix      Class = "prefix"       // its host begins with the other's
	Suffix      Class = "suffix"       // its host ends with the other's
	Subdomain   Class = "subdomain"    // its host is below the other's
	Parent      Class = "parent"       // its host is the domain below which a pattern names hosts
	Dot         Class = "dot"          // a letter stands where the other has a dot
	Special     Class = "special"      // an unusual character follows the other's host
	Scheme      Class = "scheme"       // http instead of https, or the reverse
	Port        Class = "port"         // another port
	Null        Class = "null"         // the opaque origin
	TrailingDot Class = "trailing-dot" // the host ends with a dot
	Case        Class = "case"         // upper-case letters, which no browser writes
)

// LookAlike is an origin that a careless comparison takes for another.
type LookAlike struct {
	Class  Class
	Origin string
	Of     string // the pattern that it looks like
}

// Sendable reports whether a browser could send the origin.
func (l LookAlike) Sendable() bool { return cors.IsOrigin(l.Origin) }

// Hosts of the probes. The names are reserved (RFC 2606), so that nobody has them.
const (
	label    = "corsage-probe"
	domain   = label + ".example"
	aPort    = 4443
	stranger = "https://" + domain
)

// StrangerOrigin is an origin that no server has heard of.
const StrangerOrigin = stranger

// Samples returns origins that a pattern names.
func Samples(p cors.Pattern) []string {
	switch {
	case p.Any():
		return []string{stranger, cors.NullOrigin}
	case p.Exact():
		return []string{p.String()}
	}
	hosts := []string{p.Host()}
	if p.Below() {
		hosts = []string{label + "." + p.Host(), "a." + label + "." + p.Host()}
	}
	var origins []string
	for _, h := range hosts {
		origins = append(origins, join(p.Scheme(), h, p.Port(), p.AnyPort()))
	}
	if p.AnyPort() {
		origins = append(origins, join(p.Scheme(), hosts[0], aPort, false))
	}
	return valid(origins)
}

func valid(origins []string) []string {
	kept := origins[:0]
	for _, o := range origins {
		if cors.IsOrigin(o) {
			kept = append(kept, o)
		}
	}
	return kept
}

// join writes an origin. Without a port, and for any, it is the scheme's default.
func join(scheme, host string, port uint16, anyPort bool) string {
	s := scheme + "://" + host
	if port == 0 || anyPort {
		return s
	}
	return s + ":" + strconv.Itoa(int(port))
}

// LookAlikes returns origins that look like those of a pattern, without those that
// no server could be asked about. None looks like "*" or "null". Some may be named
// by another pattern, or even by the same.
func LookAlikes(p cors.Pattern) []LookAlike {
	if p.Any() || p.Null() || p.Host() == "" || p.Scheme() != "http" && p.Scheme() != "https" {
		return nil
	}
	host := p.Host()
	if p.Below() {
		host = label + "." + host
	}
	at := func(host string) string { return join(p.Scheme(), host, p.Port(), p.AnyPort()) }
	all := []LookAlike{
		{Class: Prefix, Origin: at(host + "." + domain)},
		{Class: Suffix, Origin: at(label + "-" + p.Host())},
		{Class: Subdomain, Origin: at(label + "." + host)},
		{Class: Scheme, Origin: join(otherScheme(p.Scheme()), host, p.Port(), p.AnyPort())},
		{Class: Port, Origin: join(p.Scheme(), host, otherPort(p), false)},
		{Class: TrailingDot, Origin: at(host + ".")},
		{Class: Case, Origin: at(strings.ToUpper(host))},
		{Class: Null, Origin: cors.NullOrigin},
	}
	if before, after, ok := strings.Cut(p.Host(), "."); ok {
		all = append(all, LookAlike{Class: Dot, Origin: at(strings.TrimSuffix(host, p.Host()) + before + "x" + after)})
	}
	if p.Below() {
		all = append(all, LookAlike{Class: Parent, Origin: at(p.Host())})
	}
	for _, c := range [...]string{"_", "!", "`"} {
		all = append(all, LookAlike{Class: Special, Origin: at(host + c + "." + domain)})
	}
	return askable(all, p)
}

// askable leaves out what is no origin, except for the class that is not meant to
// be one.
func askable(all []LookAlike, p cors.Pattern) []LookAlike {
	kept := all[:0]
	for _, l := range all {
		l.Of = p.String()
		if l.Sendable() != (l.Class == Case) {
			kept = append(kept, l)
		}
	}
	return kept
}

func otherScheme(scheme string) string {
	if scheme == "http" {
		return "https"
	}
	return "http"
}

// otherPort is a port that the pattern does not have.
func otherPort(p cors.Pattern) uint16 {
	if next := p.Port() + 1; p.Port() != 0 && next != 0 && !cors.IsBadPort(next) && next != 80 && next != 443 {
		return next
	}
	return aPort
}
