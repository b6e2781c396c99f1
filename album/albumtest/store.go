package albumtest

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"reflect"
	"sync/atomic"
	"testing"
	"time"

	"github.com/corsage-go/corsage/album"
)

// TestStore proves that the stores which open returns keep the contract of
// album.Store. Each call of open gives an empty store, and sees to it that the
// store is closed when the test ends.
func TestStore(t *testing.T, open func(t *testing.T) album.Store) {
	groups := []struct {
		name  string
		tests []storeTest
	}{
		{"people", peopleTests},
		{"albums", albumTests},
		{"albums by query", queryTests},
		{"photos", photoTests},
		{"sessions", sessionTests},
		{"tokens", tokenTests},
		{"at the same time", raceTests},
		{"contexts", contextTests},
	}
	for _, g := range groups {
		t.Run(g.name, func(t *testing.T) {
			for _, test := range g.tests {
				t.Run(test.promise, func(t *testing.T) { test.prove(newFixture(t, open(t))) })
			}
		})
	}
}

// storeTest is one promise of the contract, and its proof on an empty store.
type storeTest struct {
	promise string
	prove   func(f *fixture)
}

// fixture is a store under test, and what a test needs to fill it.
type fixture struct {
	*testing.T
	album.Store
	ctx  context.Context
	made atomic.Int64 // how many IDs have been made
}

func newFixture(t *testing.T, s album.Store) *fixture {
	return &fixture{T: t, Store: s, ctx: t.Context()}
}

// noon is when things happen in the tests: a time in whole milliseconds and UTC,
// as a store gives it back.
var noon = time.Date(2026, time.March, 1, 12, 0, 0, int(123*time.Millisecond), time.UTC)

// id makes an ID that sorts after those made before.
func (f *fixture) id() album.ID { return makeID(f.made.Add(1)) }

var crockford = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// makeID makes the n-th ID: ten characters that grow with n, as a time does, and
// sixteen that look random.
func makeID(n int64) album.ID {
	random := sha256.Sum256(fmt.Append(nil, n))
	return album.ID(fmt.Sprintf("%010d", n) + crockford.EncodeToString(random[:10]))
}

func (f *fixture) addPerson(name string) album.Person {
	f.Helper()
	p := album.Person{ID: f.id(), Name: name, Password: "$argon2id$v=19$hash-of-" + name, Created: noon}
	f.must(f.CreatePerson(f.ctx, p))
	return p
}

// newAlbum makes up an album that the store does not have yet.
func (f *fixture) newAlbum(owner album.ID, name string) album.Album {
	return album.Album{ID: f.id(), Owner: owner, Name: name, Created: noon, Updated: noon, Version: 1}
}

func (f *fixture) addAlbum(owner album.ID, name string) album.Album {
	f.Helper()
	a := f.newAlbum(owner, name)
	f.must(f.CreateAlbum(f.ctx, a, plenty))
	return a
}

// addShared adds an album that the rule lets read.
func (f *fixture) addShared(owner album.ID, name string, read album.Rule) album.Album {
	f.Helper()
	a := f.newAlbum(owner, name)
	a.Sharing = album.Sharing{Read: read, Version: 1}
	f.must(f.CreateAlbum(f.ctx, a, plenty))
	return a
}

// newPhoto makes up a photo that the store does not have yet.
func (f *fixture) newPhoto(a album.Album, name string) album.Photo {
	return album.Photo{
		ID: f.id(), Album: a.ID, Owner: a.Owner, Name: name, Type: "image/jpeg", Size: 1234,
		Width: 40, Height: 30, Hash: fmt.Sprintf("%x", sha256.Sum256([]byte(name))), Created: noon,
	}
}

func (f *fixture) addPhoto(a album.Album, name string) album.Photo {
	f.Helper()
	p := f.newPhoto(a, name)
	_, err := f.PutPhoto(f.ctx, p, false, plenty)
	f.must(err)
	return p
}

// plenty is a limit that no test reaches.
const plenty = 1 << 20

// must fails the test if something that has to work did not.
func (f *fixture) must(err error) {
	f.Helper()
	if err != nil {
		f.Fatal(err)
	}
}

// wantKind fails the test unless err is an album.Error of the kind.
func (f *fixture) wantKind(err error, kind album.Kind, why string) {
	f.Helper()
	if err == nil || album.KindOf(err) != kind {
		f.Errorf("%s: got %v, want an error of kind %v", why, err, kind)
	}
}

// wantExhausted fails the test unless err says that the limit has been reached.
func (f *fixture) wantExhausted(err error, limit int64, why string) {
	f.Helper()
	f.wantKind(err, album.Exhausted, why)
	if e, ok := errors.AsType[*album.Error](err); ok && e.Limit != limit {
		f.Errorf("%s: the error names the limit %d, want %d", why, e.Limit, limit)
	}
}

// wantEqual fails the test unless a call that has to work gave what it should.
func wantEqual[T any](f *fixture, got T, err error, want T) {
	f.Helper()
	if err != nil {
		f.Errorf("got the error %v, want %+v", err, want)
	} else if !reflect.DeepEqual(got, want) {
		f.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// agree is a check that has no objection.
func agree[T any](T) error { return nil }
