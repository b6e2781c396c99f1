package policy_test

import (
	"fmt"
	"reflect"
	"runtime"
	"sync"
	"testing"

	"github.com/corsage-go/corsage/cors/policy"
)

func newFamily(t testing.TB, p policy.Policy) *policy.Family {
	t.Helper()
	f, err := policy.NewFamily(p)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// Members with equal origins are one, members with others are not, and each is the
// policy that Compile makes.
func TestFamily(t *testing.T) {
	p := policy.Policy{AllowMethods: []string{"PUT"}, AllowHeaders: []string{"X-A"}, AllowCredentials: true}
	f := newFamily(t, p)
	lists := [][]string{{"https://a.example"}, {"https://b.example"}, {"https://a.example", "https://b.example"}, {"https://*.a.example:*"}}
	held := map[*policy.Compiled]bool{}
	for _, origins := range lists {
		first, err := f.With(origins)
		if err != nil {
			t.Fatal(err)
		}
		if second, err := f.With(origins); err != nil || second != first {
			t.Errorf("%q was made twice, %v", origins, err)
		}
		held[first] = true
		p.AllowOrigins = origins
		if !reflect.DeepEqual(first.Policy(), p) {
			t.Errorf("got %+v, want %+v", first.Policy(), p)
		}
	}
	if len(held) != len(lists) || f.Len() != len(lists) {
		t.Errorf("%d members, of %d are known, want %d", len(held), f.Len(), len(lists))
	}
}

// What a family refuses, Compile refuses, with the same words.
func TestFamilyRefuses(t *testing.T) {
	if _, err := policy.NewFamily(policy.Policy{AllowMethods: []string{"P T"}, MaxAge: new(-1)}); len(policy.Problems(err)) != 2 {
		t.Errorf("want two problems, got %v", err)
	}
	f := newFamily(t, policy.Policy{AllowCredentials: true})
	held, err := f.With([]string{"https://a.example", "https://b.example"})
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range [][]string{nil, {}, {"*"}, {"http://a.example"}, {"https://a.example b"}, {"https://a.example https://b.example"}, {"https://a.example", "https://a.example"}} {
		_, err := f.With(bad)
		_, want := policy.Compile(policy.Policy{AllowOrigins: bad, AllowCredentials: true})
		if err == nil || !reflect.DeepEqual(policy.Problems(err), policy.Problems(want)) {
			t.Errorf("%q: %v, want %v", bad, err, want)
		}
	}
	if f.Len() != 1 {
		t.Errorf("%d members are kept, want the valid one", f.Len())
	}
	runtime.KeepAlive(held)
}

// What nobody holds any more is forgotten; what somebody holds stays the one.
func TestFamilyForgets(t *testing.T) {
	f := newFamily(t, policy.Policy{})
	held, err := f.With([]string{"https://held.example"})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 1000 {
		if _, err := f.With([]string{fmt.Sprintf("https://site%d.example", i)}); err != nil {
			t.Fatal(err)
		}
	}
	for range 100 { // clean-ups run by themselves, some time after a collection
		if runtime.GC(); f.Len() == 1 {
			break
		}
		runtime.Gosched()
	}
	if f.Len() != 1 {
		t.Errorf("%d members are known, want the one that is held", f.Len())
	}
	if again, _ := f.With([]string{"https://held.example"}); again != held {
		t.Error("the member that is held was made again")
	}
}

// Many may ask at once, and all get the same.
func TestFamilyConcurrently(t *testing.T) {
	f := newFamily(t, policy.Policy{})
	var all sync.WaitGroup
	got := make([]*policy.Compiled, 8)
	for i := range got {
		all.Go(func() {
			for n := range 200 {
				if _, err := f.With([]string{fmt.Sprintf("https://site%d.example", n)}); err != nil {
					t.Error(err)
				}
			}
			got[i], _ = f.With([]string{"https://last.example"})
		})
	}
	all.Wait()
	for _, c := range got {
		if c == nil || c != got[0] {
			t.Fatal("equal origins have different policies")
		}
	}
}
