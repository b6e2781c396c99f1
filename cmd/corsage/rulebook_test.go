package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/album/memory"
)

// A changed rule is in force at the next request.
func TestRuleInForceAtOnce(t *testing.T) {
	p := newPolicyTest(t, chosenBoth)
	path := "/albums/" + string(p.album)
	if d := p.decide("GET", path, named); !d.Verdict.Allowed() {
		t.Fatalf("before: %s", d.Verdict)
	}
	_, err := p.rules.UpdateAlbum(t.Context(), p.album, func(a *album.Album) error {
		a.Sharing.Read = album.Rule{Sites: album.ChosenSites, Origins: []string{unnamed}}
		return nil
	})
	must(t, err)
	if d := p.decide("GET", path, named); d.Verdict.Allowed() {
		t.Error("the site that the rule no longer names is still let in")
	}
	if d := p.decide("GET", path, unnamed); !d.Verdict.Allowed() {
		t.Errorf("the site that the rule names now: %s", d.Verdict)
	}
	_, err = p.rules.DeleteAlbum(t.Context(), p.album, func(album.Album) error { return nil })
	must(t, err)
	if d := p.decide("GET", path, unnamed); d.Verdict.Allowed() {
		t.Error("a deleted album's rule still lets a site in")
	}
}

// What was read from the store before a rule changed, and is remembered only
// after that, would hold for ever. Here the change falls into that very gap.
func TestRuleChangedWhileItIsRead(t *testing.T) {
	p := newPolicyTest(t, chosenBoth)
	slow := &slowStore{Store: p.store}
	p.rules.Store = slow
	slow.afterRead = func() {
		slow.afterRead = nil
		_, err := p.rules.UpdateAlbum(context.Background(), p.album, func(a *album.Album) error {
			a.Sharing = album.Sharing{}
			return nil
		})
		must(t, err)
	}
	path := "/albums/" + string(p.album)
	p.decide("GET", path, named) // overlaps with the change, so either answer will do
	if d := p.decide("GET", path, named); d.Verdict.Allowed() {
		t.Error("the rule before the change is in force after it")
	}
}

// slowStore does something between reading an album and returning it.
type slowStore struct {
	album.Store
	afterRead func()
}

func (s *slowStore) Album(ctx context.Context, id album.ID) (album.Album, error) {
	a, err := s.Store.Album(ctx, id)
	if s.afterRead != nil {
		s.afterRead()
	}
	return a, err
}

// However many goroutines read and change, a change that is acknowledged is seen
// by every request that begins after it.
func TestRulesUnderLoad(t *testing.T) {
	p := newPolicyTest(t, album.Sharing{})
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 500 {
				p.decide("GET", "/albums/"+string(p.album), named)
			}
		})
	}
	for i := range 200 {
		open := i%2 == 0
		_, err := p.rules.UpdateAlbum(t.Context(), p.album, func(a *album.Album) error {
			a.Sharing.Read = map[bool]album.Rule{true: {Sites: album.AnySite}}[open]
			return nil
		})
		must(t, err)
		if got := p.decide("GET", "/albums/"+string(p.album), named).Verdict.Allowed(); got != open {
			t.Fatalf("change %d: allowed %v, want %v", i, got, open)
		}
	}
	all.Wait()
}

// Rules that are equal share one compiled policy, and what is kept is bounded.
func TestPoliciesAreShared(t *testing.T) {
	book := newRulebook(memory.NewStore(), policyForm{})
	rule := album.Rule{Sites: album.ChosenSites, Origins: []string{named}}
	first, err := book.compile(rule, true)
	must(t, err)
	if second, _ := book.compile(rule, true); second != first {
		t.Error("equal rules have policies of their own")
	}
	if change, _ := book.compile(rule, false); change == first {
		t.Error("reading and changing share a policy")
	}
	rule.Credentials = true
	if signedIn, _ := book.compile(rule, true); signedIn == first {
		t.Error("rules with and without credentials share a policy")
	}
	for i := range 200 {
		_, err := book.compile(album.Rule{Sites: album.ChosenSites, Origins: hundredOrigins(i)}, true)
		must(t, err)
	}
	total := 0
	for text := range book.texts.byText {
		total += len(text)
	}
	if total > mostInterned || total != book.texts.size {
		t.Errorf("%d bytes of texts are kept and %d counted, the limit is %d", total, book.texts.size, mostInterned)
	}
}

func hundredOrigins(n int) []string {
	origins := make([]string, 100)
	for i := range origins {
		origins[i] = fmt.Sprintf("https://%s-%d-%d.example", strings.Repeat("a", 40), n, i)
	}
	return origins
}

// The number of albums that are remembered is bounded.
func TestRulebookIsBounded(t *testing.T) {
	book := newRulebook(memory.NewStore(), policyForm{})
	random := rand.NewChaCha8([32]byte{1})
	for range mostRemembered + 10 {
		id, err := album.NewID(testTime, random)
		must(t, err)
		book.remember(id, sharedPolicies{}, 0)
	}
	if n := len(book.albums); n > mostRemembered {
		t.Errorf("%d albums are remembered, the limit is %d", n, mostRemembered)
	}
}
