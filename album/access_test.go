package album_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/corsage-go/corsage/album"
)

// A session counts only where it began, until it ends or is ended.
func TestSessions(t *testing.T) {
	w := newWorld(t)
	for _, tt := range []struct {
		origin string
		counts album.Site
		not    []album.Site
	}{
		{"", album.Site{}, []album.Site{site(partner), {Foreign: true}, {Foreign: true, Origin: ""}, {Origin: partner}}},
		{partner, site(partner), []album.Site{{}, site(stranger), {Foreign: true}, {Origin: partner}}},
	} {
		s, secret, err := w.SignIn(w.ctx, "ann", password, tt.origin, "192.0.2.1")
		if err != nil || s.Person != w.ann.Person || s.Origin != tt.origin || !s.Expires.Equal(w.clock.Now().Add(album.DefaultLimits.SessionLife)) {
			t.Fatalf("%+v, %v", s, err)
		}
		v := must(w.ViewerBySession(w.ctx, secret, tt.counts))(t)
		if v.Person != w.ann.Person || v.Via != album.ViaSession || v.Scopes != album.AllScopes || !v.Until.Equal(s.Expires) || v.Site.Origin != tt.origin {
			t.Errorf("%+v", v)
		}
		if p := must(w.Person(w.ctx, v))(t); p.Name != "ann" || p.Password != "" {
			t.Errorf("%+v", p)
		}
		for _, elsewhere := range tt.not {
			_, err := w.ViewerBySession(w.ctx, secret, elsewhere)
			wantKind(t, err, album.Unauthenticated)
		}
		for _, wrong := range []string{"", "x", secret + "x", strings.ToUpper(secret), "cst_" + secret} {
			_, err := w.ViewerBySession(w.ctx, wrong, tt.counts)
			wantKind(t, err, album.Unauthenticated)
			if err := w.SignOut(w.ctx, wrong); err != nil {
				t.Errorf("sign out with %q: %v", wrong, err)
			}
		}
		for range 2 {
			if err := w.SignOut(w.ctx, secret); err != nil {
				t.Error(err)
			}
		}
		_, err = w.ViewerBySession(w.ctx, secret, tt.counts)
		wantKind(t, err, album.Unauthenticated)
	}
}

// A session ends by itself, and the sweep removes it.
func TestSessionsEnd(t *testing.T) {
	w := newWorld(t, func(c *album.Config) { c.Limits.SessionLife = time.Hour })
	_, secret, err := w.SignIn(w.ctx, "ann", password, "", "")
	must(secret, err)(t)
	w.clock.advance(time.Hour - time.Millisecond)
	must(w.ViewerBySession(w.ctx, secret, album.Site{}))(t)
	w.clock.advance(time.Millisecond)
	_, err = w.ViewerBySession(w.ctx, secret, album.Site{})
	wantKind(t, err, album.Unauthenticated)
	must(w.Sweep(w.ctx))(t)
	w.clock.advance(-time.Hour) // the store has it no more
	_, err = w.ViewerBySession(w.ctx, secret, album.Site{})
	wantKind(t, err, album.Unauthenticated)
}

// Where somebody may sign in is a site with an origin of its own.
func TestSignInOrigins(t *testing.T) {
	w := newWorld(t, func(c *album.Config) {
		c.CheckOrigin = func(o string) error {
			if !strings.HasPrefix(o, "https://") {
				return errors.New("it does not begin with https://")
			}
			return nil
		}
	})
	_, _, err := w.SignIn(w.ctx, "ann", password, "null", "")
	wantKind(t, err, album.Invalid, "origin: ")
	_, _, err = w.SignIn(w.ctx, "ann", password, "http://partner.example", "")
	wantKind(t, err, album.Invalid, "origin: ", "does not begin with https")
	_, _, err = w.SignIn(w.ctx, "ann", password, partner, "")
	if err != nil {
		t.Error(err)
	}
}

// A wrong name and a wrong password cannot be told apart, and too many of them
// have to wait; who is told to wait is told how long.
func TestSignInAttempts(t *testing.T) {
	w := newWorld(t)
	var said []string
	for _, tt := range []struct{ name, password string }{
		{"ann", "wrong horse"},
		{"nobody", password},
		{"ANN", password},
		{"ann", strings.Repeat("x", 1000)},
		{strings.Repeat("x", 1000), password},
		{"", ""},
	} {
		_, _, err := w.SignIn(w.ctx, tt.name, tt.password, "", fmt.Sprint("192.0.2.", len(said)))
		wantKind(t, err, album.Unauthenticated)
		said = append(said, err.Error())
	}
	if len(slices.Compact(said)) != 1 {
		t.Errorf("they can be told apart: %q", said)
	}
	for range album.DefaultLimits.SignInTries {
		_, _, err := w.SignIn(w.ctx, "bob", "wrong horse", "", "192.0.2.77")
		wantKind(t, err, album.Unauthenticated)
	}
	_, _, err := w.SignIn(w.ctx, "bob", password, "", "192.0.2.77")
	wantKind(t, err, album.TooOften, "30s")
	_, err = w.ViewerByPassword(w.ctx, "bob", password, "192.0.2.88", album.Site{})
	wantKind(t, err, album.TooOften, "30s")
	w.clock.advance(30 * time.Second)
	if _, _, err := w.SignIn(w.ctx, "bob", password, "", "192.0.2.77"); err != nil {
		t.Errorf("after the wait: %v", err)
	}
}

// A program that sends its password with every request pays for it once, goes on
// while strangers guess, and stops when the password is another one.
func TestViewerByPassword(t *testing.T) {
	w := newWorld(t)
	v := must(w.ViewerByPassword(w.ctx, "ann", password, "192.0.2.1", album.Site{}))(t)
	if v.Person != w.ann.Person || v.Via != album.ViaBasic || v.Scopes != album.AllScopes || !v.Until.IsZero() {
		t.Errorf("%+v", v)
	}
	for i := range 2 * album.DefaultLimits.SignInTries {
		_, err := w.ViewerByPassword(w.ctx, "ann", "wrong horse", fmt.Sprint("198.51.100.", i), album.Site{})
		if kind := album.KindOf(err); kind != album.Unauthenticated && kind != album.TooOften {
			t.Errorf("a wrong password: %v", err)
		}
	}
	must(w.ViewerByPassword(w.ctx, "ann", password, "203.0.113.9", album.Site{}))(t)
	if err := w.SetPassword(w.ctx, "ann", "battery staple"); err != nil {
		t.Fatal(err)
	}
	_, err := w.ViewerByPassword(w.ctx, "ann", password, "192.0.2.1", album.Site{})
	wantKind(t, err, album.Unauthenticated)
	must(w.ViewerByPassword(w.ctx, "ann", "battery staple", "192.0.2.1", album.Site{}))(t)
	_, err = w.ViewerByPassword(w.ctx, "nobody", password, "192.0.2.2", album.Site{})
	wantKind(t, err, album.Unauthenticated)
}

// Whoever waits for a password to be checked can go away, and it does not count
// as a wrong one.
func TestSignInCanceled(t *testing.T) {
	w := newWorld(t)
	w.store.patient = true // so that it is the password that the caller does not wait for
	ctx, cancel := context.WithCancel(w.ctx)
	cancel()
	for range 2 * album.DefaultLimits.SignInTries {
		if _, _, err := w.SignIn(ctx, "ann", "wrong horse", "", ""); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	if _, _, err := w.SignIn(w.ctx, "ann", password, "", ""); err != nil {
		t.Error(err)
	}
}

// A damaged hash is the service's fault, and not a wrong password.
func TestDamagedHash(t *testing.T) {
	w := newWorld(t)
	p := must(w.store.PersonByName(w.ctx, "ann"))(t)
	for _, hash := range []string{"$argon2id$", "", password} {
		if err := w.store.SetPassword(w.ctx, p.ID, hash); err != nil {
			t.Fatal(err)
		}
		want := album.Internal
		if hash == "" { // an account without a password, which nobody can sign in to
			want = album.Unauthenticated
		}
		for i := range 2 * album.DefaultLimits.SignInTries {
			_, _, err := w.SignIn(w.ctx, "ann", password, "", "home")
			if hash == "" && i >= album.DefaultLimits.SignInTries {
				want = album.TooOften
			}
			if err == nil || album.KindOf(err) != want {
				t.Errorf("with the hash %q: %v, want %s", hash, err, want)
			}
		}
		w.clock.advance(time.Hour)
	}
}

// A new password ends every session, also one that begins at that moment with
// the old password.
func TestSetPassword(t *testing.T) {
	w := newWorld(t)
	_, before, err := w.SignIn(w.ctx, "ann", password, "", "")
	must(before, err)(t)
	w.store.createSession = func() {
		w.store.createSession = nil
		if err := w.SetPassword(w.ctx, "ann", "battery staple"); err != nil {
			t.Error(err)
		}
	}
	_, meanwhile, err := w.SignIn(w.ctx, "ann", password, "", "")
	wantKind(t, err, album.Unauthenticated)
	for _, secret := range []string{before, meanwhile} {
		_, err := w.ViewerBySession(w.ctx, secret, album.Site{})
		wantKind(t, err, album.Unauthenticated)
	}
	_, _, err = w.SignIn(w.ctx, "ann", password, "", "")
	wantKind(t, err, album.Unauthenticated)
	if _, _, err := w.SignIn(w.ctx, "ann", "battery staple", "", ""); err != nil {
		t.Error(err)
	}
	wantKind(t, w.SetPassword(w.ctx, "nobody", "battery staple"), album.NotFound, "name: ")
	wantKind(t, w.SetPassword(w.ctx, "ann", "short"), album.Invalid, "password: ")
	wantKind(t, w.SetPassword(w.ctx, "ann", "ann"), album.Invalid, "password: ")
}

// A new password revokes the person's tokens, and nobody else's; without a new
// one, that can be done too, and ends no session.
func TestTokensOfPeopleRevoked(t *testing.T) {
	for name, revoke := range map[string]func(w *world) error{
		"SetPassword":  func(w *world) error { return w.SetPassword(w.ctx, "ann", "battery staple") },
		"RevokeTokens": func(w *world) error { return w.RevokeTokens(w.ctx, "ann") },
	} {
		w := newWorld(t)
		wanted := album.TokenRequest{Label: "x", Origin: partner, Scopes: album.ScopeRead}
		_, ann, err := w.IssueToken(w.ctx, w.ann, wanted)
		must(ann, err)(t)
		_, bob, err := w.IssueToken(w.ctx, w.bob, wanted)
		must(bob, err)(t)
		_, session, err := w.SignIn(w.ctx, "ann", password, "", "")
		must(session, err)(t)

		if err := revoke(w); err != nil {
			t.Fatal(name, err)
		}
		_, err = w.ViewerByToken(w.ctx, ann, site(partner))
		wantKind(t, err, album.Unauthenticated)
		must(w.ViewerByToken(w.ctx, bob, site(partner)))(t)
		if _, err := w.ViewerBySession(w.ctx, session, album.Site{}); (err == nil) != (name == "RevokeTokens") {
			t.Errorf("%s: the session: %v", name, err)
		}
	}
	wantKind(t, newWorld(t).RevokeTokens(t.Context(), "nobody"), album.NotFound, "name: ")
}

// A token that is issued at the moment of the change is revoked as well.
func TestTokenIssuedDuringSetPassword(t *testing.T) {
	w := newWorld(t)
	w.store.createToken = func() {
		if err := w.SetPassword(w.ctx, "ann", "battery staple"); err != nil {
			t.Error(err)
		}
	}
	_, _, err := w.IssueToken(w.ctx, w.ann, album.TokenRequest{Label: "x", Origin: partner, Scopes: album.ScopeRead})
	wantKind(t, err, album.Unauthenticated)
	if tokens := must(w.Tokens(w.ctx, w.ann))(t); len(tokens) != 0 {
		t.Errorf("there are the tokens %+v", tokens)
	}
}

// A person has a hundred sessions; one more ends the oldest, and no other's.
func TestSessionsAreBounded(t *testing.T) {
	w := newWorld(t)
	_, bobs, err := w.SignIn(w.ctx, "bob", password, "", "")
	must(bobs, err)(t)
	var secrets []string
	for range 101 {
		_, secret, err := w.SignIn(w.ctx, "ann", password, "", "")
		secrets = append(secrets, must(secret, err)(t))
	}
	_, err = w.ViewerBySession(w.ctx, secrets[0], album.Site{})
	wantKind(t, err, album.Unauthenticated)
	for _, secret := range append(secrets[1:], bobs) {
		must(w.ViewerBySession(w.ctx, secret, album.Site{}))(t)
	}
}

// People have names of their own and passwords worth the name.
func TestAddPerson(t *testing.T) {
	w := newWorld(t)
	p := must(w.AddPerson(w.ctx, " Carla ", password))(t)
	if p.Name != "Carla" || p.Password != "" || p.ID == "" || !p.Created.Equal(w.clock.now) {
		t.Errorf("%+v", p)
	}
	stored := must(w.store.PersonByName(w.ctx, "Carla"))(t)
	if !strings.HasPrefix(stored.Password, "$argon2id$") || strings.Contains(stored.Password, password) {
		t.Errorf("stored %q", stored.Password)
	}
	for _, tt := range []struct {
		name, password string
		want           album.Kind
		says           string
	}{
		{"Carla", password, album.Conflict, "name: "},
		{"", password, album.Invalid, "name: "},
		{"a:b", password, album.Invalid, "name: "},
		{"a\nb", password, album.Invalid, "name: "},
		{"daniela", "daniela", album.Invalid, "password: "},
		{"daniela1", "daniela1", album.Invalid, "is the name"},
		{"daniela", strings.Repeat("x", 257), album.Invalid, "at most 256"},
	} {
		_, err := w.AddPerson(w.ctx, tt.name, tt.password)
		wantKind(t, err, tt.want, tt.says)
	}
}

// Nobody is anybody.
func TestPersonOfNobody(t *testing.T) {
	w := newWorld(t)
	basic := at(w.ann, site(partner))
	basic.Via = album.ViaBasic
	for _, v := range []album.Viewer{{}, {Person: w.ann.Person}, basic, token(w.ann, album.Site{}, album.AllScopes)} {
		_, err := w.Person(w.ctx, v)
		wantKind(t, err, album.Unauthenticated)
	}
}

// A token works from its origin only, with its scopes, until it ends or is
// revoked.
func TestTokens(t *testing.T) {
	w := newWorld(t)
	tok, secret, err := w.IssueToken(w.ctx, w.ann, album.TokenRequest{Label: " partner ", Origin: partner, Scopes: album.ScopeRead | album.ScopeUpload})
	if err != nil || !strings.HasPrefix(secret, "cst_") || len(secret) != 47 {
		t.Fatalf("%q, %v", secret, err)
	}
	if tok.Label != "partner" || tok.Person != w.ann.Person || !tok.Expires.Equal(w.clock.Now().Add(30*24*time.Hour)) {
		t.Errorf("%+v", tok)
	}
	v := must(w.ViewerByToken(w.ctx, secret, site(partner)))(t)
	if v.Person != w.ann.Person || v.Via != album.ViaToken || v.Scopes != tok.Scopes || !v.Until.Equal(tok.Expires) || v.Site.Origin != partner {
		t.Errorf("%+v", v)
	}
	for _, elsewhere := range []album.Site{{}, site(stranger), {Foreign: true}, {Origin: partner}} {
		_, err := w.ViewerByToken(w.ctx, secret, elsewhere)
		wantKind(t, err, album.Unauthenticated)
	}
	for _, wrong := range []string{"", "cst_", secret[4:], secret + "A", strings.ToUpper(secret), strings.Repeat("c", 1<<16)} {
		_, err := w.ViewerByToken(w.ctx, wrong, site(partner))
		wantKind(t, err, album.Unauthenticated)
	}
	if list := must(w.Tokens(w.ctx, w.ann))(t); len(list) != 1 || list[0].ID != tok.ID {
		t.Errorf("%+v", list)
	}
	wantKind(t, w.RevokeToken(w.ctx, w.bob, tok.ID), album.NotFound)
	if err := w.RevokeToken(w.ctx, w.ann, tok.ID); err != nil {
		t.Error(err)
	}
	wantKind(t, w.RevokeToken(w.ctx, w.ann, tok.ID), album.NotFound)
	_, err = w.ViewerByToken(w.ctx, secret, site(partner))
	wantKind(t, err, album.Unauthenticated)
}

// A token ends when it was said to, and the sweep removes it.
func TestTokensEnd(t *testing.T) {
	w := newWorld(t)
	_, secret, err := w.IssueToken(w.ctx, w.ann, album.TokenRequest{Label: "x", Origin: partner, Scopes: album.ScopeRead, Life: time.Hour})
	must(secret, err)(t)
	w.clock.advance(time.Hour - time.Millisecond)
	must(w.ViewerByToken(w.ctx, secret, site(partner)))(t)
	w.clock.advance(time.Millisecond)
	_, err = w.ViewerByToken(w.ctx, secret, site(partner))
	wantKind(t, err, album.Unauthenticated)
	must(w.Sweep(w.ctx))(t)
	if list := must(w.Tokens(w.ctx, w.ann))(t); len(list) != 0 {
		t.Errorf("left: %+v", list)
	}
}

// A foreign site gets tokens for itself only, and a token gets none.
func TestTokensOfSites(t *testing.T) {
	w := newWorld(t)
	request := func(origin string) album.TokenRequest {
		return album.TokenRequest{Label: "x", Origin: origin, Scopes: album.ScopeRead}
	}
	theirs, _, err := w.IssueToken(w.ctx, w.ann, request(stranger))
	must(theirs, err)(t)
	there := at(w.ann, site(partner))
	own, _, err := w.IssueToken(w.ctx, there, request(partner))
	must(own, err)(t)
	_, _, err = w.IssueToken(w.ctx, there, request(stranger))
	wantKind(t, err, album.Forbidden, partner)
	if list := must(w.Tokens(w.ctx, there))(t); len(list) != 1 || list[0].ID != own.ID {
		t.Errorf("the site sees %+v", list)
	}
	if list := must(w.Tokens(w.ctx, w.ann))(t); len(list) != 2 {
		t.Errorf("the owner sees %+v", list)
	}
	wantKind(t, w.RevokeToken(w.ctx, there, theirs.ID), album.NotFound)
	if err := w.RevokeToken(w.ctx, there, own.ID); err != nil {
		t.Error(err)
	}
	basic := there
	basic.Via = album.ViaBasic
	for _, tt := range []struct {
		viewer album.Viewer
		want   album.Kind
	}{
		{token(w.ann, site(partner), album.AllScopes), album.Forbidden},
		{basic, album.Unauthenticated},
		{album.Viewer{}, album.Unauthenticated},
	} {
		_, _, err := w.IssueToken(w.ctx, tt.viewer, request(partner))
		wantKind(t, err, tt.want)
		_, err = w.Tokens(w.ctx, tt.viewer)
		wantKind(t, err, tt.want)
		wantKind(t, w.RevokeToken(w.ctx, tt.viewer, theirs.ID), tt.want)
	}
}

// What a token cannot be is refused, naming the place.
func TestTokensThatCannotBe(t *testing.T) {
	w := newWorld(t, func(c *album.Config) {
		c.Limits.TokensPerson, c.Limits.TokenLife = 1, 20*24*time.Hour
		c.CheckOrigin = func(o string) error {
			if o != partner {
				return errors.New("no such site")
			}
			return nil
		}
	})
	good := album.TokenRequest{Label: "x", Origin: partner, Scopes: album.ScopeRead}
	for _, tt := range []struct {
		name  string
		spoil func(*album.TokenRequest)
		want  string
	}{
		{"no label", func(r *album.TokenRequest) { r.Label = " " }, "label: "},
		{"no origin", func(r *album.TokenRequest) { r.Origin = "" }, "origin: "},
		{"opaque origin", func(r *album.TokenRequest) { r.Origin = "null" }, "origin: "},
		{"bad origin", func(r *album.TokenRequest) { r.Origin = "partner.example" }, "no such site"},
		{"no scopes", func(r *album.TokenRequest) { r.Scopes = 0 }, "scopes: "},
		{"unknown scopes", func(r *album.TokenRequest) { r.Scopes = 1 << 5 }, "scopes: "},
		{"too long", func(r *album.TokenRequest) { r.Life = 21 * 24 * time.Hour }, "at most 20 days"},
		{"ended", func(r *album.TokenRequest) { r.Life = -1 }, "days: "},
	} {
		r := good
		tt.spoil(&r)
		_, secret, err := w.IssueToken(w.ctx, w.ann, r)
		if wantKind(t, err, album.Invalid, tt.want); secret != "" {
			t.Errorf("%s: a secret is given", tt.name)
		}
	}
	tok, _, err := w.IssueToken(w.ctx, w.ann, good)
	if must(tok, err)(t); !tok.Expires.Equal(w.clock.Now().Add(20 * 24 * time.Hour)) {
		t.Errorf("the default life is over the limit: %s", tok.Expires)
	}
	_, _, err = w.IssueToken(w.ctx, w.ann, good)
	wantKind(t, err, album.Exhausted, "1 tokens")
}

// Many sign in at the same time, right and wrong, and each gets their own
// answer.
func TestSignInsAtTheSameTime(t *testing.T) {
	w := newWorld(t)
	var all sync.WaitGroup
	for i := range 30 {
		all.Go(func() {
			from := fmt.Sprint("192.0.2.", i)
			if i%2 == 0 {
				_, secret, err := w.SignIn(w.ctx, "ann", password, "", from)
				if err != nil {
					t.Error(err)
				} else if v, err := w.ViewerBySession(w.ctx, secret, album.Site{}); err != nil || v.Person != w.ann.Person {
					t.Errorf("%+v, %v", v, err)
				}
				return
			}
			_, _, err := w.SignIn(w.ctx, fmt.Sprint("nobody", i), password, "", from)
			wantKind(t, err, album.Unauthenticated)
		})
	}
	all.Wait()
}
