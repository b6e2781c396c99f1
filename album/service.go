package album

import (
	"context"
	"io"
	"time"
)

// Service is what can be done with albums and photos. Every method asks first
// whether the viewer may. Library implements it over a Store and Blobs,
// albumhttp.Client over HTTP.
//
// Albums and photos come back as the viewer may see them. Owner is filled in only
// where the viewer counts as the owner; Sharing whole, Hash and Redaction only for
// the owner at the service's own pages (of a public album's Sharing, its Read rule
// for everybody); Size is that of what OpenPhoto gives this viewer.
type Service interface {
	// Albums lists the albums the viewer may read, newest first: a person's own,
	// or, when nobody is signed in, those shared with anybody at this site.
	Albums(ctx context.Context, v Viewer, p Page) (AlbumPage, error)

	// CreateAlbum makes an album. If the person has one of that name: that one
	// and false with reuse, otherwise Conflict. An album made by a foreign
	// site's page is shared with that site, and its owner can take that back.
	CreateAlbum(ctx context.Context, v Viewer, name string, reuse bool) (a Album, created bool, err error)
	Album(ctx context.Context, v Viewer, id ID) (Album, error)
	RenameAlbum(ctx context.Context, v Viewer, id ID, name string, m Match) (Album, error)
	DeleteAlbum(ctx context.Context, v Viewer, id ID, m Match) error

	// Sharing and SetSharing are for the owner at the service's own pages (or by
	// HTTP authentication from a program), never for foreign sites.
	Sharing(ctx context.Context, v Viewer, id ID) (Sharing, error)
	SetSharing(ctx context.Context, v Viewer, id ID, s Sharing, m Match) (Sharing, error)

	Photos(ctx context.Context, v Viewer, album ID, p Page) (PhotoPage, error)

	// AddPhoto stores a picture, reading body to its end. With replace, a photo
	// of that name gives way to it, and created is false. The condition, here
	// and of DeletePhoto, is on the album's Version.
	AddPhoto(ctx context.Context, v Viewer, album ID, name string, body io.Reader, replace bool, m Match) (p Photo, created bool, err error)
	Photo(ctx context.Context, v Viewer, id ID) (Photo, error)
	DeletePhoto(ctx context.Context, v Viewer, id ID, m Match) error

	// OpenPhoto gives the bytes of a photo as the viewer may see them: the
	// original for its owner at the service's own pages, the redacted one for
	// other sites and for other people. Edge 0 is the photo itself, otherwise a
	// thumbnail of one of ThumbnailEdges: NotFound if the picture's pixels are
	// broken, TooOften if too many others wait for thumbnails to be made.
	OpenPhoto(ctx context.Context, v Viewer, id ID, edge int) (Content, error)
}

// ThumbnailEdges are the sizes of thumbnails: the edge, in pixels, of the square
// they fit into.
var ThumbnailEdges = [...]int{320, 1280}

// Access is how people prove who they are. Library implements it.
type Access interface {
	// SignIn checks a name and password and begins a session for pages of
	// origin ("" for the service's own), whose secret goes into the cookie.
	// from tells callers apart for the limit of attempts: an address without
	// its port. Unauthenticated if wrong, TooOften after too many attempts.
	SignIn(ctx context.Context, name, password, origin, from string) (s Session, secret string, err error)
	SignOut(ctx context.Context, secret string) error

	// The Viewer methods turn a proof into a viewer at a site. Unauthenticated
	// if it is wrong, has expired, or belongs to another site.
	ViewerBySession(ctx context.Context, secret string, site Site) (Viewer, error)
	ViewerByPassword(ctx context.Context, name, password, from string, site Site) (Viewer, error)
	ViewerByToken(ctx context.Context, secret string, site Site) (Viewer, error)

	// Person tells about the person a viewer is.
	Person(ctx context.Context, v Viewer) (Person, error)

	// IssueToken makes a token for pages of origin; its secret is shown once.
	// From a foreign site only for that site itself.
	IssueToken(ctx context.Context, v Viewer, t TokenRequest) (tok Token, secret string, err error)
	Tokens(ctx context.Context, v Viewer) ([]Token, error)
	RevokeToken(ctx context.Context, v Viewer, id ID) error
}

// TokenRequest says what token a person wants.
type TokenRequest struct {
	Label  string
	Origin string
	Scopes Scopes
	Life   time.Duration // zero for the default, at most Limits.TokenLife
}

// Page asks for a part of a list.
type Page struct {
	Cursor string // from the page before; "" for the first
	Limit  int    // at most this many; zero for the default
}

// AlbumPage is a part of a list of albums.
type AlbumPage struct {
	Albums []Album
	Next   string // the next page's Cursor, "" on the last page
}

// PhotoPage is a part of a list of photos.
type PhotoPage struct {
	Photos []Photo
	Next   string
}

// Match is a condition on the version that an edit is meant for, as the ETag of
// an If-Match header field. The zero value asks for nothing.
type Match struct {
	Versions []int64 // any of these; nil asks for nothing
}

// Content is an open photo or thumbnail. The caller closes it.
type Content struct {
	io.ReadSeekCloser
	Photo Photo
	Type  string // media type
	Size  int64  // bytes
	Tag   string // tells this content from any other of the photo; part of its ETag

	// Public: the album's rule lets any site read it, without credentials.
	Public bool
}
