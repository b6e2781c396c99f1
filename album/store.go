package album

import (
	"context"
	"io"
	"time"
)

// Store keeps the facts. A method that returns nil after a write has made the
// write durable: it survives the death of the process and of the machine. A
// write happens whole or not at all. Absent things give an Error of kind
// NotFound, taken names one of kind Conflict. Methods may be called
// concurrently; albumtest.TestStore is the contract as a test.
type Store interface {
	PersonStore
	AlbumStore
	PhotoStore
	SessionStore
	TokenStore
}

// PersonStore keeps people.
type PersonStore interface {
	CreatePerson(ctx context.Context, p Person) error
	Person(ctx context.Context, id ID) (Person, error)
	PersonByName(ctx context.Context, name string) (Person, error)
	People(ctx context.Context) ([]Person, error) // by name
	SetPassword(ctx context.Context, id ID, hash string) error
}

// AlbumStore keeps albums with their rules.
type AlbumStore interface {
	// CreateAlbum adds an album; Conflict if its owner has one of that name,
	// Exhausted if its owner has most or more of them.
	CreateAlbum(ctx context.Context, a Album, most int) error
	Album(ctx context.Context, id ID) (Album, error)
	AlbumByName(ctx context.Context, owner ID, name string) (Album, error)

	// Albums lists what the query asks for, newest first (by ID, descending).
	Albums(ctx context.Context, q AlbumQuery) ([]Album, error)

	// UpdateAlbum reads the album, lets change edit name, times, version and
	// sharing, and writes the result back, with nothing in between. An error of
	// change is returned as it is, and nothing is written.
	UpdateAlbum(ctx context.Context, id ID, change func(*Album) error) (Album, error)

	// DeleteAlbum removes the album and its photos unless check objects, and
	// returns the IDs of the photos, whose blobs are now nobody's.
	DeleteAlbum(ctx context.Context, id ID, check func(Album) error) ([]ID, error)

	// ReadRule finds a reading rule, of any album, that names one of the
	// patterns; one with credentials if there is any. NotFound if none does.
	ReadRule(ctx context.Context, patterns []string) (Rule, error)
}

// AlbumQuery says which albums to list.
type AlbumQuery struct {
	Owner    ID          // only this person's; "" for everybody's
	Patterns []string    // if not nil: only those whose reading rule names one of these
	With     Credentials // if Patterns is not nil: only rules of this kind
	Before   ID          // only those with a smaller ID; "" to begin with the newest
	Limit    int         // at most this many, at least 1
}

// Credentials selects rules by their field of that name.
type Credentials uint8

// The selections.
const (
	AnyCredentials Credentials = iota
	WithoutCredentials
	WithCredentials
)

// PhotoStore keeps what is known about photos.
type PhotoStore interface {
	// PutPhoto adds a photo to its album and counts it there (Photos, Cover,
	// Updated, Version). If the album has one of that name: Conflict, or with
	// replace the old one is removed in the same step and its ID returned.
	// Exhausted if the album has most or more photos.
	PutPhoto(ctx context.Context, p Photo, replace bool, most int) (replaced ID, err error)
	Photo(ctx context.Context, id ID) (Photo, error)
	PhotoByName(ctx context.Context, album ID, name string) (Photo, error)

	// Photos lists an album's photos, newest first (by ID, descending); before
	// and limit as in AlbumQuery.
	Photos(ctx context.Context, album, before ID, limit int) ([]Photo, error)

	// DeletePhoto removes the photo, and counts it out of its album at time now,
	// unless check objects.
	DeletePhoto(ctx context.Context, id ID, now time.Time, check func(Photo) error) error
}

// SessionStore keeps signed-in sessions.
type SessionStore interface {
	// CreateSession adds a session; if the person then has more than most, the
	// oldest of them (by ID) end in the same step.
	CreateSession(ctx context.Context, s Session, most int) error
	SessionByHash(ctx context.Context, hash [32]byte) (Session, error)
	DeleteSession(ctx context.Context, id ID) error // nil if it is gone already
	DeleteSessionsOf(ctx context.Context, person ID) error
}

// TokenStore keeps bearer tokens.
type TokenStore interface {
	// CreateToken adds a token; Exhausted if the person has most or more.
	CreateToken(ctx context.Context, t Token, most int) error
	TokenByHash(ctx context.Context, hash [32]byte) (Token, error)
	Tokens(ctx context.Context, person ID) ([]Token, error) // newest first
	DeleteToken(ctx context.Context, person, id ID) error
	DeleteTokensOf(ctx context.Context, person ID) error // nil if there are none

	// TokenScopes returns the union of the scopes of all tokens bound to the
	// origin that have not expired at now; zero if there is none.
	TokenScopes(ctx context.Context, origin string, now time.Time) (Scopes, error)

	// DeleteExpired removes sessions and tokens that have expired at now.
	DeleteExpired(ctx context.Context, now time.Time) error
}

// Blobs keeps bytes under keys. A key is a photo's ID, or a photo's ID, a dot
// and a word for something made from it; PhotoOfKey reads it. albumtest.TestBlobs is the contract as
// a test.
type Blobs interface {
	// Create begins a new blob. Nothing is visible under any key until Commit.
	Create(ctx context.Context) (Draft, error)

	// Open gives a blob's bytes; NotFound if there is none.
	Open(ctx context.Context, key string) (Blob, error)

	// Delete removes a photo's blob and everything made from it; nil if there
	// is nothing.
	Delete(ctx context.Context, id ID) error

	// Each calls f for every photo ID that has blobs, in any order, with the
	// time of the newest of them.
	Each(ctx context.Context, f func(id ID, modified time.Time) error) error
}

// Draft is a blob being written. Its end is Commit or Discard; Discard after
// Commit does nothing, so it can be deferred.
type Draft interface {
	io.Writer
	io.ReaderAt // what has been written so far
	Size() int64

	// Commit makes the bytes durable and then visible under key, at once and
	// whole, in place of what was there.
	Commit(key string) error
	Discard() error
}

// Blob is a committed blob being read.
type Blob interface {
	io.ReadSeekCloser
	io.ReaderAt
	Size() int64
}
