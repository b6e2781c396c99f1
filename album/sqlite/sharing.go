package sqlite

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/corsage-go/corsage/album"
)

// encodeSharing writes sharing rules as JSON, without their version.
func encodeSharing(s album.Sharing) (string, error) {
	b, err := json.Marshal(s)
	return string(b), err
}

// sharingCache remembers what texts of sharing rules mean: albums of a list
// mostly have the same few, and reading JSON would cost more than the list.
type sharingCache map[string]album.Sharing

// mostRemembered keeps the cache small; a full one is begun anew.
const mostRemembered = 256

func (c sharingCache) decode(text string) (s album.Sharing, err error) {
	s, ok := c[text]
	if !ok {
		if err := json.Unmarshal([]byte(text), &s); err != nil {
			return album.Sharing{}, fmt.Errorf("read sharing rules: %w", err)
		}
		if len(c) >= mostRemembered {
			clear(c)
		}
		c[text] = s
	}
	// The caller gets slices of its own.
	s.Read.Origins = slices.Clone(s.Read.Origins)
	s.Change.Origins = slices.Clone(s.Change.Origins)
	return s, nil
}
