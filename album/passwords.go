package album

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"sync"
	"time"
)

const (
	hashesAtOnce  = 2  // of 64 MiB each
	hashesWaiting = 64 // those behind would wait for some seconds, so they are sent away

	hashesWait = 5 * time.Second // in which a full queue gets through
)

// passwords makes and checks hashes, a few at a time, and remembers for a while
// what it has found right, so that a program which sends its password with every
// request is not slowed down.
type passwords struct {
	cost   passwordHash
	chance *chance
	slots  chan struct{} // one for each hash being computed
	queue  chan struct{} // one for each computed or waiting

	mu    sync.Mutex
	right *recent[[sha256.Size]byte, time.Time] // until when
	key   [sha256.Size]byte                     // of this process: what is remembered is of no use elsewhere

	nobody passwordHash // what the password of an unknown name is compared with
}

const (
	rememberFor       = 5 * time.Minute
	rememberPasswords = 1000
)

func newPasswords(cost passwordHash, c *chance) (*passwords, error) {
	p := &passwords{
		cost:   cost,
		chance: c,
		slots:  make(chan struct{}, hashesAtOnce),
		queue:  make(chan struct{}, hashesAtOnce+hashesWaiting),
		right:  newRecent[[sha256.Size]byte, time.Time](rememberPasswords),
		nobody: cost,
	}
	p.nobody.salt, p.nobody.key = make([]byte, saltBytes), make([]byte, keyBytes)
	err := errors.Join(c.read(p.key[:]), c.read(p.nobody.salt), c.read(p.nobody.key))
	return p, err
}

// hash makes the hash of a new password.
func (p *passwords) hash(ctx context.Context, password string) (string, error) {
	h := p.cost
	h.salt, h.key = make([]byte, saltBytes), make([]byte, keyBytes)
	if err := p.chance.read(h.salt); err != nil {
		return "", err
	}
	leave, err := p.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	h.key = h.derive(password)
	return h.String(), nil
}

// check reports whether the password is that of the stored hash. An empty one
// stands for somebody who does not exist: it takes as long, and fails.
func (p *passwords) check(ctx context.Context, stored, password string) (bool, error) {
	h := p.nobody
	if stored != "" {
		var err error
		if h, err = parsePasswordHash(stored); err != nil {
			return false, err
		}
	}
	leave, err := p.enter(ctx)
	if err != nil {
		return false, err
	}
	defer leave()
	return h.matches(password) && stored != "", nil
}

// enter waits for a slot.
func (p *passwords) enter(ctx context.Context) (leave func(), err error) {
	if err := ctx.Err(); err != nil { // select might take a free slot all the same
		return nil, err
	}
	select {
	case p.queue <- struct{}{}:
	default:
		return nil, tooOften(hashesWait, "too many people are signing in; try again in %s", hashesWait)
	}
	select {
	case p.slots <- struct{}{}:
		return func() { <-p.slots; <-p.queue }, nil
	case <-ctx.Done():
		<-p.queue
		return nil, ctx.Err()
	}
}

// remembers reports whether the password was found to be that of the stored hash
// a short while ago. A new password has a new hash, so changing it is enough to
// have the old one forgotten, whichever process does that.
func (p *passwords) remembers(now time.Time, stored, password string) bool {
	key := p.memoryKey(stored, password)
	p.mu.Lock()
	defer p.mu.Unlock()
	until, ok := p.right.get(key)
	return ok && now.Before(until)
}

func (p *passwords) remember(now time.Time, stored, password string) {
	key := p.memoryKey(stored, password)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.right.put(key, now.Add(rememberFor))
}

func (p *passwords) memoryKey(stored, password string) (key [sha256.Size]byte) {
	mac := hmac.New(sha256.New, p.key[:])
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(len(stored)))) // where one ends and the other begins
	mac.Write([]byte(stored))
	mac.Write([]byte(password))
	mac.Sum(key[:0])
	return key
}
