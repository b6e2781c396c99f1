package album

import (
	"strings"
	"sync"
	"time"
)

// attempts slows down the guessing of passwords. A name, and an address, has a
// number of tries; each that fails is given back after a wait. So the first few
// mistakes cost nothing, and after them there is one try for each wait.
//
// Counting names alone would let a stranger keep somebody out by guessing at
// their name for ever, and counting addresses alone would let one careless
// neighbour keep out a whole office. So an address from which a name has signed
// in before is a tried pair, and only that pair's own mistakes count.
//
// What is remembered is bounded: a flood of names or addresses makes it forget
// others, each of which took the flood a hash of a password to push out.
type attempts struct {
	mu    sync.Mutex
	tries int
	wait  time.Duration

	names     *tries
	addresses *tries
	pairs     *tries
	tried     *recent[pair, struct{}]
}

// tries keeps, for each key, when all of its tries will have been given back.
type tries = recent[pair, time.Time]

// pair is a name at an address. One of the two is empty where only the other
// counts.
type pair struct{ name, from string }

// rememberedKeys bounds each of the maps: together some 10 MB at the very most.
const rememberedKeys = 10_000

func newAttempts(most int, wait time.Duration) *attempts {
	return &attempts{
		tries:     most,
		wait:      wait,
		names:     newRecent[pair, time.Time](rememberedKeys),
		addresses: newRecent[pair, time.Time](rememberedKeys),
		pairs:     newRecent[pair, time.Time](rememberedKeys),
		tried:     newRecent[pair, struct{}](rememberedKeys),
	}
}

// attempt is one try, taken away before the password is checked, so that many at
// once do not pass before the first has failed.
type attempt struct {
	all   *attempts
	who   pair
	tried bool
}

// begin takes a try away, or returns TooOften. If the password turns out right,
// or cannot be checked, succeeded or undo has to follow; if it is wrong, nothing
// does, and the try stays taken.
func (a *attempts) begin(now time.Time, name, from string) (attempt, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	name = strings.Clone(name) // it may be a part of a text that holds the password
	t := attempt{all: a, who: pair{name, from}}
	_, t.tried = a.tried.get(t.who)
	var wait time.Duration
	t.each(func(m *tries, key pair) { wait = max(wait, a.untilNext(now, m, key)) })
	if wait > 0 {
		wait = roundUp(wait)
		return t, tooOften(wait, "too many wrong passwords; try again in %s", wait)
	}
	t.each(func(m *tries, key pair) {
		back, _ := m.get(key)
		m.put(key, later(back, now).Add(a.wait))
	})
	return t, nil
}

// untilNext returns how long a key has to wait for its next try.
func (a *attempts) untilNext(now time.Time, m *tries, key pair) time.Duration {
	back, ok := m.get(key)
	if !ok {
		return 0
	}
	return back.Sub(now) - time.Duration(a.tries-1)*a.wait
}

// each calls f for what counts this attempt.
func (t attempt) each(f func(*tries, pair)) {
	if t.tried {
		f(t.all.pairs, t.who)
		return
	}
	f(t.all.names, pair{name: t.who.name})
	f(t.all.addresses, pair{from: t.who.from})
}

// undo gives the try back: nothing came of it.
func (t attempt) undo() {
	t.all.mu.Lock()
	defer t.all.mu.Unlock()
	t.each(func(m *tries, key pair) {
		if back, ok := m.get(key); ok {
			m.put(key, back.Add(-t.all.wait))
		}
	})
}

// succeeded gives the try back. The name, or the pair, has proven itself and
// starts afresh; the address does not, or else somebody with a password of
// their own could go on guessing another's for as long as they like.
func (t attempt) succeeded() {
	t.undo()
	a := t.all
	a.mu.Lock()
	defer a.mu.Unlock()
	if !t.tried {
		a.names.drop(pair{name: t.who.name})
	}
	a.pairs.drop(t.who)
	a.tried.put(t.who, struct{}{})
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func roundUp(d time.Duration) time.Duration {
	return (d + time.Second - 1).Truncate(time.Second)
}
