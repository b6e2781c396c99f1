package photos

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// GuestConfig says where a guest site stands and where the albums are. Origins
// are serialized ones, such as "http://127.0.0.1:8401": they go into the site's
// Content-Security-Policy as they are.
type GuestConfig struct {
	Data  string // origin of the album service
	Self  string // origin of this guest site
	Other string // origin of the guest site of the other kind: unnamed if this one is named
	Named bool   // some album's rules name this site

	// HTTPS holds the same origins as they are over TLS; empty texts where they
	// are not served so.
	HTTPS GuestOrigins

	// Token gives a bearer token bound to Self, "" if there is none. It is
	// called for every page load, so that an expired token can be replaced.
	Token func() string

	Albums   GuestAlbums
	Panel    string // address of the network panel in which the requests to Data can be seen; "" if there is none
	DemoUser string // who owns the albums, proposed as the name to sign in with
}

// GuestOrigins are the origins of the three sites.
type GuestOrigins struct {
	Data, Self, Other string
}

// GuestAlbums are the IDs of an album of each kind of rule for reading.
type GuestAlbums struct {
	Open     string `json:"open"`     // any site, without credentials
	Chosen   string `json:"chosen"`   // sites named by the rule, without credentials
	SignedIn string `json:"signedIn"` // sites named by the rule, for people who are signed in
	Private  string `json:"private"`  // no other site
}

// insecureElsewhere is where the pages try to reach plain http from https. It
// is allowed by the site's policy so that what stops it is the browser's rule on
// mixed content; the name is reserved and leads nowhere.
const insecureElsewhere = "http://photos.example"

// Guest serves a guest site: the page at /, what it loads below /assets/, and
// its configuration at /config.json.
func Guest(c GuestConfig) http.Handler {
	// Pages tell other origins where they come from, as most sites do. With
	// no-referrer a plain form would send "Origin: null".
	s := newSite("guest", guestPolicy(c), "strict-origin-when-cross-origin")
	mux := http.NewServeMux()
	mux.Handle("/", s)
	mux.HandleFunc("/config.json", c.serve)
	return mux
}

// guestPolicy lets the page reach the data origin in each of the ways that its
// scenarios show: requests, images, fonts, forms, frames, and scripts for JSONP.
func guestPolicy(c GuestConfig) string {
	data := sources(c.Data, c.HTTPS.Data)
	return strings.Join([]string{
		"default-src 'none'",
		"script-src 'self'" + data,
		"style-src 'self'",
		"img-src 'self' blob:" + data,
		"font-src 'self'" + data,
		"connect-src 'self'" + data + sources(c.Other, c.HTTPS.Other, insecureElsewhere),
		"form-action 'self'" + data,
		"frame-src" + data,
		"frame-ancestors 'none'",
		"base-uri 'none'",
	}, "; ")
}

// sources lists origins as they stand in a policy, each once, after a space.
func sources(origins ...string) string {
	slices.Sort(origins)
	var b strings.Builder
	for _, o := range slices.Compact(origins) {
		if o != "" {
			b.WriteString(" " + o)
		}
	}
	return b.String()
}

// guestConfigJSON is GuestConfig as the page reads it.
type guestConfigJSON struct {
	Data     string             `json:"data"`
	Self     string             `json:"self"`
	Other    string             `json:"other"`
	Named    bool               `json:"named"`
	HTTPS    map[string]*string `json:"https"`
	Token    string             `json:"token"`
	Albums   GuestAlbums        `json:"albums"`
	Panel    string             `json:"panel"`
	DemoUser string             `json:"demoUser"`
}

func (c GuestConfig) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store") // it holds a secret
	if !readOnly(w, r) {
		return
	}
	h.Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(c.wire()) // a reader that went away is no concern of ours
}

func (c GuestConfig) wire() guestConfigJSON {
	out := guestConfigJSON{
		Data: c.Data, Self: c.Self, Other: c.Other, Named: c.Named,
		HTTPS: map[string]*string{
			"data": orNull(c.HTTPS.Data), "self": orNull(c.HTTPS.Self), "other": orNull(c.HTTPS.Other),
		},
		Albums: c.Albums, Panel: c.Panel, DemoUser: c.DemoUser,
	}
	if c.Token != nil {
		out.Token = c.Token()
	}
	return out
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
