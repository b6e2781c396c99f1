package memory

import (
	"cmp"
	"context"
	"slices"

	"github.com/corsage-go/corsage/album"
)

// CreateAlbum implements album.AlbumStore.
func (s *Store) CreateAlbum(ctx context.Context, a album.Album, most int) error {
	if err := s.begin(ctx); err != nil {
		return err
	}
	defer s.mu.Unlock()
	if _, err := get(s.people, a.Owner, "person"); err != nil {
		return err
	}
	if _, ok := s.albums[a.ID]; ok {
		return taken("album", "id")
	}
	if s.albumNamed(a.Owner, a.Name) != "" {
		return taken("album", "name")
	}
	if s.albumsOf(a.Owner) >= most {
		return exhausted("person", "albums", most)
	}
	a.Photos, a.Cover = 0, ""
	s.albums[a.ID] = kept(a)
	return nil
}

// albumNamed returns the ID of the owner's album of that name, "" if none.
func (s *Store) albumNamed(owner album.ID, name string) album.ID {
	a, _ := find(s.albums, func(a album.Album) bool { return a.Owner == owner && a.Name == name })
	return a.ID
}

func (s *Store) albumsOf(owner album.ID) (n int) {
	for _, a := range s.albums {
		if a.Owner == owner {
			n++
		}
	}
	return n
}

// Album implements album.AlbumStore.
func (s *Store) Album(ctx context.Context, id album.ID) (album.Album, error) {
	if err := s.begin(ctx); err != nil {
		return album.Album{}, err
	}
	defer s.mu.Unlock()
	a, err := get(s.albums, id, "album")
	return kept(a), err
}

// AlbumByName implements album.AlbumStore.
func (s *Store) AlbumByName(ctx context.Context, owner album.ID, name string) (album.Album, error) {
	if err := s.begin(ctx); err != nil {
		return album.Album{}, err
	}
	defer s.mu.Unlock()
	a, err := get(s.albums, s.albumNamed(owner, name), "album")
	return kept(a), err
}

// Albums implements album.AlbumStore.
func (s *Store) Albums(ctx context.Context, q album.AlbumQuery) ([]album.Album, error) {
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	if err := checkLimit(q.Limit); err != nil {
		return nil, err
	}
	var found []album.Album
	for _, a := range s.albums {
		if asked(q, a) {
			found = append(found, kept(a))
		}
	}
	return newest(found, q.Limit, func(a album.Album) album.ID { return a.ID }), nil
}

// asked reports whether the query asks for the album.
func asked(q album.AlbumQuery, a album.Album) bool {
	return (q.Owner == "" || a.Owner == q.Owner) &&
		(q.Before == "" || a.ID < q.Before) &&
		(q.Patterns == nil || names(a.Sharing.Read, q.Patterns) && selects(q.With, a.Sharing.Read))
}

// names reports whether the rule names one of the patterns.
func names(r album.Rule, patterns []string) bool {
	return slices.ContainsFunc(r.Patterns(), func(p string) bool { return slices.Contains(patterns, p) })
}

func selects(with album.Credentials, r album.Rule) bool {
	switch with {
	case album.WithCredentials:
		return r.Credentials
	case album.WithoutCredentials:
		return !r.Credentials
	default:
		return true
	}
}

// UpdateAlbum implements album.AlbumStore. The store is locked while change
// runs, so change must not call the store.
func (s *Store) UpdateAlbum(ctx context.Context, id album.ID, change func(*album.Album) error) (album.Album, error) {
	if err := s.begin(ctx); err != nil {
		return album.Album{}, err
	}
	defer s.mu.Unlock()
	old, err := get(s.albums, id, "album")
	if err != nil {
		return album.Album{}, err
	}
	a := kept(old)
	if err := change(&a); err != nil {
		return album.Album{}, err
	}
	a.ID, a.Owner, a.Photos, a.Cover = old.ID, old.Owner, old.Photos, old.Cover
	if a.Name != old.Name && s.albumNamed(a.Owner, a.Name) != "" {
		return album.Album{}, taken("album", "name")
	}
	s.albums[id] = kept(a)
	return kept(a), nil
}

// DeleteAlbum implements album.AlbumStore. The store is locked while check runs,
// so check must not call the store.
func (s *Store) DeleteAlbum(ctx context.Context, id album.ID, check func(album.Album) error) ([]album.ID, error) {
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	a, err := get(s.albums, id, "album")
	if err != nil {
		return nil, err
	}
	if err := check(kept(a)); err != nil {
		return nil, err
	}
	var photos []album.ID
	for _, p := range s.photosOf(id) {
		photos = append(photos, p.ID)
		delete(s.photos, p.ID)
	}
	delete(s.albums, id)
	return photos, nil
}

// ReadRule implements album.AlbumStore.
func (s *Store) ReadRule(ctx context.Context, patterns []string) (album.Rule, error) {
	if err := s.begin(ctx); err != nil {
		return album.Rule{}, err
	}
	defer s.mu.Unlock()
	for _, credentials := range []bool{true, false} {
		a, ok := find(s.albums, func(a album.Album) bool {
			return a.Sharing.Read.Credentials == credentials && names(a.Sharing.Read, patterns)
		})
		if ok {
			return kept(a).Sharing.Read, nil
		}
	}
	return album.Rule{}, absent("rule")
}

// kept copies an album so that the store and its callers share no slice, with
// times as a store gives them back.
func kept(a album.Album) album.Album {
	a.Created, a.Updated = stamp(a.Created), stamp(a.Updated)
	a.Sharing.Read.Origins = slices.Clone(a.Sharing.Read.Origins)
	a.Sharing.Change.Origins = slices.Clone(a.Sharing.Change.Origins)
	return a
}

// newest sorts a list by ID, descending, and cuts it to limit.
func newest[T any](list []T, limit int, id func(T) album.ID) []T {
	slices.SortFunc(list, func(a, b T) int { return cmp.Compare(id(b), id(a)) })
	return list[:min(limit, len(list))]
}

func checkLimit(limit int) error {
	if limit < 1 {
		return album.Errorf(album.Invalid, "a list needs a limit of at least 1, not %d", limit)
	}
	return nil
}
