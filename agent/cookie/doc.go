// Package cookie is a browser's cookie jar: it decides which cookies are kept,
// and which go with a request, and says why a cookie was refused.
//
// It follows the draft that replaces RFC 6265, sections of which are cited as
// "6265bis, section 5.7"; cookies with the attribute Partitioned, which are kept
// apart for each site in the address bar (CHIPS); and, from the draft on layered
// cookies, the prefixes __Http- and __Host-Http-. Where a cookie may be kept for
// longer or shorter, browsers' figures are used.
//
// Left out is that Chromium sends cookies without SameSite with a top-level POST
// in the first two minutes of their life. The draft allows that for a time
// (6265bis, section 5.6.7.2).
//
// Standards: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22,
// https://datatracker.ietf.org/doc/html/draft-cutler-httpbis-partitioned-cookies-01
// and https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-layered-cookies
package cookie
