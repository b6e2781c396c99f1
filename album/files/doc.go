// Package files keeps the bytes of photos in a folder of the file system. It
// implements album.Blobs.
//
// The folder holds
//
//	lock      locked by the process that uses the folder
//	tmp/      drafts: what is being written
//	00/ … zz/ blobs, each in a file named by its key, in a folder named by the
//	          first two random digits of the photo's ID (those before them are
//	          the time, and would put everything of a day into one folder)
//
// Commit makes a draft's bytes durable, moves the file to its place, which is one
// step for whoever looks, and makes that durable. Whatever the process or the
// machine dies of, a blob is there whole or not at all, and once Commit has
// returned nil it is there. What is left of drafts is removed by the next Open.
//
// Only Unix systems are supported: others do not let a program make durable which
// files are in a folder, and Open fails there.
package files
