package album

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Sharing implements Service.
func (l *Library) Sharing(ctx context.Context, v Viewer, id ID) (Sharing, error) {
	a, err := l.album(ctx, id)
	if err != nil {
		return Sharing{}, err
	}
	if err := mayShare(v, a); err != nil {
		return Sharing{}, err
	}
	return a.Sharing, nil
}

// SetSharing implements Service. The rules are in force at the next request.
func (l *Library) SetSharing(ctx context.Context, v Viewer, id ID, s Sharing, m Match) (Sharing, error) {
	if _, err := l.Sharing(ctx, v, id); err != nil { // who may not is not told what is wrong with it
		return Sharing{}, err
	}
	s, err := l.checkedSharing(s)
	if err != nil {
		return Sharing{}, err
	}
	a, err := l.updateAlbum(ctx, id, func(a *Album) error {
		if err := mayShare(v, *a); err != nil {
			return err
		}
		if err := m.check("sharing", a.Sharing.Version); err != nil {
			return err
		}
		s.Version = a.Sharing.Version + 1
		a.Sharing, a.Updated = s, l.clock()
		a.Version++ // the rules are part of what the owner sees of the album
		return nil
	})
	return a.Sharing, err
}

// firstSharing is what an album begins with: nobody else's site, or the site
// that made it, for people recognised as its maker was.
func (l *Library) firstSharing(v Viewer) (Sharing, error) {
	if !v.Site.Foreign {
		return Sharing{Read: Rule{Sites: Nobody}, Change: Rule{Sites: Nobody}, Version: 1}, nil
	}
	site := Rule{Sites: ChosenSites, Origins: []string{v.Site.Origin}, Credentials: v.Via.Ambient()}
	s, err := l.checkedSharing(Sharing{Read: site, Change: site})
	s.Version = 1
	return s, err
}

// checkedSharing returns the rules in canonical form. Whatever CheckSharing
// returns has to pass the structural checks too.
func (l *Library) checkedSharing(s Sharing) (Sharing, error) {
	s, err := l.wellFormed(s)
	if err != nil || l.checkSharing == nil {
		return s, err
	}
	if s, err = l.checkSharing(s); err != nil {
		return Sharing{}, fmt.Errorf("check sharing: %w", err)
	}
	return l.wellFormed(s)
}

func (l *Library) wellFormed(s Sharing) (_ Sharing, err error) {
	if s.Read, err = l.wellFormedRule("read", s.Read); err != nil {
		return Sharing{}, err
	}
	if s.Change, err = l.wellFormedRule("change", s.Change); err != nil {
		return Sharing{}, err
	}
	return s, nil
}

func (l *Library) wellFormedRule(field string, r Rule) (Rule, error) {
	switch r.Sites {
	case "", Nobody:
		if len(r.Origins) > 0 {
			return r, badField(field+".origins", "origins are named, but sites is %q; set sites to %q, or name none", Nobody, ChosenSites)
		}
		return Rule{Sites: Nobody}, nil // credentials of nobody mean nothing
	case AnySite:
		return r, checkAnySite(field, r)
	case ChosenSites:
		return l.chosenRule(field, r)
	default:
		return r, badField(field+".sites", "%q is no kind of rule; it is one of %q, %q and %q", clip(string(r.Sites)), Nobody, ChosenSites, AnySite)
	}
}

func checkAnySite(field string, r Rule) error {
	switch {
	case len(r.Origins) > 0:
		return badField(field+".origins", "origins are named, but sites is %q; set sites to %q, or name none", AnySite, ChosenSites)
	case r.Credentials:
		return badField(field+".credentials", "every site with credentials would let any page act with its visitors' sign-ins; choose the sites, or leave credentials out")
	default:
		return nil
	}
}

// longestPattern is a scheme, a host name of 253 characters and a port, with
// room to spare.
const longestPattern = 300

func (l *Library) chosenRule(field string, r Rule) (Rule, error) {
	switch n := len(r.Origins); {
	case n == 0:
		return r, badField(field+".origins", "no site is chosen; name at least one origin, or set sites to %q", Nobody)
	case n > l.limits.SharedOrigins:
		e := badField(field+".origins", "%d origins are named; the limit is %d, and a pattern such as https://*.example.com names many", n, l.limits.SharedOrigins)
		e.Limit = int64(l.limits.SharedOrigins)
		return r, e
	}
	for i, o := range r.Origins {
		if err := checkPattern(fmt.Sprintf("%s.origins[%d]", field, i), o); err != nil {
			return r, err
		}
	}
	r.Origins = slices.Sorted(slices.Values(r.Origins)) // a copy: the caller's stays as it is
	r.Origins = slices.Compact(r.Origins)
	return r, nil
}

// checkPattern refuses what no pattern can be, or what would name more than a
// chosen site.
func checkPattern(field, pattern string) error {
	switch {
	case pattern == "" || len(pattern) > longestPattern:
		return badField(field, "an origin has 1 to %d characters, this one %d; write it as https://www.example.com", longestPattern, len(pattern))
	case pattern == AnyPattern:
		return badField(field, "%q names every site; set sites to %q instead", AnyPattern, AnySite)
	case pattern == "null":
		return badField(field, "every sandboxed page and local file has the origin \"null\", so it tells no site from another; leave it out")
	case strings.ContainsAny(pattern, " \t\r\n"):
		return badField(field, "%q contains white space; name one origin in each entry", clip(pattern))
	}
	return nil
}
