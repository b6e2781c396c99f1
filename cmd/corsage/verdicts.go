package main

import (
	"net/http"
	"slices"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/album/albumhttp"
	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/policy"
)

// verdict answers an owner's question what pages of an origin could do with an
// album. It compiles the rules as the rulebook does and asks what browsers will
// be told, so what it says is what happens; but it keeps nothing, since the rules
// may never be saved. It has the form of albumhttp.Config.Verdict.
func (p *policies) verdict(rules album.Sharing, origin string) (albumhttp.Verdict, error) {
	if _, err := cors.ParseOrigin(origin); err != nil {
		return albumhttp.Verdict{}, badRule("origin", err.Error())
	}
	read, err := p.rules.form.compile(distinct(rules.Read), true)
	if err != nil {
		return albumhttp.Verdict{}, ruleError("read", err)
	}
	change, err := p.rules.form.compile(distinct(rules.Change), false)
	if err != nil {
		return albumhttp.Verdict{}, ruleError("change", err)
	}
	v := albumhttp.Verdict{
		Origin:  origin,
		Trusted: p.trusted.Decide(http.MethodGet, origin, nil).Verdict.Allowed(),
		Read:    rightVerdict(read, http.MethodGet, origin, nil),
		Change: rightVerdict(change, http.MethodOptions, origin, http.Header{
			cors.HeaderRequestMethod:  {http.MethodPut},
			cors.HeaderRequestHeaders: {"authorization,content-type"},
		}),
	}
	v.Read.Needs = needed(v.Read, albumhttp.NeedsNobody)
	v.Change.Needs = needed(v.Change, albumhttp.NeedsToken) // changing always takes a person
	return v, nil
}

// distinct is the rule as it would be saved, each origin once.
func distinct(r album.Rule) album.Rule {
	r.Origins = slices.Compact(slices.Sorted(slices.Values(r.Origins)))
	return r
}

// rightVerdict asks a policy about a request: a GET, or the preflight for a PUT
// of JSON with a token.
func rightVerdict(c *policy.Compiled, method, origin string, header http.Header) albumhttp.RightVerdict {
	d := c.Decide(method, origin, header)
	fields := http.Header{}
	d.Apply(fields)
	fields.Del("Vary") // for caches, not for the page
	v := albumhttp.RightVerdict{
		Allowed:     d.Verdict.Allowed(),
		Credentials: d.Verdict.Allowed() && c.AllowsCredentials(),
		Reason:      d.Verdict.Reason.String(),
		Sentence:    d.Verdict.Reason.Sentence(),
		Headers:     []string{},
	}
	for name, values := range fields {
		for _, value := range values {
			v.Headers = append(v.Headers, name+": "+value)
		}
	}
	slices.Sort(v.Headers)
	return v
}

// needed says how a page shows for whom it acts, by a rule that without
// credentials asks for less.
func needed(v albumhttp.RightVerdict, without albumhttp.Needs) albumhttp.Needs {
	switch {
	case !v.Allowed:
		return ""
	case v.Credentials:
		return albumhttp.NeedsSignInOrToken
	default:
		return without
	}
}
