package sqlite

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/corsage-go/corsage/album"
)

const photoColumns = "id, album, owner, name, type, size, width, height, hash, created, redaction"

var (
	insertPhoto = &query{does: "add a photo", sql: `
		INSERT INTO photos (` + photoColumns + `) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`}
	photoByID = &query{does: "read a photo", gives: "photo", sql: `
		SELECT ` + photoColumns + ` FROM photos WHERE id = ?`}
	photoByName = &query{does: "read a photo", gives: "photo", sql: `
		SELECT ` + photoColumns + ` FROM photos WHERE album = ? AND name = ?`}
	photosByAlbum = &query{does: "list photos", sql: `
		SELECT ` + photoColumns + ` FROM photos WHERE album = ? AND id < ? ORDER BY id DESC LIMIT ?`}
	photosAfter = &query{does: "list all photos", sql: `
		SELECT ` + photoColumns + ` FROM photos WHERE id > ? ORDER BY id LIMIT 500`}
	takePhoto = &query{does: "make room for a photo", sql: `
		DELETE FROM photos WHERE album = ? AND name = ? RETURNING id`}
	deletePhoto = &query{does: "delete a photo", sql: `
		DELETE FROM photos WHERE album = ? AND id = ?`}

	// The newest photo is the last of its album's, so max is a look-up.
	countPhotos = &query{does: "count a photo", gives: "album", sql: `
		UPDATE albums SET photos = photos + ?2, updated = ?3, version = version + 1,
			cover = ifnull((SELECT max(id) FROM photos WHERE album = ?1), '')
		WHERE id = ?1 RETURNING photos`}
)

func scanPhoto(_ *conn, r row) (album.Photo, error) {
	p := album.Photo{
		ID: r.id(0), Album: r.id(1), Owner: r.id(2), Name: r.text(3), Type: r.text(4), Size: r.int(5),
		Width: int(r.int(6)), Height: int(r.int(7)), Hash: r.text(8), Created: r.time(9),
	}
	if text := r.text(10); text != "" {
		if err := json.Unmarshal([]byte(text), &p.Redaction); err != nil {
			return p, fmt.Errorf("photo %s: read its redaction: %w", p.ID, err)
		}
	}
	return p, nil
}

func encodeRedaction(edits []album.Edit) (string, error) {
	if len(edits) == 0 {
		return "", nil
	}
	b, err := json.Marshal(edits)
	return string(b), err
}

// PutPhoto implements album.PhotoStore. Putting a photo in the place of another
// is possible in a full album too, for it holds no more photos afterwards.
func (s *Store) PutPhoto(ctx context.Context, p album.Photo, replace bool, most int) (replaced album.ID, err error) {
	redaction, err := encodeRedaction(p.Redaction)
	if err != nil {
		return "", err
	}
	err = s.write(ctx, func(c *conn) error {
		if replace {
			old, err := list(c, takePhoto, scanID, string(p.Album), p.Name)
			if err != nil {
				return err
			}
			replaced = first(old)
		}
		err := c.exec(insertPhoto, string(p.ID), string(p.Album), string(p.Owner), p.Name, p.Type, p.Size,
			int64(p.Width), int64(p.Height), p.Hash, p.Created.UnixMilli(), redaction)
		if err != nil {
			return refused(err, "photo", "album")
		}
		more := number(replaced == "")
		// Counted after it is in: Conflict goes before Exhausted.
		photos, err := one(c, countPhotos, scanInt, string(p.Album), more, p.Created.UnixMilli())
		if err == nil && photos > int64(most) && more > 0 {
			return exhausted("album", "photos", most)
		}
		return err
	})
	if err != nil {
		return "", err
	}
	return replaced, nil
}

// Photo implements album.PhotoStore.
func (s *Store) Photo(ctx context.Context, id album.ID) (album.Photo, error) {
	return read(ctx, s, func(c *conn) (album.Photo, error) {
		return one(c, photoByID, scanPhoto, string(id))
	})
}

// PhotoByName implements album.PhotoStore.
func (s *Store) PhotoByName(ctx context.Context, id album.ID, name string) (album.Photo, error) {
	return read(ctx, s, func(c *conn) (album.Photo, error) {
		return one(c, photoByName, scanPhoto, string(id), name)
	})
}

// Photos implements album.PhotoStore.
func (s *Store) Photos(ctx context.Context, id, before album.ID, limit int) ([]album.Photo, error) {
	if err := checkLimit(limit); err != nil {
		return nil, err
	}
	return read(ctx, s, func(c *conn) ([]album.Photo, error) {
		return page(c, limit, photosByAlbum, scanPhoto, string(id), cmp.Or(string(before), newest), int64(limit))
	})
}

// DeletePhoto implements album.PhotoStore. See the package's documentation for
// what check must not do.
func (s *Store) DeletePhoto(ctx context.Context, id album.ID, now time.Time, check func(album.Photo) error) error {
	return s.write(ctx, func(c *conn) error {
		p, err := one(c, photoByID, scanPhoto, string(id))
		if err != nil {
			return err
		}
		if err := check(p); err != nil {
			return err
		}
		if err := c.exec(deletePhoto, string(p.Album), string(id)); err != nil {
			return err
		}
		_, err = one(c, countPhotos, scanInt, string(p.Album), int64(-1), now.UnixMilli())
		return err
	})
}

// EachPhoto calls f for every photo of every album, oldest first, until f fails.
// Photos that come or go meanwhile may be missed.
func (s *Store) EachPhoto(ctx context.Context, f func(album.Photo) error) error {
	for after := album.ID(""); ; {
		some, err := read(ctx, s, func(c *conn) ([]album.Photo, error) {
			return list(c, photosAfter, scanPhoto, string(after))
		})
		if err != nil || len(some) == 0 {
			return err
		}
		for _, p := range some {
			if err := f(p); err != nil {
				return err
			}
			after = p.ID
		}
	}
}
