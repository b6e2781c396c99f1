// Package fetch asks as a browser asks: the algorithms of the Fetch standard over
// a Transport, for the pages of the asking end.
//
// Engine.Fetch is the standard's fetch: it adds the header fields that a browser
// adds, makes preflights, follows redirects, keeps cookies and caches, applies
// the CORS check, and hands over a response that holds what the page may see, or
// a Failure that says why there is none.
//
// The way of a request leads through main (the mode decides), scheme, http (the
// preflight, the CORS check), networkOrCache (header fields, cookies, secrets,
// the cache), network, redirect and back to main, and in the end filtered. Each
// algorithm of the standard is a small method of fetching, named with its anchor.
//
// Left out, because no page without a window has them or because they belong to
// the browser around the page: service workers, Content Security Policy, HSTS and
// the upgrade of insecure requests, subresource integrity, timing and priority,
// keepalive, the MIME type checks of scripts and style sheets, Sec-Fetch-User, and
// of HTTP authentication all schemes but Basic.
//
// Standard: https://fetch.spec.whatwg.org/
package fetch
