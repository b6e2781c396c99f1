package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
)

// Backup writes the database at path, as it is at one moment, into the new file
// dest. The database may be in use meanwhile, also by other processes, which do
// not have to wait. The copy is durable when Backup returns nil; otherwise there
// is none.
func Backup(ctx context.Context, path, dest string) (err error) {
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("back up the database: %w", err)
	}
	f, err := os.OpenFile(dest, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("back up the database %s: %w", path, err)
	}
	defer func() {
		if err = errors.Join(err, f.Close()); err != nil {
			err = errors.Join(fmt.Errorf("back up the database %s: %w", path, plain(err)), os.Remove(dest))
		}
	}()
	if err := copyDatabase(ctx, path, dest); err != nil {
		return err
	}
	return f.Sync()
}

// copyDatabase fills the empty file dest.
func copyDatabase(ctx context.Context, path, dest string) error {
	c, err := connect(path)
	if err != nil {
		return err
	}
	if err = c.script(ctx, settings); err == nil {
		if err = checkOurs(c); err == nil {
			err = c.script(ctx, "VACUUM INTO ?", driver.NamedValue{Ordinal: 1, Value: dest})
		}
	}
	return errors.Join(err, c.close())
}

// faults are queries that give a row for each thing that is not as it should be.
var faults = []*query{
	{does: "check the file", sql: `
		SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'`},
	{does: "check what belongs together", sql: `
		SELECT 'a row of ' || "table" || ' belongs to none of ' || parent FROM pragma_foreign_key_check`},
	{does: "check the albums' counts", sql: `
		SELECT 'album ' || id || ' counts its photos wrong' FROM albums AS a
		WHERE photos <> (SELECT count(*) FROM photos WHERE album = a.id)
			OR cover <> ifnull((SELECT max(id) FROM photos WHERE album = a.id), '')`},
	{does: "check the people's counts", sql: `
		SELECT 'person ' || id || ' has albums that are counted wrong' FROM people AS p
		WHERE albums <> (SELECT count(*) FROM albums WHERE owner = p.id)`},
	{does: "check the index of reading rules", sql: `
		SELECT 'album ' || id || ' has reading rules that are indexed wrong' FROM albums AS a
		WHERE (SELECT count(*) FROM read_rules WHERE album = a.id) <> CASE sharing ->> '$.read.sites'
			WHEN 'any' THEN 1
			WHEN 'chosen' THEN (SELECT count(DISTINCT value) FROM json_each(sharing, '$.read.origins'))
			ELSE 0 END`},
}

// Verify reads the whole database and checks that it is sound. It returns an
// error that names the first few faults.
func (s *Store) Verify(ctx context.Context) error {
	found, err := read(ctx, s, func(c *conn) (found []string, err error) {
		for _, q := range faults {
			texts, err := list(c, q, scanText)
			if err != nil {
				return nil, err
			}
			found = append(found, texts...)
		}
		return found, nil
	})
	if err == nil && len(found) > 0 {
		err = fmt.Errorf("it is damaged, restore a backup: %q", found[:min(5, len(found))])
	}
	if err != nil {
		return fmt.Errorf("verify the database %s: %w", s.path, err)
	}
	return nil
}

func scanText(_ *conn, r row) (string, error) { return r.text(0), nil }
