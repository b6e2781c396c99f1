package album

import "time"

// Viewer is who asks, how that was shown, and from which site. The zero value
// is an unknown person at the service's own pages.
type Viewer struct {
	Person ID // "" when nobody is signed in
	Via    Via
	Scopes Scopes    // what the viewer may do; AllScopes except for tokens
	Until  time.Time // when the session or token ends; zero for a password
	Site   Site
}

// Via is how a person was recognised.
type Via uint8

// The ways. Session cookies and HTTP authentication are ambient: a browser
// attaches them by itself, so they count on a foreign site's request only where
// a rule with credentials names that site.
const (
	ViaNothing Via = iota
	ViaSession
	ViaBasic
	ViaToken
)

// Ambient reports whether a browser attaches this proof without being asked.
func (v Via) Ambient() bool { return v == ViaSession || v == ViaBasic }
