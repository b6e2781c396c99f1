package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/corsage-go/corsage/album"
)

// startPlain starts the service without the demo, on a port of its own.
func startPlain(t testing.TB, flags ...string) (s *service, origin string) {
	t.Helper()
	all := append([]string{"--listen", "127.0.0.1:0", "--data", filepath.Join(t.TempDir(), "data")}, flags...)
	s = newService(parseServe(t, all...), console{out: io.Discard, err: io.Discard})
	must(t, s.Open(context.Background()))
	t.Cleanup(func() { must(t, s.Close(context.Background())) })
	return s, s.sites[0].origin
}

// What was stored is there after a restart: accounts, sessions, albums, photos.
func TestRestart(t *testing.T) {
	d := startDemo(t, demoOptions{})
	signIn := d.do(t, "POST", d.origin+"/session", "Origin: "+d.origin, map[string]string{"name": d.owner, "password": d.password})
	if r := d.makeAlbum(t, d.origin+"/albums", "Kept"); r.status != http.StatusCreated {
		t.Fatalf("making an album: %d %s", r.status, r.body)
	}
	photo := d.photos(t, d.albums.Chosen)[0]
	before := d.do(t, "GET", d.origin+"/photos/"+photo, d.basic())
	d.stop(t)

	again := openDemo(t, demoOptions{folder: d.folder})
	defer again.stop(t)
	list := again.do(t, "GET", again.origin+"/albums", "Cookie: "+cookie(t, signIn))
	if names := list.albumNames(t); len(names) != 5 || names[0] != "Kept" {
		t.Errorf("after a restart the session sees %q", names)
	}
	after := again.do(t, "GET", again.origin+"/photos/"+photo, again.basic())
	if after.status != http.StatusOK || string(after.body) != string(before.body) {
		t.Errorf("the photo after a restart: %d, %d bytes, want %d", after.status, len(after.body), len(before.body))
	}
}

// At the end, an upload that is under way is finished and answered, while nobody
// new is let in.
func TestShutdownFinishesUploads(t *testing.T) {
	d := startDemo(t, demoOptions{})
	file := locatedPhoto(t)
	upload, answers := d.beginUpload(t, file[:len(file)/2], d.albums.Chosen, "Origin: "+d.guest, d.bearer())
	closed := make(chan error, 1)
	go func() { closed <- d.service.Close(context.Background()) }()
	waitRefused(t, d.origin)

	_, err := upload.Write(file[len(file)/2:])
	must(t, err)
	must(t, upload.Close())
	if answer := <-answers; answer != "201 Created" {
		t.Errorf("the upload that was under way: %s", answer)
	}
	must(t, <-closed)
}

// A long upload is not cut off at the time that answers are given, over HTTP/2
// neither, as long as it keeps coming.
func TestLongUpload(t *testing.T) {
	const window = time.Second // much more than a busy machine keeps anybody waiting
	d := startDemo(t, demoOptions{flags: []string{"--tls", "--min-rate", "1B", "--min-rate-window", window.String()}})
	var both sync.WaitGroup
	for name, origin := range map[string]string{"http1.jpg": d.plainOrigin, "http2.jpg": d.origin} {
		both.Go(func() {
			file := locatedPhoto(t)
			body := &tricklingBody{rest: file, piece: len(file) / 30, ticks: time.Tick(window / 20)}
			r := d.do(t, "PUT", origin+"/albums/"+d.albums.Chosen+"/photos/"+name, "Origin: "+d.guest, d.bearer(), body)
			if r.status != http.StatusCreated {
				t.Errorf("%s: an upload that takes one and a half windows gets %d %s", name, r.status, r.body)
			}
		})
	}
	both.Wait()
}

// tricklingBody gives a piece of its content with every tick.
type tricklingBody struct {
	rest  []byte
	piece int
	ticks <-chan time.Time
}

func (b *tricklingBody) Read(p []byte) (int, error) {
	if len(b.rest) == 0 {
		return 0, io.EOF
	}
	<-b.ticks
	n := copy(p, b.rest[:min(b.piece, len(b.rest))])
	b.rest = b.rest[n:]
	return n, nil
}

// Requests that do not finish in time are cut off, and that is said.
func TestShutdownHasALimit(t *testing.T) {
	d := startDemo(t, demoOptions{})
	upload, answers := d.beginUpload(t, []byte("half"), d.albums.Chosen, "Origin: "+d.guest, d.bearer())
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err := d.service.Close(ctx)
	if err == nil || !strings.Contains(reported(err), "cut off") {
		t.Errorf("closing gives %v", err)
	}
	must(t, upload.CloseWithError(errors.New("given up")))
	if answer := <-answers; answer == "201 Created" {
		t.Errorf("the upload was answered: %s", answer)
	}
}

// beginUpload sends the first bytes of a photo and returns when the service is
// reading it. The rest goes into upload; then comes the answer's status or error.
func (d *runningDemo) beginUpload(t testing.TB, first []byte, id string, fields ...string) (upload *io.PipeWriter, answer <-chan string) {
	t.Helper()
	body, upload := io.Pipe()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, d.album(id)+"/photos/last.jpg", body)
	must(t, err)
	for _, field := range fields {
		name, value, _ := strings.Cut(field, ": ")
		r.Header.Set(name, value)
	}
	// The service says when it begins to read, and the body is not asked for before.
	r.Header.Set("Expect", "100-continue")
	client := &http.Client{Transport: &http.Transport{ExpectContinueTimeout: time.Minute}}
	answers := make(chan string, 1)
	go func() {
		response, err := client.Do(r)
		if err != nil {
			answers <- err.Error()
			return
		}
		answers <- response.Status
		_ = response.Body.Close()
	}()
	_, err = upload.Write(first)
	must(t, err)
	return upload, answers
}

// waitRefused waits until nobody listens at an origin.
func waitRefused(t testing.TB, origin string) {
	t.Helper()
	address := strings.TrimPrefix(origin, "http://")
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); {
		c, err := net.Dial("tcp", address)
		if err != nil {
			return
		}
		must(t, c.Close())
	}
	t.Fatalf("%s still lets callers in", origin)
}

// Where the origin is made of the address, pages are at that origin only: the
// same address by another name is a different site to browsers. A page's secrets
// are not for whoever makes a name of his own lead here.
func TestPagesAtTheirOriginOnly(t *testing.T) {
	d := startDemo(t, demoOptions{})
	for _, c := range []struct {
		url    string
		status int
		where  string
	}{
		{d.origin + "/", http.StatusOK, ""},
		{strings.Replace(d.origin, "127.0.0.1", "localhost", 1) + "/", http.StatusFound, d.origin + "/"},
		{d.guest + "/config.json", http.StatusOK, ""},
		{strings.Replace(d.guest, "localhost", "127.0.0.1", 1) + "/", http.StatusFound, d.guest + "/"},
		{strings.Replace(d.guest, "localhost", "127.0.0.1", 1) + "/config.json", http.StatusMisdirectedRequest, ""},
	} {
		if r := d.do(t, "GET", c.url); r.status != c.status || r.header.Get("Location") != c.where {
			t.Errorf("%s: %d to %q, want %d to %q", c.url, r.status, r.header.Get("Location"), c.status, c.where)
		}
	}
}

// A backup of a running service, restored, serves what was there.
func TestBackupWhileServing(t *testing.T) {
	d := startDemo(t, demoOptions{})
	photo := d.origin + "/photos/" + d.photos(t, d.albums.Private)[0]
	before := d.do(t, "GET", photo, d.basic())
	file, folder := filepath.Join(t.TempDir(), "albums.tar"), filepath.Join(t.TempDir(), "restored")
	con := console{out: io.Discard, err: io.Discard}
	must(t, (&backupCommand{dataFlag: dataFlag{d.folder}, File: file}).Run(t.Context(), con))
	must(t, (&restoreCommand{dataFlag: dataFlag{folder}, File: file}).Run(t.Context(), con))

	s, origin := startPlain(t, "--data", folder)
	again := &runningDemo{service: s, origin: origin, owner: d.owner, password: d.password, albums: d.albums, client: newClient(nil)}
	after := again.do(t, "GET", strings.Replace(photo, d.origin, origin, 1), again.basic())
	if after.status != http.StatusOK || string(after.body) != string(before.body) {
		t.Errorf("the photo after restoring: %d, %d bytes, want %d", after.status, len(after.body), len(before.body))
	}
}

// Behind a proxy the public origin counts as the service's own, and the local
// one as any other.
func TestPublicOrigin(t *testing.T) {
	const public = "https://photos.example"
	s, _ := startPlain(t, "--origin", public)
	local := "http://" + s.sites[0].listeners[0].Addr().String()
	_, err := s.library.AddPerson(t.Context(), "rosa", "a long password")
	must(t, err)
	d := &runningDemo{service: s, client: newClient(nil)}
	for origin, status := range map[string]int{public: http.StatusCreated, local: http.StatusForbidden} {
		r := d.do(t, "POST", local+"/session", "Origin: "+origin, map[string]string{"name": "rosa", "password": "a long password"})
		if r.status != status {
			t.Errorf("signing in from %s: %d %s, want %d", origin, r.status, r.body, status)
		}
	}
}

// Every request is one line of the log, under an ID that its answer carries, and
// without anything secret.
func TestAccessLog(t *testing.T) {
	d := startDemo(t, demoOptions{flags: []string{"--log-format", "json"}})
	r := d.do(t, "GET", d.album(d.albums.Chosen)+"/photos?limit=1", "Origin: "+d.guest, d.bearer(), "Cookie: __Host-corsage=secret")
	var line struct {
		Msg, Site, Method, Route, ID string
		Status                       int
		MS                           float64
		Bytes                        int
	}
	for text := range strings.Lines(d.log.String()) {
		if strings.Contains(text, r.header.Get(requestIDHeader)) {
			must(t, json.Unmarshal([]byte(text), &line))
		}
	}
	if line.Msg != "request" || line.Site != "albums" || line.Method != "GET" || line.Route != "GET /albums/{id}/photos" ||
		line.Status != 200 || line.Bytes != len(r.body) || line.MS <= 0 {
		t.Errorf("the line is %+v", line)
	}
	for _, secret := range []string{d.token, "secret", d.albums.Chosen, d.password, "limit=1"} {
		if strings.Contains(d.log.String(), secret) {
			t.Errorf("%q is in the log", secret)
		}
	}
}

// What cannot be served is said in one line, with what to do.
func TestServeFailures(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer busy.Close() //nolint:errcheck // nothing was sent
	s, _ := startPlain(t)
	for name, c := range map[string]struct {
		flags      []string
		said, hint string
	}{
		"busy port":         {[]string{"--listen", busy.Addr().String()}, "another program is listening on " + busy.Addr().String(), "--listen"},
		"no such address":   {[]string{"--listen", "192.0.2.1:8401"}, "no address 192.0.2.1:8401", "127.0.0.1"},
		"not an address":    {[]string{"--listen", "photos"}, `cannot listen on "photos"`, "127.0.0.1:8401"},
		"every address":     {[]string{"--listen", "0.0.0.0:0"}, "origin is not known", "--origin"},
		"demo for others":   {[]string{"--demo", "--listen", ":0"}, "for this machine alone", "127.0.0.1"},
		"plain demo":        {[]string{"--demo", "--plain-listen", "192.0.2.1:1"}, "for this machine alone", "--plain-listen"},
		"folder in use":     {[]string{"--data", s.data.path}, "another process is using it", "--data"},
		"trusted site":      {[]string{"--trusted-site", "http://far.example"}, `--trusted-site "http://far.example"`, "https"},
		"no certificate":    {[]string{"--tls-cert", "none.pem", "--tls-key", "none.pem"}, "none.pem", "PEM"},
		"tls for elsewhere": {[]string{"--tls", "--listen", "127.0.0.2:0"}, "cannot vouch for", "--tls-cert"},
	} {
		t.Run(name, func(t *testing.T) {
			flags := append([]string{"--listen", "127.0.0.1:0", "--data", filepath.Join(t.TempDir(), "d")}, c.flags...)
			s := newService(parseServe(t, flags...), console{out: io.Discard, err: io.Discard})
			err := s.Open(t.Context())
			if err == nil {
				t.Fatal(errors.Join(errors.New("it serves"), s.Close(t.Context())))
			}
			text := reported(err)
			if !strings.HasPrefix(text, "corsage: ") || !strings.Contains(text, c.said) || !strings.Contains(text, "\nhint: ") || !strings.Contains(text, c.hint) {
				t.Errorf("it says\n%swant %q and a hint of %q", text, c.said, c.hint)
			}
			if n := strings.Count(text, "\n"); n != 2 {
				t.Errorf("it says it in %d lines:\n%s", n, text)
			}
		})
	}
}

// Slow clients, long headers and unknown methods have limits.
func TestServerLimits(t *testing.T) {
	s, origin := startPlain(t, "--max-header-bytes", "8KiB", "--header-timeout", "300ms")
	d := &runningDemo{service: s, client: newClient(nil)}
	if r := d.do(t, "GET", origin+"/healthz", "X-Long: "+strings.Repeat("x", 20<<10)); r.status != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("a header of 20 KiB: %d", r.status)
	}
	c, err := net.Dial("tcp", strings.TrimPrefix(origin, "http://"))
	must(t, err)
	defer c.Close() //nolint:errcheck // nothing more is sent
	_, err = fmt.Fprint(c, "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow:")
	must(t, err)
	must(t, c.SetReadDeadline(time.Now().Add(10*time.Second)))
	if _, err := io.ReadAll(c); err != nil {
		t.Errorf("a header that never ends keeps its connection: %v", err)
	}
}

// Whoever asks and does not read the answers loses the connection, also with a
// body that nobody reads.
func TestServerCutsOffThoseWhoNeverRead(t *testing.T) {
	_, origin := startPlain(t, "--min-rate-window", "300ms")
	c, err := net.Dial("tcp", strings.TrimPrefix(origin, "http://"))
	must(t, err)
	defer c.Close() //nolint:errcheck // nothing more is sent
	must(t, c.SetWriteDeadline(time.Now().Add(20*time.Second)))
	ask := strings.Repeat("GET /fonts/go-mono.ttf HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx", 100)
	for err == nil {
		_, err = io.WriteString(c, ask)
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("the connection is still there")
	}
}

// The service says whether it can do its work.
func TestHealth(t *testing.T) {
	s, origin := startPlain(t)
	d := &runningDemo{service: s, client: newClient(nil)}
	if r := d.do(t, "GET", origin+"/healthz"); r.status != http.StatusOK {
		t.Errorf("health: %d %s", r.status, r.body)
	}
	s.data.store = failingStore{s.data.store}
	r := d.do(t, "GET", origin+"/healthz")
	if r.status != http.StatusServiceUnavailable {
		t.Errorf("health without a store: %d %s", r.status, r.body)
	}
	// One failure has one ID.
	if id := r.header.Get(requestIDHeader); id == "" || !strings.Contains(string(r.body), `"request":"`+id+`"`) {
		t.Errorf("under the ID %q it says %s", id, r.body)
	}
}

type failingStore struct{ album.Store }

func (failingStore) TokenScopes(context.Context, string, time.Time) (album.Scopes, error) {
	return 0, errBroken
}

// An origin over plain http, where browsers keep no sign-in, is warned of at the
// start; one on this machine, or over https, is not.
func TestPlainHTTPIsWarnedOf(t *testing.T) {
	for origin, want := range map[string]bool{
		"http://photos.example": true, "https://photos.example": false, "http://localhost:1": false,
	} {
		var log lockedBuffer
		s := newService(parseServe(t, "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--origin", origin), console{out: io.Discard, err: &log})
		must(t, s.Open(t.Context()))
		must(t, s.Close(t.Context()))
		if got := strings.Contains(log.String(), "keep no sign-in"); got != want {
			t.Errorf("%s: warned %v, want %v: %s", origin, got, want, log.String())
		}
	}
}
