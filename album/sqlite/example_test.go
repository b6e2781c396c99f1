package sqlite_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/album/sqlite"
)

func ExampleOpen() {
	dir, err := os.MkdirTemp("", "corsage-example-")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	store, err := sqlite.Open(ctx, filepath.Join(dir, "corsage.db"))
	if err != nil {
		log.Fatal(err)
	}
	defer store.Close()

	ada := album.Person{ID: "01kjp3r9zv8t5m2c7w4xq0a1b2", Name: "Ada", Created: time.Now()}
	if err := store.CreatePerson(ctx, ada); err != nil {
		log.Fatal(err)
	}
	found, err := store.PersonByName(ctx, "Ada")
	fmt.Println(found.ID, err)
	_, err = store.PersonByName(ctx, "Eve")
	fmt.Println(err)
	// Output:
	// 01kjp3r9zv8t5m2c7w4xq0a1b2 <nil>
	// not-found: there is no such person
}

func ExampleBackup() {
	dir, err := os.MkdirTemp("", "corsage-example-")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	path, copied := filepath.Join(dir, "corsage.db"), filepath.Join(dir, "copy.db")
	store, err := sqlite.Open(ctx, path)
	if err != nil {
		log.Fatal(err)
	}
	defer store.Close()

	fmt.Println(sqlite.Backup(ctx, path, copied)) // while the store is open
	second, err := sqlite.Open(ctx, copied)
	if err != nil {
		log.Fatal(err)
	}
	defer second.Close()
	fmt.Println(second.Verify(ctx))
	// Output:
	// <nil>
	// <nil>
}
