// Package encoding makes text of bytes as browsers do.
//
// Which characters there are comes from golang.org/x/text. What happens at bytes
// that are none, and where a sequence ends that is broken off, is the standard's:
// there the two differ.
//
// Standard: https://encoding.spec.whatwg.org/
package encoding
