package sqlite_test

import (
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/album/sqlite"
)

// The library of the benchmarks: every album is shared with one site, every
// third with any.
const (
	benchPeople = 100
	benchAlbums = 100 // of each person
	benchPhotos = 100 // in the first album
)

var (
	now     = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)
	pattern = "https://*.partner.example"
)

// id makes an ID that sorts by n.
func id(kind byte, n int) album.ID { return album.ID(fmt.Sprintf("0%09d%016d", n, kind)) }

func filled(b *testing.B) *sqlite.Store {
	s := open(b, filepath.Join(b.TempDir(), "corsage.db"))
	must := func(err error) {
		if err != nil {
			b.Fatal(err)
		}
	}
	for n := range benchPeople {
		p := album.Person{ID: id('p', n), Name: fmt.Sprint("person ", n), Created: now}
		must(s.CreatePerson(b.Context(), p))
		for m := range benchAlbums {
			must(s.CreateAlbum(b.Context(), benchAlbum(n, m), benchAlbums))
		}
		must(s.CreateSession(b.Context(), album.Session{ID: id('s', n), Hash: sha256.Sum256([]byte{byte(n)}), Person: p.ID, Expires: now}, 1))
		must(s.CreateToken(b.Context(), album.Token{ID: id('t', n), Hash: sha256.Sum256([]byte{byte(n)}), Person: p.ID, Origin: "https://a.partner.example", Scopes: album.Scopes(n%7 + 1), Expires: now}, 1))
	}
	for n := range benchPhotos {
		a := benchAlbum(0, 0)
		_, err := s.PutPhoto(b.Context(), album.Photo{ID: id('f', n), Album: a.ID, Owner: a.Owner, Name: fmt.Sprint("photo ", n), Type: "image/jpeg", Hash: fmt.Sprintf("%064d", n), Created: now}, false, benchPhotos)
		must(err)
	}
	return s
}

func benchAlbum(person, n int) album.Album {
	a := album.Album{ID: id('a', n*benchPeople+person), Owner: id('p', person), Name: fmt.Sprint("album ", n), Created: now, Updated: now, Version: 1}
	a.Sharing.Read = album.Rule{Sites: album.ChosenSites, Origins: []string{pattern, fmt.Sprintf("https://site-%d.example", person)}}
	if n%3 == 0 {
		a.Sharing.Read = album.Rule{Sites: album.AnySite}
	}
	return a
}

// benchRead measures one read, from one goroutine and from many.
func benchRead(b *testing.B, do func(s *sqlite.Store, i int) error) {
	s := filled(b)
	b.Run("serial", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			if err := do(s, i); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("parallel", func(b *testing.B) {
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			for i := 0; pb.Next(); i++ {
				if err := do(s, i); err != nil {
					b.Error(err)
					return
				}
			}
		})
	})
}

func BenchmarkAlbum(b *testing.B) {
	benchRead(b, func(s *sqlite.Store, i int) error {
		_, err := s.Album(b.Context(), id('a', i%(benchPeople*benchAlbums)))
		return err
	})
}

func BenchmarkPhoto(b *testing.B) {
	benchRead(b, func(s *sqlite.Store, i int) error {
		_, err := s.Photo(b.Context(), id('f', i%benchPhotos))
		return err
	})
}

func BenchmarkSession(b *testing.B) {
	benchRead(b, func(s *sqlite.Store, i int) error {
		_, err := s.SessionByHash(b.Context(), sha256.Sum256([]byte{byte(i % benchPeople)}))
		return err
	})
}

func BenchmarkTokenScopes(b *testing.B) {
	benchRead(b, func(s *sqlite.Store, _ int) error {
		_, err := s.TokenScopes(b.Context(), "https://a.partner.example", now.Add(-1))
		return err
	})
}

func BenchmarkReadRule(b *testing.B) {
	benchRead(b, func(s *sqlite.Store, _ int) error {
		_, err := s.ReadRule(b.Context(), []string{"https://a.partner.example", pattern, "https://*.example", "*"})
		return err
	})
}

// BenchmarkAlbums50 lists 50 albums, in the ways in which that can be asked for.
func BenchmarkAlbums50(b *testing.B) {
	patterns := []string{"https://a.partner.example", "https://a.partner.example:*", pattern, "https://*.partner.example:*", "https://*.example", "https://*.example:*", "*"}
	for _, q := range []struct {
		name  string
		query album.AlbumQuery
	}{
		{"owner", album.AlbumQuery{Owner: id('p', 7)}},
		{"site", album.AlbumQuery{Patterns: patterns, With: album.WithoutCredentials}},
		{"owner and site", album.AlbumQuery{Owner: id('p', 7), Patterns: patterns}},
	} {
		q.query.Limit = 50
		b.Run(q.name, func(b *testing.B) {
			benchRead(b, func(s *sqlite.Store, _ int) error {
				albums, err := s.Albums(b.Context(), q.query)
				if err == nil && len(albums) != q.query.Limit {
					err = fmt.Errorf("got %d albums", len(albums))
				}
				return err
			})
		})
	}
}

// BenchmarkCreateAlbum makes albums durable, one after another and by many at a
// time, who share flushes.
func BenchmarkCreateAlbum(b *testing.B) {
	create := func(b *testing.B) func() error {
		s := open(b, filepath.Join(b.TempDir(), "corsage.db"))
		if err := s.CreatePerson(b.Context(), album.Person{ID: id('p', 0), Created: now}); err != nil {
			b.Fatal(err)
		}
		var made atomic.Int64
		return func() error {
			n := int(made.Add(1))
			a := benchAlbum(0, n)
			a.Name = fmt.Sprint(n)
			return s.CreateAlbum(b.Context(), a, 1<<30)
		}
	}
	b.Run("serial", func(b *testing.B) {
		do := create(b)
		for b.Loop() {
			if err := do(); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("parallel", func(b *testing.B) {
		do := create(b)
		b.SetParallelism(32)
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if err := do(); err != nil {
					b.Error(err)
					return
				}
			}
		})
	})
}
