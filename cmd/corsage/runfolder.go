package main

import (
	"context"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/corsage-go/corsage/agent/environment"
	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/agent/wire"
)

// filePage is a page that is a file. It hands on what its requests are for, so that
// the folder knows what it is asked.
type filePage struct{ environment.Environment }

// destinationKey is for the destination of a request, in its context.
type destinationKey struct{}

// Fetch implements environment.Environment.
func (p filePage) Fetch(ctx context.Context, r fetch.Request) (*fetch.Response, error) {
	return p.Environment.Fetch(context.WithValue(ctx, destinationKey{}, r.Destination), r)
}

// OpenChild implements environment.Environment.
func (p filePage) OpenChild(address string, o environment.Child) (environment.Environment, error) {
	child, err := p.Environment.OpenChild(address, o)
	if err != nil {
		return nil, err
	}
	return filePage{child}, nil
}

// folderTransport answers some of what the page's own origin is asked with files of
// a folder. All else goes over the network.
type folderTransport struct {
	network fetch.Transport
	files   fetch.Handlers
	folder  *os.Root
	scheme  string // of the page's origin
	host    string // with the port, as in a Host field
	any     bool   // whatever is asked for, rather than what a page is made of
}

// parts are the destinations of what a page is made of. A page that lies in a folder
// by chance may so be put together from there, but its scripts cannot read what else
// is in it.
var parts = []string{"script", "style", "worker", "sharedworker", "font", "image"}

func newFolderTransport(network fetch.Transport, folder *os.Root, page *weburl.URL, all bool) *folderTransport {
	t := &folderTransport{network: network, folder: folder, scheme: page.Scheme(), host: page.Host(), any: all}
	t.files.Default = http.HandlerFunc(t.serve)
	return t
}

// RoundTrip implements fetch.Transport.
func (t *folderTransport) RoundTrip(ctx context.Context, r *wire.Request) (*wire.Response, error) {
	if t.has(ctx, r) {
		return t.files.RoundTrip(ctx, r)
	}
	return t.network.RoundTrip(ctx, r)
}

// has reports whether a request is for a file of the folder.
func (t *folderTransport) has(ctx context.Context, r *wire.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead || r.Scheme != t.scheme || r.Host != t.host {
		return false
	}
	destination, _ := ctx.Value(destinationKey{}).(string)
	if !t.any && !slices.Contains(parts, destination) {
		return false
	}
	u, err := url.ParseRequestURI(r.Target)
	if err != nil {
		return false
	}
	name, ok := fileName(u.Path)
	if !ok {
		return false
	}
	info, err := t.folder.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

// fileName is the name of a file in the folder; false for hidden ones.
func fileName(address string) (name string, ok bool) {
	name = strings.TrimPrefix(path.Clean(address), "/")
	if strings.HasSuffix(address, "/") {
		name = path.Join(name, "index.html")
	}
	hidden := slices.ContainsFunc(strings.Split(name, "/"), func(s string) bool { return strings.HasPrefix(s, ".") })
	return name, fs.ValidPath(name) && !hidden
}

// serve answers with a file.
func (t *folderTransport) serve(w http.ResponseWriter, r *http.Request) {
	name, _ := fileName(r.URL.Path) // has has seen that it is one
	file, err := t.folder.Open(name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	defer file.Close() //nolint:errcheck // it was read only
	info, err := file.Stat()
	if err != nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Cache-Control", "no-cache")
	http.ServeContent(w, r, name, info.ModTime(), file)
}
