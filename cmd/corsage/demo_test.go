package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/web/photos"
)

// demoOptions says how a test wants the demo to be.
type demoOptions struct {
	folder string   // data folder; "" for a new one, with the demo's albums in it
	flags  []string // more flags of `corsage serve`, such as "--tls"
}

// runningDemo is `corsage serve --demo` on ports of its own, run in the test's
// process and wired as the program wires it. It ends with the test.
type runningDemo struct {
	service *service // the program, for what a test cannot ask over HTTP

	// The sites' origins. The plain ones are "" without --tls.
	origin, guest, unnamed  string
	plainOrigin, plainGuest string

	owner, password string             // the owner's sign-in
	albums          photos.GuestAlbums // IDs of the albums of each kind
	token           string             // bound to guest, with all scopes
	folder          string             // data folder, to start the demo again with what it holds
	log             *lockedBuffer      // what the program logs
	client          *http.Client       // trusts the authority; follows no redirects, keeps no cookies
}

// startDemo starts the demo for a test or benchmark:
//
//	d := startDemo(t, demoOptions{})
//	answer := d.do(t, "GET", d.origin+"/albums", "Origin: "+d.guest)
//
// It returns when every site answers. The albums are drawn once for all tests
// and copied, so a start takes a fraction of a second.
func startDemo(t testing.TB, o demoOptions) *runningDemo {
	t.Helper()
	if o.folder == "" {
		o.folder = filepath.Join(t.TempDir(), "demo")
		must(t, os.CopyFS(o.folder, os.DirFS(plantedDemo(t))))
	}
	d := openDemo(t, o)
	t.Cleanup(func() { d.stop(t) })
	return d
}

// plantedDemo is a data folder with the demo's albums, made once.
func plantedDemo(t testing.TB) string {
	t.Helper()
	plantOnce.Do(func() {
		folder := filepath.Join(sharedFolder(), "planted")
		openDemo(t, demoOptions{folder: folder}).stop(t)
		planted = folder
	})
	if planted == "" {
		t.Fatal("the demo could not be started")
	}
	return planted
}

var (
	plantOnce sync.Once
	planted   string
)

func openDemo(t testing.TB, o demoOptions) *runningDemo {
	t.Helper()
	log := &lockedBuffer{}
	flags := parseServe(t, append([]string{
		"--demo", "--data", o.folder, "--listen", "127.0.0.1:0", "--guest-port", "0", "--unnamed-port", "0",
		"--plain-listen", "127.0.0.1:0", "--plain-guest-port", "0", "--panel-listen", "127.0.0.1:0", "--log-level", "info",
	}, o.flags...)...)
	s := newService(flags, console{out: io.Discard, err: log})
	s.photoWidth = 200 // drawing takes its time under the race detector
	must(t, s.Open(context.Background()))
	f := s.greetingFacts()
	d := &runningDemo{
		service: s, origin: f.Origin, guest: f.Guest, unnamed: f.Unnamed, plainOrigin: f.PlainOrigin, plainGuest: f.PlainGuest,
		owner: f.Owner, password: f.Password, albums: s.demo.albums, folder: o.folder, log: log, client: newClient(s.authority),
	}
	d.token = d.guestToken(t, d.guest)
	return d
}

// stop ends the program in good order. It may be called before the test ends.
func (d *runningDemo) stop(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	d.client.CloseIdleConnections()
	must(t, d.service.Close(ctx))
}

// guestToken reads the token that a guest site's page is given.
func (d *runningDemo) guestToken(t testing.TB, site string) string {
	t.Helper()
	var config struct{ Token string }
	d.do(t, "GET", site+"/config.json").decode(t, &config)
	return config.Token
}

// parseServe reads flags of `corsage serve` as the program does.
func parseServe(t testing.TB, args ...string) *serveCommand {
	t.Helper()
	var g grammar
	parser, err := newParser(&g, console{out: io.Discard, err: io.Discard})
	must(t, err)
	_, err = parser.Parse(append([]string{"serve"}, args...))
	must(t, err)
	return &g.Serve
}

func newClient(a *authority) *http.Client {
	transport := &http.Transport{}
	if a != nil {
		roots := x509.NewCertPool()
		roots.AddCert(a.cert)
		transport.TLSClientConfig = &tls.Config{RootCAs: roots}
		transport.ForceAttemptHTTP2 = true
	}
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// do sends a request. Header fields are given as "Name: value"; the last extra
// may be a body: a []byte, an io.Reader, or anything else to be sent as JSON.
func (d *runningDemo) do(t testing.TB, method, url string, extras ...any) *answered {
	t.Helper()
	var body io.Reader
	header := http.Header{}
	for _, extra := range extras {
		switch e := extra.(type) {
		case string:
			name, value, _ := strings.Cut(e, ": ")
			header.Add(name, value)
		case []byte:
			body = bytes.NewReader(e)
		case io.Reader:
			body = e
		default:
			text, err := json.Marshal(e)
			must(t, err)
			body = bytes.NewReader(text)
			header.Set("Content-Type", "application/json")
		}
	}
	r, err := http.NewRequestWithContext(t.Context(), method, url, body)
	must(t, err)
	r.Header = header
	response, err := d.client.Do(r)
	must(t, err)
	defer response.Body.Close() //nolint:errcheck // it was only read
	content, err := io.ReadAll(response.Body)
	must(t, err)
	return &answered{status: response.StatusCode, header: response.Header, body: content}
}

// preflight asks as a browser does before it sends a request of that method with
// headers that need approval.
func (d *runningDemo) preflight(t testing.TB, site, method, url, headers string) *answered {
	t.Helper()
	extras := []any{"Origin: " + site, "Access-Control-Request-Method: " + method}
	if headers != "" {
		extras = append(extras, "Access-Control-Request-Headers: "+headers)
	}
	return d.do(t, http.MethodOptions, url, extras...)
}

// bearer is the header field with the guest's token.
func (d *runningDemo) bearer() string { return "Authorization: Bearer " + d.token }

// album is the address of an album.
func (d *runningDemo) album(id string) string { return d.origin + "/albums/" + id }

// answered is an answer, read to its end.
type answered struct {
	status int
	header http.Header
	body   []byte
}

func (a *answered) decode(t testing.TB, v any) {
	t.Helper()
	if err := json.Unmarshal(a.body, v); err != nil {
		t.Fatalf("the answer, of status %d, is not the JSON it should be: %v\n%s", a.status, err, a.body)
	}
}

// allows reports whether a browser would let the page of an origin read this.
func (a *answered) allows(site string) bool {
	v := a.header.Values("Access-Control-Allow-Origin")
	return len(v) == 1 && (v[0] == site || v[0] == "*")
}

// albumNames lists the albums of an answer.
func (a *answered) albumNames(t testing.TB) []string {
	t.Helper()
	var list struct{ Albums []struct{ Name string } }
	a.decode(t, &list)
	names := []string{}
	for _, each := range list.Albums {
		names = append(names, each.Name)
	}
	return names
}

// lockedBuffer is a buffer that several goroutines may use.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// The demo has an owner with four albums of photos, each shared as its name
// says.
func TestDemoSeed(t *testing.T) {
	d := startDemo(t, demoOptions{})
	rules := d.sharing(t)
	for id, want := range map[string]string{
		d.albums.Open:     `{"read":{"sites":"any"},"change":{"sites":"nobody"}}`,
		d.albums.Chosen:   `{"read":{"sites":"chosen","origins":["GUEST"]},"change":{"sites":"chosen","origins":["GUEST"]}}`,
		d.albums.SignedIn: `{"read":{"sites":"chosen","origins":["GUEST"],"credentials":true},"change":{"sites":"chosen","origins":["GUEST"],"credentials":true}}`,
		d.albums.Private:  `{"read":{"sites":"nobody"},"change":{"sites":"nobody"}}`,
	} {
		if want = strings.ReplaceAll(want, "GUEST", d.guest); rules[id] != want {
			t.Errorf("album %s is shared as\n%s, want\n%s", id, rules[id], want)
		}
		if len(d.photos(t, id)) < 3 {
			t.Errorf("album %s has hardly any photos", id)
		}
	}
}

// A second start finds what the first has made. Only what the first one handed
// out is no longer good, and the rules follow the guests to their new ports.
func TestDemoSeedAgain(t *testing.T) {
	for name, flags := range map[string][]string{"http": nil, "https": {"--tls"}} {
		t.Run(name, func(t *testing.T) {
			d := startDemo(t, demoOptions{flags: flags})
			rules := d.sharing(t)
			d.stop(t)
			again := openDemo(t, demoOptions{folder: d.folder, flags: flags})
			defer again.stop(t)
			if again.password != d.password || again.albums != d.albums {
				t.Errorf("password %q and albums %v, want %q and %v", again.password, again.albums, d.password, d.albums)
			}
			if r := again.do(t, "GET", again.origin+"/albums", "Origin: "+d.guest, d.bearer()); r.status != http.StatusUnauthorized {
				t.Errorf("the old token gets %d, want 401", r.status)
			}
			now := again.sharing(t)
			for before, after := range map[string]string{d.guest: again.guest, d.plainGuest: again.plainGuest} {
				for id := range rules {
					named := before != "" && strings.Contains(rules[id], `"`+before+`"`)
					if strings.Contains(now[id], `"`+after+`"`) != named || before != after && strings.Contains(now[id], `"`+before+`"`) {
						t.Errorf("%s is at %s now, and album %s is shared as\n%s, before as\n%s", before, after, id, now[id], rules[id])
					}
				}
			}
		})
	}
}

// What the owner has changed stays changed.
func TestDemoSeedKeepsChanges(t *testing.T) {
	d := startDemo(t, demoOptions{})
	basic := d.basic()
	mine := map[string]any{"read": map[string]any{"sites": "nobody"}, "change": map[string]any{"sites": "nobody"}}
	if r := d.do(t, "PUT", d.album(d.albums.Chosen)+"/sharing", basic, mine); r.status != http.StatusOK {
		t.Fatalf("setting the rules: %d %s", r.status, r.body)
	}
	photo := d.photos(t, d.albums.Open)[0]
	if r := d.do(t, "DELETE", d.origin+"/photos/"+photo, basic); r.status != http.StatusNoContent {
		t.Fatalf("deleting a photo: %d %s", r.status, r.body)
	}
	left := len(d.photos(t, d.albums.Open))
	d.stop(t)
	again := openDemo(t, demoOptions{folder: d.folder})
	defer again.stop(t)
	if rules := again.sharing(t)[d.albums.Chosen]; strings.Contains(rules, "chosen") {
		t.Errorf("the owner's rules were set back to %s", rules)
	}
	if n := len(again.photos(t, d.albums.Open)); n != left {
		t.Errorf("%d photos after a second start, want the %d that the owner has left", n, left)
	}
}

// The demo does not touch what is not its own.
func TestDemoInForeignFolder(t *testing.T) {
	folder := t.TempDir()
	must(t, withLibrary(t.Context(), folder, func(l *album.Library) error {
		_, err := l.AddPerson(t.Context(), "somebody", "a password of hers")
		return err
	}))
	s := newService(parseServe(t, "--demo", "--data", folder, "--listen", "127.0.0.1:0", "--guest-port", "0", "--unnamed-port", "0", "--panel-listen", "127.0.0.1:0"),
		console{out: io.Discard, err: io.Discard})
	err := s.Open(t.Context())
	if err == nil || !strings.Contains(reported(err), "not the demo's") {
		t.Errorf("the demo in somebody's folder: %v", err)
	}
}

// basic is the header field with the owner's sign-in.
func (d *runningDemo) basic() string {
	r := http.Request{Header: http.Header{}}
	r.SetBasicAuth(d.owner, d.password)
	return "Authorization: " + r.Header.Get("Authorization")
}

// sharing returns the rules of the demo's albums, as JSON, by ID.
func (d *runningDemo) sharing(t testing.TB) map[string]string {
	t.Helper()
	rules := map[string]string{}
	for _, id := range []string{d.albums.Open, d.albums.Chosen, d.albums.SignedIn, d.albums.Private} {
		var s album.Sharing
		d.do(t, "GET", d.album(id)+"/sharing", d.basic()).decode(t, &s)
		text, err := json.Marshal(s)
		must(t, err)
		rules[id] = string(text)
	}
	return rules
}

// photos returns the IDs of an album's photos.
func (d *runningDemo) photos(t testing.TB, id string) []string {
	t.Helper()
	var list struct{ Photos []struct{ ID string } }
	d.do(t, "GET", d.album(id)+"/photos", d.basic()).decode(t, &list)
	ids := []string{}
	for _, p := range list.Photos {
		ids = append(ids, p.ID)
	}
	return ids
}
