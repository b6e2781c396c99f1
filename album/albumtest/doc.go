// Package albumtest holds the contracts of album.Store and album.Blobs as tests.
// Every implementation passes the same ones, so that none drifts from the others
// and a new one gets its tests free:
//
//	func TestStore(t *testing.T) {
//		albumtest.TestStore(t, func(t *testing.T) album.Store { return memory.NewStore() })
//	}
//
// The tests are in the order of album/store.go, each under the promise it proves.
package albumtest
