package sqlite

import (
	"context"
	"fmt"

	"github.com/corsage-go/corsage/album"
)

const albumColumns = "id, owner, name, created, updated, version, photos, cover, sharing, sharing_version"

var (
	insertAlbum = &query{does: "add an album", sql: `
		INSERT INTO albums (id, owner, name, created, updated, version, sharing, sharing_version)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`}
	countAlbum = &query{does: "count an album", sql: `
		UPDATE people SET albums = albums + 1 WHERE id = ? AND albums < ? RETURNING albums`}
	uncountAlbum = &query{does: "count an album out", sql: `
		UPDATE people SET albums = albums - 1 WHERE id = ?`}
	albumByID = &query{does: "read an album", gives: "album", sql: `
		SELECT ` + albumColumns + ` FROM albums WHERE id = ?`}
	albumByName = &query{does: "read an album", gives: "album", sql: `
		SELECT ` + albumColumns + ` FROM albums WHERE owner = ? AND name = ?`}
	updateAlbum = &query{does: "change an album", sql: `
		UPDATE albums SET name = ?3, created = ?4, updated = ?5, version = ?6, sharing = ?7, sharing_version = ?8
		WHERE owner = ?1 AND id = ?2`}
	deleteAlbum = &query{does: "delete an album", sql: `
		DELETE FROM albums WHERE owner = ? AND id = ?`}
	photosOfAlbum = &query{does: "list the photos of an album", sql: `
		SELECT id FROM photos WHERE album = ? ORDER BY id`}
)

func scanAlbum(c *conn, r row) (album.Album, error) {
	sharing, err := c.sharing.decode(r.text(8))
	if err != nil {
		return album.Album{}, fmt.Errorf("album %s: %w", r.id(0), err)
	}
	sharing.Version = r.int(9)
	return album.Album{
		ID: r.id(0), Owner: r.id(1), Name: r.text(2), Created: r.time(3), Updated: r.time(4),
		Version: r.int(5), Photos: int(r.int(6)), Cover: r.id(7), Sharing: sharing,
	}, nil
}

// CreateAlbum implements album.AlbumStore.
func (s *Store) CreateAlbum(ctx context.Context, a album.Album, most int) error {
	sharing, err := encodeSharing(a.Sharing)
	if err != nil {
		return err
	}
	return s.write(ctx, func(c *conn) error {
		err := c.exec(insertAlbum, string(a.ID), string(a.Owner), a.Name,
			a.Created.UnixMilli(), a.Updated.UnixMilli(), a.Version, sharing, a.Sharing.Version)
		if err != nil {
			return refused(err, "album", "person")
		}
		// Counted after it is in: Conflict goes before Exhausted.
		switch counted, err := list(c, countAlbum, scanInt, string(a.Owner), int64(most)); {
		case err != nil:
			return err
		case len(counted) == 0:
			return exhausted("person", "albums", most)
		}
		return insertRules(c, a)
	})
}

// Album implements album.AlbumStore.
func (s *Store) Album(ctx context.Context, id album.ID) (album.Album, error) {
	return read(ctx, s, func(c *conn) (album.Album, error) {
		return one(c, albumByID, scanAlbum, string(id))
	})
}

// AlbumByName implements album.AlbumStore.
func (s *Store) AlbumByName(ctx context.Context, owner album.ID, name string) (album.Album, error) {
	return read(ctx, s, func(c *conn) (album.Album, error) {
		return one(c, albumByName, scanAlbum, string(owner), name)
	})
}

// UpdateAlbum implements album.AlbumStore. See the package's documentation for
// what change must not do.
func (s *Store) UpdateAlbum(ctx context.Context, id album.ID, change func(*album.Album) error) (a album.Album, err error) {
	err = s.write(ctx, func(c *conn) error {
		old, err := one(c, albumByID, scanAlbum, string(id))
		if err != nil {
			return err
		}
		a = old
		if err := change(&a); err != nil {
			return err
		}
		a.ID, a.Owner, a.Photos, a.Cover = old.ID, old.Owner, old.Photos, old.Cover
		if err := rewriteAlbum(c, a); err != nil {
			return err
		}
		a, err = one(c, albumByID, scanAlbum, string(id))
		return err
	})
	if err != nil {
		return album.Album{}, err
	}
	return a, nil
}

func rewriteAlbum(c *conn, a album.Album) error {
	sharing, err := encodeSharing(a.Sharing)
	if err != nil {
		return err
	}
	err = c.exec(updateAlbum, string(a.Owner), string(a.ID), a.Name,
		a.Created.UnixMilli(), a.Updated.UnixMilli(), a.Version, sharing, a.Sharing.Version)
	if err != nil {
		return refused(err, "album", "person")
	}
	if err := c.exec(deleteRules, string(a.ID)); err != nil {
		return err
	}
	return insertRules(c, a)
}

// DeleteAlbum implements album.AlbumStore. See the package's documentation for
// what check must not do.
func (s *Store) DeleteAlbum(ctx context.Context, id album.ID, check func(album.Album) error) (photos []album.ID, err error) {
	err = s.write(ctx, func(c *conn) error {
		a, err := one(c, albumByID, scanAlbum, string(id))
		if err != nil {
			return err
		}
		if err := check(a); err != nil {
			return err
		}
		photos, err = list(c, photosOfAlbum, scanID, string(id))
		if err != nil {
			return err
		}
		if err := c.exec(uncountAlbum, string(a.Owner)); err != nil {
			return err
		}
		return c.exec(deleteAlbum, string(a.Owner), string(id)) // its photos and rules go with it
	})
	if err != nil {
		return nil, err
	}
	return photos, nil
}
