// Package sqlite keeps the facts about albums and photos in one SQLite file. It
// implements album.Store.
//
// A write is durable when its method returns nil: the file is in WAL mode with
// synchronous=FULL. All writes go through one goroutine, which gathers those that
// arrive while it waits for the disk into one transaction, each in a savepoint of
// its own: one flush serves them all, and a write that fails undoes nothing but
// itself. Nobody is answered before the flush. Reads have connections of their
// own and never wait for writes.
//
// The context of a write counts while the write waits for its turn. Once its
// turn has come it runs to its end, which takes no longer than the disk does. So
// an error that wraps the context's means that nothing was written, and nil that
// it was, even if the context has ended by then.
//
// The functions given to UpdateAlbum, DeleteAlbum and DeletePhoto run on the
// goroutine of the writes: they must not call a method that writes, which would
// wait for itself.
//
// Several processes may use one file at a time; each has its own goroutine for
// writes, and they take turns by SQLite's locks.
package sqlite
