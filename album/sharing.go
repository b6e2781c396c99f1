package album

import "slices"

// Sharing says which other sites may read an album and which may change it. The
// zero value shares it with nobody else's site.
type Sharing struct {
	Read    Rule  `json:"read"`
	Change  Rule  `json:"change"`
	Version int64 `json:"-"` // counts changes of these rules; the ETag is made of it
}

// Rule names the sites that a right is given to.
type Rule struct {
	Sites Sites `json:"sites"`

	// Origins holds origin patterns in canonical form, sorted, without
	// duplicates; it is empty unless Sites is ChosenSites.
	Origins []string `json:"origins,omitempty"`

	// Credentials tells whose visitors the rule is for. False: anybody's, who
	// need not (and by cookie cannot) say who they are. True: only people who are
	// signed in, and the site may use the sign-in their browser holds.
	Credentials bool `json:"credentials,omitempty"`
}

// Sites is the kind of a Rule.
type Sites string

// The kinds of rule. The empty text counts as Nobody.
const (
	Nobody      Sites = "nobody" // no site but the service's own
	ChosenSites Sites = "chosen" // the sites that Origins names
	AnySite     Sites = "any"    // every site; never with credentials
)

// AnyPattern is the pattern that an AnySite rule stands for in a Site's Patterns
// and in a store's index.
const AnyPattern = "*"

// Patterns lists the origin patterns that the rule names: AnyPattern alone for
// AnySite, none for Nobody.
func (r Rule) Patterns() []string {
	switch r.Sites {
	case AnySite:
		return []string{AnyPattern}
	case ChosenSites:
		return r.Origins
	default:
		return nil
	}
}

// Public reports whether the rule names every site, for visitors who need not say
// who they are.
func (r Rule) Public() bool { return r.Sites == AnySite && !r.Credentials }

// Site is the web site whose page makes a request. The zero value is the
// service itself, or a program that is no browser.
type Site struct {
	Foreign bool   // another site's page
	Origin  string // its serialized origin; "" when the browser did not say

	// Patterns holds every origin pattern that names Origin, AnyPattern
	// included, so that a rule is decided by looking for equal texts.
	Patterns []string
}

// Admits reports whether the rule names the site. Only foreign sites are named
// by rules; for the service itself the answer is false. A rule that cannot be
// names nobody.
func (r Rule) Admits(s Site) bool {
	if !s.Foreign {
		return false
	}
	switch r.Sites {
	case AnySite:
		return !r.Credentials // never both; a store that says so is not believed
	case ChosenSites:
		return slices.ContainsFunc(s.Patterns, func(p string) bool {
			return p != AnyPattern && slices.Contains(r.Origins, p)
		})
	default:
		return false
	}
}
