package files

import (
	"path/filepath"

	"github.com/corsage-go/corsage/album"
)

const (
	timeDigits = 10 // at the beginning of an ID
	fanDigits  = 2  // of the random ones, which name a folder
)

// fan returns the name of the folder for a photo's blobs.
func fan(id album.ID) string { return string(id[timeDigits : timeDigits+fanDigits]) }

// path returns where in dir the blob of a key is.
func path(dir, key string) (string, error) {
	id, err := album.PhotoOfKey(key)
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, fan(id), key), nil
}
