package albumtest

import (
	"crypto/sha256"
	"time"

	"github.com/corsage-go/corsage/album"
)

var tokenTests = []storeTest{
	{"a token is found by its hash, as stored", tokenFound},
	{"a token is its person's, whom the store knows", tokenNeedsPerson},
	{"a token's secret is its own", tokenUnique},
	{"a person has no more tokens than the limit", tokensLimited},
	{"a person's tokens come newest first", tokensListed},
	{"a token is deleted by its person only", tokenDeleted},
	{"all tokens of a person can be deleted", tokensDeleted},
	{"an origin's scopes are those of its tokens that have not expired", tokenScopes},
	{"expired tokens stay until they are removed", tokensExpired},
}

func (f *fixture) newToken(p album.Person, label string) album.Token {
	id := f.id()
	return album.Token{
		ID: id, Hash: sha256.Sum256([]byte(id)), Person: p.ID, Label: label, Origin: partner,
		Scopes: album.ScopeRead | album.ScopeManage, Created: noon, Expires: noon.Add(time.Hour),
	}
}

func (f *fixture) addToken(p album.Person, label string) album.Token {
	f.Helper()
	t := f.newToken(p, label)
	f.must(f.CreateToken(f.ctx, t, plenty))
	return t
}

func tokenFound(f *fixture) {
	ada := f.addPerson("Ada")
	for _, label := range hostileNames {
		token := f.addToken(ada, label)
		got, err := f.TokenByHash(f.ctx, token.Hash)
		wantEqual(f, got, err, token)
	}
	_, err := f.TokenByHash(f.ctx, [32]byte{})
	f.wantKind(err, album.NotFound, "an unknown hash")
}

func tokenNeedsPerson(f *fixture) {
	token := f.newToken(album.Person{ID: f.id()}, "nobody's")
	f.wantKind(f.CreateToken(f.ctx, token, plenty), album.NotFound, "a token of nobody")
	_, err := f.TokenByHash(f.ctx, token.Hash)
	f.wantKind(err, album.NotFound, "a token that was refused")
}

func tokenUnique(f *fixture) {
	ada, eve := f.addPerson("Ada"), f.addPerson("Eve")
	token := f.addToken(ada, "guest site")
	sameHash, sameID := f.newToken(eve, "x"), f.newToken(eve, "y")
	sameHash.Hash, sameID.ID = token.Hash, token.ID

	f.wantKind(f.CreateToken(f.ctx, sameHash, plenty), album.Conflict, "a taken hash")
	f.wantKind(f.CreateToken(f.ctx, sameID, plenty), album.Conflict, "a taken ID")
	tokens, err := f.Tokens(f.ctx, eve.ID)
	if err != nil || len(tokens) != 0 {
		f.Errorf("refused tokens are listed: %v, %v", tokens, err)
	}
}

func tokensLimited(f *fixture) {
	ada, eve := f.addPerson("Ada"), f.addPerson("Eve")
	f.addToken(eve, "not Ada's")
	first := f.addToken(ada, "1")
	f.must(f.CreateToken(f.ctx, f.newToken(ada, "2"), 2))

	f.wantExhausted(f.CreateToken(f.ctx, f.newToken(ada, "3"), 2), 2, "the third of two")
	f.must(f.DeleteToken(f.ctx, ada.ID, first.ID))
	f.must(f.CreateToken(f.ctx, f.newToken(ada, "3"), 2))
}

func tokensListed(f *fixture) {
	ada, eve := f.addPerson("Ada"), f.addPerson("Eve")
	a, e, b := f.addToken(ada, "1"), f.addToken(eve, "2"), f.addToken(ada, "3")

	tokens, err := f.Tokens(f.ctx, ada.ID)
	wantEqual(f, tokens, err, []album.Token{b, a})
	tokens, err = f.Tokens(f.ctx, eve.ID)
	wantEqual(f, tokens, err, []album.Token{e})
	tokens, err = f.Tokens(f.ctx, f.id())
	if err != nil || len(tokens) != 0 {
		f.Errorf("nobody has the tokens %v, %v", tokens, err)
	}
}

func tokenDeleted(f *fixture) {
	ada, eve := f.addPerson("Ada"), f.addPerson("Eve")
	token := f.addToken(ada, "guest site")

	f.wantKind(f.DeleteToken(f.ctx, eve.ID, token.ID), album.NotFound, "another's token")
	got, err := f.TokenByHash(f.ctx, token.Hash)
	wantEqual(f, got, err, token)

	f.must(f.DeleteToken(f.ctx, ada.ID, token.ID))
	_, err = f.TokenByHash(f.ctx, token.Hash)
	f.wantKind(err, album.NotFound, "a deleted token")
	f.wantKind(f.DeleteToken(f.ctx, ada.ID, token.ID), album.NotFound, "deleting it again")
}

func tokensDeleted(f *fixture) {
	ada, eve := f.addPerson("Ada"), f.addPerson("Eve")
	a, b, kept := f.addToken(ada, "1"), f.addToken(ada, "2"), f.addToken(eve, "3")
	for range 2 {
		f.must(f.DeleteTokensOf(f.ctx, ada.ID))
	}
	for _, token := range []album.Token{a, b} {
		_, err := f.TokenByHash(f.ctx, token.Hash)
		f.wantKind(err, album.NotFound, "a token of a person without tokens")
	}
	got, err := f.TokenByHash(f.ctx, kept.Hash)
	wantEqual(f, got, err, kept)
}

func tokenScopes(f *fixture) {
	ada, eve := f.addPerson("Ada"), f.addPerson("Eve")
	for _, token := range []struct {
		person album.Person
		origin string
		scopes album.Scopes
		life   time.Duration
	}{
		{ada, partner, album.ScopeRead, 3 * time.Hour},
		{ada, partner, album.ScopeRead, time.Hour},
		{eve, partner, album.ScopeUpload, 2 * time.Hour},
		{eve, partner, album.AllScopes, time.Hour},
		{eve, localhost, album.ScopeManage, 9 * time.Hour}, // a text like any other here, no pattern
	} {
		t := f.newToken(token.person, "")
		t.Origin, t.Scopes, t.Expires = token.origin, token.scopes, noon.Add(token.life)
		f.must(f.CreateToken(f.ctx, t, plenty))
	}
	for _, test := range []struct {
		origin string
		after  time.Duration
		want   album.Scopes
	}{
		{partner, 0, album.AllScopes},
		{partner, time.Hour - time.Millisecond, album.AllScopes},
		{partner, time.Hour, album.ScopeRead | album.ScopeUpload},
		{partner, 2 * time.Hour, album.ScopeRead},
		{partner, 3 * time.Hour, 0},
		{localhost, 0, album.ScopeManage},
		{"http://localhost:8402", 0, 0},
		{"", 0, 0},
	} {
		got, err := f.TokenScopes(f.ctx, test.origin, noon.Add(test.after))
		if err != nil || got != test.want {
			f.Errorf("the scopes of %q after %v are %b, %v; want %b", test.origin, test.after, got, err, test.want)
		}
	}
}

func tokensExpired(f *fixture) {
	ada := f.addPerson("Ada")
	token, later := f.addToken(ada, "guest site"), f.newToken(ada, "later")
	later.Expires = token.Expires.Add(time.Millisecond)
	f.must(f.CreateToken(f.ctx, later, plenty))

	f.must(f.DeleteExpired(f.ctx, token.Expires.Add(-time.Millisecond)))
	tokens, err := f.Tokens(f.ctx, ada.ID)
	wantEqual(f, tokens, err, []album.Token{later, token})

	f.must(f.DeleteExpired(f.ctx, token.Expires))
	tokens, err = f.Tokens(f.ctx, ada.ID)
	wantEqual(f, tokens, err, []album.Token{later})
}
