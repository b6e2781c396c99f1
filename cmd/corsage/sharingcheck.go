package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/policy"
)

// checkSharing refuses rules that browsers could not keep or that would give
// away more than their owner means. It compiles them as they will be enforced,
// so what passes here is what holds later. It has the form of
// album.Config.CheckSharing.
func (b *rulebook) checkSharing(s album.Sharing) (_ album.Sharing, err error) {
	if s.Read, err = b.checkRule("read", s.Read, true); err != nil {
		return album.Sharing{}, err
	}
	if s.Change, err = b.checkRule("change", s.Change, false); err != nil {
		return album.Sharing{}, err
	}
	return s, nil
}

func (b *rulebook) checkRule(side string, r album.Rule, read bool) (album.Rule, error) {
	switch r.Sites {
	case "", album.Nobody:
		return r, nil
	case album.AnySite:
		if r.Credentials {
			return r, badRule(side+".credentials", "no browser lets every site in with credentials; choose the sites, or leave credentials out")
		}
	case album.ChosenSites:
		// To a policy "*" is everybody, which is not what choosing means.
		if i := slices.Index(r.Origins, album.AnyPattern); i >= 0 {
			return r, badRule(fmt.Sprintf("%s.origins[%d]", side, i), `"*" is every site; share with any site instead`)
		}
	default:
		return r, badRule(side+".sites", fmt.Sprintf("%s is none of nobody, chosen and any", cors.Excerpt(string(r.Sites))))
	}
	if _, err := b.form.compile(r, read); err != nil {
		return r, ruleError(side, err)
	}
	r.Origins = slices.Sorted(slices.Values(r.Origins))
	return r, nil
}

func badRule(field, detail string) error {
	return &album.Error{Kind: album.Invalid, Field: field, Detail: detail}
}

// checkOrigin says what is wrong with the origin of a site that somebody signs
// in at or wants a token for. It has the form of album.Config.CheckOrigin.
func checkOrigin(origin string) error {
	o, err := cors.ParseOrigin(origin)
	switch {
	case strings.Contains(origin, "*"): // a host may hold one, but who writes it means a pattern
		return badRule("origin", "name one origin, without wildcards")
	case err != nil:
		return badRule("origin", err.Error())
	case o.IsOpaque():
		return badRule("origin", `every sandboxed page has the origin "null", so nothing can be bound to it; name a site`)
	}
	return nil
}

// ruleError words what is wrong with a rule for its owner, all of it at once.
func ruleError(side string, err error) error {
	problems := policy.Problems(err)
	if len(problems) == 0 {
		return err
	}
	details := make([]string, 0, len(problems))
	for _, p := range problems {
		details = append(details, ruleDetail(p))
	}
	return &album.Error{
		Kind:   album.Invalid,
		Field:  side + "." + ruleField(problems[0].Field),
		Detail: strings.Join(details, " "),
		Err:    err,
	}
}

// ruleField gives a policy's field the name that it has in a rule.
func ruleField(field string) string {
	if index, ok := strings.CutPrefix(field, "allowOrigins"); ok {
		return "origins" + index
	}
	return "credentials"
}

// ruleDetail words a problem without naming switches that album owners do not
// have.
func ruleDetail(p policy.Problem) string {
	cure := p.Cure
	switch p.Reason {
	case policy.InsecureWithCredentials:
		cure = "Name the site with https, or share without credentials."
	case policy.PublicSuffix:
		cure = "Name a domain that belongs to one owner."
	case policy.NullOrigin:
		cure = "Name a site."
	}
	return fmt.Sprintf("%s: %s %s", cors.Excerpt(p.Value), p.Reason.Sentence(), cure)
}
