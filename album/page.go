package album

import "encoding/base64"

// A cursor is the ID of the last row of the page before, with a byte that says
// which list it belongs to, in base64url. Lists run from new to old, so rows
// that are added or removed meanwhile neither repeat nor hide others.
const (
	albumCursor byte = 'a'
	photoCursor byte = 'p'
)

const (
	cursorBytes = 1 + idBytes
	cursorChars = (cursorBytes*8 + 5) / 6
)

func makeCursor(list byte, last ID) string {
	raw, _ := decodeID(string(last)) // last comes from the store
	return base64.RawURLEncoding.EncodeToString(append([]byte{list}, raw[:]...))
}

func parseCursor(list byte, cursor string) (ID, error) {
	if cursor == "" {
		return "", nil
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	// The decoder skips line ends, so the length of the text counts too.
	if err != nil || len(cursor) != cursorChars || len(b) != cursorBytes || b[0] != list {
		return "", &Error{
			Kind: Invalid, Field: "cursor",
			Detail: "this is no cursor of this list; take \"next\" from the page before, or leave it out to begin anew",
		}
	}
	return encodeID([idBytes]byte(b[1:])), nil
}

// rows returns how many rows a page asks for. More than the limit allows counts
// as the limit, since a page may always be shorter than was asked for.
func (l Limits) rows(asked int) (int, error) {
	switch {
	case asked < 0:
		return 0, &Error{Kind: Invalid, Field: "limit", Detail: "a page needs at least one row; leave the limit out for the default"}
	case asked == 0:
		return l.PageSize, nil
	default:
		return min(asked, l.PageMost), nil
	}
}

// paged cuts rows, of which one more than limit was asked for, to the page, and
// returns the cursor of the next page if there is one.
func paged[T any](rows []T, limit int, list byte, id func(T) ID) ([]T, string) {
	if len(rows) <= limit {
		return rows, ""
	}
	return rows[:limit], makeCursor(list, id(rows[limit-1]))
}
