package main

import (
	"context"
	"runtime"
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

// slowStore does something between reading an album, or a photo, and returning it.
type slowStore struct {
	album.Store
	afterRead func()
}

func (s *slowStore) Photo(ctx context.Context, id album.ID) (album.Photo, error) {
	p, err := s.Store.Photo(ctx, id)
	if s.afterRead != nil {
		s.afterRead()
	}
	return p, err
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

// Rules that are equal share one compiled policy.
func TestPoliciesAreShared(t *testing.T) {
	book := testRulebook(t, memory.NewStore())
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
	runtime.KeepAlive(first)
}

// testRulebook is the rulebook of a store, with policies as plain as can be.
func testRulebook(t testing.TB, store album.Store) *rulebook {
	t.Helper()
	book, err := newRulebook(store, policyForm{})
	must(t, err)
	return book
}

// An address that is asked for again and again costs one read of the album, and one
// of the photo.
func TestRulesAreReadOnce(t *testing.T) {
	p := newPolicyTest(t, chosenBoth)
	counted := &slowStore{Store: p.store}
	p.rules.Store = counted
	reads := 0
	counted.afterRead = func() { reads++ }
	for range 5 {
		for _, path := range []string{"/albums/" + string(p.album), "/photos/" + string(p.photo), "/albums/" + string(p.album) + "/photos"} {
			if d := p.decide("GET", path, named); !d.Verdict.Allowed() {
				t.Fatalf("%s: %s", path, d.Verdict)
			}
		}
	}
	if reads != 2 {
		t.Errorf("%d reads, want 2", reads)
	}
}

// A photo that has been deleted has nobody's policy at the next request.
func TestDeletedPhoto(t *testing.T) {
	p := newPolicyTest(t, chosenBoth)
	path := "/photos/" + string(p.photo)
	if d := p.decide("GET", path, named); !d.Verdict.Allowed() {
		t.Fatalf("before: %s", d.Verdict)
	}
	must(t, p.rules.DeletePhoto(t.Context(), p.photo, testTime, func(album.Photo) error { return nil }))
	if d := p.decide("GET", path, named); d.Verdict.Allowed() {
		t.Error("the policy of a photo that is gone still lets a site in")
	}
}
