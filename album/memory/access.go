package memory

import (
	"context"
	"maps"
	"time"

	"github.com/corsage-go/corsage/album"
)

// CreateSession implements album.SessionStore.
func (s *Store) CreateSession(ctx context.Context, n album.Session, most int) error {
	if err := s.begin(ctx); err != nil {
		return err
	}
	defer s.mu.Unlock()
	if _, err := get(s.people, n.Person, "person"); err != nil {
		return err
	}
	if _, ok := find(s.sessions, func(o album.Session) bool { return o.ID == n.ID || o.Hash == n.Hash }); ok {
		return taken("session", "id")
	}
	n.Created, n.Expires = stamp(n.Created), stamp(n.Expires)
	s.sessions[n.ID] = n
	all := s.sessionsOf(n.Person)
	for _, old := range all[min(most, len(all)):] {
		delete(s.sessions, old.ID)
	}
	return nil
}

// sessionsOf lists a person's sessions, newest first.
func (s *Store) sessionsOf(person album.ID) []album.Session {
	var list []album.Session
	for _, n := range s.sessions {
		if n.Person == person {
			list = append(list, n)
		}
	}
	return newest(list, len(list), func(n album.Session) album.ID { return n.ID })
}

// SessionByHash implements album.SessionStore.
func (s *Store) SessionByHash(ctx context.Context, hash [32]byte) (album.Session, error) {
	if err := s.begin(ctx); err != nil {
		return album.Session{}, err
	}
	defer s.mu.Unlock()
	n, ok := find(s.sessions, func(n album.Session) bool { return n.Hash == hash })
	if !ok {
		return n, absent("session")
	}
	return n, nil
}

// DeleteSession implements album.SessionStore.
func (s *Store) DeleteSession(ctx context.Context, id album.ID) error {
	if err := s.begin(ctx); err != nil {
		return err
	}
	defer s.mu.Unlock()
	delete(s.sessions, id)
	return nil
}

// DeleteSessionsOf implements album.SessionStore.
func (s *Store) DeleteSessionsOf(ctx context.Context, person album.ID) error {
	if err := s.begin(ctx); err != nil {
		return err
	}
	defer s.mu.Unlock()
	maps.DeleteFunc(s.sessions, func(_ album.ID, n album.Session) bool { return n.Person == person })
	return nil
}

// CreateToken implements album.TokenStore.
func (s *Store) CreateToken(ctx context.Context, t album.Token, most int) error {
	if err := s.begin(ctx); err != nil {
		return err
	}
	defer s.mu.Unlock()
	if _, err := get(s.people, t.Person, "person"); err != nil {
		return err
	}
	if _, ok := find(s.tokens, func(o album.Token) bool { return o.ID == t.ID || o.Hash == t.Hash }); ok {
		return taken("token", "id")
	}
	if len(s.tokensOf(t.Person)) >= most {
		return exhausted("person", "tokens", most)
	}
	t.Created, t.Expires = stamp(t.Created), stamp(t.Expires)
	s.tokens[t.ID] = t
	return nil
}

// tokensOf lists a person's tokens, newest first.
func (s *Store) tokensOf(person album.ID) []album.Token {
	var list []album.Token
	for _, t := range s.tokens {
		if t.Person == person {
			list = append(list, t)
		}
	}
	return newest(list, len(list), func(t album.Token) album.ID { return t.ID })
}

// TokenByHash implements album.TokenStore.
func (s *Store) TokenByHash(ctx context.Context, hash [32]byte) (album.Token, error) {
	if err := s.begin(ctx); err != nil {
		return album.Token{}, err
	}
	defer s.mu.Unlock()
	t, ok := find(s.tokens, func(t album.Token) bool { return t.Hash == hash })
	if !ok {
		return t, absent("token")
	}
	return t, nil
}

// Tokens implements album.TokenStore.
func (s *Store) Tokens(ctx context.Context, person album.ID) ([]album.Token, error) {
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	return s.tokensOf(person), nil
}

// DeleteToken implements album.TokenStore.
func (s *Store) DeleteToken(ctx context.Context, person, id album.ID) error {
	if err := s.begin(ctx); err != nil {
		return err
	}
	defer s.mu.Unlock()
	if t, ok := s.tokens[id]; !ok || t.Person != person {
		return absent("token")
	}
	delete(s.tokens, id)
	return nil
}

// DeleteTokensOf implements album.TokenStore.
func (s *Store) DeleteTokensOf(ctx context.Context, person album.ID) error {
	if err := s.begin(ctx); err != nil {
		return err
	}
	defer s.mu.Unlock()
	maps.DeleteFunc(s.tokens, func(_ album.ID, t album.Token) bool { return t.Person == person })
	return nil
}

// TokenScopes implements album.TokenStore.
func (s *Store) TokenScopes(ctx context.Context, origin string, now time.Time) (album.Scopes, error) {
	if err := s.begin(ctx); err != nil {
		return 0, err
	}
	defer s.mu.Unlock()
	var scopes album.Scopes
	for _, t := range s.tokens {
		if t.Origin == origin && t.Expires.After(now) {
			scopes |= t.Scopes
		}
	}
	return scopes, nil
}

// DeleteExpired implements album.TokenStore.
func (s *Store) DeleteExpired(ctx context.Context, now time.Time) error {
	if err := s.begin(ctx); err != nil {
		return err
	}
	defer s.mu.Unlock()
	maps.DeleteFunc(s.sessions, func(_ album.ID, n album.Session) bool { return !n.Expires.After(now) })
	maps.DeleteFunc(s.tokens, func(_ album.ID, t album.Token) bool { return !t.Expires.After(now) })
	return nil
}
