package script

import (
	"fmt"
	"runtime"
	"weak"
)

// DefaultBlobs is how many bytes of Blobs are kept in memory, unless Limits says
// otherwise.
const DefaultBlobs = 512 << 20

// ledger knows how much memory the Blobs of a thread take that scripts have made.
// It keeps none of it: what nobody can reach any more does not count.
type ledger struct {
	limit   int64
	total   int64 // of all entries, those that are gone included
	entries []memory
	tidy    int // at how many entries those that are gone are removed
}

type memory struct {
	block weak.Pointer[byte]
	size  int64
}

// keep counts bytes, or refuses them.
func (l *ledger) keep(data []byte) error {
	size := int64(cap(data))
	if size == 0 {
		return nil
	}
	if l.total+size > l.limit {
		runtime.GC()
		l.sweep()
	}
	if l.total+size > l.limit {
		return fmt.Errorf("%d bytes more than the %d bytes that blobs may take", l.total+size-l.limit, l.limit)
	}
	if len(l.entries) >= l.tidy {
		l.sweep()
		l.tidy = 2*len(l.entries) + 64
	}
	l.entries = append(l.entries, memory{weak.Make(&data[:1][0]), size})
	l.total += size
	return nil
}

// sweep forgets what is gone.
func (l *ledger) sweep() {
	kept := l.entries[:0]
	l.total = 0
	for _, m := range l.entries {
		if m.block.Value() != nil {
			kept = append(kept, m)
			l.total += m.size
		}
	}
	clear(l.entries[len(kept):])
	l.entries = kept
}
