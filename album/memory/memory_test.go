package memory_test

import (
	"testing"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/album/albumtest"
	"github.com/corsage-go/corsage/album/memory"
)

func TestStore(t *testing.T) {
	albumtest.TestStore(t, func(*testing.T) album.Store { return memory.NewStore() })
}

func TestBlobs(t *testing.T) {
	albumtest.TestBlobs(t, func(*testing.T) album.Blobs { return memory.NewBlobs() })
}
