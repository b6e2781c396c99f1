package albumhttp

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/album"
)

const someID = "01m6q3v9zs8t5m2c7w4xq0a1b2"

// Every route has the kind of its resource, and nothing that is routed is Other.
func TestTargetKnowsEveryRoute(t *testing.T) {
	wants := map[string]Resource{
		"/albums":                        {Kind: Collection},
		"/albums/{id}":                   {Album, someID},
		"/albums/{id}/sharing":           {Sharing, someID},
		"/albums/{id}/sharing/verdict":   {Sharing, someID},
		"/albums/{id}/photos":            {Photos, someID},
		"/albums/{id}/photos/{name}":     {Photos, someID},
		"/photos/{id}":                   {Photo, someID},
		"/photos/{id}/about":             {Photo, someID},
		"/photos/{id}/thumbnails/{edge}": {Photo, someID},
		"/session":                       {Kind: Session},
		"/tokens":                        {Kind: Tokens},
		"/tokens/{id}":                   {Tokens, someID},
		"/healthz":                       {Kind: Open},
		"/openapi.json":                  {Kind: Open},
	}
	for _, rt := range routes {
		want, known := wants[rt.path]
		if !known {
			t.Errorf("%s: this test does not know the route", rt.path)
		}
		path := strings.NewReplacer("{id}", someID, "{name}", "a.jpg", "{edge}", "320").Replace(rt.path)
		if got := Target(httptest.NewRequest(rt.method, path, nil)); got != want {
			t.Errorf("%s: target %v, want %v", path, got, want)
		}
	}
}

// What is no address is Other, and gets a 404, never a redirect: also what
// another part of the way would clean up, or decode once more.
func TestOtherAddresses(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{
		"/", "/album", "/Albums", "/albums/", "/albums//", "//albums", "/./albums", "/albums/.", "/albums/../albums",
		"/albums/x", "/albums/" + strings.ToUpper(someID), "/albums/" + someID + "/", "/albums/" + someID + "x",
		"/albums/" + someID + "/photo", "/albums/" + someID + "/photos/", "/albums/" + someID + "/photos/..",
		"/albums/" + someID + "/photos/a/b", "/albums%2F" + someID, "/albums/" + someID + "%2Fsharing",
		"/albums/" + someID + "/sharing/x", "/albums/" + someID + "/sharing/verdict/x",
		"/albums/" + someID + "/photo/verdict", "/photos", "/photos/x", "/photos/" + someID + "/thumbnails",
		"/photos/" + someID + "/about/x", "/session/x", "/tokens/x", "/healthz/", "/healthz%00", "/openapi.json/",
		"/%61lbums%2f", "/%2e/albums", "/%2e%2e/albums",
	} {
		r := httptest.NewRequest("GET", home+path, nil)
		if got := Target(r); got != (Resource{}) {
			t.Errorf("%s: target %v, want other", path, got)
		}
		want(t, w.ask("GET", path), http.StatusNotFound)
	}
}

// Pieces are decoded one by one: an encoded letter is that letter, an encoded
// slash no slash.
func TestTargetDecodesPieces(t *testing.T) {
	for path, want := range map[string]Resource{
		"/%61lbums":                                     {Kind: Collection},
		"/albums/" + someID[:25] + "%32":                {Album, someID},
		"/albums/" + someID + "/photos/a%2Fb":           {Photos, someID},
		"/albums/" + someID + "/photos/%2e%2e":          {Photos, someID},
		"/albums/" + someID + "/photos/M%C3%A4rz%20%31": {Photos, someID},
	} {
		if got := Target(httptest.NewRequest("GET", path, nil)); got != want {
			t.Errorf("%s: target %v, want %v", path, got, want)
		}
	}
}

func TestTargetAllocatesNothing(t *testing.T) {
	r := httptest.NewRequest("GET", "/albums/"+someID+"/photos/a%20b.jpg", nil)
	if n := testing.AllocsPerRun(100, func() { Target(r) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestResourceKindNames(t *testing.T) {
	for k := Other; k <= Open; k++ {
		if k.String() == "unknown" {
			t.Errorf("kind %d has no name", k)
		}
	}
	if got := (Open + 1).String(); got != "unknown" {
		t.Errorf("a kind that is none is called %q", got)
	}
}

// For any path, Target and the mux agree: what Target calls Other is not routed,
// except to an ID that is none, and everything else is routed as it is.
func FuzzTarget(f *testing.F) {
	for _, seed := range []string{
		"/albums", "/albums/" + someID, "/albums/" + someID + "/photos/a%2fb", "/photos/" + someID + "/thumbnails/320",
		"/albums//" + someID, "/albums/%2e%2e/session", "/./healthz", "/%68ealthz", "/tokens/" + someID + "/", "*", "//", "/albums/%zz",
	} {
		f.Add(seed)
	}
	reached := ""
	mux := http.NewServeMux()
	for _, path := range routedPaths() {
		mux.HandleFunc(path, func(_ http.ResponseWriter, r *http.Request) {
			_, err := album.ParseID(r.PathValue("id"))
			if err == nil || !strings.Contains(path, "{id}") {
				reached = path
			}
		})
	}
	f.Fuzz(func(t *testing.T, path string) {
		u, err := url.ParseRequestURI(path)
		if err != nil || u.Host != "" || u.Opaque != "" {
			return
		}
		reached = ""
		r := &http.Request{Method: "GET", URL: u, Header: http.Header{}}
		got := Target(r)
		mux.ServeHTTP(httptest.NewRecorder(), r)
		if (got.Kind == Other) != (reached == "") {
			t.Errorf("%q: target %v, routed to %q", path, got, reached)
		}
	})
}

func routedPaths() (paths []string) {
	for _, rt := range routes {
		if !slices.Contains(paths, rt.path) {
			paths = append(paths, rt.path)
		}
	}
	return paths
}
