package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"time"

	"modernc.org/sqlite"

	"github.com/corsage-go/corsage/album"
)

// query is a statement with the words for its errors: what it does, and what it
// gives if that is one thing, which may be absent.
type query struct{ does, gives, sql string }

// conn is one connection to the database with its prepared statements, for one
// goroutine at a time. It uses the driver without database/sql, whose pool and
// conversions cost as much as a point read does.
type conn struct {
	driver   driver.Conn
	prepared map[*query]driver.StmtQueryContext
	sharing  sharingCache

	// Reused by each call, so that calls must not overlap.
	args []driver.NamedValue
	row  row
}

// connect opens a connection to the file at path, which has to exist.
func connect(path string) (*conn, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	// As a URI, so that no character of the path has a meaning of its own.
	uri := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: "mode=rw&_error_rc=1&_defensive=1"}
	connector, err := sqlite.NewConnector(uri.String())
	if err != nil {
		return nil, err
	}
	d, err := connector.Connect(context.Background())
	if err != nil {
		return nil, err
	}
	return &conn{driver: d, prepared: map[*query]driver.StmtQueryContext{}, sharing: sharingCache{}}, nil
}

func (c *conn) close() error {
	for _, s := range c.prepared {
		if err := s.(driver.Stmt).Close(); err != nil {
			return errors.Join(err, c.driver.Close())
		}
	}
	return c.driver.Close()
}

// script executes SQL that is needed once, of one or more statements.
func (c *conn) script(ctx context.Context, sql string, args ...driver.NamedValue) error {
	s, err := c.driver.Prepare(sql)
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // what it did is done
	_, err = s.(driver.StmtExecContext).ExecContext(ctx, args)
	return err
}

// each executes a query and calls f for each row, which is valid until f returns.
func (c *conn) each(q *query, f func(row) error, args ...driver.Value) error {
	rows, err := c.start(q, args)
	if err != nil {
		return fmt.Errorf("%s: %w", q.does, err)
	}
	defer rows.Close() //nolint:errcheck // resets the statement; Next has told what went wrong
	n := len(rows.Columns())
	if cap(c.row) < n {
		c.row = make(row, n)
	}
	for {
		switch err := rows.Next(c.row[:n]); {
		case err == io.EOF:
			return nil
		case err != nil:
			return fmt.Errorf("%s: %w", q.does, err)
		}
		if err := f(c.row[:n]); err != nil {
			return err
		}
	}
}

// exec executes a query that gives no rows.
func (c *conn) exec(q *query, args ...driver.Value) error {
	return c.each(q, func(row) error { return nil }, args...)
}

func (c *conn) start(q *query, args []driver.Value) (driver.Rows, error) {
	s, ok := c.prepared[q]
	if !ok {
		p, err := c.driver.Prepare(q.sql)
		if err != nil {
			return nil, err
		}
		s = p.(driver.StmtQueryContext)
		c.prepared[q] = s
	}
	c.args = c.args[:0]
	for i, v := range args {
		c.args = append(c.args, driver.NamedValue{Ordinal: i + 1, Value: v})
	}
	// Statements are short, and a context that can end would cost a goroutine each.
	return s.QueryContext(context.Background(), c.args)
}

// scanner makes something of a row.
type scanner[T any] func(*conn, row) (T, error)

// one returns what scan makes of the only row of a query; NotFound if it has none.
func one[T any](c *conn, q *query, scan scanner[T], args ...driver.Value) (v T, err error) {
	found := false
	err = c.each(q, func(r row) (err error) {
		found = true
		v, err = scan(c, r)
		return err
	}, args...)
	if err == nil && !found {
		err = album.Errorf(album.NotFound, "there is no such %s", q.gives)
	}
	return v, err
}

// list returns what scan makes of each row of a query.
func list[T any](c *conn, q *query, scan scanner[T], args ...driver.Value) (all []T, err error) {
	err = c.each(q, func(r row) error {
		v, err := scan(c, r)
		all = append(all, v)
		return err
	}, args...)
	return all, err
}

// page is list for a query that gives at most limit rows.
func page[T any](c *conn, limit int, q *query, scan scanner[T], args ...driver.Value) ([]T, error) {
	var all []T
	err := c.each(q, func(r row) error {
		if all == nil {
			all = make([]T, 0, min(limit, 100))
		}
		v, err := scan(c, r)
		all = append(all, v)
		return err
	}, args...)
	return all, err
}

// row is what a query gives. The tables are STRICT, so each column has the type
// that is asked for here.
type row []driver.Value

func (r row) text(i int) string {
	s, _ := r[i].(string)
	return s
}

func (r row) int(i int) int64 {
	n, _ := r[i].(int64)
	return n
}

func (r row) hash(i int) (h [32]byte) {
	b, _ := r[i].([]byte)
	copy(h[:], b)
	return h
}

func (r row) id(i int) album.ID { return album.ID(r.text(i)) }

func (r row) time(i int) time.Time { return time.UnixMilli(r.int(i)).UTC() }

func scanID(_ *conn, r row) (album.ID, error) { return r.id(0), nil }

func scanInt(_ *conn, r row) (int64, error) { return r.int(0), nil }
