package main

import (
	"crypto/x509"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// engine is what runs pages.
type engine interface {
	open(url string)
	play(scenario, demo string, fields map[string]string) played
	choose(selector string, paths ...string) // files, as a user does
	said() string                            // what the console says
}

// scene is a scenario, played once.
type scene struct {
	scenario, demo string
	fields         map[string]string
	files          bool // a picture is chosen before

	state    string   // read, blocked, error or idle
	headline string   // a part of what the page says; "" if that is not looked at
	statuses []string // of the requests; nil if they are not looked at
	said     string   // a part of a line in the console; "" for none that is wanted
}

// act is the scenes on one page, in their order.
type act struct {
	name   string
	flags  []string // of corsage serve
	page   func(d *runningDemo) string
	scenes func(d *runningDemo) []scene
}

const (
	noField     = "No 'Access-Control-Allow-Origin' header is present on the requested resource"
	inPreflight = "Response to preflight request doesn't pass access control check"
)

// acts are the scenarios of the guest site, both ways.
var acts = []act{
	{name: "the named site", page: func(d *runningDemo) string { return d.guest }, scenes: func(d *runningDemo) []scene {
		by := func(way string) map[string]string {
			return map[string]string{"way": way, "person": d.owner, "password": d.password}
		}
		return []scene{
			{scenario: "s2", state: "read", statuses: []string{"200 OK"}},
			{scenario: "s2", demo: "refuse", state: "blocked", said: noField},
			{scenario: "s3", demo: "silent", state: "blocked", said: noField},
			{scenario: "s3", state: "read"},
			{scenario: "s4", fields: map[string]string{"withCredentials": "false"}, state: "read"},
			{scenario: "s4", fields: map[string]string{"withCredentials": "true"}, state: "blocked", said: "must not be the wildcard '*' when the request's credentials mode is 'include'"},
			{scenario: "s5", state: "read"},
			{scenario: "s5", demo: "refuse", state: "blocked"},
			{scenario: "s6", fields: map[string]string{"album": "Made in a play"}, state: "read", statuses: []string{"201 Created"}},
			{scenario: "s6", fields: map[string]string{"album": "Made in a play"}, state: "read", statuses: []string{"200 OK"}},
			{scenario: "s6", demo: "refuse", state: "blocked", said: inPreflight},
			{scenario: "s7", demo: "no-methods", state: "blocked", said: "Method PUT is not allowed by Access-Control-Allow-Methods in preflight response"},
			{scenario: "s7", demo: "no-headers", state: "blocked", said: "is not allowed by Access-Control-Allow-Headers in preflight response"},
			{scenario: "s7", demo: "preflight-401", state: "blocked", said: "It does not have HTTP ok status"},
			{scenario: "s7", demo: "preflight-redirect", state: "blocked", said: "Redirect is not allowed for a preflight request"},
			{scenario: "s7", state: "read"},
			{scenario: "s8", demo: "mute", state: "blocked"},
			{scenario: "s8", state: "read"},
			{scenario: "s9", fields: by("cookie"), state: "read", statuses: []string{"201 Created", "200 OK", "204 No Content"}},
			{scenario: "s9", fields: by("token"), state: "read"},
			{scenario: "s9", fields: by("nobody"), state: "read"},
			{scenario: "s9", demo: "wildcard", fields: by("cookie"), state: "blocked"},
			{scenario: "s9", demo: "refuse", fields: by("token"), state: "blocked"},
			{scenario: "s10", fields: map[string]string{"engine": "this", "album": "open"}, state: "read", headline: "XMLHttpRequest with CORS"},
			{scenario: "s10", demo: "silent", fields: map[string]string{"engine": "this", "album": "open"}, state: "blocked", headline: "XMLHttpRequest with CORS"},
			{scenario: "s10", fields: map[string]string{"engine": "none", "album": "open"}, state: "read", headline: "JSONP"},
			{scenario: "s10", fields: map[string]string{"engine": "none", "album": "chosen"}, state: "blocked", headline: "JSONP"},
			{scenario: "s10", fields: map[string]string{"engine": "xdr", "album": "open"}, state: "error", headline: "No XDomainRequest"},
			{scenario: "s11", files: true, fields: map[string]string{"to": "chosen", "as": "form"}, state: "read", statuses: []string{"201 Created"}},
			{scenario: "s11", files: true, fields: map[string]string{"to": "chosen", "as": "raw"}, state: "read", statuses: []string{"200 OK"}},
			{scenario: "s11", demo: "refuse", files: true, fields: map[string]string{"to": "chosen", "as": "form"}, state: "blocked"},
			{scenario: "s12", demo: "silent", state: "blocked", said: inPreflight},
			{scenario: "s12", state: "read"},
			{scenario: "s14", fields: map[string]string{"album": "open"}, state: "read", headline: "refused"},
			{scenario: "s14", fields: map[string]string{"album": "chosen"}, state: "read", headline: "refused"},
			{scenario: "s15", state: "read", headline: "Loaded"},
			{scenario: "s15", demo: "refuse", state: "blocked", said: "Access to font at"},
		}
	}},
	{name: "the site that no rule names", page: func(d *runningDemo) string { return d.unnamed }, scenes: func(d *runningDemo) []scene {
		return []scene{
			{scenario: "s4", fields: map[string]string{"withCredentials": "false"}, state: "read"},
			{scenario: "s5", state: "blocked", said: noField},
			{scenario: "s6", fields: map[string]string{"album": "Made by nobody"}, state: "blocked", said: inPreflight},
			{scenario: "s9", fields: map[string]string{"way": "cookie", "person": d.owner, "password": d.password}, state: "blocked"},
			{scenario: "s9", fields: map[string]string{"way": "token"}, state: "idle"},
			{scenario: "s14", fields: map[string]string{"album": "chosen"}, state: "blocked", headline: "refused"},
			{scenario: "s15", state: "blocked", said: "Access to font at"},
		}
	}},
	{name: "a page on https", flags: []string{"--tls"}, page: func(d *runningDemo) string { return d.guest }, scenes: func(*runningDemo) []scene {
		return []scene{
			{scenario: "s13", fields: map[string]string{"where": "http"}, state: "blocked", said: "Mixed Content"},
			{scenario: "s13", fields: map[string]string{"where": "port"}, state: "blocked"},
			{scenario: "s2", state: "read"},
		}
	}},
	{name: "a page on http", flags: []string{"--tls"}, page: func(d *runningDemo) string { return d.plainGuest }, scenes: func(*runningDemo) []scene {
		return []scene{
			{scenario: "s13", fields: map[string]string{"where": "https"}, state: "read"},
			{scenario: "s13", fields: map[string]string{"where": "port"}, state: "blocked"},
		}
	}},
}

// playScenarios plays all acts, each with a service and an engine of its own.
func playScenarios(t *testing.T, begin func(t *testing.T, d *runningDemo) engine) {
	for _, a := range acts {
		t.Run(a.name, func(t *testing.T) {
			d := startDemo(t, demoOptions{flags: a.flags})
			e := begin(t, d)
			e.open(a.page(d) + "/")
			picture := filepath.Join(t.TempDir(), "rose.jpg")
			must(t, os.WriteFile(picture, locatedPhoto(t), 0o600))
			for _, s := range a.scenes(d) {
				s.play(t, e, picture)
			}
			if slices.Contains(d.ownAlbums(t), "Made by nobody") {
				t.Error("a site that no rule names has made an album")
			}
		})
	}
}

// play plays a scene and looks at what came of it.
func (s *scene) play(t *testing.T, e engine, picture string) {
	t.Helper()
	if s.files {
		e.choose("#"+s.scenario+" input[type=file]", picture)
	}
	before := len(e.said())
	got := e.play(s.scenario, s.demo, s.fields)
	why := strings.TrimSpace(s.scenario + " " + s.demo)
	if got.State != s.state || !strings.Contains(got.Headline, s.headline) {
		t.Errorf("%s %v: %s, %q (%s), want %s and %q\nthe console:\n%s", why, s.fields, got.State, got.Headline, got.Words, s.state, s.headline, e.said()[before:])
	}
	if s.statuses != nil && !slices.Equal(got.Statuses, s.statuses) {
		t.Errorf("%s %v: the statuses are %q, want %q", why, s.fields, got.Statuses, s.statuses)
	}
	if said := e.said()[before:]; !strings.Contains(said, s.said) {
		t.Errorf("%s %v: the console does not say %q:\n%s", why, s.fields, s.said, said)
	}
	if event := map[string]string{"read": "load", "blocked": "error"}[got.State]; len(got.Events) > 0 && s.scenario != "s14" && !slices.Contains(got.Events, event) {
		t.Errorf("%s %v: among the events %q is no %s", why, s.fields, got.Events, event)
	}
}

// ownAlbums lists the owner's albums by name.
func (d *runningDemo) ownAlbums(t testing.TB) []string {
	return d.do(t, "GET", d.origin+"/albums", d.basic()).albumNames(t)
}

// roots trust the demo's own authority; nil without one.
func (d *runningDemo) roots() *x509.CertPool {
	if d.service.authority == nil {
		return nil
	}
	roots := x509.NewCertPool()
	roots.AddCert(d.service.authority.cert)
	return roots
}
