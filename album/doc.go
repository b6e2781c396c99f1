// Package album is the heart of the photo-album service: people, albums and
// photos, and the rules by which an album's owner decides which other sites may
// read it and which may change it.
//
// The nouns are Person, Album, Photo, Session and Token. The verbs are the
// methods of Service. Library is the one implementation that holds the rules; it
// keeps facts in a Store and bytes in Blobs, and albumhttp.Client is the same
// Service at the other end of an HTTP connection.
//
// Who may do what is decided in one file, rights.go, by pure functions from a
// viewer and an album; refusals.go words what they refuse.
//
// The package does no I/O of its own and never reads a clock: stores, blobs,
// randomness and the time are given to it.
package album
