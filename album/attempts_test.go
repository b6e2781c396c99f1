package album

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

const (
	testTries = 3
	testWait  = 30 * time.Second
)

// guesses drives attempts with a clock of its own.
type guesses struct {
	*attempts
	now time.Time
}

func newGuesses() *guesses { return &guesses{newAttempts(testTries, testWait), someTime} }

func (g *guesses) wrong(name, from string) error {
	_, err := g.begin(g.now, name, from)
	return err
}

func (g *guesses) right(name, from string) error {
	try, err := g.begin(g.now, name, from)
	if err == nil {
		try.succeeded()
	}
	return err
}

func mustBe(t *testing.T, what string, err error, want bool) {
	t.Helper()
	if (err == nil) != want || err != nil && KindOf(err) != TooOften {
		t.Errorf("%s: %v, want allowed %v", what, err, want)
	}
}

// The first tries are free, then there is one for each wait, and the refusal
// says when.
func TestTriesOfAName(t *testing.T) {
	g := newGuesses()
	for i := range testTries {
		mustBe(t, "a first try", g.wrong("ann", fmt.Sprint("home", i)), true)
	}
	err := g.wrong("ann", "elsewhere")
	mustBe(t, "one too many", err, false)
	if e, ok := errors.AsType[*Error](err); !ok || !strings.Contains(e.Detail, "30s") || e.Wait != testWait {
		t.Errorf("%v does not say when", err)
	}
	mustBe(t, "another name", g.wrong("bob", "elsewhere"), true)
	g.now = g.now.Add(testWait - 1)
	mustBe(t, "too early", g.wrong("ann", "elsewhere"), false)
	g.now = g.now.Add(1)
	mustBe(t, "one more", g.wrong("ann", "elsewhere"), true)
	mustBe(t, "and no other", g.wrong("ann", "elsewhere"), false)
	g.now = g.now.Add(testTries * testWait)
	for range testTries {
		mustBe(t, "after a rest", g.wrong("ann", "home"), true)
	}
	mustBe(t, "after a rest, one too many", g.wrong("ann", "home"), false)
}

// An address may not try one name after the other.
func TestTriesOfAnAddress(t *testing.T) {
	g := newGuesses()
	for i := range testTries {
		mustBe(t, "a first try", g.wrong(fmt.Sprint("name", i), "there"), true)
	}
	mustBe(t, "one too many", g.wrong("yet another", "there"), false)
	mustBe(t, "another address", g.wrong("yet another", "here"), true)
}

// A right password makes the name's mistakes forgotten, but not the address's.
func TestRightPassword(t *testing.T) {
	g := newGuesses()
	for range 5 * testTries {
		mustBe(t, "a right one", g.right("ann", "home"), true)
	}
	mustBe(t, "mistake", g.wrong("bob", "office"), true)
	mustBe(t, "mistake", g.wrong("bob", "office"), true)
	mustBe(t, "right", g.right("bob", "office"), true)
	for i := range testTries {
		mustBe(t, "bob from new addresses", g.wrong("bob", fmt.Sprint("away", i)), true)
	}
	mustBe(t, "the third mistake of the office", g.wrong("carl", "office"), true)
	mustBe(t, "the fourth", g.wrong("carl", "office"), false)
}

// Somebody with a password of their own does not get more guesses at others'.
func TestOwnPasswordBuysNoGuesses(t *testing.T) {
	g := newGuesses()
	allowed := 0
	for i := range 100 {
		if g.right("mallory", "there") == nil && g.wrong(fmt.Sprint("victim", i), "there") == nil {
			allowed++
		}
	}
	if allowed != testTries {
		t.Errorf("%d guesses, want %d", allowed, testTries)
	}
}

// A stranger's guessing does not keep somebody out who comes from where they
// have signed in before, however long it goes on.
func TestNobodyIsLockedOut(t *testing.T) {
	g := newGuesses()
	mustBe(t, "before", g.right("ann", "home"), true)
	for i := range 1000 {
		_ = g.wrong("ann", fmt.Sprint("bot", i%50))
		_ = g.wrong(fmt.Sprint("other", i), "home")
		g.now = g.now.Add(time.Second)
	}
	mustBe(t, "a stranger", g.wrong("ann", "bot"), false)
	mustBe(t, "at home, with a mistake", g.wrong("ann", "home"), true)
	mustBe(t, "at home", g.right("ann", "home"), true)
}

// At a tried address too, only so many mistakes are free.
func TestTriesOfAPair(t *testing.T) {
	g := newGuesses()
	mustBe(t, "before", g.right("ann", "home"), true)
	for range testTries {
		mustBe(t, "a mistake", g.wrong("ann", "home"), true)
	}
	mustBe(t, "one too many", g.wrong("ann", "home"), false)
	g.now = g.now.Add(testWait)
	mustBe(t, "after the wait", g.right("ann", "home"), true)
	mustBe(t, "starting afresh", g.wrong("ann", "home"), true)
}

// A try that comes to nothing is given back; until then it counts, so that many
// at once are not all let through.
func TestTriesUnderWay(t *testing.T) {
	g := newGuesses()
	var under []attempt
	for range testTries {
		try, err := g.begin(g.now, "ann", "home")
		mustBe(t, "under way", err, true)
		under = append(under, try)
	}
	mustBe(t, "one too many", g.wrong("ann", "home"), false)
	under[0].undo()
	mustBe(t, "in the place of one given back", g.wrong("ann", "home"), true)
	mustBe(t, "one too many again", g.wrong("ann", "home"), false)
}

// A flood of names and addresses does not fill the memory.
func TestAttemptsAreBounded(t *testing.T) {
	g := newGuesses()
	for i := range 3 * rememberedKeys {
		name := fmt.Sprint(i)
		_ = g.right(name, name)
		_ = g.wrong(name, name)
		_ = g.wrong(name, name+"x")
	}
	for what, n := range map[string]int{
		"names": len(g.names.items), "addresses": len(g.addresses.items),
		"pairs": len(g.pairs.items), "tried": len(g.tried.items),
	} {
		if n > rememberedKeys {
			t.Errorf("%s: %d are remembered", what, n)
		}
	}
}

// The least recently touched is what is forgotten.
func TestRecent(t *testing.T) {
	r := newRecent[string, int](2)
	r.put("a", 1)
	r.put("b", 2)
	r.put("a", 3)
	r.put("c", 4) // b goes
	if _, ok := r.get("b"); ok {
		t.Error("b is still there")
	}
	if v, ok := r.get("a"); !ok || v != 3 {
		t.Errorf("a is %d, %v", v, ok)
	}
	r.put("d", 5) // c goes, as a was asked for
	if _, ok := r.get("c"); ok {
		t.Error("c is still there")
	}
	r.drop("a")
	r.drop("never there")
	if _, ok := r.get("a"); ok || len(r.items) != 1 || r.order.Len() != 1 {
		t.Errorf("%d items, %d in order", len(r.items), r.order.Len())
	}
}
