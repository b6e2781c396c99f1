// Package albumhttp is the album service over HTTP, both ends of it: Handler
// answers requests from an album.Service and an album.Access, and Client is an
// album.Service that asks a Handler elsewhere.
//
// A request's way is: Handler.ServeHTTP, Target (what is it about?), the table
// in routes.go, siteOf and identify (whose page asks, and who?), one of the
// handlers, and on failure problemOf, the one place that turns an album.Kind
// into a status.
//
// The package knows of other sites, because sharing rules are about them, but
// nothing of CORS: it sends no Access-Control header field, and what it needs to
// know about origin patterns is given to it as a function. The program wraps the
// Handler and asks Target which policy a request falls under.
package albumhttp
