package fetch

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// guarded lets in who knows the password of u.
func guarded(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
	w.Header().Set("Access-Control-Allow-Credentials", "true")
	if user, password, ok := r.BasicAuth(); !ok || user != "u" || password != "p" {
		w.Header().Set("WWW-Authenticate", `Basic realm="the realm", charset="UTF-8"`)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	_, _ = fmt.Fprint(w, "in") // the client sees what is missing
}

// Standard: https://fetch.spec.whatwg.org/#http-network-or-cache-fetch, step 14
// A 401 is answered with the name and password of the URL, then with those of the
// user; but not for another origin, whose answers need consent.
func TestAuthentication(t *testing.T) {
	yes := func(context.Context, Challenge) (string, string, bool) { return "u", "p", true }
	no := func(context.Context, Challenge) (string, string, bool) { return "", "", false }
	wrong := func(context.Context, Challenge) (string, string, bool) { return "u", "q", true }
	tests := []struct {
		why     string
		url     string
		header  []string
		prompt  func(context.Context, Challenge) (string, string, bool)
		profile Profile
		want    string
	}{
		{"from the URL", "http://u:p@app.example.test/r", nil, nil, StandardProfile, "200 in, 2 requests"},
		{"wrong in the URL", "http://u:q@app.example.test/r", nil, nil, StandardProfile, "401 , 2 requests"},
		{"wrong in the URL, right by the user", "http://u:q@app.example.test/r", nil, yes, StandardProfile, "200 in, 3 requests"},
		{"nobody to ask", app + "/r", nil, nil, StandardProfile, "401 , 1 requests"},
		{"the user knows", app + "/r", nil, yes, StandardProfile, "200 in, 2 requests"},
		{"the user does not", app + "/r", nil, wrong, StandardProfile, "401 , 2 requests"},
		{"the user refuses", app + "/r", nil, no, StandardProfile, "401 , 1 requests"},
		{"script knows", app + "/r", []string{"Authorization: " + basicSecret("u", "p")}, nil, StandardProfile, "200 in, 1 requests"},
		{"another origin", data + "/r", nil, yes, StandardProfile, "401 , 1 requests"},
		{"another origin, in Chromium", data + "/r", nil, yes, ChromiumProfile, "200 in, 2 requests"},
		{"another origin, with a URL", "http://u:p@data.example.test/r", nil, yes, ChromiumProfile, "401 , 1 requests"},
	}
	for _, tt := range tests {
		requests := 0
		e := newEngine(&Handlers{Default: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			requests++
			guarded(w, r)
		})}, tt.profile)
		e.Prompt = tt.prompt
		r := request(t, "GET", tt.url, tt.header...)
		r.Credentials, r.UseURLCredentials = IncludeCredentials, true
		got := outcome(e, r)
		got = got[strings.IndexByte(got, ' ')+1:]
		status, rest, _ := strings.Cut(got, " ")
		_, body, _ := strings.Cut(rest, " ")
		if got := fmt.Sprintf("%s %s, %d requests", status, body, requests); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.why, got, tt.want)
		}
	}
}

// Standard: https://www.rfc-editor.org/rfc/rfc7617#section-2.2
// What has opened one door opens those behind it unasked, and no other.
func TestSecretsAreRemembered(t *testing.T) {
	s := &script{replies: map[string]reply{app + "/a/r": {status: 401, header: fields("WWW-Authenticate: Basic realm=x")}}}
	e := newEngine(&Handlers{Default: http.HandlerFunc(guarded)}, StandardProfile)
	first := request(t, "GET", "http://u:p@app.example.test/a/r")
	first.UseURLCredentials = true
	if got, want := outcome(e, first), "basic 200 http://u:p@app.example.test/a/r in"; got != want {
		t.Fatalf("got %q, want %q", got, want)
	}
	e.Transport = s
	for path, want := range map[string]string{"/a/s": basicSecret("u", "p"), "/a/b/c": basicSecret("u", "p"), "/": "-", "/ab": "-"} {
		outcome(e, request(t, "GET", app+path))
		if got := s.last("Authorization"); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
	omitting := request(t, "GET", app+"/a/s")
	omitting.Credentials = OmitCredentials
	outcome(e, omitting)
	if got := s.last("Authorization"); got != "-" {
		t.Errorf("without credentials: got %q", got)
	}
}

// The memory of secrets stays small.
func TestSecretsAreBounded(t *testing.T) {
	var m secretMemory
	for i := range 1000 {
		m.keep(secretKey{origin: fmt.Sprint(i)}, "/", "x")
		m.keep(secretKey{origin: "same"}, fmt.Sprint("/", i, "/"), "y")
	}
	if len(m.known) > maxSecretKeys || len(m.known[secretKey{origin: "same"}]) > maxSecrets {
		t.Errorf("%d keys and %d secrets are kept", len(m.known), len(m.known[secretKey{origin: "same"}]))
	}
	m.keep(secretKey{origin: "same"}, "/999/", "z")
	if got := m.find(secretKey{origin: "same"}, "/999/x"); got != "z" {
		t.Errorf("the latest secret is %q, want z", got)
	}
}

// Names and passwords in URLs are percent-encoded, those on the wire are not.
func TestSecretOf(t *testing.T) {
	got := secretOf(parse(t, "http://a%3Ab:%C3%A9%25%zz@h.test/"))
	want := "Basic " + base64.StdEncoding.EncodeToString([]byte("a:b:%C3%A9%25%zz"))
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Standard: https://fetch.spec.whatwg.org/#http-network-or-cache-fetch, step 16
// A server that says it is the wrong one is asked once more.
func TestMisdirected(t *testing.T) {
	s := &script{replies: map[string]reply{app + "/r": {status: 421}}}
	r := request(t, "POST", app+"/r")
	r.Body = text("x")
	if got, want := outcome(newEngine(s, StandardProfile), r), "basic 421 "+app+"/r "; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if len(s.log) != 2 || s.log[0] != s.log[1] || s.asked[0].Partition == s.asked[1].Partition {
		t.Errorf("requests %q", s.log)
	}
}
