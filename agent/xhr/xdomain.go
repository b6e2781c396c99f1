package xhr

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/cors"
)

// XDomainRequest is how Internet Explorer 8 and 9 asked other origins: GET and
// POST only, no header fields of one's own, no credentials, no upload events, the
// page's own scheme, and of the answer its text and its type alone. The server
// must allow the origin, or "*", as with CORS; a request to the page's own origin
// needs no such consent here. It belongs to one goroutine at a time, as an XHR.
type XDomainRequest struct {
	x         *XHR
	listeners EventTarget
	settings  Settings
}

// NewXDomainRequest returns an XDomainRequest with a loop of its own. It is an
// error if the engine has none.
func NewXDomainRequest(s *Settings) (*XDomainRequest, error) { return NewXDomainRequestOn(s, nil) }

// NewXDomainRequestOn returns an XDomainRequest whose tasks run on a loop of the
// caller's. It is an error if the engine has none.
func NewXDomainRequestOn(s *Settings, loop Loop) (*XDomainRequest, error) {
	if !s.Profile.XDomainRequest {
		return nil, exception(TypeError, "XDomainRequest is not defined in this engine")
	}
	d := &XDomainRequest{settings: *s}
	d.settings.Profile.NoCORS = false // it is made to leave the origin
	d.x = NewOn(&d.settings, loop)
	d.x.omitCredentials = true
	d.forward()
	return d, nil
}

// forward makes the four events that there are of those of an XHR.
func (d *XDomainRequest) forward() {
	pass := func(as string) func(Event) { return func(Event) { d.listeners.fire(Event{Type: as}) } }
	d.x.On(EventProgress, pass(EventProgress))
	d.x.On(EventError, pass(EventError))
	d.x.On(EventTimeout, pass(EventTimeout))
	d.x.On(EventLoad, func(Event) {
		if d.good() {
			d.listeners.fire(Event{Type: EventLoad})
			return
		}
		d.listeners.fire(Event{Type: EventError})
	})
}

// good reports whether the status is one that loads; another is an error, and
// nothing can be read of it.
func (d *XDomainRequest) good() bool { return d.x.Status() >= 200 && d.x.Status() < 300 }

// On registers a listener for "load", "error", "progress" or "timeout", and
// returns what removes it again. It panics for any other type.
func (d *XDomainRequest) On(typ string, call func(Event)) (remove func()) {
	types := []string{EventLoad, EventError, EventProgress, EventTimeout}
	refuseUnless(slices.Contains(types, typ), "an XDomainRequest", typ, types...)
	return d.listeners.on(typ, call)
}

// Open prepares a request. The method is GET or POST, and the URL has the scheme
// of the page.
func (d *XDomainRequest) Open(method, url string) error {
	if m := strings.ToUpper(method); m != "GET" && m != "POST" {
		return exception(SyntaxError, fmt.Sprintf("open: XDomainRequest has GET and POST only, not %s", cors.Excerpt(method)))
	}
	u, err := d.x.parseURL(url)
	if err != nil {
		return err
	}
	if page := d.settings.Client.URL; u == nil || page == nil || u.Scheme() != page.Scheme() {
		return exception(SecurityError, "open: XDomainRequest cannot leave the scheme of the page")
	}
	return d.x.OpenWith(method, url, OpenOptions{})
}

// SetTimeout sets how long the request may take; 0 for as long as it likes.
func (d *XDomainRequest) SetTimeout(t time.Duration) error { return d.x.SetTimeout(t) }

// Send starts the request with a text, which is sent as text/plain; "" for none.
func (d *XDomainRequest) Send(ctx context.Context, text string) error {
	var body Body
	if text != "" {
		body = plainText(text)
	}
	return d.x.Send(ctx, body)
}

// plainText is a text whose type says nothing of a charset.
type plainText string

func (t plainText) extract() extracted {
	e := Text(t).extract()
	e.contentType = "text/plain"
	return e
}

// Wait runs the request's own loop until it is over. The error is the
// *fetch.Failure that says why there is no response, or one for a status that
// XDomainRequest does not let through.
func (d *XDomainRequest) Wait(ctx context.Context) error {
	if _, err := d.x.Wait(ctx); err != nil {
		return err
	}
	if !d.good() {
		return &fetch.Failure{
			Verdict: cors.Verdict{Reason: cors.NetworkFailed, On: cors.OnResponse},
			URL:     d.x.response.URL,
			Err:     fmt.Errorf("XDomainRequest shows nothing of a response of status %d", d.x.Status()),
		}
	}
	return nil
}

// Abort ends the request without an event.
func (d *XDomainRequest) Abort() { d.x.Abort() }

// ContentType returns the Content-Type of the response.
func (d *XDomainRequest) ContentType() string {
	if !d.good() {
		return ""
	}
	v, _ := d.x.ResponseHeader("Content-Type")
	return v
}

// ResponseText returns what has come of the response.
func (d *XDomainRequest) ResponseText() string {
	if !d.good() {
		return ""
	}
	return d.x.text()
}
