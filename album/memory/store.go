package memory

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/corsage-go/corsage/album"
)

// Store is an album.Store in memory. NewStore makes one.
type Store struct {
	mu       sync.Mutex
	people   map[album.ID]album.Person
	albums   map[album.ID]album.Album
	photos   map[album.ID]album.Photo
	sessions map[album.ID]album.Session
	tokens   map[album.ID]album.Token
}

var _ album.Store = (*Store)(nil)

// NewStore returns an empty store.
func NewStore() *Store {
	return &Store{
		people:   map[album.ID]album.Person{},
		albums:   map[album.ID]album.Album{},
		photos:   map[album.ID]album.Photo{},
		sessions: map[album.ID]album.Session{},
		tokens:   map[album.ID]album.Token{},
	}
}

// begin takes the store for one method: `defer s.mu.Unlock()` must follow where
// the error is nil.
func (s *Store) begin(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	return nil
}

// CreatePerson implements album.PersonStore.
func (s *Store) CreatePerson(ctx context.Context, p album.Person) error {
	if err := s.begin(ctx); err != nil {
		return err
	}
	defer s.mu.Unlock()
	if _, ok := s.people[p.ID]; ok {
		return taken("person", "id")
	}
	if _, ok := find(s.people, func(q album.Person) bool { return q.Name == p.Name }); ok {
		return taken("person", "name")
	}
	p.Created = stamp(p.Created)
	s.people[p.ID] = p
	return nil
}

// Person implements album.PersonStore.
func (s *Store) Person(ctx context.Context, id album.ID) (album.Person, error) {
	if err := s.begin(ctx); err != nil {
		return album.Person{}, err
	}
	defer s.mu.Unlock()
	return get(s.people, id, "person")
}

// PersonByName implements album.PersonStore.
func (s *Store) PersonByName(ctx context.Context, name string) (album.Person, error) {
	if err := s.begin(ctx); err != nil {
		return album.Person{}, err
	}
	defer s.mu.Unlock()
	p, ok := find(s.people, func(p album.Person) bool { return p.Name == name })
	if !ok {
		return p, absent("person")
	}
	return p, nil
}

// People implements album.PersonStore.
func (s *Store) People(ctx context.Context) ([]album.Person, error) {
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	byName := func(a, b album.Person) int { return cmp.Compare(a.Name, b.Name) }
	return slices.SortedFunc(maps.Values(s.people), byName), nil
}

// SetPassword implements album.PersonStore.
func (s *Store) SetPassword(ctx context.Context, id album.ID, hash string) error {
	if err := s.begin(ctx); err != nil {
		return err
	}
	defer s.mu.Unlock()
	p, err := get(s.people, id, "person")
	if err != nil {
		return err
	}
	p.Password = hash
	s.people[id] = p
	return nil
}

// get returns the thing of an ID, or NotFound.
func get[T any](m map[album.ID]T, id album.ID, what string) (T, error) {
	v, ok := m[id]
	if !ok {
		return v, absent(what)
	}
	return v, nil
}

// find returns a thing for which is holds.
func find[T any](m map[album.ID]T, is func(T) bool) (v T, ok bool) {
	for _, v := range m {
		if is(v) {
			return v, true
		}
	}
	return v, false
}

// stamp makes a time what a store gives back: UTC, in whole milliseconds.
func stamp(t time.Time) time.Time { return time.UnixMilli(t.UnixMilli()).UTC() }

func absent(what string) error {
	return album.Errorf(album.NotFound, "there is no such %s", what)
}

func taken(what, field string) error {
	e := album.Errorf(album.Conflict, "another %s has this %s already", what, field)
	e.Field = field
	return e
}

func exhausted(whose, what string, most int) error {
	e := album.Errorf(album.Exhausted, "this %s has reached the limit of %d %s", whose, most, what)
	e.Limit = int64(most)
	return e
}
