package policy

import (
	"sync"

	"github.com/corsage-go/corsage/cors"
)

// Values of Vary. An answer names what it depends on and nothing else.
const (
	varyOrigin    = "Origin"
	varyPreflight = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"
	headerVary    = "Vary"
)

// Apply writes the decision's fields into the header of the answer. It sets the
// Access-Control fields and adds to Vary, leaving what stands there. Each value
// is a slice of its own that nobody else holds and that append copies, so a
// handler can do with it what it likes.
func (d Decision) Apply(header map[string][]string) {
	if d.policy == nil {
		return
	}
	block := blocks.Get().(*block)
	w := writer{header: header, free: block.free}
	if len(w.free) < mostFields {
		w.free = make([]string, blockSize)
	}
	if d.Preflight {
		d.applyPreflight(&w)
	} else {
		d.applyActual(&w)
	}
	block.free = w.free
	blocks.Put(block)
}

func (d *Decision) applyActual(w *writer) {
	if d.policy.origins.any {
		// Without credentials the answer is the same for all, with or without an
		// Origin field, and caches may know it.
		w.set(cors.HeaderAllowOrigin, cors.AnyOrigin)
		w.setUnless(cors.HeaderExposeHeaders, d.policy.terms.exposeHeaders)
		return
	}
	w.addVary(varyOrigin)
	if d.origin != "" {
		d.applyOrigin(w)
		w.setUnless(cors.HeaderExposeHeaders, d.policy.terms.exposeHeaders)
	}
}

func (d *Decision) applyOrigin(w *writer) {
	w.set(cors.HeaderAllowOrigin, d.origin)
	if d.policy.terms.policy.AllowCredentials {
		w.set(cors.HeaderAllowCredentials, "true")
	}
}

func (d *Decision) applyPreflight(w *writer) {
	w.addVary(varyPreflight)
	if d.origin == "" {
		return
	}
	if d.policy.origins.any {
		w.set(cors.HeaderAllowOrigin, cors.AnyOrigin)
	} else {
		d.applyOrigin(w)
	}
	w.setUnless(cors.HeaderAllowMethods, d.policy.terms.allowMethods)
	if d.asked {
		w.setUnless(cors.HeaderAllowHeaders, d.policy.terms.allowHeaders)
	}
	w.setUnless(cors.HeaderMaxAge, d.policy.terms.maxAge)
}

// writer puts one-element slices, cut from a block, into a header.
type writer struct {
	header map[string][]string
	free   []string
}

// set gives a field a slice of one element, with no room for more.
func (w *writer) set(name, value string) {
	s := w.free[:1:1]
	w.free = w.free[1:]
	s[0] = value
	w.header[name] = s
}

// setUnless sets a field unless its value is empty.
func (w *writer) setUnless(name, value string) {
	if value != "" {
		w.set(name, value)
	}
}

func (w *writer) addVary(value string) {
	if len(w.header) > 0 { // usually nothing has been written yet
		if old := w.header[headerVary]; len(old) > 0 {
			w.header[headerVary] = append(old[:len(old):len(old)], value)
			return
		}
	}
	w.set(headerVary, value)
}

// blocks holds strings that no answer has used yet. Cutting an answer's slices
// from a block makes an allocation cost a fiftieth of one; giving every string to
// one answer only keeps handlers from seeing each other's values. A handler that
// keeps an answer's header for long keeps its block (2 KiB) too.
var blocks = sync.Pool{New: func() any { return new(block) }}

type block struct{ free []string }

const (
	blockSize  = 128
	mostFields = 6 // that an answer has
)
