package backup_test

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/album/backup"
	"github.com/corsage-go/corsage/album/files"
	"github.com/corsage-go/corsage/album/sqlite"
)

// A backup of a service that is running, restored into another folder.
func Example() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "corsage-example-")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)

	store, err := sqlite.Open(ctx, filepath.Join(dir, backup.Database))
	if err != nil {
		log.Fatal(err)
	}
	defer store.Close()
	blobs, err := files.Open(filepath.Join(dir, backup.Blobs))
	if err != nil {
		log.Fatal(err)
	}
	defer blobs.Close()
	ada := album.Person{ID: "01kjp3r9zv8t5m2c7w4xq0a1b2", Name: "Ada", Created: time.Now()}
	if err := store.CreatePerson(ctx, ada); err != nil {
		log.Fatal(err)
	}

	var stream bytes.Buffer // or a file, or a pipe to another machine
	if err := backup.Write(ctx, dir, &stream); err != nil {
		log.Fatal(err)
	}
	restored := filepath.Join(dir, "restored")
	if err := backup.Restore(ctx, &stream, restored); err != nil {
		log.Fatal(err)
	}

	again, err := sqlite.Open(ctx, filepath.Join(restored, backup.Database))
	if err != nil {
		log.Fatal(err)
	}
	defer again.Close()
	found, err := again.PersonByName(ctx, "Ada")
	fmt.Println(found.ID, err)
	// Output: 01kjp3r9zv8t5m2c7w4xq0a1b2 <nil>
}
