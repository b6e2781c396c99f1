package sqlite

import (
	"context"
	"time"

	"github.com/corsage-go/corsage/album"
)

var (
	insertSession = &query{does: "add a session", sql: `
		INSERT INTO sessions (hash, id, person, origin, created, expires) VALUES (?, ?, ?, ?, ?, ?)`}
	sessionByHash = &query{does: "read a session", gives: "session", sql: `
		SELECT hash, id, person, origin, created, expires FROM sessions WHERE hash = ?`}
	deleteSession = &query{does: "delete a session", sql: `
		DELETE FROM sessions WHERE id = ?`}
	deleteSessionsOf = &query{does: "delete a person's sessions", sql: `
		DELETE FROM sessions WHERE person = ?`}
	// This sorts a person's sessions, of which there are no more than the limit
	// and one.
	endOldest = &query{does: "end a person's oldest sessions", sql: `
		DELETE FROM sessions WHERE id IN (
			SELECT id FROM sessions WHERE person = ? ORDER BY id DESC LIMIT -1 OFFSET ?)`}
	deleteOldSessions = &query{does: "delete expired sessions", sql: `
		DELETE FROM sessions WHERE expires <= ?`}
)

func scanSession(_ *conn, r row) (album.Session, error) {
	return album.Session{
		Hash: r.hash(0), ID: r.id(1), Person: r.id(2), Origin: r.text(3), Created: r.time(4), Expires: r.time(5),
	}, nil
}

// CreateSession implements album.SessionStore.
func (s *Store) CreateSession(ctx context.Context, n album.Session, most int) error {
	return s.write(ctx, func(c *conn) error {
		err := c.exec(insertSession, n.Hash[:], string(n.ID), string(n.Person), n.Origin,
			n.Created.UnixMilli(), n.Expires.UnixMilli())
		if err != nil {
			return refused(err, "session", "person")
		}
		return c.exec(endOldest, string(n.Person), int64(most))
	})
}

// SessionByHash implements album.SessionStore.
func (s *Store) SessionByHash(ctx context.Context, hash [32]byte) (album.Session, error) {
	return read(ctx, s, func(c *conn) (album.Session, error) {
		return one(c, sessionByHash, scanSession, hash[:])
	})
}

// DeleteSession implements album.SessionStore.
func (s *Store) DeleteSession(ctx context.Context, id album.ID) error {
	return s.write(ctx, func(c *conn) error { return c.exec(deleteSession, string(id)) })
}

// DeleteSessionsOf implements album.SessionStore.
func (s *Store) DeleteSessionsOf(ctx context.Context, person album.ID) error {
	return s.write(ctx, func(c *conn) error { return c.exec(deleteSessionsOf, string(person)) })
}

// DeleteExpired implements album.TokenStore.
func (s *Store) DeleteExpired(ctx context.Context, now time.Time) error {
	return s.write(ctx, func(c *conn) error {
		if err := c.exec(deleteOldSessions, now.UnixMilli()); err != nil {
			return err
		}
		return c.exec(deleteOldTokens, now.UnixMilli())
	})
}
