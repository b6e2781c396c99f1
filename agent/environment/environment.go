// Package environment says what a script may ask of the page, frame or worker
// that it runs in. It stands between package agent, which has pages, and package
// agent/script, which has the engine, so that a program without scripts carries
// none.
package environment

import (
	"context"

	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/xhr"
	"github.com/corsage-go/corsage/cors"
)

// Environment is a page, a frame or a worker. Its methods may be called by many
// goroutines. *agent.Page is one.
//
// Standard: https://html.spec.whatwg.org/#environment-settings-object
type Environment interface {
	// Settings are those of its XMLHttpRequests: its origin, its URL, its clock,
	// its profile. They must not be changed.
	Settings() *xhr.Settings

	// Fetch makes a request of any kind. The caller closes the response's body.
	Fetch(ctx context.Context, r fetch.Request) (*fetch.Response, error)

	// Cookies and SetCookie are document.cookie.
	Cookies() string
	SetCookie(cookie string) error

	// ObjectURL makes a URL for a Blob, and RevokeObjectURL takes it back.
	ObjectURL(b *xhr.Blob) (string, error)
	RevokeObjectURL(url string)

	// Browser says how the browser calls itself.
	Browser() Browser

	// OpenChild opens a frame in this page, or a worker of it.
	OpenChild(url string, o Child) (Environment, error)
}

// Browser is what a browser tells servers and scripts of itself.
type Browser struct {
	UserAgent      string
	AcceptLanguage string // such as "en-US,en;q=0.9"
}

// Child says what is opened, and how.
type Child struct {
	Worker bool // a worker, which has its parent's place; otherwise a frame

	// Top makes it a page of its own in the address bar.
	Top bool

	// Sandboxed gives it an opaque origin.
	Sandboxed bool

	// Inherit gives it the origin and the base URL of its parent, as documents
	// of about:blank and srcdoc have them.
	Inherit bool

	ReferrerPolicy cors.ReferrerPolicy // "" for the default
}
