package album

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// Config is what a Library works with. Store, Blobs, Pictures, Now and Random
// are needed.
type Config struct {
	Store    Store
	Blobs    Blobs
	Pictures Pictures
	Limits   Limits // zero fields mean those of DefaultLimits

	Now    func() time.Time // time.Now in a program
	Random io.Reader        // crypto/rand.Reader in a program: IDs and secrets are made of it

	// CheckSharing returns rules in canonical form, with sorted patterns, or an
	// Error of kind Invalid whose Field is such as "read.origins[1]". Nil leaves
	// it at the rules' own structure: what a pattern means is not known here.
	CheckSharing func(Sharing) (Sharing, error)

	// CheckOrigin says what is wrong with the origin of a site that somebody
	// signs in at or wants a token for. Nil: anything but "" and "null" will do.
	CheckOrigin func(string) error
}

// Library is the album service: the rules of who may do what, over a Store and
// Blobs. It is safe for concurrent use. The Library is the only one to change
// what is in its store, except for people and their passwords.
type Library struct {
	store    Store
	blobs    Blobs
	pictures Pictures
	limits   Limits
	now      func() time.Time

	checkSharing func(Sharing) (Sharing, error)
	checkOrigin  func(string) error

	chance     chance
	edits      editLocks
	thumbnails flights
	decodes    chan struct{} // one for each caller who waits for a thumbnail
	passwords  *passwords
	attempts   *attempts
	guesses    flights
}

var (
	_ Service = (*Library)(nil)
	_ Access  = (*Library)(nil)
)

// NewLibrary makes a Library, or says what is missing in the Config.
func NewLibrary(c Config) (*Library, error) {
	if c.Store == nil || c.Blobs == nil || c.Pictures == nil || c.Now == nil || c.Random == nil {
		return nil, errors.New("make a library: Config needs Store, Blobs, Pictures, Now and Random")
	}
	limits, err := c.Limits.complete()
	if err != nil {
		return nil, fmt.Errorf("make a library: %w", err)
	}
	l := &Library{
		store: c.Store, blobs: c.Blobs, pictures: c.Pictures, limits: limits, now: c.Now,
		checkSharing: c.CheckSharing, checkOrigin: c.CheckOrigin,
		chance:   chance{random: c.Random},
		attempts: newAttempts(limits.SignInTries, limits.SignInWait),
		decodes:  make(chan struct{}, thumbnailsWaiting),
	}
	if l.passwords, err = newPasswords(defaultCost, &l.chance); err != nil {
		return nil, fmt.Errorf("make a library: %w", err)
	}
	return l, nil
}

// Limits returns the limits in force, defaults included.
func (l *Library) Limits() Limits { return l.limits }

// clock returns the time as it is stored and printed: UTC, in milliseconds.
func (l *Library) clock() time.Time { return l.now().UTC().Truncate(time.Millisecond) }

func (l *Library) newID() (ID, error) { return l.chance.id(l.now()) }

// complete fills in the defaults.
func (l Limits) complete() (Limits, error) {
	d := DefaultLimits
	full := Limits{
		NameBytes:     cmp.Or(l.NameBytes, d.NameBytes),
		AlbumsPerson:  cmp.Or(l.AlbumsPerson, d.AlbumsPerson),
		PhotosAlbum:   cmp.Or(l.PhotosAlbum, d.PhotosAlbum),
		PhotoBytes:    cmp.Or(l.PhotoBytes, d.PhotoBytes),
		PhotoPixels:   cmp.Or(l.PhotoPixels, d.PhotoPixels),
		TokensPerson:  cmp.Or(l.TokensPerson, d.TokensPerson),
		TokenLife:     cmp.Or(l.TokenLife, d.TokenLife),
		SessionLife:   cmp.Or(l.SessionLife, d.SessionLife),
		SharedOrigins: cmp.Or(l.SharedOrigins, d.SharedOrigins),
		PageSize:      cmp.Or(l.PageSize, d.PageSize),
		PageMost:      cmp.Or(l.PageMost, d.PageMost),
		SignInTries:   cmp.Or(l.SignInTries, d.SignInTries),
		SignInWait:    cmp.Or(l.SignInWait, d.SignInWait),
		PasswordBytes: cmp.Or(l.PasswordBytes, d.PasswordBytes),
	}
	full.PageSize = min(full.PageSize, full.PageMost)
	return full, full.check()
}

func (l Limits) check() error {
	smallest := min(
		int64(l.NameBytes), int64(l.AlbumsPerson), int64(l.PhotosAlbum), l.PhotoBytes, l.PhotoPixels,
		int64(l.TokensPerson), int64(l.TokenLife), int64(l.SessionLife), int64(l.SharedOrigins),
		int64(l.PageSize), int64(l.PageMost), int64(l.SignInTries), int64(l.SignInWait), int64(l.PasswordBytes),
	)
	switch {
	case smallest < 1:
		return errors.New("a limit is negative; every limit is at least 1, or 0 for its default")
	case l.PasswordBytes < shortestPassword:
		return fmt.Errorf("passwords of at most %d bytes are too short; allow at least %d", l.PasswordBytes, shortestPassword)
	}
	return nil
}

// chance hands out randomness, one caller at a time.
type chance struct {
	mu     sync.Mutex
	random io.Reader
	last   int64 // milliseconds of the ID made last
}

func (c *chance) read(p []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, err := io.ReadFull(c.random, p); err != nil {
		return fmt.Errorf("read randomness: %w", err)
	}
	return nil
}

// id makes an ID that sorts after all it made before. When two fall into one
// millisecond, or the clock was set back, the later one gets the next
// millisecond: the random bits stay as many as they are.
func (c *chance) id(now time.Time) (ID, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	ms := max(now.UnixMilli(), c.last+1)
	id, err := NewID(time.UnixMilli(ms), c.random)
	if err == nil {
		c.last = ms
	}
	return id, err
}

// orphanAge is how old a blob without a photo has to be before Sweep takes it:
// between committing a blob and storing its photo passes a moment, not an hour.
const orphanAge = time.Hour

// Sweep removes what nobody can reach: blobs whose photo is not in the store,
// which a crash or a failed deletion leaves behind, and sessions and tokens that
// have expired. It returns how many photos' blobs it removed. A program calls it
// at the start and now and then.
func (l *Library) Sweep(ctx context.Context) (removed int, err error) {
	if err := l.store.DeleteExpired(ctx, l.clock()); err != nil {
		return 0, fmt.Errorf("sweep: sessions and tokens: %w", err)
	}
	orphans, err := l.orphans(ctx)
	if err != nil {
		return 0, fmt.Errorf("sweep: look for orphans: %w", err)
	}
	for i, id := range orphans {
		if err := l.blobs.Delete(ctx, id); err != nil {
			return i, fmt.Errorf("sweep: remove blob %s: %w", id, err)
		}
	}
	return len(orphans), nil
}

func (l *Library) orphans(ctx context.Context) (found []ID, err error) {
	youngest := l.now().Add(-orphanAge)
	err = l.blobs.Each(ctx, func(id ID, modified time.Time) error {
		if modified.After(youngest) {
			return nil
		}
		orphan, err := l.orphan(ctx, id)
		if orphan {
			found = append(found, id)
		}
		return err
	})
	return found, err
}

func (l *Library) orphan(ctx context.Context, id ID) (bool, error) {
	_, err := l.store.Photo(ctx, id)
	if err != nil && KindOf(err) == NotFound {
		return true, nil
	}
	return false, err
}
