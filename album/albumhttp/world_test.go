package albumhttp

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/album/memory"
	"github.com/corsage-go/corsage/album/picture"
)

// The sites of the tests.
const (
	home    = "https://photos.example"      // the service's own pages
	partner = "https://www.partner.example" // named by rules
	other   = "https://other.example"       // named by none
)

const password = "correct horse battery"

// world is a Handler over a real Library in memory, with two people, and a log
// that can be read.
type world struct {
	t       testing.TB
	handler *Handler
	library *album.Library
	store   *memory.Store
	log     *syncBuffer
	ada     album.Person
	eve     album.Person

	mu  sync.Mutex
	now time.Time
}

func newWorld(t testing.TB, changes ...func(*Config)) *world {
	t.Helper()
	w := &world{t: t, store: memory.NewStore(), log: &syncBuffer{}, now: time.Date(2026, 11, 2, 9, 30, 0, 0, time.UTC)}
	var err error
	w.library, err = album.NewLibrary(album.Config{
		Store: w.store, Blobs: memory.NewBlobs(), Pictures: picture.New(2),
		Now: w.clock, Random: rand.Reader,
		Limits: album.Limits{AlbumsPerson: 60, PhotosAlbum: 5, PhotoBytes: testPhotoBytes},
	})
	w.must(err)
	config := Config{
		Service: w.library, Access: w.library, Origins: []string{home}, Patterns: testPatterns,
		Ambient: w.ambient, Verdict: testVerdict,
		Limits: Limits{PhotoBytes: testPhotoBytes, FilesRequest: 3},
		Now:    w.clock,
		Log:    slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, change := range changes {
		change(&config)
	}
	w.handler = New(config)
	w.ada, w.eve = w.person("Ada"), w.person("Eve")
	return w
}

const testPhotoBytes = 1 << 20

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) wait(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// person makes an account whose password is cheap to check.
func (w *world) person(name string) album.Person {
	salt := []byte("0123456789abcdef")
	enc := base64.RawStdEncoding
	hash := fmt.Sprintf("$argon2id$v=%d$m=64,t=1,p=1$%s$%s", argon2.Version,
		enc.EncodeToString(salt), enc.EncodeToString(argon2.IDKey([]byte(password), salt, 1, 64, 1, 32)))
	id, err := album.NewID(w.clock(), rand.Reader)
	w.must(err)
	p := album.Person{ID: id, Name: name, Password: hash, Created: w.clock()}
	w.must(w.store.CreatePerson(context.Background(), p))
	return p
}

// atHome is a viewer who signed in at the service's own pages.
func atHome(p album.Person) album.Viewer {
	return album.Viewer{Person: p.ID, Via: album.ViaSession, Scopes: album.AllScopes}
}

func (w *world) album(p album.Person, name string, s album.Sharing) album.Album {
	w.t.Helper()
	ctx := context.Background()
	a, _, err := w.library.CreateAlbum(ctx, atHome(p), name, false)
	w.must(err)
	if s.Read.Sites != "" || s.Change.Sites != "" {
		_, err = w.library.SetSharing(ctx, atHome(p), a.ID, s, album.Match{})
		w.must(err)
	}
	return a
}

func (w *world) photo(p album.Person, id album.ID, name string, file []byte) album.Photo {
	w.t.Helper()
	photo, _, err := w.library.AddPhoto(context.Background(), atHome(p), id, name, bytes.NewReader(file), false, album.Match{})
	w.must(err)
	return photo
}

// token makes a token of the person for an origin.
func (w *world) token(p album.Person, origin string, scopes album.Scopes) string {
	w.t.Helper()
	_, secret, err := w.library.IssueToken(context.Background(), atHome(p), album.TokenRequest{Label: "test", Origin: origin, Scopes: scopes})
	w.must(err)
	return secret
}

// session signs the person in at an origin, "" for the service's own pages.
func (w *world) session(p album.Person, origin string) string {
	w.t.Helper()
	_, secret, err := w.library.SignIn(context.Background(), p.Name, password, origin, "test")
	w.must(err)
	return secret
}

// The rules of the tests.
var (
	nobody         = album.Rule{Sites: album.Nobody}
	anybody        = album.Rule{Sites: album.AnySite}
	partners       = album.Rule{Sites: album.ChosenSites, Origins: []string{"https://*.partner.example"}}
	partnersSigned = album.Rule{Sites: album.ChosenSites, Origins: []string{"https://*.partner.example"}, Credentials: true}
)

// testPatterns knows the origins of the tests.
func testPatterns(origin string) []string {
	switch origin {
	case partner:
		return []string{origin, "https://*.partner.example", album.AnyPattern}
	case other, home:
		return []string{origin, album.AnyPattern}
	default:
		return nil
	}
}

// ambient looks into the rules of what is asked for.
func (w *world) ambient(r *http.Request) bool {
	target := Target(r)
	if target.Kind == Collection {
		return true
	}
	id := target.ID
	if p, err := w.store.Photo(r.Context(), id); err == nil {
		id = p.Album
	}
	a, err := w.store.Album(r.Context(), id)
	rule := a.Sharing.Read
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		rule = a.Sharing.Change
	}
	return err == nil && rule.Credentials && rule.Admits(w.handler.siteOf(r))
}

// testVerdict admits the sites that a rule names by its pattern.
func testVerdict(rules album.Sharing, origin string) (Verdict, error) {
	site := album.Site{Foreign: true, Origin: origin, Patterns: testPatterns(origin)}
	if len(site.Patterns) == 0 {
		return Verdict{}, invalidField("origin", "no such origin")
	}
	right := func(r album.Rule) RightVerdict {
		return RightVerdict{Allowed: r.Admits(site), Credentials: r.Credentials, Reason: "test", Sentence: "Test.", Headers: []string{}}
	}
	return Verdict{Origin: origin, Read: right(rules.Read), Change: right(rules.Change)}, nil
}

// option is something about a request.
type option func(*http.Request)

func with(name string, values ...string) option {
	return func(r *http.Request) {
		for _, v := range values {
			r.Header.Add(name, v)
		}
	}
}

func from(origin string) option { return with("Origin", origin) }

func ownSession(secret string) option { return with("Cookie", ownCookie+"="+secret) }

func siteSession(secret string) option { return with("Cookie", siteCookie+"="+secret) }

func bearer(token string) option { return with("Authorization", "Bearer "+token) }

func basic(name, password string) option {
	return func(r *http.Request) { r.SetBasicAuth(name, password) }
}

func sending(mediaType, text string) option {
	return func(r *http.Request) {
		r.Body = io.NopCloser(strings.NewReader(text))
		r.ContentLength = int64(len(text))
		if mediaType != "" {
			r.Header.Set("Content-Type", mediaType)
		}
	}
}

func jsonBody(text string) option { return sending("application/json", text) }

// ask sends a request to the handler, and checks what holds of every answer.
func (w *world) ask(method, path string, options ...option) *httptest.ResponseRecorder {
	w.t.Helper()
	r := httptest.NewRequest(method, home+path, nil)
	for _, o := range options {
		o(r)
	}
	res := httptest.NewRecorder()
	w.handler.ServeHTTP(res, r)
	checkAnswer(w.t, r, res.Result())
	return res
}

// want fails the test unless the answer has the status.
func want(t testing.TB, res *httptest.ResponseRecorder, status int) {
	t.Helper()
	if res.Code != status {
		t.Fatalf("status %d, want %d; body: %s", res.Code, status, res.Body)
	}
}

// jpegFile is a small JPEG with a private note in its Exif data.
var jpegFile = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 30)), nil); err != nil {
		panic(err)
	}
	// One entry in IFD0: ImageDescription, of privateNote.
	tiff := "MM\x00*\x00\x00\x00\x08\x00\x01\x01\x0e\x00\x02\x00\x00\x00" + string(rune(len(privateNote)+1)) +
		"\x00\x00\x00\x1a\x00\x00\x00\x00" + privateNote + "\x00"
	exif := "Exif\x00\x00" + tiff
	segment := append([]byte{0xff, 0xe1, 0, byte(len(exif) + 2)}, exif...)
	file := append([]byte{0xff, 0xd8}, segment...)
	return append(file, b.Bytes()[2:]...)
})

const privateNote = "taken at 48.8583 N 2.2945 E"

// pngFile is a small PNG, another one for each seed.
func pngFile(seed uint8) []byte {
	var b bytes.Buffer
	m := image.NewGray(image.Rect(0, 0, 4, 3))
	m.Pix[0] = seed
	if err := png.Encode(&b, m); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// syncBuffer is a log that a test can read while a server writes it.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}
