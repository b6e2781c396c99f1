// Package memory keeps albums and photos in maps. It holds the whole contract
// of album.Store and album.Blobs except that nothing outlives the process, so it
// is for tests and examples: simple before fast, every list is made by looking
// at everything.
package memory
