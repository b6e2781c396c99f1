package sqlite

import (
	"cmp"
	"context"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"slices"

	"github.com/corsage-go/corsage/album"
)

// newest comes after every ID.
const newest = "~"

var (
	beginRead = &query{does: "begin to read", sql: "BEGIN"}

	insertRule = &query{does: "index a reading rule", sql: `
		INSERT INTO read_rules (pattern, credentials, album, owner) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`}
	deleteRules = &query{does: "take a reading rule out of the index", sql: `
		DELETE FROM read_rules WHERE album = ?`}

	albumsOfAll = &query{does: "list albums", sql: `
		SELECT ` + albumColumns + ` FROM albums WHERE id < ? ORDER BY id DESC LIMIT ?`}
	albumsOfOwner = &query{does: "list albums of a person", sql: `
		SELECT ` + albumColumns + ` FROM albums WHERE owner = ?3 AND id < ?1 ORDER BY id DESC LIMIT ?2`}
	shared = &query{does: "find shared albums", sql: `
		SELECT album FROM read_rules
		WHERE pattern = ?1 AND credentials = ?2 AND album < ?3 AND album > ?4
		ORDER BY album DESC LIMIT ?5`}
	sharedOfOwner = &query{does: "find shared albums of a person", sql: `
		SELECT album FROM read_rules
		WHERE owner = ?6 AND pattern = ?1 AND credentials = ?2 AND album < ?3 AND album > ?4
		ORDER BY album DESC LIMIT ?5`}
	albumsByIDs = &query{does: "list shared albums", sql: `
		SELECT ` + albumColumns + ` FROM albums WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id DESC`}

	ruleByPatterns = &query{does: "find a reading rule", sql: `
		SELECT a.sharing FROM json_each(?1) AS p CROSS JOIN read_rules AS r CROSS JOIN albums AS a
		WHERE r.pattern = p.value AND r.credentials = ?2 AND a.owner = r.owner AND a.id = r.album
		LIMIT 1`}
)

// insertRules indexes an album's reading rule.
func insertRules(c *conn, a album.Album) error {
	for _, p := range a.Sharing.Read.Patterns() {
		if err := c.exec(insertRule, p, number(a.Sharing.Read.Credentials), string(a.ID), string(a.Owner)); err != nil {
			return err
		}
	}
	return nil
}

func number(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// Albums implements album.AlbumStore.
func (s *Store) Albums(ctx context.Context, q album.AlbumQuery) ([]album.Album, error) {
	if err := checkLimit(q.Limit); err != nil {
		return nil, err
	}
	q.Before = cmp.Or(q.Before, newest)
	return read(ctx, s, func(c *conn) ([]album.Album, error) {
		switch {
		case q.Patterns != nil:
			return c.sharedAlbums(q)
		case q.Owner != "":
			return page(c, q.Limit, albumsOfOwner, scanAlbum, string(q.Before), int64(q.Limit), string(q.Owner))
		default:
			return page(c, q.Limit, albumsOfAll, scanAlbum, string(q.Before), int64(q.Limit))
		}
	})
}

// sharedAlbums lists albums by their reading rules, as they are at one moment.
func (c *conn) sharedAlbums(q album.AlbumQuery) (albums []album.Album, err error) {
	if err := c.exec(beginRead); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, c.exec(commit)) }()

	ids, err := c.sharedIDs(q)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	wanted, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	return page(c, len(ids), albumsByIDs, scanAlbum, string(wanted))
}

// kinds are the values of the column credentials for each selection.
var kinds = [...][]int64{album.AnyCredentials: {0, 1}, album.WithoutCredentials: {0}, album.WithCredentials: {1}}

// sharedIDs merges what the index has for each pattern and kind of rule. A
// pattern may name a million albums, but they are read from the newest on, and
// no further than the page reaches by then.
func (c *conn) sharedIDs(q album.AlbumQuery) (ids []album.ID, err error) {
	args := []driver.Value{"", int64(0), string(q.Before), "", int64(q.Limit)}
	by := shared
	if q.Owner != "" {
		by, args = sharedOfOwner, append(args, string(q.Owner))
	}
	for _, pattern := range q.Patterns {
		for _, credentials := range kinds[q.With] {
			args[0], args[1] = pattern, credentials
			if len(ids) == q.Limit {
				args[3] = string(ids[q.Limit-1]) // what is older is not needed
			}
			more, err := list(c, by, scanID, args...)
			if err != nil {
				return nil, err
			}
			ids = merge(ids, more, q.Limit)
		}
	}
	return ids, nil
}

// merge makes one list, newest first and of no more than limit, of two.
func merge(a, b []album.ID, limit int) []album.ID {
	if len(b) == 0 {
		return a
	}
	a = append(a, b...)
	slices.SortFunc(a, func(x, y album.ID) int { return cmp.Compare(y, x) })
	a = slices.Compact(a)
	return a[:min(limit, len(a))]
}

// ReadRule implements album.AlbumStore.
func (s *Store) ReadRule(ctx context.Context, patterns []string) (album.Rule, error) {
	text, err := json.Marshal(patterns)
	if err != nil {
		return album.Rule{}, err
	}
	return read(ctx, s, func(c *conn) (album.Rule, error) {
		for _, credentials := range []bool{true, false} {
			found, err := list(c, ruleByPatterns, scanRule, string(text), number(credentials))
			if err != nil || len(found) > 0 {
				return first(found), err
			}
		}
		return album.Rule{}, album.Errorf(album.NotFound, "no album may be read by these sites")
	})
}

func scanRule(c *conn, r row) (album.Rule, error) {
	sharing, err := c.sharing.decode(r.text(0))
	return sharing.Read, err
}

func first[T any](list []T) (v T) {
	if len(list) > 0 {
		v = list[0]
	}
	return v
}
