package albumhttp

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/corsage-go/corsage/album"
)

// A JSON body says that it is JSON. What a form or a script of any site can send
// without being asked is refused before it is read.
func TestContentTypes(t *testing.T) {
	w := newWorld(t)
	ada := ownSession(w.session(w.ada, ""))
	for mediaType, status := range map[string]int{
		"application/json":                  201,
		"Application/JSON; Charset=UTF-8":   201,
		"":                                  415,
		"text/plain":                        415,
		"text/plain;application/json":       415,
		"application/x-www-form-urlencoded": 415,
		"multipart/form-data; boundary=x":   415,
		"application/json; charset=utf-16":  415,
		"application/jsonp":                 415,
		"application/problem+json":          415,
		"application/json, text/plain":      415,
		"application/json;":                 201,
		"application/json; charset":         415,
		"*/*":                               415,
	} {
		res := w.ask("POST", "/albums", ada, sending(mediaType, `{"name":"`+strings.NewReplacer("/", "-", ";", "-").Replace(mediaType)+`x"}`))
		if res.Code != status {
			t.Errorf("%q: status %d, want %d: %s", mediaType, res.Code, status, res.Body)
		}
	}
	want(t, w.ask("POST", "/albums", ada, jsonBody(`{"name":"two types"}`), with("Content-Type", "text/plain")), http.StatusUnsupportedMediaType)
	want(t, w.ask("POST", "/albums", ada, jsonBody(`{"name":"packed"}`), with("Content-Encoding", "gzip")), http.StatusUnsupportedMediaType)
	for _, path := range []string{"/session", "/tokens"} {
		want(t, w.ask("POST", path, ada, sending("text/plain", `{}`)), http.StatusUnsupportedMediaType)
	}
}

// JSON is one value of the documented form, and nothing beside it.
func TestStrictJSON(t *testing.T) {
	w := newWorld(t)
	ada := ownSession(w.session(w.ada, ""))
	for _, text := range []string{
		``, ` `, `{`, `{"name"`, `{"name":"a"`, `{"name":"a"}}`, `{"name":"a"} {}`, `{"name":"a"}x`, `[]`, `"a"`, `3`, `null`, `{}`,
		`{"name":3}`, `{"name":["a"]}`, `{"name":null}`, `{"name":"a","size":1}`, `{"Name":"a"}`, `{"NAME":"a"}`, `{"na\u006de":"a","name":"a"}`,
		`{"name":"a","name":"b"}`, `{name:"a"}`, `{'name':'a'}`, `{"name":"a",}`, "{\"name\":\"\xff\"}", `{"":"a"}`,
		`{"name":` + strings.Repeat(`[`, 30_000) + strings.Repeat(`]`, 30_000) + `}`, "\ufeff" + `{"name":"a"}`, `{"name":"a\u0000"}`,
	} {
		if res := w.ask("POST", "/albums", ada, jsonBody(text)); res.Code != http.StatusBadRequest {
			t.Errorf("%.60q: status %d, want 400: %s", text, res.Code, res.Body)
		}
	}
	want(t, w.ask("POST", "/albums", ada, jsonBody(" {\r\n\t\"n\\u0061me\" : \"a\" } \n")), http.StatusCreated)
}

// A body is no longer than the limit, whether it says how long it is or not.
func TestJSONLimit(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Limits.JSONBytes = 100 })
	ada := ownSession(w.session(w.ada, ""))
	text := `{"name":"a"}`
	fits := text + strings.Repeat(" ", 100-len(text))
	want(t, w.ask("POST", "/albums", ada, jsonBody(fits)), http.StatusCreated)
	for what, o := range map[string]option{
		"declared": func(*http.Request) {},
		"chunked":  func(r *http.Request) { r.ContentLength = -1 },
	} {
		res := w.ask("POST", "/albums", ada, jsonBody(fits+" "), o)
		want(t, res, http.StatusRequestEntityTooLarge)
		if got := members(t, res)["limit"]; got != 100.0 {
			t.Errorf("%s: limit %v: %s", what, got, res.Body)
		}
	}
}

// What the service limits is a clear refusal that names the limit.
func TestServiceLimits(t *testing.T) {
	w := newWorld(t)
	ada := ownSession(w.session(w.ada, ""))
	want(t, w.ask("POST", "/albums", ada, jsonBody(`{"name":"`+strings.Repeat("a", 201)+`"}`)), http.StatusBadRequest)
	for i := range 60 {
		w.album(w.ada, strings.Repeat("a", i+1), album.Sharing{})
	}
	res := w.ask("POST", "/albums", ada, jsonBody(`{"name":"one more"}`))
	want(t, res, http.StatusConflict)
	if m := members(t, res); m["type"] != "/problems/exhausted" || m["limit"] != 60.0 {
		t.Errorf("problem: %s", res.Body)
	}
	want(t, w.ask("PUT", "/albums", ada, jsonBody(`{"name":"a"}`)), http.StatusOK) // it is there already
}

// Who guesses at passwords is told to wait, and after that long may try again.
func TestTooManyAttempts(t *testing.T) {
	w := newWorld(t)
	var wait string
	for range album.DefaultLimits.SignInTries {
		want(t, w.ask("GET", "/albums", basic("Ada", "wrong horse")), http.StatusUnauthorized)
	}
	for _, res := range []string{"GET", "POST"} {
		res := w.ask(res, map[string]string{"GET": "/albums", "POST": "/session"}[res], basic("Ada", password), jsonBody(`{"name":"Ada","password":"`+password+`"}`))
		want(t, res, http.StatusTooManyRequests)
		wait = res.Header().Get("Retry-After")
		if seconds, err := strconv.Atoi(wait); err != nil || seconds < 1 {
			t.Errorf("Retry-After %q", wait)
		}
	}
	seconds, _ := strconv.Atoi(wait) // checked above
	w.wait(time.Duration(seconds) * time.Second)
	want(t, w.ask("GET", "/albums", basic("Ada", password)), http.StatusOK)
}

// The time to wait is that of the error, in seconds and never too short; where
// the error has none, that of the limits.
func TestRetryAfter(t *testing.T) {
	for wait, want := range map[time.Duration]string{0: "90", time.Millisecond: "1", 60 * time.Second: "60", 60*time.Second + 1: "61"} {
		err := &album.Error{Kind: album.TooOften, Detail: "later", Wait: wait}
		w := newWorld(t, func(c *Config) {
			c.Service, c.Limits.RetryAfter = failing{c.Service, err}, 90*time.Second
		})
		if got := w.ask("GET", "/albums").Header().Get("Retry-After"); got != want {
			t.Errorf("a wait of %v: Retry-After %q, want %q", wait, got, want)
		}
	}
}
