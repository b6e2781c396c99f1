package album

// This file alone decides who may do what. Its functions are pure: a viewer and
// an album in, nil or an Error out. Everything in Library asks them.
//
// They fail closed: what a zero value, an unknown kind of proof or an unknown
// kind of rule could mean is never more than nothing.

// hasProof reports whether somebody is recognised in a way that the site allows:
// at the service's own pages by what a browser or program sends by itself, at a
// foreign site also by a token, which is bound to its origin.
func (v Viewer) hasProof() bool {
	switch {
	case v.Person == "":
		return false
	case v.Via == ViaToken:
		return v.Site.Foreign && v.Site.Origin != ""
	default:
		return v.Via.Ambient()
	}
}

// counted returns the viewer as a rule sees it: without a proof that does not
// count before it. What a foreign site's visitor sends by itself counts only
// where a rule with credentials names the site. Otherwise any page on the web
// could act with its visitors' sign-ins.
func (v Viewer) counted(r Rule) Viewer {
	if v.hasProof() && (!v.Site.Foreign || v.Via == ViaToken || r.Credentials && r.Admits(v.Site)) {
		return v
	}
	return Viewer{Site: v.Site}
}

// isPerson reports whether somebody is recognised where no album's rule speaks. A
// foreign site needs a token or a sign-in of its own: HTTP authentication is
// sent along to every site that asks, so it shows nothing of the person's will.
func (v Viewer) isPerson() bool {
	return v.hasProof() && (!v.Site.Foreign || v.Via != ViaBasic && v.Site.Origin != "")
}

// mayRead decides about seeing an album and its photos.
func mayRead(v Viewer, a Album) error {
	r := a.Sharing.Read
	who := v.counted(r)
	if !v.Site.Foreign {
		return mayReadAtHome(who, a)
	}
	switch {
	case !r.Admits(v.Site):
		return notShared(v.Site)
	case !r.Credentials:
		return nil
	case who.Person == "":
		return signInToRead(v.Site)
	case who.Person != a.Owner:
		return noAlbum()
	default:
		return who.needs(ScopeRead)
	}
}

func mayReadAtHome(who Viewer, a Album) error {
	switch {
	case a.Sharing.Read.Public():
		return nil
	case who.Person == "":
		return Errorf(Unauthenticated, "this album is private; sign in as its owner to see it")
	case who.Person != a.Owner:
		return noAlbum()
	default:
		return who.needs(ScopeRead)
	}
}

// mayUpload decides about adding photos to an album.
func mayUpload(v Viewer, a Album) error { return mayChange(v, a, ScopeUpload) }

// mayManage decides about renaming and deleting an album, and about deleting and
// replacing its photos.
func mayManage(v Viewer, a Album) error { return mayChange(v, a, ScopeManage) }

func mayChange(v Viewer, a Album, need Scopes) error {
	r := a.Sharing.Change
	who := v.counted(r)
	switch {
	case v.Site.Foreign && !r.Admits(v.Site):
		return notChangeable(v.Site)
	case who.Person == "":
		return signInToChange(v.Site, r)
	case who.Person != a.Owner:
		return notYours(v, a)
	default:
		return who.needs(need)
	}
}

// mayShare decides about seeing and setting the rules of an album. No rule can
// give this away: a site that could change the rules could keep itself in them.
func mayShare(v Viewer, a Album) error {
	who := v.counted(Rule{})
	switch {
	case v.Site.Foreign:
		return Errorf(Forbidden, "%s may not see or change who an album is shared with; do that at the album service's own pages", v.Site)
	case v.Via == ViaToken:
		return Errorf(Forbidden, "a token may not see or change who an album is shared with; sign in at the album service's own pages")
	case who.Person == "":
		return Errorf(Unauthenticated, "sign in as the album's owner to see or change who it is shared with")
	case who.Person != a.Owner:
		return notYours(v, a)
	default:
		return who.needs(ScopeManage)
	}
}

// mayCreate decides about making albums.
func mayCreate(v Viewer) error {
	if err := mustBePerson(v); err != nil {
		return err
	}
	return v.needs(ScopeManage)
}

// mustBePerson returns Unauthenticated unless the viewer is somebody where no
// album's rule speaks.
func mustBePerson(v Viewer) error {
	switch {
	case v.isPerson():
		return nil
	case v.Site.Foreign:
		return Errorf(Unauthenticated, "%s needs a token bound to its origin, or a sign-in made there", v.Site)
	default:
		return Errorf(Unauthenticated, "nobody is signed in; sign in with your name and password first")
	}
}

// mayHoldTokens decides about making, listing and revoking tokens.
func mayHoldTokens(v Viewer) error {
	if v.Via == ViaToken {
		return Errorf(Forbidden, "a token may not make, list or revoke tokens; sign in with a password")
	}
	return mustBePerson(v)
}

// mayHoldTokenFor decides whose tokens: at the service's own pages those for any
// site, at a foreign site those for that site alone.
func mayHoldTokenFor(v Viewer, origin string) error {
	if !v.Site.Foreign || v.Site.is(origin) {
		return nil
	}
	return Errorf(Forbidden, "%s may have tokens for itself only; make those for other sites at the album service's own pages", v.Site)
}

// needs returns Forbidden unless the viewer's scopes include want.
func (v Viewer) needs(want Scopes) error {
	if v.Scopes.Has(want) {
		return nil
	}
	return Errorf(Forbidden, "this sign-in or token lacks the scope %q; use one that has it", want)
}

// ownAlbums returns the query for the person's own albums that a list would
// consist of, and false where nobody is recognised.
func ownAlbums(v Viewer) (AlbumQuery, bool) {
	q := AlbumQuery{Owner: v.Person}
	if v.Site.Foreign {
		q.Patterns = v.Site.rulePatterns()
		if v.Via.Ambient() {
			q.With = WithCredentials
		}
	}
	return q, v.hasProof()
}

// anybodysAlbums returns the query for what a list consists of for somebody
// unknown.
func anybodysAlbums(s Site) AlbumQuery {
	return AlbumQuery{Patterns: s.rulePatterns(), With: WithoutCredentials}
}

// rulePatterns returns the patterns of rules that name the site, never nil,
// which to a store would mean every album there is. To somebody unknown at the
// service's own pages, what every site may read is open too.
func (s Site) rulePatterns() []string {
	if !s.Foreign || len(s.Patterns) == 0 {
		return []string{AnyPattern}
	}
	return s.Patterns
}

// ownerAtHome reports whether the viewer is the album's owner at the service's
// own pages, who alone sees originals, hashes and rules.
func ownerAtHome(v Viewer, a Album) bool {
	return !v.Site.Foreign && v.isPerson() && v.Person == a.Owner && v.Scopes.Has(ScopeRead)
}

// shownTo leaves out of an album what is not the viewer's to know. Owner stays
// only if the viewer counts as the owner there, so comparing it with the
// viewer's Person is a safe way to tell.
func (a Album) shownTo(v Viewer) Album {
	if ownerAtHome(v, a) {
		return a
	}
	rules := a.Sharing
	if mayRead(v, a) != nil { // it may put photos in, but not look
		a.Photos, a.Cover = 0, ""
	}
	if v.counted(rules.Read).Person != a.Owner {
		a.Owner = ""
	}
	a.Sharing = Sharing{}
	if rules.Read.Public() {
		a.Sharing.Read = rules.Read // everybody can find that out
	}
	return a
}

// shownTo leaves out of a photo of album a what is not the viewer's to know, and
// gives the size of what this viewer gets.
func (p Photo) shownTo(v Viewer, a Album) Photo {
	if ownerAtHome(v, a) {
		return p
	}
	for _, e := range p.Redaction {
		p.Size += int64(len(e.With)) - e.Length
	}
	p.Redaction, p.Hash = nil, ""
	if v.counted(a.Sharing.Read).Person != a.Owner {
		p.Owner = ""
	}
	return p
}
