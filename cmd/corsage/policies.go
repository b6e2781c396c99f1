package main

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/album/albumhttp"
	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/policy"
	"github.com/corsage-go/corsage/server/corshttp"
)

// policies says which CORS policy a request falls under. It is the one place
// where albums and CORS meet: what an album's owner has written into its rules
// is what browsers are told.
type policies struct {
	rules  *rulebook
	tokens tokenScopes
	now    func() time.Time
	log    *slog.Logger

	trusted *policy.Compiled // sites that may sign people in and see what is theirs
	fonts   *policy.Compiled // the same sites, for what needs no sign-in
	open    *policy.Compiled // everybody
}

// tokenScopes tells what the tokens bound to an origin allow.
type tokenScopes interface {
	TokenScopes(ctx context.Context, origin string, now time.Time) (album.Scopes, error)
}

// newPolicies makes the policies of a service whose trusted sites, given as
// origin patterns, may use people's sign-ins. The error holds policy.Problems.
func newPolicies(rules *rulebook, tokens tokenScopes, trusted []string, now func() time.Time, log *slog.Logger) (*policies, error) {
	p := &policies{rules: rules, tokens: tokens, now: now, log: log}
	var err error
	if p.open, err = policy.Compile(policy.Policy{AllowOrigins: []string{cors.AnyOrigin}}); err != nil {
		return nil, err
	}
	if len(trusted) == 0 {
		return p, nil
	}
	own := rules.form.changing(trusted)
	own.AllowCredentials = true
	if p.trusted, err = policy.Compile(own); err != nil {
		return nil, err
	}
	p.fonts, err = policy.Compile(policy.Policy{AllowOrigins: trusted})
	return p, err
}

// of returns the policy that a request falls under. It has the form that
// corshttp.NewPerRequest asks for. When the rules cannot be read, nobody is
// allowed anything.
func (p *policies) of(r *http.Request) *policy.Compiled {
	target, read := albumhttp.Target(r), readsOnly(r)
	found, err := p.find(r, target, read)
	if err != nil {
		level := slog.LevelError
		if r.Context().Err() != nil {
			level = slog.LevelDebug // the client has gone, and nobody will read the answer
		}
		p.log.LogAttrs(r.Context(), level, "the rules for other sites could not be read",
			slog.String("kind", target.Kind.String()), slog.Any("error", err))
		return policy.Nobody
	}
	return found
}

// ambient reports whether a rule with credentials lets the site of a request in.
// It has the form of albumhttp.Config.Ambient.
func (p *policies) ambient(r *http.Request) bool {
	c, origin := p.of(r), r.Header.Get("Origin")
	return c.AllowsCredentials() && c.Decide(http.MethodGet, origin, nil).Verdict.Allowed()
}

func (p *policies) find(r *http.Request, target albumhttp.Resource, read bool) (*policy.Compiled, error) {
	switch target.Kind {
	case albumhttp.Album, albumhttp.Photos:
		return p.rules.policy(r.Context(), target.ID, read)
	case albumhttp.Photo:
		return p.rules.photoPolicy(r.Context(), target.ID, read)
	case albumhttp.Collection:
		return p.collection(r.Context(), r.Header.Get("Origin"), read)
	case albumhttp.Session, albumhttp.Tokens:
		return p.trusted, nil
	case albumhttp.Open:
		return p.open, nil
	case albumhttp.Other:
		if strings.HasPrefix(r.URL.Path, fontsPath) {
			return p.fonts, nil
		}
	}
	return policy.Nobody, nil // the rules themselves, the owner's pages, and what there is not
}

// readsOnly reports whether a request, or the one that a preflight asks for,
// changes nothing.
func readsOnly(r *http.Request) bool {
	switch corshttp.Method(r) {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return true
	}
	return false
}

// collection returns the policy for the list of albums, which belongs to no one
// album: an origin may ask for the list if some album's rule lets it read that,
// and make albums if it holds a token for it.
func (p *policies) collection(ctx context.Context, origin string, read bool) (*policy.Compiled, error) {
	if origin == "" {
		return policy.Nobody, nil // the answer varies by Origin in any case
	}
	if p.trusted.Decide(http.MethodGet, origin, nil).Verdict.Allowed() {
		return p.trusted, nil
	}
	if read {
		rule, err := p.rules.ReadRule(ctx, cors.PatternsNaming(origin))
		switch {
		case err == nil:
			return p.rules.compile(rule, read)
		case album.KindOf(err) != album.NotFound:
			return nil, err
		}
	}
	return p.tokenPolicy(ctx, origin, read)
}

// tokenPolicy lets an origin in that live tokens are bound to.
func (p *policies) tokenPolicy(ctx context.Context, origin string, read bool) (*policy.Compiled, error) {
	if o, err := cors.ParseOrigin(origin); err != nil || o.IsOpaque() {
		return policy.Nobody, nil
	}
	scopes, err := p.tokens.TokenScopes(ctx, origin, p.now())
	if err != nil {
		return nil, err
	}
	if scopes == 0 || !read && !scopes.Has(album.ScopeManage) {
		return policy.Nobody, nil
	}
	return p.rules.compile(album.Rule{Sites: album.ChosenSites, Origins: []string{origin}}, read)
}
