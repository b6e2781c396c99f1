package album

import "time"

// Limits bounds what people can ask for. Every field has a default, and a flag
// of `corsage serve`.
type Limits struct {
	NameBytes     int           // of an album or photo name, in bytes of UTF-8
	AlbumsPerson  int           // albums a person may own
	PhotosAlbum   int           // photos an album may hold
	PhotoBytes    int64         // of one photo's file
	PhotoPixels   int64         // width x height
	TokensPerson  int           // tokens a person may have
	TokenLife     time.Duration // longest life of a token
	SessionLife   time.Duration // of a signed-in session
	SharedOrigins int           // patterns in one rule
	PageSize      int           // default number of rows in a list
	PageMost      int           // largest number of rows in a list
	SignInTries   int           // wrong passwords in a row before a person or an address has to wait
	SignInWait    time.Duration // for one more try after that
	PasswordBytes int           // longest password
}

// DefaultLimits are used where a service is given no others.
var DefaultLimits = Limits{
	NameBytes:     200,
	AlbumsPerson:  10_000,
	PhotosAlbum:   10_000,
	PhotoBytes:    64 << 20,
	PhotoPixels:   100_000_000,
	TokensPerson:  100,
	TokenLife:     365 * 24 * time.Hour,
	SessionLife:   30 * 24 * time.Hour,
	SharedOrigins: 100,
	PageSize:      50,
	PageMost:      200,
	SignInTries:   5,
	SignInWait:    30 * time.Second,
	PasswordBytes: 256,
}
