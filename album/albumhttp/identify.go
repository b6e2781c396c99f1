package albumhttp

import (
	"encoding/base64"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/corsage-go/corsage/album"
)

// identify finds out who asks: by Authorization if there is one, which must then
// be right, unless it is a password that does not count for the site; else by the session cookie that belongs to this kind of site. A
// cookie that is wrong or too old counts for nothing, as browsers keep them
// longer than sessions last.
func (c *call) identify() error {
	site := c.viewer.Site
	if lines := c.r.Header["Authorization"]; len(lines) > 0 {
		v, err := c.byAuthorization(lines, site)
		if err != nil {
			return err
		}
		c.viewer = v
		return nil
	}
	secret := c.sessionSecret()
	if secret == "" {
		return nil
	}
	v, err := c.access.ViewerBySession(c.r.Context(), secret, site)
	switch {
	case err == nil:
		c.viewer = v
	case album.KindOf(err) != album.Unauthenticated:
		return err
	}
	return nil
}

func (c *call) byAuthorization(lines []string, site album.Site) (album.Viewer, error) {
	a, ok := parseAuthorization(lines)
	switch {
	case !ok:
		return album.Viewer{}, album.Errorf(album.Unauthenticated,
			`the Authorization header field cannot be understood; send one, "Basic" with a name and password or "Bearer" with a token, or none`)
	case a.token != "":
		return c.access.ViewerByToken(c.r.Context(), a.token, site)
	case site.Foreign && !c.ambient(c.r):
		return album.Viewer{Site: site}, nil // unchecked: right or wrong, the page gets the same
	default:
		return c.access.ViewerByPassword(c.r.Context(), a.name, a.password, c.from(), site)
	}
}

// authorization is a token, or a name with a password.
type authorization struct {
	token          string
	name, password string
}

// parseAuthorization reads the lines of an Authorization header field, of which
// there must be one.
//
// https://www.rfc-editor.org/rfc/rfc7617#section-2
// https://www.rfc-editor.org/rfc/rfc6750#section-2.1
func parseAuthorization(lines []string) (a authorization, ok bool) {
	if len(lines) != 1 {
		return a, false
	}
	scheme, rest, _ := strings.Cut(lines[0], " ")
	rest = strings.TrimLeft(rest, " ")
	switch {
	case strings.EqualFold(scheme, "Bearer"):
		return authorization{token: rest}, isToken68(rest)
	case strings.EqualFold(scheme, "Basic"):
		plain, err := base64.StdEncoding.DecodeString(rest)
		if err != nil || !utf8.Valid(plain) {
			return a, false
		}
		a.name, a.password, ok = strings.Cut(string(plain), ":")
		return a, ok
	default:
		return a, false
	}
}

// isToken68 reports whether s has the form that RFC 6750 gives to a token.
func isToken68(s string) bool {
	s = strings.TrimRight(s, "=")
	if s == "" {
		return false
	}
	for i := range len(s) {
		if c := s[i]; !isAlphanumeric(c) && strings.IndexByte("-._~+/", c) < 0 {
			return false
		}
	}
	return true
}

func isAlphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// The session cookies. Their prefix makes a browser refuse them from anybody but
// this very host, over a secure connection.
const (
	ownCookie  = "__Host-corsage"      // for the service's own pages; never sent for other sites
	siteCookie = "__Host-corsage-site" // for one foreign site, kept apart by the site it was set on
)

// sessionSecret is the value of the only cookie that counts for the site that
// asks. A foreign site that cannot be told from others has no session.
func (c *call) sessionSecret() string {
	site := c.viewer.Site
	switch {
	case !site.Foreign:
		return cookieValue(c.r.Header["Cookie"], ownCookie)
	case identifiable(site):
		return cookieValue(c.r.Header["Cookie"], siteCookie)
	default:
		return ""
	}
}

// cookieValue finds the first cookie of a name in the lines of a Cookie header
// field; "" if there is none, or its value is nothing a cookie may hold.
//
// https://www.rfc-editor.org/rfc/rfc6265#section-4.2.1
func cookieValue(lines []string, name string) string {
	for _, line := range lines {
		for pair := range strings.SplitSeq(line, ";") {
			n, v, ok := strings.Cut(strings.Trim(pair, " \t"), "=")
			if ok && n == name {
				return cookieOctets(v)
			}
		}
	}
	return ""
}

func cookieOctets(v string) string {
	if len(v) >= 2 && v[0] == '"' && v[len(v)-1] == '"' {
		v = v[1 : len(v)-1]
	}
	for i := range len(v) {
		if c := v[i]; c <= ' ' || c >= 0x7f || c == '"' || c == ',' || c == '\\' {
			return ""
		}
	}
	return v
}

func (c *call) setSessionCookie(secret string, maxAge int) {
	cookie := &http.Cookie{
		Name: ownCookie, Value: secret, Path: "/", MaxAge: maxAge,
		HttpOnly: true, Secure: true, SameSite: http.SameSiteLaxMode,
	}
	if c.viewer.Site.Foreign {
		cookie.Name, cookie.SameSite, cookie.Partitioned = siteCookie, http.SameSiteNoneMode, true
	}
	c.w.Header().Add("Set-Cookie", cookie.String())
}
