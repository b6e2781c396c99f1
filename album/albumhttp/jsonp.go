package albumhttp

import (
	"net/http"
	"strings"

	"github.com/corsage-go/corsage/album"
)

// listPhotosPadded answers a script element: a list of photos as a call of the
// page's function. The page that gets it is unknown, and a visitor's proof of
// who they are would be sent along without anybody's will, so it is made for
// nobody, at no known site: only albums open to any site are told in this way.
func (c *call) listPhotosPadded(callback string) error {
	if !isCallback(callback) {
		return invalidField("callback",
			"the callback is a name such as show or page.show: letters, digits, $ and _, at most 64 in all")
	}
	c.viewer = album.Viewer{Site: strangerSite()}
	list, err := c.photoPage()
	if err != nil {
		return err
	}
	b := buffers.Get().(*[]byte)
	defer putBuffer(b)
	// The comment keeps the first bytes out of the page's hands: some readers of
	// other formats could be led to take a chosen name for theirs.
	*b = append(append(append((*b)[:0], "/**/"...), callback...), '(')
	*b = append(appendPhotoList(*b, c.pathID(), list), ");"...)
	c.w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
	c.setPrivate()
	c.write(http.StatusOK, "application/javascript; charset=utf-8", *b)
	return nil
}

const longestCallback = 64

// isCallback reports whether s is one or more JavaScript names, with dots in
// between, of ASCII letters only.
func isCallback(s string) bool {
	if len(s) > longestCallback {
		return false
	}
	for name := range strings.SplitSeq(s, ".") {
		if !isName(name) {
			return false
		}
	}
	return true
}

func isName(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case isAlphanumeric(c) && (i > 0 || c > '9'), c == '$', c == '_':
		default:
			return false
		}
	}
	return s != ""
}
