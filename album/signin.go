package album

import (
	"context"
	"fmt"
)

// sessionsPerson is how many sessions a person may have: more than there are
// devices and browsers, and few enough that a program which signs in for every
// request and never out does not fill the store.
const sessionsPerson = 100

// SignIn implements Access. A person's hundred and first session ends the oldest.
func (l *Library) SignIn(ctx context.Context, name, password, origin, from string) (Session, string, error) {
	if err := l.checkSiteOrigin(origin); origin != "" && err != nil {
		return Session{}, "", err
	}
	p, err := l.authenticate(ctx, name, password, from)
	if err != nil {
		return Session{}, "", err
	}
	s, secret, err := l.newSession(p, origin)
	if err != nil {
		return Session{}, "", err
	}
	if err := l.store.CreateSession(ctx, s, sessionsPerson); err != nil {
		return Session{}, "", fmt.Errorf("begin session: %w", err)
	}
	err = l.stillHolds(ctx, p, func(ctx context.Context) error { return l.store.DeleteSession(ctx, s.ID) })
	if err != nil {
		return Session{}, "", err
	}
	return s, secret, nil
}

// stillHolds undoes what a password has just given if it was changed meanwhile:
// the change may have come too early to take it away.
func (l *Library) stillHolds(ctx context.Context, p Person, undo func(context.Context) error) error {
	now, err := l.store.Person(ctx, p.ID)
	if err == nil && now.Password == p.Password {
		return nil
	}
	if failed := undo(context.WithoutCancel(ctx)); failed != nil && KindOf(failed) != NotFound {
		return fmt.Errorf("the password of person %s was changed, and what the old one gave is not undone: %w", p.ID, failed)
	}
	if err != nil {
		return fmt.Errorf("read person %s: %w", p.ID, err)
	}
	return Errorf(Unauthenticated, "the password was changed just now; sign in with the new one")
}

func (l *Library) newSession(p Person, origin string) (s Session, secret string, err error) {
	if secret, err = l.chance.secret(sessionPrefix); err != nil {
		return s, "", err
	}
	now := l.clock()
	s = Session{Person: p.ID, Origin: origin, Created: now, Expires: now.Add(l.limits.SessionLife)}
	s.Hash, _ = hashSecret(sessionPrefix, secret)
	s.ID, err = l.newID()
	return s, secret, err
}

// checkSiteOrigin says what is wrong with the origin of a foreign site.
func (l *Library) checkSiteOrigin(origin string) error {
	const field = "origin"
	switch {
	case origin == "":
		return badField(field, "name the origin of the site, such as https://www.example.com")
	case origin == "null":
		return badField(field, "every sandboxed page and local file has the origin \"null\", so nothing can be bound to it; use a page with an origin of its own")
	case l.checkOrigin == nil:
		return nil
	}
	if err := l.checkOrigin(origin); err != nil {
		return &Error{Kind: Invalid, Field: field, Detail: fmt.Sprintf("%q is no origin of a site: %v", clip(origin), err)}
	}
	return nil
}

// authenticate finds the person of that name if it is their password. Every
// failure takes the same time and says the same.
func (l *Library) authenticate(ctx context.Context, name, password, from string) (Person, error) {
	p, err := l.claimed(ctx, name, password)
	if err != nil {
		return Person{}, err
	}
	if err := l.guess(ctx, p, name, password, from); err != nil {
		return Person{}, err
	}
	return p, nil
}

// claimed finds who somebody says they are, the zero Person if there is nobody
// of that name.
func (l *Library) claimed(ctx context.Context, name, password string) (Person, error) {
	if len(name) > l.limits.NameBytes || len(password) > l.limits.PasswordBytes {
		return Person{}, wrongPassword() // nobody's, and not worth the work
	}
	p, err := l.store.PersonByName(ctx, name)
	switch {
	case err == nil:
		return p, nil
	case KindOf(err) == NotFound:
		return Person{}, nil
	default:
		return Person{}, fmt.Errorf("look for person: %w", err)
	}
}

// guess checks a password, and counts it if it is wrong. The same guess at the
// same time is one guess: a program that begins with many requests at once does
// not run out of tries, and makes one hash instead of many.
func (l *Library) guess(ctx context.Context, p Person, name, password, from string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	key := l.passwords.memoryKey(p.Password, password)
	return l.guesses.do(ctx, string(key[:])+name, func(ctx context.Context) error {
		return l.countedGuess(ctx, p, name, password, from)
	})
}

func (l *Library) countedGuess(ctx context.Context, p Person, name, password, from string) error {
	try, err := l.attempts.begin(l.now(), name, from)
	if err != nil {
		return err
	}
	right, err := l.passwords.check(ctx, p.Password, password)
	switch {
	case err != nil:
		try.undo()
		return fmt.Errorf("check password: %w", err)
	case !right:
		return wrongPassword()
	}
	try.succeeded()
	return nil
}

func wrongPassword() error {
	return Errorf(Unauthenticated, "the name or the password is wrong; both count letter by letter")
}

// SignOut implements Access. A secret of no session is signed out already.
func (l *Library) SignOut(ctx context.Context, secret string) error {
	s, ok, err := bySecret(ctx, sessionPrefix, secret, l.store.SessionByHash)
	if err != nil {
		return fmt.Errorf("look for session: %w", err)
	}
	if !ok {
		return nil
	}
	if err := l.store.DeleteSession(ctx, s.ID); err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	return nil
}

// ViewerBySession implements Access. A session counts only where it began: at
// the service's own pages, or at the one foreign site.
func (l *Library) ViewerBySession(ctx context.Context, secret string, site Site) (Viewer, error) {
	s, ok, err := bySecret(ctx, sessionPrefix, secret, l.store.SessionByHash)
	switch {
	case err != nil:
		return Viewer{}, fmt.Errorf("look for session: %w", err)
	case !ok || !s.Expires.After(l.now()) || !site.is(s.Origin):
		return Viewer{}, noSession()
	}
	return Viewer{Person: s.Person, Via: ViaSession, Scopes: AllScopes, Until: s.Expires, Site: site}, nil
}

// is reports whether the site is the foreign one of that origin, or with "" the
// service itself. A foreign site that does not say which it is, is neither.
func (s Site) is(origin string) bool {
	return s.Origin == origin && s.Foreign == (origin != "")
}

func noSession() error {
	return Errorf(Unauthenticated, "the session has ended, or belongs to another site; sign in again")
}

// ViewerByPassword implements Access. A password that was right is remembered
// for some minutes, while it is not changed.
func (l *Library) ViewerByPassword(ctx context.Context, name, password, from string, site Site) (Viewer, error) {
	p, err := l.claimed(ctx, name, password)
	if err != nil {
		return Viewer{}, err
	}
	if p.ID == "" || !l.passwords.remembers(l.now(), p.Password, password) {
		if err := l.guess(ctx, p, name, password, from); err != nil {
			return Viewer{}, err
		}
		l.passwords.remember(l.now(), p.Password, password)
	}
	return Viewer{Person: p.ID, Via: ViaBasic, Scopes: AllScopes, Site: site}, nil
}
