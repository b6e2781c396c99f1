package album

import "regexp"

// wordForm is what a key may have after the ID of a photo.
var wordForm = regexp.MustCompile(`^(\.[a-z0-9-]{1,32})?$`)

// PhotoOfKey returns the ID of the photo that a key of Blobs belongs to; Invalid if
// it is no key. What it lets through has no character that means anything in a path.
func PhotoOfKey(key string) (ID, error) {
	id, err := ParseID(key[:min(idChars, len(key))])
	if err != nil || !wordForm.MatchString(key[idChars:]) {
		return "", Errorf(Invalid, "%.80q is no key of a blob: a key is an ID, or an ID, a dot and a word", key)
	}
	return id, nil
}
