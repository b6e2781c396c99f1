package album

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// defaultTokenLife is for those who ask for no other.
const defaultTokenLife = 30 * 24 * time.Hour

// IssueToken implements Access.
func (l *Library) IssueToken(ctx context.Context, v Viewer, r TokenRequest) (Token, string, error) {
	if err := mayHoldTokens(v); err != nil {
		return Token{}, "", err
	}
	if err := mayHoldTokenFor(v, r.Origin); err != nil {
		return Token{}, "", err
	}
	t, err := l.newToken(v.Person, r)
	if err != nil {
		return Token{}, "", err
	}
	p, err := l.store.Person(ctx, v.Person)
	if err != nil {
		return Token{}, "", fmt.Errorf("read person %s: %w", v.Person, err)
	}
	secret, err := l.chance.secret(tokenPrefix)
	if err != nil {
		return Token{}, "", err
	}
	t.Hash, _ = hashSecret(tokenPrefix, secret)
	if err := l.store.CreateToken(ctx, t, l.limits.TokensPerson); err != nil {
		return Token{}, "", l.tokenFailed(err)
	}
	err = l.stillHolds(ctx, p, func(ctx context.Context) error { return l.store.DeleteToken(ctx, p.ID, t.ID) })
	if err != nil {
		return Token{}, "", err
	}
	return t, secret, nil
}

// newToken checks what is asked for. The token has no secret yet.
func (l *Library) newToken(person ID, r TokenRequest) (t Token, err error) {
	t = Token{Person: person, Origin: r.Origin, Scopes: r.Scopes, Created: l.clock()}
	if t.Label, err = cleanName("label", r.Label, l.limits.NameBytes); err != nil {
		return t, err
	}
	if err := l.checkSiteOrigin(r.Origin); err != nil {
		return t, err
	}
	if r.Scopes == 0 || !AllScopes.Has(r.Scopes) {
		return t, badField("scopes", "a token needs at least one of the scopes %s, and there are no others", AllScopes)
	}
	life, err := l.tokenLife(r.Life)
	if err != nil {
		return t, err
	}
	t.Expires = t.Created.Add(life)
	t.ID, err = l.newID()
	return t, err
}

func (l *Library) tokenLife(asked time.Duration) (time.Duration, error) {
	most := l.limits.TokenLife
	switch {
	case asked == 0:
		return min(defaultTokenLife, most), nil
	case asked < 0 || asked > most:
		return 0, badField("days", "a token lives for more than no time and at most %g days", most.Hours()/24)
	default:
		return asked, nil
	}
}

func (l *Library) tokenFailed(err error) error {
	if KindOf(err) == Exhausted {
		return exhausted(l.limits.TokensPerson, "you have %d tokens, which is the limit; revoke one first", l.limits.TokensPerson)
	}
	return fmt.Errorf("issue token: %w", err)
}

// Tokens implements Access. A foreign site sees those that are bound to it.
func (l *Library) Tokens(ctx context.Context, v Viewer) ([]Token, error) {
	if err := mayHoldTokens(v); err != nil {
		return nil, err
	}
	all, err := l.store.Tokens(ctx, v.Person)
	if err != nil {
		return nil, fmt.Errorf("list tokens: %w", err)
	}
	return slices.DeleteFunc(all, func(t Token) bool { return mayHoldTokenFor(v, t.Origin) != nil }), nil
}

// RevokeToken implements Access. NotFound for a token that the viewer cannot
// list.
func (l *Library) RevokeToken(ctx context.Context, v Viewer, id ID) error {
	mine, err := l.Tokens(ctx, v)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(mine, func(t Token) bool { return t.ID == id }) {
		return noToken()
	}
	err = l.store.DeleteToken(ctx, v.Person, id)
	switch {
	case err == nil:
		return nil
	case KindOf(err) == NotFound:
		return noToken()
	default:
		return fmt.Errorf("revoke token %s: %w", id, err)
	}
}

func noToken() error {
	return Errorf(NotFound, "you have no such token; list them to see which there are")
}

// ViewerByToken implements Access. A token counts only for pages of its origin.
func (l *Library) ViewerByToken(ctx context.Context, secret string, site Site) (Viewer, error) {
	t, ok, err := bySecret(ctx, tokenPrefix, secret, l.store.TokenByHash)
	switch {
	case err != nil:
		return Viewer{}, fmt.Errorf("look for token: %w", err)
	case !ok || !t.Expires.After(l.now()) || t.Origin == "" || !site.is(t.Origin):
		return Viewer{}, badToken()
	}
	return Viewer{Person: t.Person, Via: ViaToken, Scopes: t.Scopes & AllScopes, Until: t.Expires, Site: site}, nil
}

func badToken() error {
	return Errorf(Unauthenticated, "this token does not exist, has expired or been revoked, or belongs to pages of another origin; make a new one for this origin")
}
