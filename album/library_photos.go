package album

import (
	"context"
	"fmt"
)

// Photos implements Service.
func (l *Library) Photos(ctx context.Context, v Viewer, album ID, p Page) (PhotoPage, error) {
	limit, err := l.limits.rows(p.Limit)
	if err != nil {
		return PhotoPage{}, err
	}
	before, err := parseCursor(photoCursor, p.Cursor)
	if err != nil {
		return PhotoPage{}, err
	}
	a, err := l.album(ctx, album)
	if err != nil {
		return PhotoPage{}, err
	}
	if err := mayRead(v, a); err != nil {
		return PhotoPage{}, err
	}
	found, err := l.store.Photos(ctx, album, before, limit+1)
	if err != nil {
		return PhotoPage{}, fmt.Errorf("list photos of album %s: %w", album, err)
	}
	found, next := paged(found, limit, photoCursor, func(p Photo) ID { return p.ID })
	for i := range found {
		found[i] = found[i].shownTo(v, a)
	}
	return PhotoPage{Photos: found, Next: next}, nil
}

// Photo implements Service.
func (l *Library) Photo(ctx context.Context, v Viewer, id ID) (Photo, error) {
	p, a, err := l.photo(ctx, id)
	if err != nil {
		return Photo{}, err
	}
	if err := aboutPhoto(mayRead(v, a)); err != nil {
		return Photo{}, err
	}
	return p.shownTo(v, a), nil
}

// photo reads a photo and its album for whoever they may be shown to.
func (l *Library) photo(ctx context.Context, id ID) (Photo, Album, error) {
	if !id.valid() {
		return Photo{}, Album{}, noPhoto()
	}
	p, err := l.store.Photo(ctx, id)
	if err != nil {
		return Photo{}, Album{}, photoFailed("read", id, err)
	}
	a, err := l.album(ctx, p.Album)
	return p, a, aboutPhoto(err)
}

// DeletePhoto implements Service. The condition m is about the version of the
// album, which counts the changes of its photos.
func (l *Library) DeletePhoto(ctx context.Context, v Viewer, id ID, m Match) error {
	p, _, err := l.photo(ctx, id)
	if err != nil {
		return err
	}
	if err := l.deletePhoto(ctx, v, p, m); err != nil {
		return err
	}
	_ = l.blobs.Delete(context.WithoutCancel(ctx), id) // or else Sweep does it; the photo is gone
	return nil
}

func (l *Library) deletePhoto(ctx context.Context, v Viewer, p Photo, m Match) error {
	defer l.edits.under(p.Album, m)()
	a, err := l.album(ctx, p.Album)
	if err != nil {
		return aboutPhoto(err)
	}
	if err := aboutPhoto(mayManage(v, a)); err != nil {
		return err
	}
	if err := m.check("album", a.Version); err != nil {
		return err
	}
	allowed := func(Photo) error { return nil } // the rights are the album's, and have been asked
	return photoFailed("delete", p.ID, l.store.DeletePhoto(ctx, p.ID, l.clock(), allowed))
}

// aboutPhoto words an answer about an album for somebody who asked for a photo.
func aboutPhoto(err error) error {
	if err != nil && KindOf(err) == NotFound {
		return noPhoto()
	}
	return err
}

func photoFailed(verb string, id ID, err error) error {
	switch {
	case err == nil:
		return nil
	case KindOf(err) == NotFound:
		return noPhoto()
	default:
		return fmt.Errorf("%s photo %s: %w", verb, id, err)
	}
}
