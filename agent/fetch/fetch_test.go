package fetch

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/corsage-go/corsage/agent/wire"
	"github.com/corsage-go/corsage/cors"
)

// Standard: https://fetch.spec.whatwg.org/#concept-main-fetch
// How a request is made, and what may be seen of the answer, follows from its
// mode and from whose the URL is.
func TestModes(t *testing.T) {
	s := &script{replies: map[string]reply{
		app + "/r": {body: "own"}, data + "/open": {header: allowing, body: "shared"}, data + "/closed": {body: "secret"},
		data + "/kept":   {header: fields("Cross-Origin-Resource-Policy: same-origin")},
		data + "/site":   {header: fields("Cross-Origin-Resource-Policy: same-site"), body: "x"},
		other + "/site":  {header: fields("Cross-Origin-Resource-Policy: same-site")},
		other + "/any":   {header: fields("Cross-Origin-Resource-Policy: cross-origin")},
		app + "/port":    {status: 302, header: fields("Location: http://app.example.test:25/")},
		safe + "/x":      {header: allowing, body: "tls"},
		app + "/away":    {status: 302, header: fields("Location: " + data + "/closed")},
		data + "/page":   {body: "a page"},
		app + "/nowhere": {err: &wire.Error{Kind: wire.Resolve}},
	}}
	tests := []struct {
		why  string
		mode Mode
		url  string
		want string
	}{
		{"one's own needs no consent", ModeCORS, app + "/r#f", "basic 200 " + app + "/r own"},
		{"another's with consent", ModeCORS, data + "/open", "cors 200 " + data + "/open shared"},
		{"another's without", ModeCORS, data + "/closed", "allow-origin-missing on response"},
		{"another's where only one's own is wanted", ModeSameOrigin, data + "/open", "cross-origin-not-allowed on request"},
		{"one's own where only that is wanted", ModeSameOrigin, app + "/r", "basic 200 " + app + "/r own"},
		{"led away from one's own", ModeSameOrigin, app + "/away", "cross-origin-not-allowed on request"},
		{"blindly", ModeNoCORS, data + "/closed", "opaque 0 - "},
		{"blindly, led away", ModeNoCORS, app + "/away", "opaque 0 - "},
		{"kept to its own origin", ModeNoCORS, data + "/kept", "resource-policy on response"},
		{"kept to its own site", ModeNoCORS, data + "/site", "opaque 0 - "},
		{"kept to another site", ModeNoCORS, other + "/site", "resource-policy on response"},
		{"for anybody", ModeNoCORS, other + "/any", "opaque 0 - "},
		{"a policy counts only where nothing is seen", ModeCORS, data + "/kept", "allow-origin-missing on response"},
		{"a page to go to", ModeNavigate, data + "/page", "basic 200 " + data + "/page a page"},
		{"a bad port", ModeCORS, "http://data.example.test:6000/", "bad-port on request"},
		{"led to a bad port", ModeCORS, app + "/port", "bad-port on request"},
		{"another scheme", ModeCORS, "ftp://data.example.test/", "scheme-not-http on request"},
		{"another scheme, blindly", ModeNoCORS, "ftp://data.example.test/", "scheme-not-http on request"},
		{"up to https", ModeCORS, safe + "/x", "cors 200 " + safe + "/x tls"},
		{"a name without an address", ModeCORS, app + "/nowhere", "network-failed on response"},
		{"in the URL itself", ModeCORS, "data:,x%20y#f", "basic 200 data:,x%20y x y"},
		{"no data in a data URL", ModeCORS, "data:x", "network-failed on request"},
		{"an empty page to go to", ModeNavigate, "about:blank", "basic 200 about:blank "},
		{"not asked for by script", ModeCORS, "about:blank", "scheme-not-http on request"},
		{"no such page", ModeNavigate, "about:config", "scheme-not-http on request"},
	}
	for _, tt := range tests {
		r := request(t, "GET", tt.url)
		r.Mode = tt.mode
		if got := outcome(newEngine(s, StandardProfile), r); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.why, got, tt.want)
		}
	}
}

// Standard: https://w3c.github.io/webappsec-mixed-content/#should-block-fetch
// A page that came over https asks nothing that could be changed on the way.
func TestMixedContent(t *testing.T) {
	s := &script{replies: map[string]reply{
		data + "/r": {header: fields("Access-Control-Allow-Origin: *")}, "http://127.0.0.1:8080/r": {header: fields("Access-Control-Allow-Origin: *")},
		safe + "/down": {status: 302, header: fields("Location: " + data + "/r")},
	}}
	tests := []struct {
		url, want   string
		mode        Mode
		destination string
	}{
		{data + "/r", "mixed-content on request", ModeCORS, ""},
		{safe + "/down", "mixed-content on request", ModeCORS, ""},
		{"http://127.0.0.1:8080/r", "cors 200 http://127.0.0.1:8080/r ", ModeCORS, ""},
		{data + "/r", "basic 200 " + data + "/r ", ModeNavigate, "document"},
		{data + "/r", "mixed-content on request", ModeNavigate, "iframe"},
		{"data:,x", "basic 200 data:,x x", ModeCORS, ""},
	}
	for _, tt := range tests {
		r := request(t, "GET", tt.url)
		r.Client, r.Mode, r.Destination = page(t, safe), tt.mode, tt.destination
		if got := outcome(newEngine(s, StandardProfile), r); got != tt.want {
			t.Errorf("%s %s %s: got %q, want %q", tt.mode, tt.destination, tt.url, got, tt.want)
		}
	}
}

// Standard: https://fetch.spec.whatwg.org/#concept-network-error
// Every reason of the browser's side is one that a fetch can end with.
func TestEveryReason(t *testing.T) {
	canceled, cancel := context.WithCancel(context.Background())
	cancel()
	late, cancelLate := context.WithDeadline(context.Background(), time.Unix(1, 0))
	defer cancelLate()
	cases := map[cors.Reason]struct {
		ctx    context.Context
		r      *Request
		header []string
		reply  reply
	}{
		cors.AllowOriginMissing:      {},
		cors.AllowOriginMismatch:     {header: []string{"Access-Control-Allow-Origin: " + other}},
		cors.AllowOriginInvalid:      {header: []string{"Access-Control-Allow-Origin: x"}},
		cors.AllowOriginMultiple:     {header: []string{"Access-Control-Allow-Origin: *", "Access-Control-Allow-Origin: " + app}},
		cors.WildcardWithCredentials: {r: &Request{Credentials: IncludeCredentials}, header: []string{"Access-Control-Allow-Origin: *"}},
		cors.AllowCredentialsInvalid: {r: &Request{Credentials: IncludeCredentials}, header: []string{"Access-Control-Allow-Origin: " + app}},
		cors.PreflightStatus:         {r: &Request{Method: "PUT"}, reply: reply{status: 500, header: approving}},
		cors.PreflightRedirect:       {r: &Request{Method: "PUT"}, reply: reply{status: 307, header: fields("Location: /")}},
		cors.AllowMethodsInvalid:     {r: &Request{Method: "PUT"}, header: []string{"Access-Control-Allow-Origin: *", "Access-Control-Allow-Methods: ("}},
		cors.AllowHeadersInvalid:     {r: &Request{Method: "PUT"}, header: []string{"Access-Control-Allow-Origin: *", "Access-Control-Allow-Headers: ("}},
		cors.MethodNotApproved:       {r: &Request{Method: "PUT"}, header: []string{"Access-Control-Allow-Origin: *"}},
		cors.HeaderNotApproved:       {r: &Request{Header: fields("X-A: 1")}, header: []string{"Access-Control-Allow-Origin: *"}},
		cors.SchemeNotHTTP:           {r: &Request{URL: parse(t, "ws://a.test/")}},
		cors.RedirectWithCredentials: {reply: reply{status: 302, header: append(fields("Location: http://u:p@data.example.test/"), allowing...)}},
		cors.RedirectInvalid:         {reply: reply{status: 302, header: append(fields("Location: http://["), allowing...)}},
		cors.RedirectLimit:           {reply: reply{status: 302, header: append(fields("Location: /r"), allowing...)}},
		cors.CrossOriginNotAllowed:   {r: &Request{Mode: ModeSameOrigin}},
		cors.MixedContent:            {r: &Request{Client: page(t, safe)}},
		cors.BadPort:                 {r: &Request{URL: parse(t, "http://a.test:1/")}},
		cors.ResourcePolicy:          {r: &Request{Mode: ModeNoCORS}, header: []string{"Cross-Origin-Resource-Policy: same-origin"}},
		cors.NetworkFailed:           {reply: reply{err: &wire.Error{Kind: wire.Refused}}},
		cors.Aborted:                 {ctx: canceled, reply: reply{err: &wire.Error{Kind: wire.Canceled}}},
		cors.TimedOut:                {ctx: late, reply: reply{err: &wire.Error{Kind: wire.Timeout}}},
	}
	for _, want := range cors.Reasons() {
		if want < cors.AllowOriginMissing {
			continue // what a server's policy finds
		}
		c, ok := cases[want]
		if !ok {
			t.Errorf("%v: no case", want)
			continue
		}
		r := c.r
		if r == nil {
			r = &Request{}
		}
		complete(t, r)
		if c.reply.header == nil {
			c.reply.header = fields(c.header...)
		}
		if c.ctx == nil {
			c.ctx = context.Background()
		}
		s := &script{replies: map[string]reply{data + "/r": c.reply}}
		_, err := newEngine(s, StandardProfile).Fetch(c.ctx, r)
		f, ok := errors.AsType[*Failure](err)
		v, okVerdict := errors.AsType[cors.Verdict](err)
		if !ok || !okVerdict || f.Verdict.Reason != want || v != f.Verdict || f.URL == nil || f.Error() == "" {
			t.Errorf("%v: got %v", want, err)
		}
	}
}

// complete fills in what a case does not care about.
func complete(t *testing.T, r *Request) {
	t.Helper()
	if r.Method == "" {
		r.Method = "GET"
	}
	if r.URL == nil {
		r.URL = parse(t, data+"/r")
	}
	if r.Client == nil {
		r.Client = page(t, app)
	}
}
