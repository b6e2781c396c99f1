package album

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Albums implements Service.
func (l *Library) Albums(ctx context.Context, v Viewer, p Page) (AlbumPage, error) {
	limit, err := l.limits.rows(p.Limit)
	if err != nil {
		return AlbumPage{}, err
	}
	before, err := parseCursor(albumCursor, p.Cursor)
	if err != nil {
		return AlbumPage{}, err
	}
	v, query, err := l.listing(ctx, v)
	if err != nil {
		return AlbumPage{}, err
	}
	query.Before, query.Limit = before, limit+1
	found, err := l.store.Albums(ctx, query)
	if err != nil {
		return AlbumPage{}, fmt.Errorf("list albums: %w", err)
	}
	found, next := paged(found, limit, albumCursor, func(a Album) ID { return a.ID })
	return AlbumPage{Albums: shownAlbums(v, found), Next: next}, nil
}

// listing returns as whom the viewer gets a list, and the query for it.
func (l *Library) listing(ctx context.Context, v Viewer) (Viewer, AlbumQuery, error) {
	own, ok := ownAlbums(v)
	if ok && own.With == WithCredentials {
		var err error
		if ok, err = l.some(ctx, own); err != nil {
			return v, own, err
		}
	}
	if !ok {
		return Viewer{Site: v.Site}, anybodysAlbums(v.Site), nil
	}
	return v, own, v.needs(ScopeRead)
}

// some reports whether there are any such albums. If no rule with credentials of
// the person names the site, it is not for the site to find out who its visitor
// is.
func (l *Library) some(ctx context.Context, q AlbumQuery) (bool, error) {
	q.Limit = 1
	found, err := l.store.Albums(ctx, q)
	if err != nil {
		return false, fmt.Errorf("look for albums: %w", err)
	}
	return len(found) > 0, nil
}

// shownAlbums keeps what the viewer may read. The store's index of rules has
// chosen the rows; it is the rules themselves that decide.
func shownAlbums(v Viewer, found []Album) []Album {
	found = slices.DeleteFunc(found, func(a Album) bool { return mayRead(v, a) != nil })
	for i := range found {
		found[i] = found[i].shownTo(v)
	}
	return found
}

// CreateAlbum implements Service.
func (l *Library) CreateAlbum(ctx context.Context, v Viewer, name string, reuse bool) (Album, bool, error) {
	if err := mayCreate(v); err != nil {
		return Album{}, false, err
	}
	a, err := l.newAlbum(v, name)
	if err != nil {
		return Album{}, false, err
	}
	err = l.store.CreateAlbum(ctx, a, l.limits.AlbumsPerson)
	if err == nil {
		return a.shownTo(v), true, nil
	}
	if kind := KindOf(err); reuse && (kind == Conflict || kind == Exhausted) {
		if old, ok, err := l.reusable(ctx, v, a.Name); ok || err != nil {
			return old, false, err
		}
	}
	return Album{}, false, l.createFailed(a.Name, err)
}

func (l *Library) newAlbum(v Viewer, name string) (a Album, err error) {
	if name, err = cleanName("name", name, l.limits.NameBytes); err != nil {
		return Album{}, err
	}
	sharing, err := l.firstSharing(v)
	if err != nil {
		return Album{}, err
	}
	id, err := l.newID()
	if err != nil {
		return Album{}, err
	}
	now := l.clock()
	return Album{ID: id, Owner: v.Person, Name: name, Created: now, Updated: now, Version: 1, Sharing: sharing}, nil
}

// reusable finds the person's album of that name, if this viewer may see it.
// That one exists is told in any case: the name is taken.
func (l *Library) reusable(ctx context.Context, v Viewer, name string) (Album, bool, error) {
	old, err := l.store.AlbumByName(ctx, v.Person, name)
	switch {
	case err != nil && KindOf(err) == NotFound:
		return Album{}, false, nil
	case err != nil:
		return Album{}, false, fmt.Errorf("look for album %q: %w", clip(name), err)
	case mayRead(v, old) != nil:
		return Album{}, false, nil
	}
	return old.shownTo(v), true, nil
}

func (l *Library) createFailed(name string, err error) error {
	switch KindOf(err) {
	case Conflict:
		return albumNameTaken(name)
	case Exhausted:
		return exhausted(l.limits.AlbumsPerson, "you have %d albums, which is the limit; delete one first", l.limits.AlbumsPerson)
	default:
		return fmt.Errorf("create album: %w", err)
	}
}

// Album implements Service.
func (l *Library) Album(ctx context.Context, v Viewer, id ID) (Album, error) {
	a, err := l.album(ctx, id)
	if err != nil {
		return Album{}, err
	}
	if err := mayRead(v, a); err != nil {
		return Album{}, err
	}
	return a.shownTo(v), nil
}

// album reads an album for whoever it may be shown to.
func (l *Library) album(ctx context.Context, id ID) (Album, error) {
	if !id.valid() { // a text from outside does not reach the store
		return Album{}, noAlbum()
	}
	a, err := l.store.Album(ctx, id)
	return a, albumFailed("read", id, err)
}

// albumFailed words the error of a store about an album. What a check of ours
// objected to comes back through the store as it is.
func albumFailed(verb string, id ID, err error) error {
	switch {
	case err == nil:
		return nil
	case KindOf(err) == NotFound:
		return noAlbum()
	case KindOf(err) == Internal:
		return fmt.Errorf("%s album %s: %w", verb, id, err)
	default:
		return err
	}
}

// RenameAlbum implements Service.
func (l *Library) RenameAlbum(ctx context.Context, v Viewer, id ID, name string, m Match) (Album, error) {
	name, badName := cleanName("name", name, l.limits.NameBytes)
	a, err := l.updateAlbum(ctx, id, func(a *Album) error {
		if err := mayManage(v, *a); err != nil {
			return err
		}
		if badName != nil {
			return badName
		}
		if err := m.check("album", a.Version); err != nil {
			return err
		}
		if a.Name != name {
			a.Name, a.Updated = name, l.clock()
			a.Version++
		}
		return nil
	})
	if KindOf(err) == Conflict {
		return Album{}, albumNameTaken(name)
	}
	return a.shownTo(v), err
}

// updateAlbum lets change edit the album, with no other edit in between.
func (l *Library) updateAlbum(ctx context.Context, id ID, change func(*Album) error) (Album, error) {
	if !id.valid() {
		return Album{}, noAlbum()
	}
	defer l.edits.shared(id)()
	a, err := l.store.UpdateAlbum(ctx, id, change)
	return a, albumFailed("update", id, err)
}

// DeleteAlbum implements Service.
func (l *Library) DeleteAlbum(ctx context.Context, v Viewer, id ID, m Match) error {
	if !id.valid() {
		return noAlbum()
	}
	photos, err := l.deleteAlbum(ctx, v, id, m)
	if err != nil {
		return albumFailed("delete", id, err)
	}
	// The album is gone, whether the caller waits or not. A blob that cannot be
	// removed now is nobody's, and Sweep's.
	ctx = context.WithoutCancel(ctx)
	for _, photo := range photos {
		_ = l.blobs.Delete(ctx, photo)
	}
	return nil
}

func (l *Library) deleteAlbum(ctx context.Context, v Viewer, id ID, m Match) ([]ID, error) {
	defer l.edits.shared(id)()
	return l.store.DeleteAlbum(ctx, id, func(a Album) error {
		if err := mayManage(v, a); err != nil {
			return err
		}
		return m.check("album", a.Version)
	})
}

// check returns Stale unless the condition holds for the current version.
func (m Match) check(what string, current int64) error {
	if m.Versions == nil || slices.Contains(m.Versions, current) {
		return nil
	}
	asked := make([]string, 0, len(m.Versions))
	for _, n := range m.Versions {
		asked = append(asked, strconv.FormatInt(n, 10))
	}
	if len(asked) == 0 {
		asked = append(asked, "none")
	}
	return Errorf(Stale, "the %s has changed meanwhile: it is at version %d now, and this edit is for version %s; read it again, and then decide",
		what, current, clip(strings.Join(asked, " or ")))
}

func albumNameTaken(name string) error {
	return &Error{Kind: Conflict, Field: "name", Detail: fmt.Sprintf("an album named %q exists already; choose another name", clip(name))}
}

func exhausted(limit int, format string, args ...any) error {
	e := Errorf(Exhausted, format, args...)
	e.Limit = int64(limit)
	return e
}
