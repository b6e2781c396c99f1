package albumhttp

import (
	"fmt"
	"net/http"
	"time"

	"github.com/corsage-go/corsage/album"
)

// longestDays keeps a number of days within what a duration can hold. How long a
// token may really live, the service says.
const longestDays = 36_500

func (c *call) postToken() error {
	var body struct {
		Label  string   `json:"label"`
		Origin string   `json:"origin"`
		Scopes []string `json:"scopes"`
		Days   *int     `json:"days"`
	}
	if err := c.readJSON(&body); err != nil {
		return err
	}
	want := album.TokenRequest{Label: body.Label, Origin: body.Origin}
	var err error
	if want.Scopes, err = album.ParseScopes(body.Scopes); err != nil {
		return err
	}
	if body.Days != nil {
		if *body.Days < 1 || *body.Days > longestDays {
			return invalidField("days", fmt.Sprintf("a token lives for 1 to %d days; leave it out for the default", longestDays))
		}
		want.Life = time.Duration(*body.Days) * 24 * time.Hour
	}
	return c.issueToken(want)
}

func (c *call) issueToken(want album.TokenRequest) error {
	t, secret, err := c.access.IssueToken(c.r.Context(), c.viewer, want)
	if err != nil {
		return err
	}
	c.w.Header().Set("Location", "/tokens/"+string(t.ID))
	c.w.Header().Set("Cache-Control", "no-store") // the only time that the secret is told
	c.json(http.StatusCreated, "", func(b []byte) []byte { return appendToken(b, &t, secret) })
	return nil
}

func (c *call) listTokens() error {
	list, err := c.access.Tokens(c.r.Context(), c.viewer)
	if err != nil {
		return err
	}
	c.jsonHashed(func(b []byte) []byte { return appendTokens(b, list) })
	return nil
}

func (c *call) deleteToken() error {
	if err := c.access.RevokeToken(c.r.Context(), c.viewer, c.pathID()); err != nil {
		return err
	}
	c.empty()
	return nil
}
