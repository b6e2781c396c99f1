package cookie

import "time"

// Cookie is a cookie as it is kept.
type Cookie struct {
	Name, Value string // bytes as on the wire; Name may be ""

	// Domain is the host that the cookie goes to and, unless HostOnly, that the
	// hosts below it get it too.
	Domain   string
	HostOnly bool

	Path    string
	Expires time.Time // zero: until the browser is closed

	Secure   bool // it goes to trustworthy origins only
	HTTPOnly bool // scripts cannot see it
	SameSite SameSite

	// Partition is the site in the address bar, as fetch.Partition says it, with
	// which alone the cookie goes;
	// "" for a cookie that is not partitioned.
	Partition string
}

// SameSite says whether a cookie goes with requests across sites.
//
// Standard: 6265bis, section 5.6.7
type SameSite uint8

// The values of the attribute SameSite.
const (
	Unset  SameSite = iota // the attribute was not there, or had another value
	Strict                 // never across sites
	Lax                    // only when the user goes there
	None                   // always
)

// String returns the attribute's value, "" for Unset.
func (s SameSite) String() string {
	switch s {
	case Strict:
		return "Strict"
	case Lax:
		return "Lax"
	case None:
		return "None"
	default:
		return ""
	}
}

// Limits of what is kept. The draft asks for 50 cookies a domain and 3000 in all
// at least; 180 is Chromium's number.
//
// Standard: 6265bis, sections 5.5, 5.6 and 6.1
const (
	MaxPerDomain = 180
	MaxCookies   = 3000
	MaxPair      = 4096 // bytes of name and value together
	MaxAttribute = 1024 // bytes of an attribute's value; a longer one is not there
	MaxAge       = 400 * 24 * time.Hour
)
