package sqlite

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
)

// applicationID marks a file as ours: "CORS" in ASCII. A program such as file(1)
// shows it.
const applicationID = 0x434f5253

// migrations are scripts, in the order of their names. A file on disk remembers
// how many of them it has seen, so one that has been released never changes.
//
//go:embed migrations/*.sql
var migrations embed.FS

// identity tells whose database it is, at one moment: another process may be
// making its tables.
var identity = &query{does: "look whose the file is", sql: `
	SELECT application_id = ?1 OR application_id = 0 AND NOT EXISTS (SELECT 1 FROM sqlite_schema)
	FROM pragma_application_id`}

// checkOurs refuses a database that is neither ours nor empty.
func checkOurs(c *conn) error {
	ours, err := one(c, identity, scanInt, int64(applicationID))
	if err == nil && ours == 0 {
		err = errors.New("the file is another program's database: give another one")
	}
	return err
}

// migrate runs the migrations that the database has not seen, each in one step
// with its number. Processes that do so at the same time take turns.
func migrate(ctx context.Context, c *conn) error {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	for {
		done, err := migrateOnce(ctx, c, names)
		if done || err != nil {
			return err
		}
	}
}

var tableVersion = &query{does: "look how old the tables are", sql: "PRAGMA user_version"}

// migrateOnce runs the next migration; done if there is none.
func migrateOnce(ctx context.Context, c *conn, names []string) (done bool, err error) {
	if err := c.script(ctx, "BEGIN IMMEDIATE"); err != nil {
		return false, err
	}
	defer func() {
		if err != nil || done {
			err = errors.Join(err, c.script(context.WithoutCancel(ctx), "ROLLBACK"))
		}
	}()
	seen, err := one(c, tableVersion, scanInt)
	switch n := int64(len(names)); {
	case err != nil || seen == n:
		return true, err
	case seen > n:
		return true, fmt.Errorf("the file has tables of version %d and this program knows version %d: use the newer program that made it", seen, n)
	}
	script, err := migrations.ReadFile(names[seen])
	if err != nil {
		return false, err
	}
	version := fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT", applicationID, seen+1)
	if err := c.script(ctx, string(script)+version); err != nil {
		return false, fmt.Errorf("%s: %w", names[seen], err)
	}
	return false, nil
}
