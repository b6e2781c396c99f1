package memory_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"time"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/album/memory"
)

func ExampleNewStore() {
	ctx, now := context.Background(), time.Now()
	store := memory.NewStore()
	ada := album.Person{ID: "01kjp3r9zv8t5m2c7w4xq0a1b2", Name: "Ada", Created: now}
	if err := store.CreatePerson(ctx, ada); err != nil {
		log.Fatal(err)
	}
	spring := album.Album{ID: "01kjp3sc6ge9h4n1y8d3f7j2k5", Owner: ada.ID, Name: "Spring", Created: now}
	fmt.Println(store.CreateAlbum(ctx, spring, 10))
	spring.ID = "01kjp3tbq20r6v5z1s8g4m9p3c"
	fmt.Println(store.CreateAlbum(ctx, spring, 10))
	// Output:
	// <nil>
	// conflict: name: another album has this name already
}

func ExampleNewBlobs() {
	ctx := context.Background()
	blobs := memory.NewBlobs()
	draft, err := blobs.Create(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Fprint(draft, "the bytes of a picture")
	if err := draft.Commit("01kjp3r9zv8t5m2c7w4xq0a1b2"); err != nil {
		log.Fatal(err)
	}

	blob, err := blobs.Open(ctx, "01kjp3r9zv8t5m2c7w4xq0a1b2")
	if err != nil {
		log.Fatal(err)
	}
	defer blob.Close()
	b, err := io.ReadAll(blob)
	fmt.Printf("%s, %v\n", b, err)
	// Output: the bytes of a picture, <nil>
}
