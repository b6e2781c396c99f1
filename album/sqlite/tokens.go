package sqlite

import (
	"context"
	"time"

	"github.com/corsage-go/corsage/album"
)

const tokenColumns = "hash, id, person, label, origin, scopes, created, expires"

var (
	insertToken = &query{does: "add a token", sql: `
		INSERT INTO tokens (` + tokenColumns + `) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`}
	countTokens = &query{does: "count a person's tokens", sql: `
		SELECT count(*) FROM tokens WHERE person = ?`}
	tokenByHash = &query{does: "read a token", gives: "token", sql: `
		SELECT ` + tokenColumns + ` FROM tokens WHERE hash = ?`}
	tokensOfPerson = &query{does: "list a person's tokens", sql: `
		SELECT ` + tokenColumns + ` FROM tokens WHERE person = ? ORDER BY id DESC`}
	deleteToken = &query{does: "delete a token", gives: "token", sql: `
		DELETE FROM tokens WHERE person = ? AND id = ? RETURNING id`}
	deleteTokensOf = &query{does: "delete a person's tokens", sql: `
		DELETE FROM tokens WHERE person = ?`}
	deleteOldTokens = &query{does: "delete expired tokens", sql: `
		DELETE FROM tokens WHERE expires <= ?`}

	// An origin may have a hundred thousand tokens, but they have few different
	// sets of scopes: the index leads from one set to the next.
	scopesOfOrigin = &query{does: "find an origin's scopes", sql: `
		WITH RECURSIVE sets (scopes) AS (
			SELECT min(scopes) FROM tokens WHERE origin = ?1
			UNION ALL
			SELECT (SELECT min(scopes) FROM tokens WHERE origin = ?1 AND scopes > sets.scopes)
			FROM sets WHERE sets.scopes IS NOT NULL)
		SELECT scopes FROM sets WHERE EXISTS (
			SELECT 1 FROM tokens WHERE origin = ?1 AND scopes = sets.scopes AND expires > ?2)`}
)

func scanToken(_ *conn, r row) (album.Token, error) {
	return album.Token{
		Hash: r.hash(0), ID: r.id(1), Person: r.id(2), Label: r.text(3), Origin: r.text(4),
		Scopes: album.Scopes(r.int(5)), Created: r.time(6), Expires: r.time(7),
	}, nil
}

// CreateToken implements album.TokenStore.
func (s *Store) CreateToken(ctx context.Context, t album.Token, most int) error {
	return s.write(ctx, func(c *conn) error {
		err := c.exec(insertToken, t.Hash[:], string(t.ID), string(t.Person), t.Label, t.Origin,
			int64(t.Scopes), t.Created.UnixMilli(), t.Expires.UnixMilli())
		if err != nil {
			return refused(err, "token", "person")
		}
		n, err := one(c, countTokens, scanInt, string(t.Person))
		if err == nil && n > int64(most) {
			return exhausted("person", "tokens", most)
		}
		return err
	})
}

// TokenByHash implements album.TokenStore.
func (s *Store) TokenByHash(ctx context.Context, hash [32]byte) (album.Token, error) {
	return read(ctx, s, func(c *conn) (album.Token, error) {
		return one(c, tokenByHash, scanToken, hash[:])
	})
}

// Tokens implements album.TokenStore.
func (s *Store) Tokens(ctx context.Context, person album.ID) ([]album.Token, error) {
	return read(ctx, s, func(c *conn) ([]album.Token, error) {
		return list(c, tokensOfPerson, scanToken, string(person))
	})
}

// DeleteToken implements album.TokenStore.
func (s *Store) DeleteToken(ctx context.Context, person, id album.ID) error {
	return s.write(ctx, func(c *conn) error {
		_, err := one(c, deleteToken, scanID, string(person), string(id))
		return err
	})
}

// DeleteTokensOf implements album.TokenStore.
func (s *Store) DeleteTokensOf(ctx context.Context, person album.ID) error {
	return s.write(ctx, func(c *conn) error { return c.exec(deleteTokensOf, string(person)) })
}

// TokenScopes implements album.TokenStore.
func (s *Store) TokenScopes(ctx context.Context, origin string, now time.Time) (album.Scopes, error) {
	return read(ctx, s, func(c *conn) (union album.Scopes, err error) {
		err = c.each(scopesOfOrigin, func(r row) error {
			union |= album.Scopes(r.int(0))
			return nil
		}, origin, now.UnixMilli())
		return union, err
	})
}
