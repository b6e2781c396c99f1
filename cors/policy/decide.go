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

	// Status is the answer's status if Preflight is true, otherwise 0.
	Status int

	policy *Compiled
	origin string // to be sent back; "" for none
	asked  bool   // the preflight asks for headers
}

// Decide judges a request by its method, its Origin field ("" if it has none)
// and its other header fields, under net/http's spelling of their names. It
// allocates nothing when it refuses, and its work is bounded whatever the fields
// hold.
func (c *Compiled) Decide(method, origin string, header map[string][]string) Decision {
	d := Decision{policy: c}
	if origin == "" {
		d.Verdict = cors.Verdict{Reason: cors.NotCORS, On: cors.OnRequest}
		return d
	}
	asked := header[cors.HeaderRequestMethod]
	d.Preflight = method == "OPTIONS" && len(asked) > 0
	d.Verdict = c.decideOrigin(origin)
	if d.Preflight {
		d.asked = len(header[cors.HeaderRequestHeaders]) > 0
		d.Status = statusForbidden
		if d.Verdict.Allowed() {
			d.Verdict = c.decidePreflight(d.Verdict, asked[0], header[cors.HeaderRequestHeaders])
		}
	}
	if d.Verdict.Allowed() {
		d.origin = origin
		if d.Preflight {
			d.Status = statusNoContent
		}
	}
	return d
}

func (c *Compiled) decideOrigin(origin string) cors.Verdict {
	if c != nil {
		if pattern, ok := c.origins.find(origin); ok {
			return cors.Verdict{Reason: cors.Allowed, On: cors.OnRequest, Observed: origin, Expected: pattern}
		}
	}
	reason := cors.OriginNotAllowed
	if !cors.HasOriginForm(origin) {
		reason = cors.OriginMalformed
	}
	return cors.Verdict{Reason: reason, On: cors.OnRequest, Observed: origin}
}

// decidePreflight judges what a preflight asks for, once its origin is allowed.
func (c *Compiled) decidePreflight(allowed cors.Verdict, method string, headers []string) cors.Verdict {
	if !c.allowsMethod(method) {
		return cors.Verdict{Reason: cors.MethodNotAllowed, On: cors.OnRequest, Observed: method, Expected: c.allowMethods}
	}
	if reason, name := c.judgeHeaders(headers); reason != cors.Allowed {
		return cors.Verdict{Reason: reason, On: cors.OnRequest, Observed: name, Expected: c.allowHeaders}
	}
	return allowed
}
