package main

import (
	"context"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/policy"
	"github.com/corsage-go/corsage/server/corshttp"
)

// refusalTest is a service that lets one site in, with the demo's switch.
func refusalTest(t *testing.T, next http.HandlerFunc) *refusals {
	t.Helper()
	c, err := policy.Compile(policy.Policy{
		AllowOrigins: []string{named}, AllowMethods: []string{"PUT"}, AllowHeaders: []string{"Content-Type"},
	})
	must(t, err)
	return newRefusals(next, corshttp.New(c, corshttp.Enforce()).Wrap, corshttp.Enforce())
}

// Each way of spoiling an answer spoils what it says and nothing else.
func TestRefusals(t *testing.T) {
	const allowOrigin, allowMethods, allowHeaders = cors.HeaderAllowOrigin, cors.HeaderAllowMethods, cors.HeaderAllowHeaders
	preflight := map[string]string{allowOrigin: named, allowMethods: "PUT", allowHeaders: "content-type"}
	type answer struct {
		status int
		fields map[string]string // those that matter; "" must be missing
	}
	for way, c := range map[string]struct {
		preflight, actual answer
		carriedOut        bool
	}{
		"":                   {answer{204, preflight}, answer{200, map[string]string{allowOrigin: named}}, true},
		"silent":             {answer{204, map[string]string{allowOrigin: "", allowMethods: ""}}, answer{200, map[string]string{allowOrigin: ""}}, true},
		"refuse":             {answer{403, map[string]string{allowOrigin: "", allowMethods: ""}}, answer{403, map[string]string{allowOrigin: ""}}, false},
		"mute":               {answer{204, preflight}, answer{200, map[string]string{allowOrigin: ""}}, true},
		"no-methods":         {answer{204, map[string]string{allowOrigin: named, allowMethods: "", allowHeaders: "content-type"}}, answer{200, map[string]string{allowOrigin: named}}, true},
		"no-headers":         {answer{204, map[string]string{allowOrigin: named, allowMethods: "PUT", allowHeaders: ""}}, answer{200, map[string]string{allowOrigin: named}}, true},
		"preflight-401":      {answer{401, preflight}, answer{200, map[string]string{allowOrigin: named}}, true},
		"preflight-redirect": {answer{302, map[string]string{"Location": "/elsewhere"}}, answer{200, map[string]string{allowOrigin: named}}, true},
		"wildcard":           {answer{204, map[string]string{allowOrigin: "*", cors.HeaderAllowCredentials: "true"}}, answer{200, map[string]string{allowOrigin: "*", cors.HeaderAllowCredentials: "true"}}, true},
	} {
		t.Run(way, func(t *testing.T) {
			carriedOut := false
			handler := refusalTest(t, func(w http.ResponseWriter, r *http.Request) {
				carriedOut = carriedOut || r.Method == http.MethodPut
				if r.URL.Query().Has(refusalSwitch) || r.URL.Query().Get("limit") != "2" {
					t.Errorf("the service sees the query %q", r.URL.RawQuery)
				}
			})
			for method, want := range map[string]answer{http.MethodOptions: c.preflight, http.MethodPut: c.actual} {
				r := httptest.NewRequest(method, "/albums?demo="+way+"&limit=2", http.NoBody)
				r.Header.Set("Origin", named)
				if method == http.MethodOptions {
					r.Header.Set(cors.HeaderRequestMethod, "PUT")
					r.Header.Set(cors.HeaderRequestHeaders, "content-type")
				}
				w := httptest.NewRecorder()
				handler.ServeHTTP(w, r)
				if w.Code != want.status {
					t.Errorf("%s: status %d, want %d", method, w.Code, want.status)
				}
				for field, value := range want.fields {
					if got := w.Header().Get(field); got != value {
						t.Errorf("%s: %s is %q, want %q", method, field, got, value)
					}
				}
			}
			if carriedOut != c.carriedOut {
				t.Errorf("carried out: %v, want %v", carriedOut, c.carriedOut)
			}
		})
	}
}

// However an answer is spoilt, what the rules do not allow is not carried out.
func TestRefusalsKeepEnforcement(t *testing.T) {
	handler := refusalTest(t, func(http.ResponseWriter, *http.Request) { t.Error("the service was asked") })
	for way := range handler.ways {
		r := httptest.NewRequest("PUT", "/albums?demo="+way, http.NoBody)
		r.Header.Set("Origin", unnamed)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code != http.StatusForbidden {
			t.Errorf("%q: status %d, want 403", way, w.Code)
		}
	}
}

// A switch that does not exist is an error that lists those that do.
func TestUnknownRefusal(t *testing.T) {
	w := httptest.NewRecorder()
	refusalTest(t, func(http.ResponseWriter, *http.Request) { t.Error("the service was asked") }).
		ServeHTTP(w, httptest.NewRequest("GET", "/albums?demo=loud", http.NoBody))
	if body := w.Body.String(); w.Code != http.StatusBadRequest || !strings.Contains(body, "loud") || !strings.Contains(body, "no-methods") {
		t.Errorf("%d %q, want 400 naming the switch and the others", w.Code, body)
	}
}

// A slow answer takes its three seconds, whether its length is known or not, and
// holds what a quick one holds.
func TestSlowAnswer(t *testing.T) {
	for _, announced := range []string{"", "10000"} {
		synctest.Test(t, func(t *testing.T) {
			const body = "0123456789"
			handler := refusalTest(t, func(w http.ResponseWriter, _ *http.Request) {
				if announced != "" {
					w.Header().Set("Content-Length", announced)
				}
				_, err := io.WriteString(w, strings.Repeat(body, 1000))
				must(t, err)
			})
			begin, w := time.Now(), httptest.NewRecorder()
			handler.ServeHTTP(w, httptest.NewRequest("GET", "/?demo=slow", http.NoBody))
			if took := time.Since(begin); took < slowFor-200*time.Millisecond || took > slowFor+200*time.Millisecond {
				t.Errorf("the answer took %v, want about %v", took, slowFor)
			}
			if w.Body.String() != strings.Repeat(body, 1000) {
				t.Errorf("the answer holds %d bytes, want %d", w.Body.Len(), 10*1000)
			}
		})
	}
}

// Whoever goes away while an answer drips does not keep it dripping.
func TestSlowAnswerEndsWithTheRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var failed error
		handler := refusalTest(t, func(w http.ResponseWriter, _ *http.Request) {
			_, failed = w.Write(make([]byte, 1<<20))
		})
		begin := time.Now()
		handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, "GET", "/?demo=slow", http.NoBody))
		if took := time.Since(begin); failed == nil || took > time.Second {
			t.Errorf("the answer ended after %v with %v, want 1s and an error", took, failed)
		}
	})
}

// Whatever the query, the service does not see the switch, and sees everything else
// as it was sent.
func FuzzCutSwitch(f *testing.F) {
	f.Add("demo=silent&limit=2")
	f.Add("limit=2&demo=%6dute&demo")
	f.Add("%64emo=slow")
	f.Add("a=demo=b&&demo=%zz&x;demo=1")
	f.Fuzz(func(t *testing.T, query string) {
		way, rest := cutSwitch(query)
		seen, _ := url.ParseQuery(rest)  // what cannot be read, the service does not see
		sent, _ := url.ParseQuery(query) // either
		if seen.Has(refusalSwitch) {
			t.Fatalf("of %q the service sees %q", query, rest)
		}
		// Of a semicolon, net/url makes nothing at all.
		if ways := sent[refusalSwitch]; len(ways) > 0 && !strings.Contains(query, ";") && ways[len(ways)-1] != way {
			t.Fatalf("%q switches to %q, want the last of %q", query, way, ways)
		}
		delete(sent, refusalSwitch)
		if !maps.EqualFunc(seen, sent, slices.Equal) {
			t.Fatalf("of %q the service sees %q", query, rest)
		}
		if again, same := cutSwitch(rest); again != "" || same != rest {
			t.Fatalf("%q is cut to %q, and that to %q", query, rest, same)
		}
	})
}
