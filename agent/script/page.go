package script

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/corsage-go/corsage/agent/environment"
	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/script/engine"
	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/agent/wire"
	"github.com/corsage-go/corsage/agent/xhr"
	"github.com/corsage-go/corsage/cors"
)

// Load goes to a URL as if it were typed into the address bar of the page's
// browser, and runs the page that is there until nothing is pending. The realm is
// the window of that page: close it. It is nil if the page could not be had; with
// a realm, the error is that of Run.
//
// Standard: https://html.spec.whatwg.org/#navigate
func Load(ctx context.Context, from environment.Environment, url string, o Options) (*Realm, error) {
	u, err := weburl.Parse(url)
	if err != nil {
		return nil, fmt.Errorf("load a page: %w", err)
	}
	p, err := navigate(ctx, from, fetch.Request{Method: "GET", URL: u, Destination: "document", Referrer: fetch.Referrer{None: true}})
	if err != nil {
		return nil, fmt.Errorf("load a page: %w", err)
	}
	e, err := from.OpenChild(p.url.Href(), environment.Child{Top: true, ReferrerPolicy: p.policy})
	if err != nil {
		return nil, fmt.Errorf("load a page: %w", err)
	}
	r, err := New(e, o)
	if err != nil {
		return nil, err
	}
	r.tellStatus(p.status, p.url.HrefNoFragment())
	return r, r.load(ctx, p)
}

// LoadHTML makes markup the document of the window, and runs its scripts and
// everything that they lead to, as Run does. It has to be the first that runs: the
// document that a window has by itself is gone then.
//
//	err := realm.LoadHTML(ctx, `<script src="app.js"></script>`)
func (r *Realm) LoadHTML(ctx context.Context, markup string) error {
	return r.load(ctx, &page{url: r.settings().Client.URL, text: markup, contentType: "text/html", charset: "UTF-8", html: true})
}

func (r *Realm) load(ctx context.Context, p *page) error {
	release := r.thread.guard(ctx)
	defer release()
	r.thread.runTask(func() { r.begin(p) })
	return r.Wait(ctx)
}

// begin starts the document of the window.
func (r *Realm) begin(p *page) {
	v, err := r.export("window", "load", p.record())
	if err != nil {
		r.report(err)
		return
	}
	v.Free()
}

// page is a document that was fetched, and is not parsed yet.
type page struct {
	url                        *weburl.URL
	text, contentType, charset string
	referrer, modified         string
	policy                     cors.ReferrerPolicy
	html                       bool // parsed as HTML, whatever it was
	frameOptions               string
	status                     int // 0 if it was not asked of a server
}

func (p *page) record() engine.Record {
	return engine.Record{
		{Name: "url", Value: p.url.Href()},
		{Name: "text", Value: p.text},
		{Name: "html", Value: p.html},
		{Name: "contentType", Value: p.contentType},
		{Name: "charset", Value: charsetName(p.charset)},
		{Name: "referrer", Value: p.referrer},
		{Name: "modified", Value: p.modified},
	}
}

// errNoContent is behind the error of going to what is no page.
var errNoContent = errors.New("the server has nothing to show")

// navigate gets a page.
//
// Standard: https://html.spec.whatwg.org/#create-navigation-params-by-fetching
func navigate(ctx context.Context, e environment.Environment, q fetch.Request) (*page, error) {
	q.Mode, q.Credentials = fetch.ModeNavigate, fetch.IncludeCredentials
	resp, err := e.Fetch(ctx, q)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close() //nolint:errcheck // what was wanted of it has been read
	if resp.Status == http.StatusNoContent || resp.Status == http.StatusResetContent {
		return nil, errNoContent
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxResource+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read %s: %w", q.URL.HrefNoFragment(), err)
	case len(body) > maxResource:
		return nil, fmt.Errorf("read %s: it is longer than %d bytes", q.URL.HrefNoFragment(), maxResource)
	}
	p := newPage(resp, body)
	if p.url == nil {
		p.url = q.URL
	}
	if p.url.Fragment() == "" && q.URL.Fragment() != "" {
		p.url = p.url.WithFragment(q.URL.Fragment())
	}
	return p, nil
}

func newPage(resp *fetch.Response, body []byte) *page {
	m, ok := xhr.ExtractMIMEType(resp.Header)
	if !ok {
		m = sniff(body)
	}
	h := fields(resp.Header)
	p := &page{status: resp.Status, url: resp.URL, policy: cors.ParseReferrerPolicy(h), contentType: m.Essence(), html: m.Essence() == "text/html"}
	p.text, p.charset = xhr.DecodePage(body, m)
	p.frameOptions = strings.Join(h.Values("X-Frame-Options"), ",")
	p.modified = lastModified(h)
	if !p.html && !xhr.IsXML(m) {
		p.text, p.html = shown(m, p.text), true
	}
	return p
}

// sniff tells what a page is whose server does not say.
//
// Standard: https://mimesniff.spec.whatwg.org/#rules-for-identifying-an-unknown-mime-type
func sniff(body []byte) cors.MIMEType {
	m, _ := cors.ParseMIMEType(http.DetectContentType(body))
	return cors.MIMEType{Type: m.Type, Subtype: m.Subtype}
}

// shown is the page that shows what is no page.
//
// Standard: https://html.spec.whatwg.org/#read-text
func shown(m cors.MIMEType, text string) string {
	switch m.Type {
	case "image", "audio", "video":
		return "<!DOCTYPE html><body></body>"
	}
	return "<!DOCTYPE html><body><pre>" + escapeHTML(text) + "</pre></body>"
}

var escapeHTML = strings.NewReplacer("&", "&amp;", "<", "&lt;").Replace

// fields are a header's.
type fields []wire.Field

func (h fields) Values(name string) []string {
	var list []string
	for _, f := range h {
		if strings.EqualFold(f.Name, name) {
			list = append(list, f.Value)
		}
	}
	return list
}

// lastModified is when a page was changed, as document.lastModified has it; "" if
// that is not known.
func lastModified(h fields) string {
	v := h.Values("Last-Modified")
	if len(v) == 0 {
		return ""
	}
	return modifiedAt(v[0])
}

// modifiedAt is the time of a Last-Modified field in the form of script; "" for what
// is none.
//
// Standard: https://html.spec.whatwg.org/#dom-document-lastmodified
func modifiedAt(field string) string {
	t, err := time.Parse(http.TimeFormat, field)
	if err != nil {
		return ""
	}
	return t.Local().Format("01/02/2006 15:04:05")
}
