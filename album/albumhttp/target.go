package albumhttp

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/corsage-go/corsage/album"
)

// ResourceKind is what sort of thing an address names.
type ResourceKind uint8

// The kinds. Other is whatever a Handler does not serve.
const (
	Other      ResourceKind = iota
	Collection              // /albums
	Album                   // /albums/{id}
	Sharing                 // /albums/{id}/sharing and what is below it
	Photos                  // /albums/{id}/photos and a photo's place in it
	Photo                   // /photos/{id} and what is below it
	Session                 // /session
	Tokens                  // /tokens and /tokens/{id}
	Open                    // /healthz and /openapi.json, which are for everybody
)

var resourceKindNames = [...]string{"other", "collection", "album", "sharing", "photos", "photo", "session", "tokens", "open"}

// String returns the kind's name, such as "photos".
func (k ResourceKind) String() string {
	if int(k) < len(resourceKindNames) {
		return resourceKindNames[k]
	}
	return "unknown"
}

// Resource is what a request is about, as far as its address tells.
type Resource struct {
	Kind ResourceKind

	// ID is the album's for Album, Sharing and Photos, the photo's for Photo, a
	// token's for Tokens, and otherwise empty. It is a valid ID, but nothing of
	// that ID need exist.
	ID album.ID
}

// Target tells what a request is about from its path alone, whatever its method.
// A Handler asks it too, and serves nothing at an address that is Other, so a
// policy chosen by Target can never be the policy of something else.
func Target(r *http.Request) Resource {
	s, n := segments(r.URL)
	switch n {
	case 1:
		return rootTarget(s[0])
	case 2:
		switch s[0] {
		case "albums":
			return withID(Album, s[1])
		case "photos":
			return withID(Photo, s[1])
		case "tokens":
			return withID(Tokens, s[1])
		}
	case 3, 4:
		return deepTarget(s, n)
	}
	return Resource{}
}

func rootTarget(name string) Resource {
	switch name {
	case "albums":
		return Resource{Kind: Collection}
	case "session":
		return Resource{Kind: Session}
	case "tokens":
		return Resource{Kind: Tokens}
	case "healthz", "openapi.json":
		return Resource{Kind: Open}
	}
	return Resource{}
}

func deepTarget(s [mostSegments]string, n int) Resource {
	switch {
	case s[0] == "albums" && s[2] == "sharing" && n == 3:
		return withID(Sharing, s[1])
	case s[0] == "albums" && s[2] == "sharing" && s[3] == "verdict" && n == 4:
		return withID(Sharing, s[1])
	case s[0] == "albums" && s[2] == "photos":
		return withID(Photos, s[1])
	case s[0] == "photos" && s[2] == "about" && n == 3:
		return withID(Photo, s[1])
	case s[0] == "photos" && s[2] == "thumbnails" && n == 4:
		return withID(Photo, s[1])
	}
	return Resource{}
}

func withID(k ResourceKind, s string) Resource {
	id, err := album.ParseID(s)
	if err != nil {
		return Resource{}
	}
	return Resource{Kind: k, ID: id}
}

const mostSegments = 4

// segments cuts a path at its slashes and decodes the pieces one by one, as
// http.ServeMux does: an encoded slash stays within its piece. n is 0 for paths
// with too many pieces, and for those that are not clean: ServeMux would send a
// redirect for an empty piece or a dot.
func segments(u *url.URL) (s [mostSegments]string, n int) {
	path, encoded := u.Path, u.RawPath != ""
	if encoded {
		path = u.EscapedPath() // RawPath, unless something has changed Path alone
	}
	if len(path) < 2 || path[0] != '/' {
		return s, 0
	}
	for rest, more := path[1:], true; more; n++ {
		var piece string
		piece, rest, more = strings.Cut(rest, "/")
		if n == mostSegments || piece == "" || piece == "." || piece == ".." {
			return s, 0
		}
		if encoded {
			decoded, err := url.PathUnescape(piece)
			if err != nil {
				return s, 0
			}
			piece = decoded
		}
		s[n] = piece
	}
	return s, n
}

func albumPath(id album.ID) string { return "/albums/" + url.PathEscape(string(id)) }

func photoPath(id album.ID) string { return "/photos/" + url.PathEscape(string(id)) }
