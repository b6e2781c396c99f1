package files

import (
	"path/filepath"
	"regexp"

	"github.com/corsage-go/corsage/album"
)

const (
	idLength   = 26
	timeDigits = 10 // at the beginning of an ID
	fanDigits  = 2  // of the random ones, which name a folder
)

// wordForm is what a key may have after the ID of a photo.
var wordForm = regexp.MustCompile(`^(\.[a-z0-9-]{1,32})?$`)

// photoOf returns the ID that the key begins with; Invalid if it is no key. What
// it lets through has no character that means anything in a path.
func photoOf(key string) (album.ID, error) {
	id, err := album.ParseID(key[:min(idLength, len(key))])
	if err != nil || !wordForm.MatchString(key[idLength:]) {
		return "", album.Errorf(album.Invalid, "%.80q is no key of a blob: a key is an ID, or an ID, a dot and a word", key)
	}
	return id, nil
}

// fan returns the name of the folder for a photo's blobs.
func fan(id album.ID) string { return string(id[timeDigits : timeDigits+fanDigits]) }

// path returns where in dir the blob of a key is.
func path(dir, key string) (string, error) {
	id, err := photoOf(key)
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, fan(id), key), nil
}
