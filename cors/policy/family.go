package policy

import (
	"runtime"
	"strings"
	"sync"
	"weak"
)

// Family makes policies that differ in nothing but their origins, and makes each
// only once: those with equal origins are one *Compiled, for as long as somebody
// holds it. It may be used concurrently.
type Family struct {
	terms *terms

	mu      sync.RWMutex
	members map[string]weak.Pointer[Compiled] // by their origins, one after the other
}

// NewFamily checks all of a policy but its origins, which members bring along. The
// error is that of Compile.
func NewFamily(p Policy) (*Family, error) {
	v := &validator{policy: p}
	v.allButOrigins()
	if err := v.err(); err != nil {
		return nil, err
	}
	return &Family{terms: newTerms(p), members: map[string]weak.Pointer[Compiled]{}}, nil
}

// With returns the member of the family with these origins. Their order counts: to
// share what differs in that only, sort them. The error is that of Compile.
func (f *Family) With(origins []string) (*Compiled, error) {
	text := strings.Join(origins, " ") // which stands in no valid pattern
	f.mu.RLock()
	c := f.members[text].Value()
	f.mu.RUnlock()
	// One invalid text may look like several valid ones.
	if c != nil && len(c.origins.given) == len(origins) {
		return c, nil
	}
	// Nobody waits while this is under way: one long list must not hold up the
	// others. Two that make the same waste a little work.
	c, err := f.terms.with(origins, cut(text, origins))
	if err != nil {
		return nil, err
	}
	return f.keep(text, c), nil
}

// cut returns the origins as parts of the text that joins them, which is kept in
// any case.
func cut(text string, origins []string) []string {
	parts := make([]string, len(origins))
	for i, o := range origins {
		parts[i], text = text[:len(o)], text[min(len(text), len(o)+1):]
	}
	return parts
}

// keep returns the member to use: c, unless another was kept meanwhile.
func (f *Family) keep(text string, c *Compiled) *Compiled {
	f.mu.Lock()
	defer f.mu.Unlock()
	if earlier := f.members[text].Value(); earlier != nil {
		return earlier
	}
	f.members[text] = weak.Make(c)
	runtime.AddCleanup(c, f.forget, text)
	return c
}

// forget is called some time after nobody holds a member any more. By then another
// may have taken its place.
func (f *Family) forget(text string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if m, ok := f.members[text]; ok && m.Value() == nil {
		delete(f.members, text)
	}
}

// Len returns how many members there are, those that nobody holds any more included
// for a while.
func (f *Family) Len() int {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return len(f.members)
}
