package album

import "time"

// ID names a person, an album, a photo, a session or a token: 26 characters of
// Crockford's base 32 in lower case, the first ten of them the time of creation
// in milliseconds, the rest 80 random bits. IDs made later sort later, and one
// cannot be guessed from another, so an album's address may be handed out.
type ID string

// Person is somebody who owns albums.
type Person struct {
	ID       ID
	Name     string // unique, as typed at sign-in
	Password string // an argon2id hash in PHC string format, never the password
	Created  time.Time
}

// Album is a named collection of photos with its sharing rules.
type Album struct {
	ID      ID
	Owner   ID
	Name    string // unique among its owner's albums
	Created time.Time
	Updated time.Time
	Version int64 // counts edits of the album and of its list of photos; the ETag is made of it
	Photos  int   // how many photos it holds
	Cover   ID    // the newest photo, "" while the album is empty
	Sharing Sharing
}

// Photo is one picture in an album. Its content never changes: a photo of the
// same name put in its place has another ID, so a photo's address is immutable.
type Photo struct {
	ID      ID
	Album   ID
	Owner   ID
	Name    string // unique within its album
	Type    string // media type found in the content, such as "image/jpeg"
	Size    int64  // bytes of the original
	Width   int    // pixels, as shown: after the orientation is applied
	Height  int
	Hash    string // SHA-256 of the original, 64 lower-case hexadecimal digits
	Created time.Time

	// Redaction lists what to leave out of the original, or to put in its place,
	// so that what other sites get tells nothing of where and with what it was
	// taken. It is sorted by offset and does not overlap; empty when the
	// original holds nothing private.
	Redaction []Edit
}

// Edit replaces Length bytes at Offset of a photo's original by With, which may
// be empty.
type Edit struct {
	Offset int64  `json:"offset"`
	Length int64  `json:"length"`
	With   []byte `json:"with,omitempty"`
}

// Session is a signed-in browser. Its secret is only in the cookie; the store
// keeps the secret's SHA-256.
type Session struct {
	ID      ID
	Hash    [32]byte // SHA-256 of the secret
	Person  ID
	Origin  string // the foreign site that signed in and alone may use it; "" for the service's own pages
	Created time.Time
	Expires time.Time
}

// Token lets the pages of one origin act for a person without a cookie.
type Token struct {
	ID      ID
	Hash    [32]byte // SHA-256 of the secret
	Person  ID
	Label   string // the person's own words, to tell tokens apart
	Origin  string // the only origin it works from
	Scopes  Scopes
	Created time.Time
	Expires time.Time
}

// Scopes is a set of things that a token allows.
type Scopes uint8

// The scopes. Each is asked for by name; none includes another.
const (
	ScopeRead   Scopes = 1 << iota // see albums and photos
	ScopeUpload                    // add photos to albums
	ScopeManage                    // create, rename and delete albums, delete photos

	// AllScopes is what a person who signed in may do.
	AllScopes = ScopeRead | ScopeUpload | ScopeManage
)

// Has reports whether s holds every scope of want.
func (s Scopes) Has(want Scopes) bool { return s&want == want }
