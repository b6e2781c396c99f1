package trace_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/cors/trace"
)

const curl = `* Host localhost:8080 was resolved.
* Connected to localhost (127.0.0.1) port 8080
> OPTIONS /albums HTTP/1.1
> Host: localhost:8080
> Origin: http://localhost:3000
> Access-Control-Request-Method: PUT
> 
* Request completely sent off
< HTTP/1.1 204 No Content
< Access-Control-Allow-Origin: *
< 
* Connection #0 to host localhost left intact
`

const typed = `PUT https://api.example/albums
Origin: https://app.example
Cookie: sid=s3cret

{"name": "New Album"}

HTTP/2 201 Created
Access-Control-Allow-Origin: *

GET /this is a body of text
`

// Heads are read as curl prints them, as browsers copy them and as people type
// them, and judged.
func TestParseHeads(t *testing.T) {
	for _, test := range []struct {
		why, text string
		options   trace.HeadsOptions
		want      []string
	}{
		{"curl -v", curl, trace.HeadsOptions{}, []string{"1 OPTIONS http://localhost:8080/albums 204: method-not-approved on the preflight"}},
		{"typed, with bodies", typed, trace.HeadsOptions{}, []string{"1 PUT https://api.example/albums 201: wildcard-with-credentials on the response"}},
		{"a path and a host", "GET /a HTTP/1.1\r\nhost: api.example\r\norigin: https://app.example\r\n\r\nHTTP/1.1 200\r\n\r\n", trace.HeadsOptions{}, []string{"1 GET https://api.example/a 200: allow-origin-missing on the response"}},
		{"an answer alone", "HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: *\n", trace.HeadsOptions{URL: "https://api.example/a", Origin: "https://app.example"}, []string{"1 GET https://api.example/a 200: allowed on the response"}},
		{"with credentials, by option", "GET https://api.example/a\nOrigin: https://app.example\n\nHTTP/1.1 200 OK\nAccess-Control-Allow-Origin: *\n", trace.HeadsOptions{Credentials: "include"}, []string{"1 GET https://api.example/a 200: wildcard-with-credentials on the response"}},
		{"no answer", "GET https://api.example/a\nOrigin: https://app.example\n", trace.HeadsOptions{}, []string{"1 GET https://api.example/a 0"}},
		{"one's own", "GET https://api.example/a\nOrigin: https://api.example\n\nHTTP/1.1 200 OK\n", trace.HeadsOptions{}, []string{"1 GET https://api.example/a 200: not-cors on the response"}},
		{
			"a preflight, its request, and a redirect",
			"OPTIONS https://a.example/1\nOrigin: https://app.example\nAccess-Control-Request-Method: PUT\n\nHTTP/1.1 204\nAccess-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: *\n\nPUT https://a.example/1\nOrigin: https://app.example\n\nHTTP/1.1 307 Temporary Redirect\nAccess-Control-Allow-Origin: *\nLocation: https://b.example/2\n\nPUT https://b.example/2\nOrigin: null\n\nHTTP/1.1 200 OK\n",
			trace.HeadsOptions{},
			[]string{
				"1 OPTIONS https://a.example/1 204 for 2: allowed on the preflight", "2 PUT https://a.example/1 307 after 1: allowed on the redirect",
				"3 PUT https://b.example/2 200 by 2: allow-origin-missing on the response",
			},
		},
	} {
		tr, err := trace.ParseHeads(test.text, test.options)
		if err != nil {
			t.Errorf("%s: %v", test.why, err)
			continue
		}
		var got []string
		for i := range tr.Exchanges {
			got = append(got, line(&tr.Exchanges[i]))
		}
		if g, w := strings.Join(got, "\n"), strings.Join(test.want, "\n"); g != w {
			t.Errorf("%s: got\n%s\nwant\n%s", test.why, g, w)
		}
	}
	tr, err := trace.ParseHeads(typed, trace.HeadsOptions{})
	if err != nil {
		t.Fatal(err)
	}
	x := tr.Exchanges[0]
	if x.Request.Body.Text != `{"name": "New Album"}` || x.Response.Body.Text != "GET /this is a body of text" || strings.Contains(fmt.Sprintf("%+v", x), "s3cret") {
		t.Errorf("bodies %+v and %+v, header %v", x.Request.Body, x.Response.Body, x.Request.Header)
	}
}

// What cannot be read is an error that names the line and the cure.
func TestParseHeadsErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                              "there is no request in the text",
		"hello":                         "line 1: \"hello\" is neither",
		"GET https://a.test/\nno colon": "line 2",
		"HTTP/1.1 200 OK":               "has no request before it",
		"GET /a":                        "Add a Host line",
		"GET https://a.test/\n\nHTTP/1.1 200\n\nHTTP/1.1 201":   "line 5: this is a second answer",
		"GET https://a.test/\n" + strings.Repeat("a: b\n", 300): "more than 200 header lines",
	} {
		if _, err := trace.ParseHeads(text, trace.HeadsOptions{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v, want it to say %q", text, err, want)
		}
	}
}

// Whatever is pasted ends in a trace or an error, in bounded time, and a trace is
// written and read without loss.
func FuzzParseHeads(f *testing.F) {
	f.Add(curl)
	f.Add(typed)
	f.Add("< HTTP/1.1 200\n< a\x00: b")
	f.Fuzz(func(t *testing.T, text string) {
		tr, err := trace.ParseHeads(text, trace.HeadsOptions{})
		if err != nil {
			return
		}
		var b strings.Builder
		if err := trace.WriteHAR(&b, tr, nil); err != nil {
			t.Fatal(err)
		}
		again, err := trace.ReadHAR(strings.NewReader(b.String()), trace.ReadOptions{})
		if err != nil || len(again.Exchanges) != len(tr.Exchanges) {
			t.Fatalf("%d exchanges are read as %v, %v", len(tr.Exchanges), again, err)
		}
	})
}

// Whatever a file holds ends in a trace or an error, and no verdict is made up:
// what was judged had an origin and an answer.
func FuzzReadHAR(f *testing.F) {
	f.Add(`{"log":{"entries":[{"request":{"method":"GET","url":"https://a.test/","headers":[{"name":"Origin","value":"https://b.test"}]},"response":{"status":200,"headers":[]}}]}}`)
	f.Add(`{"log":{"entries":[{"_preflightFor":"1","_id":"1","_redirectedBy":"1"}],"pages":null}}`)
	f.Fuzz(func(t *testing.T, text string) {
		tr, err := trace.ReadHAR(strings.NewReader(text), trace.ReadOptions{})
		if err != nil {
			return
		}
		for i := range tr.Exchanges {
			x := &tr.Exchanges[i]
			if x.Recomputed && x.Blocked() && x.Failure == "" && x.Response == nil {
				t.Fatalf("a verdict on no answer: %+v", x)
			}
		}
	})
}
