package fetch

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/cors"
)

// Standard: https://fetch.spec.whatwg.org/#data-url-processor
func TestParseDataURL(t *testing.T) {
	tests := []struct{ href, mime, body string }{
		{"data:,x", "text/plain;charset=US-ASCII", "x"},
		{"data:text/html,a,b", "text/html", "a,b"},
		{"data:;charset=utf-8,%C3%A9", "text/plain;charset=utf-8", "é"},
		{"data:a/b;base64,eA==", "a/b", "x"},
		{"data:a/b;BASE64,eA", "a/b", "x"},
		{"data:a/b; base64 ,eA", "a/b", "x"},
		{"data:a/b;  base64,eA%20", "a/b", "x"},
		{"data:;base64,eA", "text/plain;charset=US-ASCII", "x"},
		{"data:bogus,%zz%4", "text/plain;charset=US-ASCII", "%zz%4"},
		{"data:a/b;base64x,eA", "a/b", "eA"},
		{"data:base64,eA", "text/plain;charset=US-ASCII", "eA"},
	}
	for _, tt := range tests {
		mime, body, ok := parseDataURL(tt.href)
		if !ok || mime != tt.mime || string(body) != tt.body {
			t.Errorf("%s: got %q %q %v, want %q %q", tt.href, mime, body, ok, tt.mime, tt.body)
		}
	}
	for _, href := range []string{"data:", "data:x", "data:;base64,e", "data:;base64,e=A", "data:;base64,*"} {
		if _, _, ok := parseDataURL(href); ok {
			t.Errorf("%s was read", href)
		}
	}
}

// FuzzDataURL: whatever a data URL holds, its type is a MIME type, and its body is
// no longer than the URL.
func FuzzDataURL(f *testing.F) {
	for _, s := range []string{"data:,x", "data:a/b;base64,eA==", "data:;charset=x,%zz", "data:a/b;c=\"d;base64,\",x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, href string) {
		mime, body, ok := parseDataURL(href)
		if !ok {
			return
		}
		if _, valid := cors.ParseMIMEType(mime); !valid || len(body) > len(href) {
			t.Errorf("%q: type %q, %d bytes", href, mime, len(body))
		}
	})
}

// blobs is a store of one blob, for pages of app.
type blobs struct{}

func (blobs) Blob(u *weburl.URL, c *Client) (Blob, bool) {
	if u.HrefNoFragment() != "blob:"+app+"/1" || c.Origin.String() != app {
		return Blob{}, false
	}
	return Blob{Type: "a/b", Body: *text("0123456789")}, true
}

// Standard: https://fetch.spec.whatwg.org/#scheme-fetch, "blob"
// A page reads its own blobs, whole or in part.
func TestBlob(t *testing.T) {
	tests := []struct{ why, method, url, rng, want, span string }{
		{"whole", "GET", "blob:" + app + "/1", "", "200 0123456789", "-"},
		{"with a fragment", "GET", "blob:" + app + "/1#f", "", "200 0123456789", "-"},
		{"a part", "GET", "blob:" + app + "/1", "bytes=2-4", "206 234", "bytes 2-4/10"},
		{"from a place", "GET", "blob:" + app + "/1", "bytes=7-", "206 789", "bytes 7-9/10"},
		{"beyond the end", "GET", "blob:" + app + "/1", "bytes=7-70", "206 789", "bytes 7-9/10"},
		{"the last", "GET", "blob:" + app + "/1", "bytes=-3", "206 789", "bytes 7-9/10"},
		{"more than there is", "GET", "blob:" + app + "/1", "bytes=-30", "206 0123456789", "bytes 0-9/10"},
		{"nothing there", "GET", "blob:" + app + "/1", "bytes=10-", "network-failed on request", ""},
		{"no range", "GET", "blob:" + app + "/1", "lines=1-2", "network-failed on request", ""},
		{"another method", "POST", "blob:" + app + "/1", "", "network-failed on request", ""},
		{"no such blob", "GET", "blob:" + app + "/2", "", "network-failed on request", ""},
		{"another's", "GET", "blob:" + data + "/1", "", "scheme-not-http on request", ""},
	}
	for _, tt := range tests {
		e := newEngine(&script{}, StandardProfile)
		e.Blobs = blobs{}
		r := request(t, tt.method, tt.url)
		if tt.rng != "" {
			r.Header = fields("Range: " + tt.rng)
		}
		resp, err := e.Fetch(context.Background(), r)
		if err != nil {
			if got := failureText(err); got != tt.want {
				t.Errorf("%s: got %q, want %q", tt.why, got, tt.want)
			}
			continue
		}
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Errorf("%s: %v", tt.why, err)
		}
		span, ok := get(resp.Header, "Content-Range")
		if !ok {
			span = "-"
		}
		if got := strings.Join([]string{map[int]string{200: "200", 206: "206"}[resp.Status], string(body)}, " "); got != tt.want || span != tt.span || resp.Length != int64(len(body)) {
			t.Errorf("%s: got %q, %q, length %d", tt.why, got, span, resp.Length)
		}
	}
}
