package xhr_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/xhr"
)

// xdomain is an XDomainRequest of a page of Internet Explorer 9 that writes down
// its events.
func xdomain(t *testing.T, f fetcher) (*xhr.XDomainRequest, *[]string) {
	t.Helper()
	s := settings(t, f)
	s.Profile = xhr.IE9Profile
	d, err := xhr.NewXDomainRequest(s)
	must(t, err)
	var events []string
	for _, typ := range []string{xhr.EventLoad, xhr.EventError, xhr.EventProgress, xhr.EventTimeout} {
		d.On(typ, func(e xhr.Event) { events = append(events, e.Type) })
	}
	return d, &events
}

// An XDomainRequest sends no credentials and no header of the script's, and tells
// of the answer its text and its type.
func TestXDomainRequest(t *testing.T) {
	var sent *fetch.Request
	d, events := xdomain(t, func(_ context.Context, r *fetch.Request) (*fetch.Response, error) {
		sent = r
		return answer(t, "ok", "Content-Type: text/plain"), nil
	})
	must(t, d.Open("post", "https://api.example/r"))
	must(t, d.SetTimeout(time.Hour))
	must(t, d.Send(context.Background(), "hi"))
	must(t, d.Wait(context.Background()))
	if sent.Method != "POST" || sent.Credentials != fetch.OmitCredentials || sent.ForcePreflight {
		t.Errorf("sent %+v", sent)
	}
	if len(sent.Header) != 1 || sent.Header[0].Value != "text/plain" {
		t.Errorf("header %v", sent.Header)
	}
	if got := strings.Join(*events, " "); got != "progress progress load" || d.ResponseText() != "ok" || d.ContentType() != "text/plain" {
		t.Errorf("events %s, text %q of %q", got, d.ResponseText(), d.ContentType())
	}
}

// What fails is an error or a timeout, and what is aborted is neither.
func TestXDomainRequestFails(t *testing.T) {
	tests := []struct {
		name  string
		fetch fetcher
		abort bool
		want  string
	}{
		{"blocked", blocked, false, "error"},
		{"too late", hanging, false, "timeout"},
		{"aborted", hanging, true, ""},
		{"a status", func(context.Context, *fetch.Request) (*fetch.Response, error) {
			r := answer(t, "", "Content-Type: text/plain")
			r.Status = 404
			return r, nil
		}, false, "progress error"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d, events := xdomain(t, test.fetch)
				must(t, d.Open("GET", "https://api.example/r"))
				must(t, d.SetTimeout(time.Second))
				must(t, d.Send(t.Context(), ""))
				if test.abort {
					d.Abort()
				}
				err := d.Wait(t.Context())
				if got := strings.Join(*events, " "); err == nil || got != test.want || d.ResponseText() != "" || d.ContentType() != "" {
					t.Errorf("events %q, text %q, %v", got, d.ResponseText(), err)
				}
			})
		})
	}
}

// It has GET and POST, the page's scheme, and no place in newer engines.
func TestXDomainRequestLimits(t *testing.T) {
	d, _ := xdomain(t, answering(t, "ok"))
	for _, test := range []struct{ method, url, want string }{
		{"PUT", "https://api.example/", xhr.SyntaxError},
		{"GET", "http://api.example/", xhr.SecurityError},
		{"GET", "http://[", xhr.SyntaxError},
		{"GET", "/own", ""},
	} {
		if err := d.Open(test.method, test.url); nameOf(err) != test.want {
			t.Errorf("open of %s %s: %v, want %q", test.method, test.url, err, test.want)
		}
	}
	if _, err := xhr.NewXDomainRequest(settings(t, answering(t, "ok"))); nameOf(err) != xhr.TypeError {
		t.Errorf("the standard's: %v", err)
	}
}

// Features are there or not, as the engine has them.
func TestHas(t *testing.T) {
	tests := []struct {
		name    string
		profile xhr.Profile
		has     string
		lacks   string
	}{
		{"the standard", xhr.StandardProfile, "withCredentials upload timeout responseType open", "onnonsense"},
		{"Internet Explorer 10", xhr.IE10Profile, "withCredentials upload timeout", ""},
		{"Internet Explorer 9", xhr.IE9Profile, "open status responseText", "withCredentials upload responseType"},
	}
	for _, test := range tests {
		s := settings(t, answering(t, "{}"))
		s.Profile = test.profile
		x := xhr.New(s)
		for member := range strings.FieldsSeq(test.has) {
			if !x.Has(member) {
				t.Errorf("%s lacks %s", test.name, member)
			}
		}
		for member := range strings.FieldsSeq(test.lacks) {
			if x.Has(member) {
				t.Errorf("%s has %s", test.name, member)
			}
		}
		must(t, x.SetWithCredentials(true))
		if x.WithCredentials() != x.Has("withCredentials") {
			t.Errorf("%s: withCredentials is %v", test.name, x.WithCredentials())
		}
		must(t, x.SetResponseType(xhr.JSONType))
		if (x.ResponseType() == xhr.JSONType) == test.profile.NoJSON {
			t.Errorf("%s: responseType is %q", test.name, x.ResponseType())
		}
		must(t, x.Open("GET", "/own"))
		if err := x.Open("GET", "https://api.example/"); (err != nil) != test.profile.NoCORS {
			t.Errorf("%s: open of another origin: %v", test.name, err)
		}
	}
}
