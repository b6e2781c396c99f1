// Package httpcache is a browser's HTTP cache: a private cache in memory that
// keeps responses to GET, and says which may be used without asking the server.
//
// Like browsers, and where RFC 9111 leaves it open, it keeps neither partial
// responses nor those that say Vary: *; of a redirect it keeps the head only;
// it answers no requests for ranges; and it forgets on what credentials depend
// (401, 407). Set-Cookie is not kept: a cookie is set by the server's answer,
// not by its copy.
//
// Left out are must-understand, which would let responses with no-store be kept,
// stale-while-revalidate and stale-if-error (RFC 5861), No-Vary-Search, and
// answers to POST that are good for later GETs.
//
// Standards: https://www.rfc-editor.org/rfc/rfc9111 and
// https://www.rfc-editor.org/rfc/rfc8246 (immutable)
package httpcache
