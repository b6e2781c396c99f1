package contract

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/explain"
	"github.com/corsage-go/corsage/cors/probe"
)

// Check is a contract with the probes that put it to the test.
type Check struct {
	plan     probe.Plan
	promises []promise
}

// promise is one thing that is to hold, and what shows whether it does.
type promise struct {
	group, name, rule string
	place             Place
	probes            []int // all have to be answered
	judge             func(answers []*probe.Answer) (*explain.Finding, probe.Severity)
}

// Probes returns what is to be sent. It must not be changed.
func (c *Check) Probes() []probe.Probe { return c.plan.Probes }

// Judge says which promises are kept. answers are those to Probes, in that order.
func (c *Check) Judge(answers []probe.Answer) []probe.Outcome {
	outcomes := make([]probe.Outcome, 0, len(c.promises))
	for i := range c.promises {
		outcomes = append(outcomes, c.promises[i].outcome(answers))
	}
	return outcomes
}

func (p *promise) outcome(answers []probe.Answer) probe.Outcome {
	o := probe.Outcome{Group: p.group, Name: p.name, Rule: p.rule, Line: p.place.Line, Column: p.place.Column}
	mine := make([]*probe.Answer, len(p.probes))
	for i, n := range p.probes {
		mine[i] = &answers[n]
		if mine[i].Failed() {
			o.Unreachable = mine[i].Failure
			return o
		}
	}
	o.Finding, o.Severity = p.judge(mine)
	return o
}

// Check derives the probes. base, if it is not empty, takes the place of the
// contract's own. It is an error if there is no base at all, or a wrong one.
func (c *Contract) Check(base string) (*Check, error) {
	if base == "" {
		base = c.Base
	}
	if base == "" {
		return nil, ErrNoBase
	}
	if err := CheckBase(base); err != nil {
		return nil, fmt.Errorf("base: %w", err)
	}
	check := &Check{}
	for i := range c.Routes {
		d := &derivation{
			check: check, places: c.places, route: &c.Routes[i], at: index("routes", i), base: base,
			send: sent(c.Send, c.Routes[i].Send),
		}
		d.derive()
		if len(check.plan.Probes) > maxProbes {
			return nil, fmt.Errorf("the contract asks for more than %d probes; cut it into several", maxProbes)
		}
	}
	return check, nil
}

// maxProbes is how many probes a contract may ask for.
const maxProbes = 100_000

// ErrNoBase is the error of a check of nobody's routes.
var ErrNoBase = fmt.Errorf("neither the contract nor anybody else says where the API is")

// sent merges header fields, sorted; those of the route come first. Cookies are the
// browser's to send, so they are left out (see Contract.Cookie).
func sent(all, own map[string]string) []cors.Field {
	merged := map[string]string{}
	for _, fields := range []map[string]string{all, own} {
		for name, value := range fields {
			merged[strings.ToLower(name)] = value
		}
	}
	delete(merged, "cookie")
	fields := make([]cors.Field, 0, len(merged))
	for _, name := range slices.Sorted(maps.Keys(merged)) {
		fields = append(fields, cors.Field{Name: name, Value: merged[name]})
	}
	return fields
}

// Cookie is what a browser would send by itself with credentials, "" for nothing.
func (c *Contract) Cookie() string {
	for name, value := range c.Send {
		if strings.EqualFold(name, "Cookie") {
			return value
		}
	}
	return ""
}

// Secrets lists the values of header fields that are sent, so that they can be kept
// out of reports.
func (c *Contract) Secrets() []string {
	var secrets []string
	collect := func(fields map[string]string) {
		for _, name := range slices.Sorted(maps.Keys(fields)) {
			if v := fields[name]; len(v) > 3 {
				secrets = append(secrets, v)
			}
		}
	}
	collect(c.Send)
	for i := range c.Routes {
		collect(c.Routes[i].Send)
	}
	return secrets
}

func index(name string, i int) string { return name + "[" + strconv.Itoa(i) + "]" }
