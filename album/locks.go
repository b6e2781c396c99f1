package album

import (
	"hash/maphash"
	"sync"
)

// editLocks keeps an edit of an album's photos that is meant for one version of
// the album apart from every other edit of that album: the version is compared
// before the photo is written, and nothing may come in between. Edits without
// such a condition run side by side. Albums share a fixed number of locks.
type editLocks struct {
	stripes [64]sync.RWMutex
}

var stripeSeed = maphash.MakeSeed()

func (e *editLocks) stripe(album ID) *sync.RWMutex {
	return &e.stripes[maphash.String(stripeSeed, string(album))%uint64(len(e.stripes))]
}

// shared is for edits that depend on no version, or leave the comparison to the
// store. It returns how to unlock.
func (e *editLocks) shared(album ID) (unlock func()) {
	mu := e.stripe(album)
	mu.RLock()
	return mu.RUnlock
}

// under is shared, or alone if the edit is meant for certain versions.
func (e *editLocks) under(album ID, m Match) (unlock func()) {
	if m.Versions == nil {
		return e.shared(album)
	}
	mu := e.stripe(album)
	mu.Lock()
	return mu.Unlock
}
