package corshttp

import (
	"hash/maphash"
	"sync/atomic"
)

// bookTable is a hash table for many readers and one that changes it. Its buckets do
// not change but for the marks of use: a change puts another in the place of one,
// so a reader sees the state before it or after it. The table does not grow; a
// larger one takes its place.
//
// Of a million keys the pointers to the buckets fit into a processor's cache. What
// has to be fetched from memory is one bucket, all in one place.
type bookTable[K comparable, V any] struct {
	buckets []atomic.Pointer[bucket[K, V]] // a power of two
}

// bucketSize is how many entries a bucket has room for, and perBucket how many there
// are on average, at most: then one in ten has a second bucket.
const (
	bucketSize = 6
	perBucket  = 4
)

type bucket[K comparable, V any] struct {
	used    atomic.Uint32     // since the hand last came by, a bit for each entry
	tags    [bucketSize]uint8 // parts of the hashes; keys are compared where they are equal
	count   uint8
	entries [bucketSize]bookEntry[K, V]
	more    *bucket[K, V] // nil for most
}

type bookEntry[K comparable, V any] struct {
	key   K
	value V
}

// newBookTable returns an empty table with room for so many entries, and more.
func newBookTable[K comparable, V any](entries int) *bookTable[K, V] {
	size := 1
	for size*perBucket < entries {
		size *= 2
	}
	return &bookTable[K, V]{buckets: make([]atomic.Pointer[bucket[K, V]], size)}
}

// at is where the entries of a hash are. The low bits have chosen the shard, and the
// high ones are the tag.
func (t *bookTable[K, V]) at(hash uint64) *atomic.Pointer[bucket[K, V]] {
	return &t.buckets[hash/bookShards&uint64(len(t.buckets)-1)]
}

func tagOf(hash uint64) uint8 { return uint8(hash >> 56) }

// find returns the value of a key, and notes that it is in use.
func (t *bookTable[K, V]) find(hash uint64, key K) (value V, ok bool) {
	tag := tagOf(hash)
	for b := t.at(hash).Load(); b != nil; b = b.more {
		for i := range b.count {
			if b.tags[i] == tag && b.entries[i].key == key {
				b.touch(i)
				return b.entries[i].value, true
			}
		}
	}
	return value, false
}

// touch notes that an entry is in use. Writing only where that is news keeps
// readers on several processors out of each other's way.
func (b *bucket[K, V]) touch(i uint8) {
	if bit := uint32(1) << i; b.used.Load()&bit == 0 {
		b.used.Or(bit)
	}
}

// add puts an entry, whose key is not there yet, before the others of its bucket.
func (t *bookTable[K, V]) add(hash uint64, e bookEntry[K, V]) {
	at := t.at(hash)
	first := at.Load()
	b := &bucket[K, V]{more: first}
	if first != nil && first.count < bucketSize {
		*b = bucket[K, V]{tags: first.tags, count: first.count, entries: first.entries, more: first.more}
		b.used.Store(first.used.Load())
	}
	b.tags[b.count], b.entries[b.count] = tagOf(hash), e
	b.count++
	at.Store(b)
}

// without returns a chain of buckets that lacks one entry.
func (b *bucket[K, V]) without(from *bucket[K, V], i uint8) *bucket[K, V] {
	c := &bucket[K, V]{tags: b.tags, count: b.count, entries: b.entries, more: b.more}
	c.used.Store(b.used.Load())
	if b != from {
		c.more = b.more.without(from, i)
		return c
	}
	// The last one takes its place, and is taken for used.
	c.count--
	c.tags[i], c.entries[i] = c.tags[c.count], c.entries[c.count]
	c.entries[c.count] = bookEntry[K, V]{}
	c.used.Or(1 << i)
	if c.count == 0 {
		return c.more
	}
	return c
}

// remove takes a key out. It reports whether it was there.
func (t *bookTable[K, V]) remove(hash uint64, key K) bool {
	at := t.at(hash)
	first := at.Load()
	for b := first; b != nil; b = b.more {
		for i := range b.count {
			if b.entries[i].key == key {
				at.Store(first.without(b, i))
				return true
			}
		}
	}
	return false
}

// keep adds an entry, in the place of one that has not been used lately if there are
// too many. The caller holds mu, and has seen that the key is not there.
func (s *bookShard[K, V]) keep(seed maphash.Seed, hash uint64, key K, value V) {
	if s.live >= s.most {
		s.makeRoom()
	}
	t := s.table.Load()
	if s.live >= perBucket*len(t.buckets) {
		t = s.grow(seed)
	}
	t.add(hash, bookEntry[K, V]{key, value})
	s.live++
}

// grow puts a larger table in the place of the shard's. Readers who still look into
// the old one began before whatever changes now.
func (s *bookShard[K, V]) grow(seed maphash.Seed) *bookTable[K, V] {
	old := s.table.Load()
	t := newBookTable[K, V](2 * perBucket * len(old.buckets))
	for i := range old.buckets {
		for b := old.buckets[i].Load(); b != nil; b = b.more {
			for _, e := range b.entries[:b.count] {
				t.add(maphash.Comparable(seed, e.key), e)
			}
		}
	}
	s.hand = 0
	s.table.Store(t)
	return t
}

// makeRoom removes the next entry that has not been used since the hand last came by.
func (s *bookShard[K, V]) makeRoom() {
	t := s.table.Load()
	for ; ; s.hand++ {
		at := &t.buckets[s.hand&(len(t.buckets)-1)]
		first := at.Load()
		for b := first; b != nil; b = b.more {
			used := b.used.Swap(0)
			for i := range b.count {
				if used&(1<<i) == 0 {
					at.Store(first.without(b, i))
					s.live--
					s.hand++ // the marks of this one have just been taken
					return
				}
			}
		}
	}
}
