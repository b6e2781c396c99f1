package agent

import (
	"fmt"

	"github.com/corsage-go/corsage/agent/environment"
	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/cors"
)

// A page is what scripts run in; see package agent/script.
var _ environment.Environment = (*Page)(nil)

// OpenChild opens a frame in the page, or a worker of it. Nothing is fetched. The
// error says what is wrong with the URL.
//
// Standard: https://html.spec.whatwg.org/#navigables
func (p *Page) OpenChild(url string, o environment.Child) (environment.Environment, error) {
	u, err := weburl.ParseRef(p.client.URL, url)
	if err != nil {
		return nil, fmt.Errorf("open a frame or a worker: %w", err)
	}
	c := &Page{agent: p.agent, settings: p.settings}
	c.client = fetch.Client{
		URL: u, ReferrerPolicy: o.ReferrerPolicy, Origin: originOf(u),
		TopLevel: p.client.TopLevel, TopLevelNonce: p.client.TopLevelNonce,
		Secure: p.client.Secure || u.Scheme() == "https",
	}
	if o.Inherit {
		c.client.URL, c.client.Origin = p.client.URL, p.client.Origin
	}
	if o.Worker && c.client.Origin.IsOpaque() && u.Scheme() == "blob" {
		c.client.Origin = p.client.Origin // of the page that has made the URL
	}
	if o.Sandboxed {
		c.client.Origin = cors.Origin{}
	}
	if o.Top {
		c.client.TopLevel, c.client.Secure = c.client.Origin, u.Scheme() == "https"
	}
	c.settings.Client, c.settings.Worker = &c.client, o.Worker
	return c, nil
}

// Browser says how the page's browser calls itself.
func (p *Page) Browser() environment.Browser {
	profile := &p.agent.engine.Profile
	return environment.Browser{UserAgent: profile.UserAgent, AcceptLanguage: profile.AcceptLanguage}
}
