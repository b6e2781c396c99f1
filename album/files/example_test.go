package files_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"

	"github.com/corsage-go/corsage/album/files"
)

func ExampleOpen() {
	dir, err := os.MkdirTemp("", "corsage-example-")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	blobs, err := files.Open(filepath.Join(dir, "blobs"))
	if err != nil {
		log.Fatal(err)
	}
	defer blobs.Close()

	ctx := context.Background()
	draft, err := blobs.Create(ctx)
	if err != nil {
		log.Fatal(err)
	}
	defer draft.Discard() // does nothing after Commit
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

// A folder is used by one process at a time.
func ExampleOpen_inUse() {
	dir, err := os.MkdirTemp("", "corsage-example-")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	blobs, err := files.Open(filepath.Join(dir, "blobs"))
	if err != nil {
		log.Fatal(err)
	}
	defer blobs.Close()

	_, err = files.Open(filepath.Join(dir, "blobs"))
	fmt.Println(err != nil)
	// Output: true
}
