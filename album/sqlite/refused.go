package sqlite

import (
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/corsage-go/corsage/album"
)

// refused turns the refusal of SQLite to insert or change a thing into the
// contract's: Conflict where what must be unique is not (a name, for nobody
// meets a taken ID), NotFound where the thing it belongs to does not exist.
func refused(err error, what, owner string) error {
	switch code(err) {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return &album.Error{Kind: album.Conflict, Field: "name", Detail: "another " + what + " has this name already", Err: err}
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return &album.Error{Kind: album.NotFound, Detail: "there is no such " + owner, Err: err}
	default:
		return err
	}
}

func exhausted(whose, what string, most int) error {
	e := album.Errorf(album.Exhausted, "this %s has reached the limit of %d %s", whose, most, what)
	e.Limit = int64(most)
	return e
}

func checkLimit(limit int) error {
	if limit < 1 {
		return album.Errorf(album.Invalid, "a list needs a limit of at least 1, not %d", limit)
	}
	return nil
}
