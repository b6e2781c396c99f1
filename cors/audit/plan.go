package audit

import (
	"errors"
	"fmt"
	"net/url"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/probe"
)

// Options says what to look at.
type Options struct {
	URL     string
	Origins []string     // that are meant to be allowed; the address's own stands in if there are none
	Header  []cors.Field // goes with requests that are no preflights, such as Authorization
}

// maxOrigins is how many legitimate origins are looked at.
const maxOrigins = 20

// Audit is the questions about one address.
type Audit struct {
	options Options
	plan    probe.Plan

	unasked  int     // GET without an origin
	allows   int     // a plain OPTIONS
	stranger asker   // whom nobody knows
	named    []asker // the legitimate origins, or the address's own
	likes    []likeness
	given    bool // the legitimate origins were given
}

// asker is an origin with the probes that are sent from it.
type asker struct {
	origin    string
	get       int
	preflight int // for GET, with header fields as pages have them
	method    int // a preflight for a method that nobody has heard of
	header    int // a preflight with a header field that nobody has heard of
	changing  []int
}

// likeness is a look-alike with the probe that is sent from it.
type likeness struct {
	probe.LookAlike
	get int
}

// What no route offers.
const (
	unknownMethod = "CORSAGE-PROBE"
	unknownHeader = "x-corsage-probe"
)

// New plans an audit. The error says what is wrong with the options.
func New(o Options) (*Audit, error) {
	own, err := originOf(o.URL)
	if err != nil {
		return nil, err
	}
	if len(o.Origins) > maxOrigins {
		return nil, fmt.Errorf("%d origins are too many; %d at most", len(o.Origins), maxOrigins)
	}
	a := &Audit{options: o, given: len(o.Origins) > 0}
	origins := o.Origins
	if !a.given {
		origins = []string{own}
	}
	a.unasked = a.ask(probe.Probe{Kind: probe.Plain, Method: "GET", Header: o.Header, Credentials: true})
	a.allows = a.ask(probe.Probe{Kind: probe.Plain, Method: "OPTIONS"})
	a.stranger = a.asker(probe.StrangerOrigin)
	for _, text := range origins {
		p, err := cors.ParsePattern(text)
		if err != nil || !p.Exact() || p.Null() {
			return nil, fmt.Errorf("%s is not an origin such as https://app.example", cors.Excerpt(text))
		}
		a.named = append(a.named, a.asker(text))
		a.lookLike(p)
	}
	return a, nil
}

// Probes returns what is to be sent. It must not be changed.
func (a *Audit) Probes() []probe.Probe { return a.plan.Probes }

func (a *Audit) ask(p probe.Probe) int {
	p.URL = a.options.URL
	return a.plan.Ask(p)
}

func (a *Audit) asker(origin string) asker {
	preflight := func(method string, headers ...string) int {
		return a.ask(probe.Probe{Kind: probe.Preflight, Method: method, Origin: origin, Header: probe.UnsafeFields(headers)})
	}
	s := asker{
		origin: origin, get: a.get(origin, probe.Request),
		preflight: preflight("GET"), method: preflight(unknownMethod), header: preflight("GET", unknownHeader),
	}
	for _, m := range [...]string{"PUT", "PATCH", "DELETE"} {
		s.changing = append(s.changing, preflight(m))
	}
	return s
}

// get asks as a page with credentials would. Where header fields come with it that
// need approval, it is sent as it is: whether the approval would be given is another
// question.
func (a *Audit) get(origin string, kind probe.Kind) int {
	if len(cors.UnsafeRequestHeaderNames(a.options.Header)) > 0 {
		kind = probe.Plain
	}
	return a.ask(probe.Probe{Kind: kind, Method: "GET", Origin: origin, Header: a.options.Header, Credentials: true})
}

func (a *Audit) lookLike(p cors.Pattern) {
	for _, l := range probe.LookAlikes(p) {
		kind := probe.Request
		switch {
		case l.Class == probe.Scheme && p.Scheme() == "http":
			continue // https is no downgrade
		case !l.Sendable():
			kind = probe.Plain
		}
		if a.isNamed(l.Origin) {
			continue
		}
		a.likes = append(a.likes, likeness{l, a.get(l.Origin, kind)})
	}
}

func (a *Audit) isNamed(origin string) bool {
	for _, o := range a.options.Origins {
		if o == origin {
			return true
		}
	}
	return false
}

var errNoURL = errors.New("an audit needs an http or https address, such as https://api.example/albums")

// originOf is the origin of an address.
func originOf(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return "", errNoURL
	}
	if u.User != nil || u.Fragment != "" {
		return "", fmt.Errorf("%w: leave out user name, password and fragment", errNoURL)
	}
	o, err := cors.ParseOrigin(u.Scheme + "://" + u.Host)
	if err != nil {
		return "", fmt.Errorf("%w: %w", errNoURL, err)
	}
	if cors.IsBadPort(o.Port()) {
		return "", fmt.Errorf("browsers never ask port %d, which belongs to another protocol", o.Port())
	}
	return o.String(), nil
}
