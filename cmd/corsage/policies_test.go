package main

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/album/memory"
	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/policy"
)

const (
	named   = "https://partner.example"
	unnamed = "https://elsewhere.example"
	trusted = "https://front.example"
	held    = "https://token.example" // a token is bound to it
)

var testTime = time.Date(2026, 5, 14, 9, 0, 0, 0, time.UTC)

// policyTest is a store with one album and the policies over it.
type policyTest struct {
	*policies
	store *memory.Store
	owner album.ID
	album album.ID
	photo album.ID
}

func newPolicyTest(t *testing.T, s album.Sharing, sites ...string) *policyTest {
	t.Helper()
	store := memory.NewStore()
	rules, err := newRulebook(store, policyForm{maxAge: new(600)})
	must(t, err)
	p, err := newPolicies(rules, store, sites, func() time.Time { return testTime }, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	pt := &policyTest{policies: p, store: store, owner: newID(t), album: newID(t), photo: newID(t)}
	must(t, store.CreatePerson(t.Context(), album.Person{ID: pt.owner, Name: "rosa"}))
	must(t, store.CreateAlbum(t.Context(), album.Album{ID: pt.album, Owner: pt.owner, Name: "a", Sharing: s}, 10))
	_, err = store.PutPhoto(t.Context(), album.Photo{ID: pt.photo, Album: pt.album, Owner: pt.owner, Name: "p.jpg"}, false, 10)
	must(t, err)
	must(t, store.CreateToken(t.Context(), album.Token{
		ID: newID(t), Person: pt.owner, Origin: held, Scopes: album.ScopeRead, Expires: testTime.Add(time.Hour),
	}, 10))
	return pt
}

// decide is the policy's decision about a request, which for methods that need
// it is the preflight.
func (p *policyTest) decide(method, path, origin string) policy.Decision {
	r := httptest.NewRequest(method, path, http.NoBody)
	r.Header.Set("Origin", origin)
	if !cors.IsSafelistedMethod(method) {
		r.Method = http.MethodOptions
		r.Header.Set(cors.HeaderRequestMethod, method)
	}
	return p.of(r).Decide(r.Method, origin, r.Header)
}

// chosenBoth names one site for reading and another for changing.
var chosenBoth = album.Sharing{
	Read:   album.Rule{Sites: album.ChosenSites, Origins: []string{named}},
	Change: album.Rule{Sites: album.ChosenSites, Origins: []string{"https://*.partner.example"}, Credentials: true},
}

// Each address falls under the rule that speaks of it, and where none does
// nobody is let in.
func TestPolicyByRoute(t *testing.T) {
	p := newPolicyTest(t, chosenBoth, trusted)
	id, photo := "/albums/"+string(p.album), "/photos/"+string(p.photo)
	const editor = "https://edit.partner.example"
	for _, c := range []struct {
		method, path, origin string
		allowed              bool
	}{
		{"GET", id, named, true},
		{"GET", id, editor, false},
		{"GET", id, unnamed, false},
		{"HEAD", id, named, true},
		{"PATCH", id, editor, true},
		{"PATCH", id, named, false},
		{"DELETE", id, editor, true},
		{"GET", id + "/photos", named, true},
		{"PUT", id + "/photos/x.jpg", editor, true},
		{"PUT", id + "/photos/x.jpg", named, false},
		{"POST", id + "/photos", editor, true},
		{"POST", id + "/photos", named, false},
		{"GET", photo, named, true},
		{"GET", photo + "/thumbnails/320", named, true},
		{"GET", photo, editor, false},
		{"DELETE", photo, editor, true},
		{"DELETE", photo, named, false},

		{"GET", id + "/sharing", named, false},
		{"PUT", id + "/sharing", editor, false},
		{"PUT", id + "/sharing", trusted, false},
		{"POST", id + "/sharing/verdict", trusted, false},

		{"GET", "/albums", named, true},
		{"GET", "/albums", trusted, true},
		{"GET", "/albums", held, true},
		{"GET", "/albums", unnamed, false},
		{"PUT", "/albums", trusted, true},
		{"PUT", "/albums", named, false},
		{"PUT", "/albums", held, false}, // its token is for reading

		{"POST", "/session", trusted, true},
		{"DELETE", "/session", trusted, true},
		{"POST", "/session", named, false},
		{"POST", "/tokens", trusted, true},
		{"GET", "/tokens", held, false},

		{"GET", "/healthz", unnamed, true},
		{"GET", "/openapi.json", unnamed, true},
		{"GET", "/fonts/go-mono.ttf", trusted, true},
		{"GET", "/fonts/go-mono.ttf", named, false},
		{"GET", "/", trusted, false},
		{"GET", "/assets/x.js", trusted, false},
		{"GET", "/albums/" + string(newID(t)), named, false},
		{"GET", "/photos/" + string(newID(t)), named, false},
		{"GET", "/albums/..", named, false},
	} {
		d := p.decide(c.method, c.path, c.origin)
		if d.Verdict.Allowed() != c.allowed {
			t.Errorf("%s %s from %s: allowed %v, want %v (%s)", c.method, c.path, c.origin, !c.allowed, c.allowed, d.Verdict)
		}
	}
}

// Credentials are let in exactly where a rule or the list of trusted sites says
// so.
func TestPolicyCredentials(t *testing.T) {
	p := newPolicyTest(t, chosenBoth, trusted)
	for _, c := range []struct {
		method, path, origin string
		want                 bool
	}{
		{"GET", "/albums/" + string(p.album), named, false},
		{"PUT", "/albums/" + string(p.album) + "/photos/x", "https://a.partner.example", true},
		{"GET", "/albums", named, false},
		{"GET", "/albums", held, false},
		{"GET", "/albums", trusted, true},
		{"POST", "/session", trusted, true},
		{"GET", "/fonts/go-mono.ttf", trusted, false},
		{"GET", "/healthz", trusted, false},
	} {
		h := http.Header{}
		p.decide(c.method, c.path, c.origin).Apply(h)
		if h.Get(cors.HeaderAllowOrigin) == "" {
			t.Errorf("%s %s from %s is refused", c.method, c.path, c.origin)
		}
		if got := h.Get(cors.HeaderAllowCredentials) == "true"; got != c.want {
			t.Errorf("%s %s from %s: credentials %v, want %v", c.method, c.path, c.origin, got, c.want)
		}
	}
}

// A token of scope manage lets its origin make albums, as long as it lives.
func TestPolicyOfTokens(t *testing.T) {
	p := newPolicyTest(t, album.Sharing{})
	const site = "https://manager.example"
	must(t, p.store.CreateToken(t.Context(), album.Token{
		ID: newID(t), Hash: [32]byte{1}, Person: p.owner, Origin: site, Scopes: album.ScopeManage, Expires: testTime.Add(time.Hour),
	}, 10))
	if d := p.decide("PUT", "/albums", site); !d.Verdict.Allowed() {
		t.Errorf("PUT with a live token: %s", d.Verdict)
	}
	if d := p.decide("PUT", "/albums", "null"); d.Verdict.Allowed() {
		t.Error("PUT from an opaque origin is allowed")
	}
	p.now = func() time.Time { return testTime.Add(2 * time.Hour) }
	if d := p.decide("PUT", "/albums", site); d.Verdict.Allowed() {
		t.Error("PUT with an expired token is allowed")
	}
}

// When the rules cannot be read, nobody is allowed anything.
func TestPolicyFailsClosed(t *testing.T) {
	p := newPolicyTest(t, album.Sharing{Read: album.Rule{Sites: album.AnySite}})
	p.rules.Store = brokenStore{p.store}
	p.tokens = brokenStore{p.store}
	for _, path := range []string{"/albums/" + string(p.album), "/photos/" + string(p.photo), "/albums"} {
		if d := p.decide("GET", path, named); d.Verdict.Allowed() {
			t.Errorf("GET %s is allowed", path)
		}
	}
}

type brokenStore struct{ album.Store }

var errBroken = errors.New("the disk is gone")

func (brokenStore) Album(context.Context, album.ID) (album.Album, error) {
	return album.Album{}, errBroken
}

func (brokenStore) Photo(context.Context, album.ID) (album.Photo, error) {
	return album.Photo{}, errBroken
}

func (brokenStore) ReadRule(context.Context, []string) (album.Rule, error) {
	return album.Rule{}, errBroken
}

// Trusted sites are judged as any policy with credentials is.
func TestTrustedSites(t *testing.T) {
	for _, bad := range []string{"*", "http://far.example", "https://*.com", "null", "example.com"} {
		_, err := newPolicies(testRulebook(t, memory.NewStore()), nil, []string{bad}, time.Now, nil)
		if len(policy.Problems(err)) == 0 {
			t.Errorf("trusted site %s gives %v, want problems", bad, err)
		}
	}
}

// What the policy of a rule lets a page read is what the rule admits, for
// whatever rules and origins: the browser is told what the library does.
func TestPolicyEqualsRule(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	book := testRulebook(t, memory.NewStore())
	outcomes := map[bool]int{}
	for range 20_000 {
		rule, origin := randomRule(random), randomOrigin(random)
		checked, err := book.checkRule("read", rule, true)
		if err != nil {
			continue // never enforced
		}
		outcomes[assertPolicyEqualsRule(t, book, checked, origin)]++
	}
	if outcomes[true] < 1000 || outcomes[false] < 1000 {
		t.Errorf("allowed and refused so often: %v; want each of them tried", outcomes)
	}
}

func FuzzPolicyEqualsRule(f *testing.F) {
	f.Add("https://*.example.com https://example.com:*", "https://a.example.com:8443", true)
	f.Add("http://localhost:*", "http://localhost:evil.net", false)
	f.Add("https://xn--bcher-kva.example", "https://xn--bcher-kva.example", false)
	f.Add("", "null", false)
	f.Fuzz(func(t *testing.T, patterns, origin string, credentials bool) {
		rule := album.Rule{Sites: album.ChosenSites, Origins: strings.Fields(patterns), Credentials: credentials}
		book := testRulebook(t, memory.NewStore())
		if checked, err := book.checkRule("read", rule, true); err == nil {
			assertPolicyEqualsRule(t, book, checked, origin)
		}
	})
}

func assertPolicyEqualsRule(t *testing.T, book *rulebook, rule album.Rule, origin string) (allowed bool) {
	t.Helper()
	compiled, err := book.compile(rule, true)
	must(t, err)
	said := compiled.Decide(http.MethodGet, origin, nil).Verdict.Allowed()
	done := rule.Admits(album.Site{Foreign: true, Origin: origin, Patterns: cors.PatternsNaming(origin)})
	if said != done && origin != "" {
		t.Fatalf("%+v and %q: the policy says %v, the rule %v", rule, origin, said, done)
	}
	return said
}

var (
	testSchemes = []string{"https", "http"}
	testHosts   = []string{
		"example.com", "www.example.com", "a.b.example.com", "evilexample.com", "example.com.evil.net", "localhost",
		"127.0.0.1", "[::1]", "xn--bcher-kva.example", "partner.example", "Example.com", "a_b.example.com", "com", "",
	}
	testPorts = []string{"", ":8443", ":80", ":443", ":*", ":evil.net", ":0"}
)

func randomOrigin(random *rand.Rand) string {
	if random.IntN(20) == 0 {
		return [...]string{"null", "*", "https://", "chrome-extension://abcdef", "\x00"}[random.IntN(5)]
	}
	return pick(random, testSchemes) + "://" + pick(random, testHosts) + pick(random, testPorts)
}

func randomRule(random *rand.Rand) album.Rule {
	rule := album.Rule{Sites: []album.Sites{album.Nobody, album.ChosenSites, album.ChosenSites, album.AnySite}[random.IntN(4)], Credentials: random.IntN(3) == 0}
	if rule.Sites != album.ChosenSites {
		return rule
	}
	for range 1 + random.IntN(3) {
		below := [...]string{"", "*."}[random.IntN(2)]
		rule.Origins = append(rule.Origins, pick(random, testSchemes)+"://"+below+pick(random, testHosts)+pick(random, testPorts))
	}
	return rule
}

func pick(random *rand.Rand, from []string) string { return from[random.IntN(len(from))] }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var idSource = rand.NewChaCha8([32]byte{7})

func newID(t testing.TB) album.ID {
	t.Helper()
	id, err := album.NewID(testTime, idSource)
	must(t, err)
	return id
}
