// Package weburl reads and writes URLs as browsers do.
//
// Standard: https://url.spec.whatwg.org/
package weburl
