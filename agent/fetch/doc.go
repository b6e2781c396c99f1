// Package fetch asks as a browser asks: the algorithms of the Fetch standard over
// a Transport, for the pages of the asking end.
//
// Engine.Fetch is the standard's fetch: it adds the header fields that a browser
// adds, makes preflights, follows redirects, keeps cookies and caches, applies
// the CORS check, and hands over a response that holds what the page may see, or
// a Failure that says why there is none.
//
// Standard: https://fetch.spec.whatwg.org/
package fetch
