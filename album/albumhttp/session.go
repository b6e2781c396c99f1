package albumhttp

import (
	"net/http"
	"time"

	"github.com/corsage-go/corsage/album"
)

// signIn begins a session for the pages that ask, and sets their cookie.
func (c *call) signIn() error {
	site := c.viewer.Site
	if site.Foreign && !identifiable(site) {
		return album.Errorf(album.Forbidden,
			"%s cannot sign anybody in: a session is for one site, and the browser does not say which this is", site)
	}
	var body struct {
		Name     string `json:"name"`
		Password string `json:"password"`
	}
	if err := c.readJSON(&body); err != nil {
		return err
	}
	s, secret, err := c.access.SignIn(c.r.Context(), body.Name, body.Password, site.Origin, c.from())
	if err != nil {
		return err
	}
	v := album.Viewer{Person: s.Person, Via: album.ViaSession, Scopes: album.AllScopes, Until: s.Expires, Site: site}
	p, err := c.access.Person(c.r.Context(), v)
	if err != nil {
		return err
	}
	c.setSessionCookie(secret, wholeSeconds(s.Expires.Sub(c.now())))
	c.json(http.StatusCreated, "", func(b []byte) []byte { return appendSession(b, p, s.Expires, s.Origin) })
	return nil
}

// wholeSeconds is a life for Max-Age, where less than 1 would delete the cookie.
func wholeSeconds(life time.Duration) int { return max(1, int(life/time.Second)) }

// getSession tells who is signed in, however that was shown.
func (c *call) getSession() error {
	if c.viewer.Person == "" {
		return album.Errorf(album.Unauthenticated, "nobody is signed in here; POST a name and password to /session")
	}
	p, err := c.access.Person(c.r.Context(), c.viewer)
	if err != nil {
		return err
	}
	c.jsonHashed(func(b []byte) []byte { return appendSession(b, p, c.viewer.Until, c.viewer.Site.Origin) })
	return nil
}

// signOut ends the session of the cookie, if it is one, and takes the cookie
// away. It may be repeated.
func (c *call) signOut() error {
	if secret := c.sessionSecret(); secret != "" {
		err := c.access.SignOut(c.r.Context(), secret)
		if err != nil && album.KindOf(err) == album.Internal {
			return err
		}
	}
	c.setSessionCookie("", -1)
	c.empty()
	return nil
}
