package memory

import (
	"context"
	"slices"
	"time"

	"github.com/corsage-go/corsage/album"
)

// PutPhoto implements album.PhotoStore. Putting a photo in the place of another
// is possible in a full album too, for it holds no more photos afterwards.
func (s *Store) PutPhoto(ctx context.Context, p album.Photo, replace bool, most int) (album.ID, error) {
	if err := s.begin(ctx); err != nil {
		return "", err
	}
	defer s.mu.Unlock()
	a, err := get(s.albums, p.Album, "album")
	if err != nil {
		return "", err
	}
	if _, ok := s.photos[p.ID]; ok {
		return "", taken("photo", "id")
	}
	old := s.photoNamed(p.Album, p.Name)
	switch {
	case old != "" && !replace:
		return "", taken("photo", "name")
	case old == "" && a.Photos >= most:
		return "", exhausted("album", "photos", most)
	}
	delete(s.photos, old)
	s.photos[p.ID] = whole(p)
	s.count(p.Album, p.Created)
	return old, nil
}

// count writes into the album what its photos, changed at time now, come to.
func (s *Store) count(id album.ID, now time.Time) {
	a := s.albums[id]
	photos := s.photosOf(id)
	a.Photos, a.Cover = len(photos), ""
	if len(photos) > 0 {
		a.Cover = photos[0].ID
	}
	a.Updated = stamp(now)
	a.Version++
	s.albums[id] = a
}

// photosOf lists an album's photos, newest first.
func (s *Store) photosOf(id album.ID) []album.Photo {
	var list []album.Photo
	for _, p := range s.photos {
		if p.Album == id {
			list = append(list, p)
		}
	}
	return newest(list, len(list), func(p album.Photo) album.ID { return p.ID })
}

// photoNamed returns the ID of the album's photo of that name, "" if none.
func (s *Store) photoNamed(id album.ID, name string) album.ID {
	p, _ := find(s.photos, func(p album.Photo) bool { return p.Album == id && p.Name == name })
	return p.ID
}

// Photo implements album.PhotoStore.
func (s *Store) Photo(ctx context.Context, id album.ID) (album.Photo, error) {
	if err := s.begin(ctx); err != nil {
		return album.Photo{}, err
	}
	defer s.mu.Unlock()
	p, err := get(s.photos, id, "photo")
	return whole(p), err
}

// PhotoByName implements album.PhotoStore.
func (s *Store) PhotoByName(ctx context.Context, id album.ID, name string) (album.Photo, error) {
	if err := s.begin(ctx); err != nil {
		return album.Photo{}, err
	}
	defer s.mu.Unlock()
	p, err := get(s.photos, s.photoNamed(id, name), "photo")
	return whole(p), err
}

// Photos implements album.PhotoStore.
func (s *Store) Photos(ctx context.Context, id, before album.ID, limit int) ([]album.Photo, error) {
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	if err := checkLimit(limit); err != nil {
		return nil, err
	}
	var page []album.Photo
	for _, p := range s.photosOf(id) {
		if len(page) < limit && (before == "" || p.ID < before) {
			page = append(page, whole(p))
		}
	}
	return page, nil
}

// DeletePhoto implements album.PhotoStore. The store is locked while check runs,
// so check must not call the store.
func (s *Store) DeletePhoto(ctx context.Context, id album.ID, now time.Time, check func(album.Photo) error) error {
	if err := s.begin(ctx); err != nil {
		return err
	}
	defer s.mu.Unlock()
	p, err := get(s.photos, id, "photo")
	if err != nil {
		return err
	}
	if err := check(whole(p)); err != nil {
		return err
	}
	delete(s.photos, id)
	s.count(p.Album, now)
	return nil
}

// whole copies a photo so that the store and its callers share no slice.
func whole(p album.Photo) album.Photo {
	p.Created = stamp(p.Created)
	p.Redaction = slices.Clone(p.Redaction)
	for i, e := range p.Redaction {
		p.Redaction[i].With = slices.Clone(e.With)
	}
	return p
}
