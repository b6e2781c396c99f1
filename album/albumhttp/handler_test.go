package albumhttp

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/album"
)

// OPTIONS lists the methods of an address, and other methods are refused with
// the same list.
func TestMethods(t *testing.T) {
	w := newWorld(t)
	for path, allow := range map[string]string{
		"/albums":                                "GET, HEAD, OPTIONS, POST, PUT",
		"/albums/" + someID:                      "DELETE, GET, HEAD, OPTIONS, PATCH",
		"/albums/" + someID + "/sharing":         "GET, HEAD, OPTIONS, PUT",
		"/albums/" + someID + "/sharing/verdict": "GET, HEAD, OPTIONS, POST",
		"/albums/" + someID + "/photos":          "GET, HEAD, OPTIONS, POST",
		"/albums/" + someID + "/photos/a.jpg":    "OPTIONS, PUT",
		"/photos/" + someID:                      "DELETE, GET, HEAD, OPTIONS",
		"/photos/" + someID + "/about":           "GET, HEAD, OPTIONS",
		"/photos/" + someID + "/thumbnails/320":  "GET, HEAD, OPTIONS",
		"/session":                               "DELETE, GET, HEAD, OPTIONS, POST",
		"/tokens":                                "GET, HEAD, OPTIONS, POST",
		"/tokens/" + someID:                      "DELETE, OPTIONS",
		"/healthz":                               "GET, HEAD, OPTIONS",
		"/openapi.json":                          "GET, HEAD, OPTIONS",
	} {
		for method, status := range map[string]int{"OPTIONS": 204, "TRACE": 405, "PROPFIND": 405, "get": 405} {
			r := httptest.NewRequest(method, home+path, nil)
			res := httptest.NewRecorder()
			w.handler.ServeHTTP(res, r)
			if res.Code != status || res.Header().Get("Allow") != allow {
				t.Errorf("%s %s: status %d, Allow %q", method, path, res.Code, res.Header().Get("Allow"))
			}
		}
	}
	res := w.ask("PATCH", "/albums")
	want(t, res, http.StatusMethodNotAllowed)
	if m := members(t, res); m["type"] != "/problems/method" || m["status"] != 405.0 {
		t.Errorf("problem: %s", res.Body)
	}
	want(t, w.ask("OPTIONS", "/nothing"), http.StatusNotFound)
}

// HEAD is answered wherever GET is, with the same header fields.
func TestHead(t *testing.T) {
	w := newWorld(t)
	a := w.album(w.ada, "Spring", album.Sharing{})
	p := w.photo(w.ada, a.ID, "a.jpg", jpegFile())
	ada := ownSession(w.session(w.ada, ""))
	server := httptest.NewServer(w.handler)
	defer server.Close()
	for _, rt := range routes {
		if rt.method != http.MethodGet {
			continue
		}
		id := string(a.ID)
		if strings.HasPrefix(rt.path, "/photos") {
			id = string(p.ID)
		}
		path := strings.NewReplacer("{id}", id, "{edge}", "320").Replace(rt.path)
		if rt.path == "/albums/{id}/sharing/verdict" {
			path += "?origin=" + partner
		}
		get, head := fetch(t, server, "GET", path, ada), fetch(t, server, "HEAD", path, ada)
		for _, res := range []*http.Response{get, head} {
			res.Header.Del("Date")
			if err := res.Body.Close(); err != nil {
				t.Error(err)
			}
		}
		if get.StatusCode != http.StatusOK || head.StatusCode != http.StatusOK || get.ContentLength < 1 || get.ContentLength != head.ContentLength {
			t.Errorf("%s: status %d and %d, length %d and %d", path, get.StatusCode, head.StatusCode, get.ContentLength, head.ContentLength)
		}
		for name := range get.Header {
			if get.Header.Get(name) != head.Header.Get(name) {
				t.Errorf("%s: %s is %q for GET, %q for HEAD", path, name, get.Header.Get(name), head.Header.Get(name))
			}
		}
	}
}

// fetch sends a request over a connection.
func fetch(t *testing.T, server *httptest.Server, method, path string, options ...option) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range options {
		o(r)
	}
	res, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// A failure of the service itself tells its caller nothing but where the log has
// it.
func TestInternalFailure(t *testing.T) {
	secret := errors.New("disk /var/lib/photos is on fire")
	for what, err := range map[string]error{
		"plain":    secret,
		"internal": &album.Error{Kind: album.Internal, Detail: "the index of /var/lib/photos is broken", Err: secret},
		"unknown":  &album.Error{Kind: 99, Detail: "odd", Err: secret},
	} {
		w := newWorld(t, func(c *Config) { c.Service = failing{c.Service, err} })
		res := w.ask("GET", "/albums")
		want(t, res, http.StatusInternalServerError)
		m := members(t, res)
		request, _ := m["request"].(string)
		if strings.Contains(res.Body.String(), "photos is") || len(request) < 20 {
			t.Errorf("%s: %s", what, res.Body)
		}
		if log := w.log.String(); !strings.Contains(log, "on fire") || !strings.Contains(log, request) || !strings.Contains(log, "level=ERROR") {
			t.Errorf("%s: log: %s", what, log)
		}
	}
}

// A failure has one ID, in the answer, its header and the log, if whatever stands
// before has given the request one. Which album or photo it was is not logged.
func TestFailureHasOneID(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Service = failing{c.Service, errors.New("broken")} })
	res := httptest.NewRecorder()
	res.Header().Set("X-Request-Id", "abc123")
	w.handler.ServeHTTP(res, httptest.NewRequest("GET", "/albums/"+someID, nil))
	if m := members(t, res); res.Code != http.StatusInternalServerError || m["request"] != "abc123" {
		t.Errorf("%d %s", res.Code, res.Body)
	}
	if log := w.log.String(); !strings.Contains(log, "abc123") || !strings.Contains(log, "GET /albums/{id}") || strings.Contains(log, someID) {
		t.Errorf("log: %s", log)
	}
}

// What fails because the client has gone is no error of the service.
func TestFailureOfClient(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Service = failing{c.Service, context.Canceled} })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w.handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, "GET", "/albums", nil))
	if log := w.log.String(); strings.Contains(log, "ERROR") || !strings.Contains(log, "DEBUG") {
		t.Errorf("log: %s", log)
	}
}

// failing is a service that cannot read albums.
type failing struct {
	album.Service
	err error
}

func (f failing) Albums(context.Context, album.Viewer, album.Page) (album.AlbumPage, error) {
	return album.AlbumPage{}, f.err
}

func (f failing) Album(context.Context, album.Viewer, album.ID) (album.Album, error) {
	return album.Album{}, f.err
}

// failingAccess cannot look up sessions.
type failingAccess struct{ album.Access }

func (failingAccess) ViewerBySession(context.Context, string, album.Site) (album.Viewer, error) {
	return album.Viewer{}, errors.New("no database")
}

func (failingAccess) SignOut(context.Context, string) error { return errors.New("no database") }

// A session that cannot be looked up is a failure, not a stranger.
func TestFailureOfAccess(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Access = failingAccess{c.Access} })
	want(t, w.ask("GET", "/albums", ownSession("x")), http.StatusInternalServerError)
	want(t, w.ask("DELETE", "/session", ownSession("x")), http.StatusInternalServerError)
	want(t, w.ask("GET", "/albums"), http.StatusOK)
}

// Every kind of failure has a status of its own sort, a title and a type.
func TestEveryKindHasAStatus(t *testing.T) {
	for k := range kinds {
		kind := album.Kind(k)
		p := problemOf(album.Errorf(kind, "detail"))
		if p.Status < 400 || p.Title == "" || p.Type != "/problems/"+kind.String() || strings.Contains(p.Type, "kind-") {
			t.Errorf("kind %v: %+v", kind, p)
		}
	}
	if got := album.Kind(len(kinds)).String(); !strings.HasPrefix(got, "kind-") {
		t.Errorf("kind %s has no status", got)
	}
}

func TestHealth(t *testing.T) {
	w := newWorld(t)
	res := w.ask("GET", "/healthz")
	want(t, res, http.StatusOK)
	if got := res.Body.String(); got != `{"status":"ok"}` || res.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("%s, %v", got, res.Header())
	}
	want(t, w.ask("GET", "/healthz", with("Authorization", "nonsense"), from(other)), http.StatusOK)

	w = newWorld(t, func(c *Config) {
		c.Ready = func(ctx context.Context) error {
			if _, limited := ctx.Deadline(); !limited {
				return nil
			}
			return errors.New("database is locked")
		}
	})
	res = w.ask("GET", "/healthz")
	want(t, res, http.StatusServiceUnavailable)
	if strings.Contains(res.Body.String(), "locked") || !strings.Contains(w.log.String(), "database is locked") {
		t.Errorf("answer %s, log %s", res.Body, w.log)
	}
}

// The members of Vary are added to what is there, and none twice.
func TestVary(t *testing.T) {
	for _, c := range []struct{ before, after []string }{
		{nil, []string{"Origin, Cookie, Authorization"}},
		{[]string{"Origin"}, []string{"Origin", "Cookie, Authorization"}},
		{[]string{"Accept-Encoding,origin", "COOKIE"}, []string{"Accept-Encoding,origin", "COOKIE", "Authorization"}},
		{[]string{"Cookie, Origin, Authorization"}, []string{"Cookie, Origin, Authorization"}},
		{[]string{"*"}, []string{"*"}},
		{[]string{"X-Origin"}, []string{"X-Origin", "Origin, Cookie, Authorization"}},
	} {
		w := newWorld(t)
		res := httptest.NewRecorder()
		for _, v := range c.before {
			res.Header().Add("Vary", v)
		}
		w.handler.ServeHTTP(res, httptest.NewRequest("GET", "/albums", nil))
		if got := strings.Join(res.Header()["Vary"], "|"); got != strings.Join(c.after, "|") {
			t.Errorf("before %q: %q", c.before, got)
		}
	}
}

// The address of a client is that of its connection, unless a trusted proxy
// says otherwise; of an IPv6 address the part that one customer has.
func TestClientAddress(t *testing.T) {
	for _, c := range []struct {
		proxy, remote string
		forwarded     []string
		want          string
	}{
		{"", "192.0.2.1:1234", nil, "192.0.2.1"},
		{"", "192.0.2.1:1234", []string{"198.51.100.7"}, "192.0.2.1"},
		{"", "[2001:db8:1:2:3:4:5:6]:1234", nil, "2001:db8:1:2::/64"},
		{"", "[fe80::1%eth0]:1234", nil, "fe80::/64"},
		{"", "[::ffff:192.0.2.1]:1234", nil, "192.0.2.1"},
		{"", "@", nil, "unknown"},
		{"X-Forwarded-For", "192.0.2.1:1234", []string{"198.51.100.7"}, "198.51.100.7"},
		{"X-Forwarded-For", "192.0.2.1:1234", []string{"203.0.113.9, 198.51.100.7"}, "198.51.100.7"},
		{"X-Forwarded-For", "192.0.2.1:1234", []string{"203.0.113.9", "198.51.100.7"}, "198.51.100.7"},
		{"X-Forwarded-For", "192.0.2.1:1234", []string{"198.51.100.7, nonsense"}, "192.0.2.1"},
		{"X-Forwarded-For", "192.0.2.1:1234", nil, "192.0.2.1"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.remote
		for _, f := range c.forwarded {
			r.Header.Add("X-Forwarded-For", f)
		}
		h := New(Config{ProxyHeader: c.proxy})
		if got := h.newCall(nil, r).from(); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

func TestDefaultLimits(t *testing.T) {
	if got := (Limits{}).withDefaults(); got != DefaultLimits {
		t.Errorf("no limits: %+v", got)
	}
	some := Limits{JSONBytes: 1, PhotoBytes: 2, FilesRequest: 3, PartHeaderBytes: 4, BodyWindow: 5, BodyRate: 6, RetryAfter: 7}
	if got := some.withDefaults(); got != some {
		t.Errorf("all limits: %+v", got)
	}
}
