package album

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// testCost makes hashes quick; nothing else depends on it.
var testCost = passwordHash{memory: 64, passes: 1, lanes: 1}

func newTestPasswords(t *testing.T) *passwords {
	t.Helper()
	p, err := newPasswords(testCost, &chance{random: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A password fits its own hash and no other, and the hash is a PHC string.
func TestPasswordHash(t *testing.T) {
	p, ctx := newTestPasswords(t), t.Context()
	one, err := p.hash(ctx, "correct horse")
	if err != nil || !strings.HasPrefix(one, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Fatalf("%q, %v", one, err)
	}
	two, err := p.hash(ctx, "correct horse")
	if err != nil || one == two {
		t.Errorf("the same password has the same hash twice: %q, %v", two, err)
	}
	for _, tt := range []struct {
		stored, password string
		want             bool
	}{
		{one, "correct horse", true},
		{two, "correct horse", true},
		{one, "correct horsf", false},
		{one, "", false},
		{"", "correct horse", false},
		{"", "", false},
	} {
		if got, err := p.check(ctx, tt.stored, tt.password); err != nil || got != tt.want {
			t.Errorf("%q with %.40q: %v, %v; want %v", tt.password, tt.stored, got, err, tt.want)
		}
	}
}

// What another implementation prints for these parameters: a vector of the
// reference implementation's own tests.
func TestPasswordHashOfOthers(t *testing.T) {
	const stored = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
	h, err := parsePasswordHash(stored)
	if err != nil || !h.matches("password") || h.matches("passwore") {
		t.Errorf("%+v, %v", h, err)
	}
}

// A damaged hash is an error, and never one that takes all memory or all time.
func TestBadPasswordHashes(t *testing.T) {
	const good = "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	if _, err := parsePasswordHash(good); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{
		"x", "$2b$10$abcdefghijklmnopqrstuv",
		strings.Replace(good, "argon2id", "argon2i", 1),
		strings.Replace(good, "v=19", "v=16", 1),
		strings.Replace(good, "m=64", "m=4294967295", 1),
		strings.Replace(good, "m=64", "m=99999999999999999999", 1),
		strings.Replace(good, "m=64", "m=262145", 1),
		strings.Replace(good, "m=64", "m=7", 1),
		strings.Replace(good, "m=64", "m=064", 1),
		strings.Replace(good, "m=64", "m=+64", 1),
		strings.Replace(good, "t=1", "t=0", 1),
		strings.Replace(good, "t=1", "t=17", 1),
		strings.Replace(good, "p=1", "p=0", 1),
		strings.Replace(good, "p=1", "p=255", 1),
		strings.Replace(good, "p=1", "p=1,x=2", 1),
		strings.Replace(good, "c29tZXNhbHQ", "c29t", 1),
		strings.Replace(good, "c29tZXNhbHQ", "c29tZXNhbHR", 1), // bits that mean nothing
		strings.Replace(good, "c29tZXNhbHQ", "c29tZXNhbHQ=", 1),
		strings.Replace(good, "c29tZXNhbHQ", strings.Repeat("AAAA", 100), 1),
		good + "$", good + "\n", good[:len(good)-40],
	} {
		if _, err := parsePasswordHash(bad); err == nil {
			t.Errorf("%q is read", bad)
		}
		if ok, err := newTestPasswords(t).check(t.Context(), bad, "password"); ok || err == nil {
			t.Errorf("%q fits", bad)
		}
	}
}

// Whatever is read as a hash is within its limits and is written the same.
func FuzzPasswordHash(f *testing.F) {
	f.Add("$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")
	f.Add("$argon2id$v=19$m=1,t=1,p=1$$")
	f.Fuzz(func(t *testing.T, s string) {
		h, err := parsePasswordHash(s)
		if err != nil {
			return
		}
		if h.String() != s || h.check() != nil || h.memory > mostMemory || h.passes > mostPasses {
			t.Errorf("%q is read as %+v", s, h)
		}
	})
}

// A password that nobody would try first, typed as text.
func TestCheckPassword(t *testing.T) {
	for _, tt := range []struct {
		password, want string
	}{
		{"correct horse", ""},
		{"pässwörd", ""},
		{strings.Repeat("x", 100), ""},
		{"short 7", "at least 8"},
		{"", "at least 8"},
		{strings.Repeat("x", 101), "at most 100"},
		{"annemarie", "is the name"},
		{"\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8", "UTF-8"},
	} {
		err := checkPassword("annemarie", tt.password, 100)
		e, _ := errors.AsType[*Error](err)
		switch {
		case tt.want == "" && err != nil:
			t.Errorf("%q: %v", tt.password, err)
		case tt.want != "" && (e == nil || e.Kind != Invalid || e.Field != "password" || !strings.Contains(e.Detail, tt.want)):
			t.Errorf("%q: %v, want %q", tt.password, err, tt.want)
		}
		if tt.password != "" && e != nil && strings.Contains(e.Detail, tt.password) {
			t.Errorf("the sentence repeats the password: %s", e.Detail)
		}
	}
}

// What was right is remembered for some minutes, for that password and that
// stored hash, so that changing it forgets it at once.
func TestPasswordsRemember(t *testing.T) {
	p := newTestPasswords(t)
	p.remember(someTime, "hash one", "pass")
	for _, tt := range []struct {
		name             string
		at               time.Time
		stored, password string
		want             bool
	}{
		{"at once", someTime, "hash one", "pass", true},
		{"a while later", someTime.Add(rememberFor - 1), "hash one", "pass", true},
		{"too late", someTime.Add(rememberFor), "hash one", "pass", false},
		{"password changed", someTime, "hash two", "pass", false},
		{"another password", someTime, "hash one", "past", false},
		{"border moved", someTime, "hash on", "epass", false},
	} {
		if got := p.remembers(tt.at, tt.stored, tt.password); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
	if newTestPasswords(t).remembers(someTime, "hash one", "pass") {
		t.Error("another process remembers it")
	}
}

// Two hashes at a time; others wait, as long as their callers do; and those for
// whom it would take too long are sent away.
func TestPasswordsTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newTestPasswords(t)
		var leave []func()
		for range hashesAtOnce {
			l, err := p.enter(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			leave = append(leave, l)
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		for range hashesWaiting {
			go func() {
				_, err := p.enter(ctx)
				ended <- err
			}()
		}
		synctest.Wait()
		_, err := p.check(t.Context(), "", "x")
		if e, ok := errors.AsType[*Error](err); !ok || e.Kind != TooOften || e.Wait != hashesWait {
			t.Errorf("one too many: %v", err)
		}
		leave[0]()
		if err := <-ended; err != nil {
			t.Errorf("the next in turn: %v", err)
		}
		cancel()
		for range hashesWaiting - 1 {
			if err := <-ended; !errors.Is(err, context.Canceled) {
				t.Errorf("a caller who has gone: %v", err)
			}
		}
		leave[1]()
		if ok, err := p.check(t.Context(), "", "x"); ok || err != nil {
			t.Errorf("after all have left: %v, %v", ok, err)
		}
	})
}

// BenchmarkPasswordCheck is what one sign-in costs.
func BenchmarkPasswordCheck(b *testing.B) {
	p, err := newPasswords(defaultCost, &chance{random: rand.Reader})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if ok, err := p.check(b.Context(), "", "correct horse"); ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}
