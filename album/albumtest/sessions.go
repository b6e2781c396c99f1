package albumtest

import (
	"crypto/sha256"
	"time"

	"github.com/corsage-go/corsage/album"
)

var sessionTests = []storeTest{
	{"a session is found by its hash, as stored", sessionFound},
	{"a session is its person's, whom the store knows", sessionNeedsPerson},
	{"a session's secret is its own", sessionUnique},
	{"a person's oldest sessions give way to those beyond the limit", sessionsLimited},
	{"a deleted session is gone, and may be deleted again", sessionDeleted},
	{"all sessions of a person can be deleted", sessionsDeleted},
	{"expired sessions stay until they are removed", sessionsExpired},
}

func (f *fixture) newSession(p album.Person) album.Session {
	id := f.id()
	return album.Session{
		ID: id, Hash: sha256.Sum256([]byte(id)), Person: p.ID, Origin: partner,
		Created: noon, Expires: noon.Add(time.Hour),
	}
}

func (f *fixture) addSession(p album.Person) album.Session {
	f.Helper()
	s := f.newSession(p)
	f.must(f.CreateSession(f.ctx, s, plenty))
	return s
}

func (f *fixture) wantNoSession(s album.Session, why string) {
	f.Helper()
	_, err := f.SessionByHash(f.ctx, s.Hash)
	f.wantKind(err, album.NotFound, why)
}

func sessionFound(f *fixture) {
	ada := f.addPerson("Ada")
	elsewhere, own := f.addSession(ada), f.newSession(ada)
	own.Origin, own.Hash = "", [32]byte{31: 1} // a hash of any bytes
	f.must(f.CreateSession(f.ctx, own, plenty))

	for _, s := range []album.Session{elsewhere, own} {
		got, err := f.SessionByHash(f.ctx, s.Hash)
		wantEqual(f, got, err, s)
	}
	f.wantNoSession(album.Session{Hash: [32]byte{}}, "an unknown hash")
}

func sessionNeedsPerson(f *fixture) {
	s := f.newSession(album.Person{ID: f.id()})
	f.wantKind(f.CreateSession(f.ctx, s, plenty), album.NotFound, "a session of nobody")
	f.wantNoSession(s, "a session that was refused")
}

func sessionUnique(f *fixture) {
	ada, eve := f.addPerson("Ada"), f.addPerson("Eve")
	s := f.addSession(ada)
	sameHash, sameID := f.newSession(eve), f.newSession(eve)
	sameHash.Hash, sameID.ID = s.Hash, s.ID

	f.wantKind(f.CreateSession(f.ctx, sameHash, plenty), album.Conflict, "a taken hash")
	f.wantKind(f.CreateSession(f.ctx, sameID, plenty), album.Conflict, "a taken ID")
	got, err := f.SessionByHash(f.ctx, s.Hash)
	wantEqual(f, got, err, s)
}

func sessionsLimited(f *fixture) {
	ada, eve := f.addPerson("Ada"), f.addPerson("Eve")
	first, second, others := f.addSession(ada), f.addSession(ada), f.addSession(eve)
	third, refused := f.newSession(ada), f.newSession(ada)
	f.must(f.CreateSession(f.ctx, third, 2))
	f.wantNoSession(first, "the oldest of three, of which two may be")
	refused.Hash = others.Hash
	f.wantKind(f.CreateSession(f.ctx, refused, 1), album.Conflict, "a taken hash")
	for _, kept := range []album.Session{second, third, others} {
		got, err := f.SessionByHash(f.ctx, kept.Hash)
		wantEqual(f, got, err, kept)
	}

	last := f.newSession(ada)
	f.must(f.CreateSession(f.ctx, last, 1))
	f.wantNoSession(second, "one of those too many")
	f.wantNoSession(third, "one of those too many")
	got, err := f.SessionByHash(f.ctx, last.Hash)
	wantEqual(f, got, err, last)
}

func sessionDeleted(f *fixture) {
	ada := f.addPerson("Ada")
	s, kept := f.addSession(ada), f.addSession(ada)
	for range 2 {
		f.must(f.DeleteSession(f.ctx, s.ID))
		f.wantNoSession(s, "a deleted session")
	}
	got, err := f.SessionByHash(f.ctx, kept.Hash)
	wantEqual(f, got, err, kept)
}

func sessionsDeleted(f *fixture) {
	ada, eve := f.addPerson("Ada"), f.addPerson("Eve")
	a, b, kept := f.addSession(ada), f.addSession(ada), f.addSession(eve)
	for range 2 {
		f.must(f.DeleteSessionsOf(f.ctx, ada.ID))
	}
	f.wantNoSession(a, "a session of a person without sessions")
	f.wantNoSession(b, "a session of a person without sessions")
	got, err := f.SessionByHash(f.ctx, kept.Hash)
	wantEqual(f, got, err, kept)
}

func sessionsExpired(f *fixture) {
	ada := f.addPerson("Ada")
	s, later := f.addSession(ada), f.newSession(ada)
	later.Expires = s.Expires.Add(time.Millisecond)
	f.must(f.CreateSession(f.ctx, later, plenty))

	f.must(f.DeleteExpired(f.ctx, s.Expires.Add(-time.Millisecond)))
	got, err := f.SessionByHash(f.ctx, s.Hash)
	wantEqual(f, got, err, s)

	f.must(f.DeleteExpired(f.ctx, s.Expires))
	f.wantNoSession(s, "a session at the time it expires")
	got, err = f.SessionByHash(f.ctx, later.Hash)
	wantEqual(f, got, err, later)
}
