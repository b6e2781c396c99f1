package albumhttp

import (
	"net/http"
	"slices"
	"strings"

	"github.com/corsage-go/corsage/album"
)

// route is one line of the table of everything that can be asked. The mux, the
// Allow header field, and the test of openapi.json read the same table.
type route struct {
	method string // GET answers HEAD too
	path   string // a pattern of http.ServeMux
	what   string
	serve  func(*call) error
	open   bool // who asks does not matter, or the handler finds out itself
}

var routes = []route{
	{method: "GET", path: "/albums", what: "list the albums that the viewer may read", serve: (*call).listAlbums},
	{method: "PUT", path: "/albums", what: "make an album, or return the one of that name", serve: (*call).putAlbum},
	{method: "POST", path: "/albums", what: "make an album", serve: (*call).postAlbum},
	{method: "GET", path: "/albums/{id}", what: "read an album", serve: (*call).getAlbum},
	{method: "PATCH", path: "/albums/{id}", what: "rename an album", serve: (*call).renameAlbum},
	{method: "DELETE", path: "/albums/{id}", what: "delete an album with its photos", serve: (*call).deleteAlbum},
	{method: "GET", path: "/albums/{id}/sharing", what: "read who an album is shared with", serve: (*call).getSharing},
	{method: "PUT", path: "/albums/{id}/sharing", what: "set who an album is shared with", serve: (*call).putSharing},
	{method: "GET", path: "/albums/{id}/sharing/verdict", what: "tell what a site could do under the rules in force", serve: (*call).getVerdict},
	{method: "POST", path: "/albums/{id}/sharing/verdict", what: "tell what a site could do under rules not yet saved", serve: (*call).postVerdict},
	{method: "GET", path: "/albums/{id}/photos", what: "list the photos of an album", serve: (*call).listPhotos, open: true},
	{method: "POST", path: "/albums/{id}/photos", what: "add photos to an album", serve: (*call).postPhotos},
	{method: "PUT", path: "/albums/{id}/photos/{name}", what: "add or replace a photo", serve: (*call).putPhoto},
	{method: "GET", path: "/photos/{id}", what: "read a photo", serve: (*call).getPhoto},
	{method: "DELETE", path: "/photos/{id}", what: "delete a photo", serve: (*call).deletePhoto},
	{method: "GET", path: "/photos/{id}/about", what: "read what is known about a photo", serve: (*call).aboutPhoto},
	{method: "GET", path: "/photos/{id}/thumbnails/{edge}", what: "read a thumbnail", serve: (*call).getThumbnail},
	{method: "POST", path: "/session", what: "sign in", serve: (*call).signIn, open: true},
	{method: "GET", path: "/session", what: "read who is signed in", serve: (*call).getSession},
	{method: "DELETE", path: "/session", what: "sign out", serve: (*call).signOut, open: true},
	{method: "POST", path: "/tokens", what: "issue a token", serve: (*call).postToken},
	{method: "GET", path: "/tokens", what: "list the person's tokens", serve: (*call).listTokens},
	{method: "DELETE", path: "/tokens/{id}", what: "revoke a token", serve: (*call).deleteToken},
	{method: "GET", path: "/healthz", what: "whether the service can do its work", serve: (*call).health, open: true},
	{method: "GET", path: "/openapi.json", what: "this interface, described", serve: (*call).openAPI, open: true},
}

func (h *Handler) newMux() *http.ServeMux {
	mux := http.NewServeMux()
	allowed := make(map[string][]string)
	for i := range routes {
		rt := &routes[i]
		allowed[rt.path] = append(allowed[rt.path], rt.method)
		mux.HandleFunc(rt.method+" "+rt.path, func(w http.ResponseWriter, r *http.Request) { h.serve(rt, w, r) })
	}
	for path, methods := range allowed {
		allow := allowField(methods)
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { h.otherMethod(w, r, allow) })
	}
	return mux
}

func allowField(methods []string) string {
	all := append([]string{"OPTIONS"}, methods...)
	if slices.Contains(methods, "GET") {
		all = append(all, "HEAD")
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

// otherMethod answers OPTIONS, and refuses methods that an address does not have.
func (h *Handler) otherMethod(w http.ResponseWriter, r *http.Request, allow string) {
	c := h.newCall(w, r)
	w.Header().Set("Allow", allow)
	if r.Method == http.MethodOptions {
		c.empty()
		return
	}
	c.fail(&problem{
		Type: problemTypes + "method", Title: "Not a method of this address", Status: http.StatusMethodNotAllowed,
		Detail: r.Method + " does nothing here; use one of " + allow,
	})
}

func invalidField(field, detail string) *album.Error {
	return &album.Error{Kind: album.Invalid, Field: field, Detail: detail}
}
