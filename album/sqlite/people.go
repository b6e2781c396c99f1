package sqlite

import (
	"context"

	"github.com/corsage-go/corsage/album"
)

const personColumns = "id, name, password, created"

var (
	insertPerson = &query{does: "add a person", sql: `
		INSERT INTO people (id, name, password, created) VALUES (?, ?, ?, ?)`}
	personByID = &query{does: "read a person", gives: "person", sql: `
		SELECT ` + personColumns + ` FROM people WHERE id = ?`}
	personByName = &query{does: "read a person", gives: "person", sql: `
		SELECT ` + personColumns + ` FROM people WHERE name = ?`}
	peopleByName = &query{does: "list people", sql: `
		SELECT ` + personColumns + ` FROM people ORDER BY name`}
	setPassword = &query{does: "set a password", gives: "person", sql: `
		UPDATE people SET password = ?2 WHERE id = ?1 RETURNING id`}
)

func scanPerson(_ *conn, r row) (album.Person, error) {
	return album.Person{ID: r.id(0), Name: r.text(1), Password: r.text(2), Created: r.time(3)}, nil
}

// CreatePerson implements album.PersonStore.
func (s *Store) CreatePerson(ctx context.Context, p album.Person) error {
	return s.write(ctx, func(c *conn) error {
		return refused(c.exec(insertPerson, string(p.ID), p.Name, p.Password, p.Created.UnixMilli()), "person", "")
	})
}

// Person implements album.PersonStore.
func (s *Store) Person(ctx context.Context, id album.ID) (album.Person, error) {
	return read(ctx, s, func(c *conn) (album.Person, error) {
		return one(c, personByID, scanPerson, string(id))
	})
}

// PersonByName implements album.PersonStore.
func (s *Store) PersonByName(ctx context.Context, name string) (album.Person, error) {
	return read(ctx, s, func(c *conn) (album.Person, error) {
		return one(c, personByName, scanPerson, name)
	})
}

// People implements album.PersonStore.
func (s *Store) People(ctx context.Context) ([]album.Person, error) {
	return read(ctx, s, func(c *conn) ([]album.Person, error) {
		return list(c, peopleByName, scanPerson)
	})
}

// SetPassword implements album.PersonStore.
func (s *Store) SetPassword(ctx context.Context, id album.ID, hash string) error {
	return s.write(ctx, func(c *conn) error {
		_, err := one(c, setPassword, scanID, string(id), hash)
		return err
	})
}
