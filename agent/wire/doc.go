// Package wire speaks HTTP as browsers speak it: the lowest layer of the asking
// end.
//
// It sends a request byte for byte as it is given, keeps the order and the
// spelling of header fields in both directions, puts up with the answers that
// browsers put up with, and tells apart the ways in which an exchange fails, as
// a [Kind] that a program can switch on. net/http does none of these, by design:
// it refuses control bytes in values, lone line feeds, a lower-case "http/1.1"
// or status 000, and keeps fields in a map.
//
// The package knows nothing of origins, cookies, redirects, caches or content
// codings. It trusts its caller with the meaning of a request, and with nothing
// else: what could change where a request ends, or begin another one, is refused
// before a byte is sent.
//
// Over TLS it offers HTTP/2, which net/http carries; see [Client.DisableHTTP2]
// for what is lost with it.
//
// Where RFC 9112 and Chromium differ, Chromium is followed, because what matters
// is what a page would have seen. The places are marked with "As Chromium". It is
// not followed in two things: an answer without a status line (HTTP/0.9, which it
// takes on default ports) and a switch of protocols that nobody asked for (which
// it skips) are errors here.
//
// Standard: https://www.rfc-editor.org/rfc/rfc9112
package wire
