package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// create makes an empty file if there is none. It is for its owner's eyes only,
// for it will hold password hashes; SQLite gives its other files the same mode.
func create(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	var failed *os.PathError
	switch {
	case errors.As(err, &failed):
		return fmt.Errorf("%w: give a file that can be written, in a folder that exists", failed.Err)
	case err != nil:
		return err
	}
	return f.Close()
}

// settings of every connection. Another process that writes is waited for; the
// schema is not trusted to call functions, as a restored file may be anybody's.
const settings = `
	PRAGMA busy_timeout = 10000;
	PRAGMA trusted_schema = OFF;`

// writerSettings make a write durable: see https://www.sqlite.org/pragma.html.
// Without fullfsync, macOS leaves written data in the disk's own cache. The log
// is cut back after a rare burst, such as the deletion of a great album.
const writerSettings = `
	PRAGMA journal_mode = WAL;
	PRAGMA synchronous = FULL;
	PRAGMA fullfsync = ON;
	PRAGMA checkpoint_fullfsync = ON;
	PRAGMA foreign_keys = ON;
	PRAGMA journal_size_limit = 67108864;`

func connectWriter(ctx context.Context, path string) (*conn, error) {
	c, err := connect(path)
	if err != nil {
		return nil, err
	}
	if err := prepareWriter(ctx, c); err != nil {
		return nil, errors.Join(err, c.close())
	}
	return c, nil
}

func prepareWriter(ctx context.Context, c *conn) error {
	if err := c.script(ctx, settings); err != nil {
		return err
	}
	if err := checkOurs(c); err != nil { // before anything is changed
		return err
	}
	if err := c.script(ctx, writerSettings); err != nil {
		return err
	}
	return migrate(ctx, c)
}

func connectReader(ctx context.Context, path string) (*conn, error) {
	c, err := connect(path)
	if err != nil {
		return nil, err
	}
	if err := c.script(ctx, settings+"PRAGMA query_only = ON;"); err != nil {
		return nil, errors.Join(err, c.close())
	}
	return c, nil
}

// plain says what SQLite's most frequent complaints about a file come to.
func plain(err error) error {
	switch code(err) & 0xff { // without the details
	case sqlite3.SQLITE_NOTADB:
		return fmt.Errorf("the file is no database: give another one, or restore a backup (%w)", err)
	case sqlite3.SQLITE_CORRUPT:
		return fmt.Errorf("the file is damaged: restore a backup (%w)", err)
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN:
		return fmt.Errorf("the file, or its folder, cannot be written: change their permissions (%w)", err)
	case sqlite3.SQLITE_BUSY:
		return fmt.Errorf("another process has been using the file for ten seconds: try again, or end it (%w)", err)
	case sqlite3.SQLITE_FULL:
		return fmt.Errorf("the disk is full: make room (%w)", err)
	default:
		return err
	}
}

// code returns SQLite's extended result code, or SQLITE_OK if the error is not
// SQLite's.
func code(err error) int {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code()
	}
	return sqlite3.SQLITE_OK
}
