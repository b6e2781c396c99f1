package policy

import "github.com/corsage-go/corsage/cors"

// Statuses of the answer to a preflight.
const (
	statusNoContent = 204
	statusForbidden = 403
)

// Decision is what a policy has to say about a request.
type Decision struct {
	Verdict cors.Verdict

	// Preflight: the request is a CORS-preflight request, which the policy
	// answers by itself. Otherwise the request is for the resource to answer,
	// whatever the verdict.
	Preflight bool

	asked bool // the preflight asks for headers

	// Status is the answer's status if Preflight is true, otherwise 0.
	Status int

	policy *Compiled
	origin string // to be sent back; "" for none
}

// Decide judges a request by its method, its Origin field ("" if it has none)
// and its other header fields, under net/http's spelling of their names. It
// allocates nothing when it refuses, and its work is bounded whatever the fields
// hold.
func (c *Compiled) Decide(method, origin string, header map[string][]string) (d Decision) {
	d.policy = c
	if origin == "" {
		d.Verdict.Reason, d.Verdict.On = cors.NotCORS, cors.OnRequest
		return d
	}
	c.decideOrigin(origin, &d.Verdict)
	if method == "OPTIONS" {
		if asked := header[cors.HeaderRequestMethod]; len(asked) > 0 {
			c.decidePreflight(&d, asked[0], header[cors.HeaderRequestHeaders])
		}
	}
	if d.Verdict.Allowed() {
		d.origin = origin
	}
	return d
}

func (c *Compiled) decideOrigin(origin string, v *cors.Verdict) {
	v.On, v.Observed = cors.OnRequest, origin
	if c != nil {
		switch {
		case c.origins.any:
			v.Reason, v.Expected = cors.Allowed, cors.AnyOrigin
			return
		case c.origins.findExact(origin):
			v.Reason, v.Expected = cors.Allowed, origin
			return
		}
	}
	v.Reason = cors.OriginNotAllowed
	if c == nil || c.origins.wild == nil {
		if !cors.HasOriginForm(origin) {
			v.Reason = cors.OriginMalformed
		}
		return
	}
	pattern, ok, form := c.origins.findWild(origin)
	switch {
	case ok:
		v.Reason, v.Expected = cors.Allowed, pattern
	case !form:
		v.Reason = cors.OriginMalformed
	}
}

// decidePreflight judges what a preflight asks for, if its origin is allowed.
func (c *Compiled) decidePreflight(d *Decision, method string, headers []string) {
	d.Preflight, d.Status, d.asked = true, statusForbidden, len(headers) > 0
	if !d.Verdict.Allowed() {
		return
	}
	if !c.allowsMethod(method) {
		d.Verdict = cors.Verdict{Reason: cors.MethodNotAllowed, On: cors.OnRequest, Observed: method, Expected: c.terms.allowMethods}
		return
	}
	if reason, name := c.terms.judgeHeaders(headers); reason != cors.Allowed {
		d.Verdict = cors.Verdict{Reason: reason, On: cors.OnRequest, Observed: name, Expected: c.terms.allowHeaders}
		return
	}
	d.Status = statusNoContent
}
