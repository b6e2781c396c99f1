package agent

import (
	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/xhr"
)

// Profile is which browser an Agent is like. Each of its halves is a list of
// places where that browser leaves the standards.
type Profile struct {
	Fetch fetch.Profile
	XHR   xhr.Profile
}

// The profiles.
var (
	// Standard follows the standards to the letter. It is what the zero Profile is.
	Standard = Profile{fetch.StandardProfile, xhr.StandardProfile}

	// Chromium does as Chromium 156 was seen to do.
	Chromium = Profile{fetch.ChromiumProfile, xhr.ChromiumProfile}

	// IE10 has CORS in XMLHttpRequest, without what came later.
	IE10 = Profile{fetch.IE10Profile, xhr.IE10Profile}

	// IE9 has no withCredentials, and asks other origins with XDomainRequest.
	IE9 = Profile{fetch.IE9Profile, xhr.IE9Profile}
)
