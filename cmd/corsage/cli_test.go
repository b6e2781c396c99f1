package main

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/album/albumhttp"
)

// Errors are one line, then hints, and the exit code tells wrong use from bad
// luck.
func TestReport(t *testing.T) {
	plain := errors.New("the disk is full")
	for _, c := range []struct {
		err  error
		text string
		code int
	}{
		{nil, "", exitOK},
		{plain, "corsage: the disk is full\n", exitFailed},
		{errors.Join(plain, errors.New("and so on")), "corsage: the disk is full; and so on\n", exitFailed},
		{hinted(plain, "make room", "or wait"), "corsage: the disk is full\nhint: make room\nhint: or wait\n", exitFailed},
		{fmt.Errorf("writing: %w", hinted(plain, "make room")), "corsage: writing: the disk is full\nhint: make room\n", exitFailed},
		{misuse(plain, "do not"), "corsage: the disk is full\nhint: do not\n", exitUsage},
		{inWords(plain, "no room on %s", "x"), "corsage: no room on x\n", exitFailed},
	} {
		var b bytes.Buffer
		if code := report(&b, c.err); code != c.code || b.String() != c.text {
			t.Errorf("report(%v) = %d and\n%s, want %d and\n%s", c.err, code, b.String(), c.code, c.text)
		}
	}
	if !errors.Is(inWords(plain, "other words"), plain) {
		t.Error("in other words the cause is lost")
	}
}

// Sizes are read with their unit and printed so that they read back the same.
func TestSize(t *testing.T) {
	for text, want := range map[string]size{
		"0": 0, "1": 1, "7B": 7, "64KiB": 64 << 10, "64 MiB": 64 << 20, "2GiB": 2 << 30, "1023": 1023,
	} {
		var s size
		if err := s.UnmarshalText([]byte(text)); err != nil || s != want {
			t.Errorf("%q is %d, %v; want %d", text, s, err, want)
		}
		var again size
		if err := again.UnmarshalText([]byte(s.String())); err != nil || again != s {
			t.Errorf("%d is printed as %s, which reads as %d, %v", s, s, again, err)
		}
	}
	for _, text := range []string{"", "MiB", "-1", "1.5GiB", "64MB", "1TiB", "99999999999999999999", "9999999999GiB"} {
		var s size
		if err := s.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q is read as %d", text, s)
		}
	}
}

func FuzzSize(f *testing.F) {
	for _, seed := range []string{"64MiB", "0", "9223372036854775807", "8589934591GiB", "1KiB"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var s, again size
		if s.UnmarshalText([]byte(text)) != nil {
			return
		}
		if s < 0 {
			t.Fatalf("%q is read as %d", text, s)
		}
		if err := again.UnmarshalText([]byte(s.String())); err != nil || again != s {
			t.Fatalf("%d is printed as %s, which reads as %d, %v", s, s, again, err)
		}
	})
}

// Every limit of the library and of a request has a flag, whose default is the
// package's own.
func TestEveryLimitHasAFlag(t *testing.T) {
	flags := parseServe(t)
	if got := flags.limitFlags.album(); got != album.DefaultLimits {
		t.Errorf("the flags' defaults are\n%+v, want\n%+v", got, album.DefaultLimits)
	}
	if got := flags.limitFlags.http(); got != albumhttp.DefaultLimits {
		t.Errorf("the flags' defaults are\n%+v, want\n%+v", got, albumhttp.DefaultLimits)
	}
	// Each flag reaches a limit: with all of them doubled, all limits are.
	v := reflect.ValueOf(&flags.limitFlags).Elem()
	for i := range v.NumField() {
		v.Field(i).SetInt(v.Field(i).Int() * 2)
	}
	assertDoubled(t, flags.limitFlags.album(), album.DefaultLimits)
	assertDoubled(t, flags.limitFlags.http(), albumhttp.DefaultLimits)
}

func assertDoubled(t *testing.T, got, defaults any) {
	t.Helper()
	g, d := reflect.ValueOf(got), reflect.ValueOf(defaults)
	for i := range g.NumField() {
		if g.Field(i).Int() != 2*d.Field(i).Int() {
			t.Errorf("%s.%s has no flag", g.Type(), g.Type().Field(i).Name)
		}
	}
}

// The environment sets what flags do.
func TestEnvironment(t *testing.T) {
	t.Setenv("CORSAGE_MAX_PHOTO_BYTES", "1MiB")
	t.Setenv("CORSAGE_TRUSTED_SITE", "https://a.example,https://b.example")
	t.Setenv("CORSAGE_LOG_FORMAT", "json")
	flags := parseServe(t)
	if flags.MaxPhotoBytes != 1<<20 || len(flags.TrustedSite) != 2 || flags.LogFormat != "json" {
		t.Errorf("the environment gives %v, %q and %s", flags.MaxPhotoBytes, flags.TrustedSite, flags.LogFormat)
	}
	if flags = parseServe(t, "--max-photo-bytes", "2MiB"); flags.MaxPhotoBytes != 2<<20 {
		t.Errorf("a flag does not come before the environment: %v", flags.MaxPhotoBytes)
	}
}

// The demo's data is apart from what people keep, unless they say otherwise.
func TestDemoFolder(t *testing.T) {
	cache := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", cache)
	for _, c := range []struct {
		flags []string
		want  string
	}{
		{nil, defaultData()},
		{[]string{"--demo"}, filepath.Join(cache, "corsage", "demo")},
		{[]string{"--demo", "--data", "/elsewhere"}, "/elsewhere"},
	} {
		if got, err := parseServe(t, c.flags...).folder(); err != nil || got != c.want {
			t.Errorf("%q uses %s, %v; want %s", c.flags, got, err, c.want)
		}
	}
}

// A password is asked for twice, and both have to be the same.
func TestReadTwice(t *testing.T) {
	for typed, want := range map[string]string{
		"secret words\nsecret words\n": "secret words",
		"one\r\none\r\n":               "one",
		"one\nother\n":                 "",
		"one\n":                        "",
		"":                             "",
	} {
		var prompt bytes.Buffer
		got, err := readTwice(lines(strings.NewReader(typed)), &prompt)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q gives %q, %v; want %q", typed, got, err, want)
		}
		if strings.Contains(prompt.String(), "one") || !strings.HasPrefix(prompt.String(), "Password: ") {
			t.Errorf("the prompt is %q", prompt.String())
		}
	}
}

// The greeting says where everything is, who to sign in as and how to stop.
func TestGreeting(t *testing.T) {
	d := startDemo(t, demoOptions{flags: []string{"--tls"}})
	var b bytes.Buffer
	d.service.greet(&b)
	for _, want := range []string{
		d.origin, d.guest, d.unnamed, d.plainOrigin, d.plainGuest, d.owner, d.password, d.folder, "Ctrl-C",
		d.service.authority.path, "update-ca-certificates", "Firefox",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the greeting does not say %q:\n%s", want, b.String())
		}
	}
	if strings.Contains(b.String(), d.token) {
		t.Error("the greeting holds the token")
	}
	s, origin := startPlain(t)
	b.Reset()
	s.greet(&b)
	if want := "corsage serves " + origin + " from " + s.data.path + "\n"; b.String() != want {
		t.Errorf("the greeting is %q, want %q", b.String(), want)
	}
}
