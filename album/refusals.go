package album

// The sentences for what rights.go refuses: which site, and what would help.

// String names the site in a sentence.
func (s Site) String() string {
	switch {
	case !s.Foreign:
		return "the album service"
	case s.Origin == "":
		return "a page of another site that does not say which"
	case s.Origin == "null":
		return "a page without an origin of its own (Origin: null)"
	default:
		return clip(s.Origin)
	}
}

func noAlbum() error {
	return Errorf(NotFound, "there is no such album, or it is not for you to see; check its address, and who is signed in")
}

func noPhoto() error {
	return Errorf(NotFound, "there is no such photo, or it is not for you to see; check its address, and who is signed in")
}

func notShared(s Site) error {
	switch s.Origin {
	case "":
		return Errorf(Forbidden, "this album is not shared with every site, and %s asks; let the page load it with CORS (crossorigin=\"anonymous\"), so that the browser names its origin", s)
	case "null":
		return Errorf(Forbidden, "this album is not shared with every site, and %s asks; no list of chosen sites can name such a page", s)
	default:
		return Errorf(Forbidden, "this album is not shared with %s; its owner can add that site to those that may read it", s)
	}
}

func notChangeable(s Site) error {
	return Errorf(Forbidden, "%s may not change this album; its owner can add that site to those that may change it", s)
}

func signInToRead(s Site) error {
	return Errorf(Unauthenticated, "this album is shared with %s only for its owner; sign in there, or send a token bound to that origin", s)
}

func signInToChange(s Site, r Rule) error {
	switch {
	case !s.Foreign:
		return Errorf(Unauthenticated, "sign in as the album's owner to change it")
	case r.Credentials:
		return Errorf(Unauthenticated, "%s may change this album only for its owner; sign in there, or send a token bound to that origin", s)
	default:
		return Errorf(Unauthenticated, "%s may change this album only with its owner's token bound to that origin; send one", s)
	}
}

// notYours tells somebody else's album apart from none only for those who can
// see it anyway.
func notYours(v Viewer, a Album) error {
	if mayRead(v, a) != nil {
		return noAlbum()
	}
	return Errorf(Forbidden, "this album belongs to somebody else; only its owner can change it")
}
