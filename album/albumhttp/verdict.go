package albumhttp

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/corsage-go/corsage/album"
)

// Verdict is what pages of an origin could do with an album. What tells so is
// Config.Verdict, since what an origin pattern means is not known here.
type Verdict struct {
	Origin  string       `json:"origin"`
	Trusted bool         `json:"trusted"` // people can sign in at this origin
	Read    RightVerdict `json:"read"`
	Change  RightVerdict `json:"change"`
}

// RightVerdict is what one of an album's rules gives to pages of an origin.
type RightVerdict struct {
	Allowed     bool     `json:"allowed"`     // the origin's pages get this right
	Credentials bool     `json:"credentials"` // and may use their visitors' sign-ins
	Needs       Needs    `json:"needs,omitempty"`
	Reason      string   `json:"reason"`   // a word for programs
	Sentence    string   `json:"sentence"` // the same for people
	Headers     []string `json:"headers"`  // CORS header fields of the answer, as "Name: value"; never nil
}

// Needs is how pages that a rule lets in must show for whom they act. It is empty
// where the rule does not let them in.
type Needs string

// What can be needed.
const (
	NeedsNobody        Needs = "nobody"           // anybody will do
	NeedsToken         Needs = "token"            // a person, by a token bound to the origin
	NeedsSignInOrToken Needs = "sign-in-or-token" // a person, by that or by having signed in at the site
)

// getVerdict is about the rules in force.
func (c *call) getVerdict() error {
	query, err := c.query()
	if err != nil {
		return err
	}
	rules, err := c.service.Sharing(c.r.Context(), c.viewer, c.pathID())
	if err != nil {
		return err
	}
	return c.writeVerdict(rules, query.Get("origin"))
}

// postVerdict is about rules that are not saved, and does not save them.
func (c *call) postVerdict() error {
	var body struct {
		Sharing rulesBody `json:"sharing"`
		Origin  string    `json:"origin"`
	}
	if err := c.readJSON(&body); err != nil {
		return err
	}
	rules, err := body.Sharing.complete()
	if err != nil {
		return err
	}
	if err := c.wouldSet(rules); err != nil {
		return err
	}
	return c.writeVerdict(rules, body.Origin)
}

// wouldSet says why the viewer could not set these rules, as setting them would:
// it does set them, but on a condition that no version meets. That is the last
// thing to be looked at, so rules that fail on it alone are good.
func (c *call) wouldSet(rules album.Sharing) error {
	never := album.Match{Versions: []int64{}}
	_, err := c.service.SetSharing(c.r.Context(), c.viewer, c.pathID(), rules, never)
	if album.KindOf(err) == album.Stale {
		return nil
	}
	return err
}

func (c *call) writeVerdict(rules album.Sharing, origin string) error {
	if c.verdict == nil {
		return errNoSuchAddress
	}
	v, err := c.verdict(rules, origin)
	if err != nil {
		return err
	}
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write a verdict: %w", err)
	}
	c.w.Header().Set("Cache-Control", "no-store") // other rules would make it wrong
	c.writeTagged(http.StatusOK, "", text)
	return nil
}
