package xhr_test

import (
	"context"
	"io"
	"mime"
	"mime/multipart"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/xhr"
)

// captured is a request as a server would get it.
type captured struct {
	*fetch.Request
	contentType string
	body        string
}

// sendBody sends a body with a Content-Type of the script's own, "-" for none.
func sendBody(t testing.TB, p xhr.Profile, method, contentType string, body xhr.Body) captured {
	t.Helper()
	c := captured{contentType: "-"}
	s := settings(t, func(_ context.Context, r *fetch.Request) (*fetch.Response, error) {
		c.Request = r
		for _, h := range r.Header {
			if h.Name == "Content-Type" {
				c.contentType = h.Value
			}
		}
		if r.Body == nil {
			c.body = "-"
			return answer(t, ""), nil
		}
		in, err := r.Body.Open()
		must(t, err)
		b, err := io.ReadAll(in)
		must(t, err)
		must(t, in.Close())
		if int64(len(b)) != r.Body.Length {
			t.Errorf("the body is said to be of %d bytes and has %d", r.Body.Length, len(b))
		}
		c.body = string(b)
		return answer(t, ""), nil
	})
	s.Profile = p
	x := xhr.New(s)
	must(t, x.Open(method, "https://api.example/r"))
	if contentType != "-" {
		must(t, x.SetRequestHeader("Content-Type", contentType))
	}
	if _, err := x.Do(context.Background(), body); err != nil {
		t.Fatal(err)
	}
	return c
}

// A body is sent as its kind has it, with the type that goes with it unless script
// has set one; a text's charset is always UTF-8.
//
// Standard: https://xhr.spec.whatwg.org/#the-send()-method, step 4
func TestBodies(t *testing.T) {
	html, err := xhr.ParseHTML("<p>x</p>")
	must(t, err)
	xml, err := xhr.ParseXML(`<p a="&lt;">x</p>`)
	must(t, err)
	const markup = "<html><head></head><body><p>x</p></body></html>"
	tests := []struct {
		name     string
		own      string // the script's Content-Type
		body     xhr.Body
		want     string
		wantType string
	}{
		{"none", "-", nil, "-", "-"},
		{"text", "-", xhr.Text("café"), "café", "text/plain;charset=UTF-8"},
		{"empty text", "-", xhr.Text(""), "", "text/plain;charset=UTF-8"},
		{"text that is not UTF-8", "-", xhr.Text("a\xff"), "a\uFFFD", "text/plain;charset=UTF-8"},
		{"text of another type", "application/json", xhr.Text("{}"), "{}", "application/json"},
		{"text of an empty type", "", xhr.Text("x"), "x", ""},
		{"text of another charset", "text/plain;charset=latin1", xhr.Text("x"), "x", "text/plain;charset=UTF-8"},
		{"text of its charset", `text/html; charset="UTF-8"`, xhr.Text("x"), "x", `text/html; charset="UTF-8"`},
		{"text of no type", "charset=bogus", xhr.Text("x"), "x", "charset=bogus"},
		{"text with parameters", "YO/yo;charset=x;yo=YO; X=y", xhr.Text("x"), "x", "yo/yo;charset=UTF-8;yo=YO;x=y"},
		{"bytes", "-", xhr.Bytes("\x00\xff"), "\x00\xff", "-"},
		{"bytes of another charset", "text/plain;charset=latin1", xhr.Bytes("x"), "x", "text/plain;charset=latin1"},
		{"blob", "-", xhr.NewBlob([]byte("blob"), "Text/Plain"), "blob", "text/plain"},
		{"blob without a type", "-", xhr.NewBlob([]byte("blob"), ""), "blob", "-"},
		{"blob with a bad type", "-", xhr.NewBlob([]byte("blob"), "te\nxt"), "blob", "-"},
		{"part of a blob", "-", xhr.NewBlob([]byte("blobs"), "").Slice(1, -1, "a/b"), "lob", "a/b"},
		{"params", "-", xhr.URLSearchParams{{Name: "a", Value: "b c"}, {Name: "d*-._", Value: "&~é"}}, "a=b+c&d*-._=%26%7E%C3%A9", "application/x-www-form-urlencoded;charset=UTF-8"},
		{"html", "-", html, markup, "text/html;charset=UTF-8"},
		{"html of another charset", "text/plain;charset=latin1", html, markup, "text/plain;charset=UTF-8"},
		{"xml", "-", xml, `<p a="&lt;">x</p>`, "application/xml;charset=UTF-8"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := sendBody(t, xhr.StandardProfile, "POST", test.own, test.body)
			if got.body != test.want || got.contentType != test.wantType {
				t.Errorf("sent %q as %q, want %q as %q", got.body, got.contentType, test.want, test.wantType)
			}
		})
	}
}

// Neither GET nor HEAD has a body, nor the type of one.
//
// Standard: https://xhr.spec.whatwg.org/#the-send()-method, step 3
func TestNoBody(t *testing.T) {
	for _, method := range []string{"GET", "head"} {
		if got := sendBody(t, xhr.StandardProfile, method, "-", xhr.Text("x")); got.body != "-" || got.contentType != "-" {
			t.Errorf("%s sent %q as %q", method, got.body, got.contentType)
		}
	}
}

// Chromium replaces the charset where it stands, the standard writes the type anew.
func TestCharsetInPlace(t *testing.T) {
	tests := []struct{ own, want string }{
		{"text/plain;charset=latin1", "text/plain;charset=UTF-8"},
		{"text/plain; charset=utf-8", "text/plain; charset=UTF-8"},
		{`text/plain; CHARSET="x"; a=b`, `text/plain; CHARSET="UTF-8"; a=b`},
		{"charset=bogus", "charset=UTF-8"},
		{"text/plain", "text/plain"},
	}
	for _, test := range tests {
		if got := sendBody(t, xhr.ChromiumProfile, "POST", test.own, xhr.Text("x")); got.contentType != test.want {
			t.Errorf("%q is sent as %q, want %q", test.own, got.contentType, test.want)
		}
	}
}

// A form is sent as browsers send it: names escaped within their quotes, line
// ends of names and texts made CR LF, files as they are.
//
// Standard: https://html.spec.whatwg.org/#multipart-form-data
func TestFormData(t *testing.T) {
	var form xhr.FormData
	form.Append("a\n\"b", "1\n2\r3\r\n")
	form.AppendBlob("c", xhr.NewBlob([]byte("x\ny"), "image/png"), "d\n\"e.png")
	form.AppendBlob("f", xhr.NewBlob(nil, ""), "")
	got := sendBody(t, xhr.StandardProfile, "POST", "-", &form)
	boundary, ok := strings.CutPrefix(got.contentType, "multipart/form-data; boundary=")
	if !ok || len(boundary) < 30 {
		t.Fatalf("the type is %q", got.contentType)
	}
	want := strings.ReplaceAll("--B\r\nContent-Disposition: form-data; name=\"a%0D%0A%22b\"\r\n\r\n1\r\n2\r\n3\r\n\r\n"+
		"--B\r\nContent-Disposition: form-data; name=\"c\"; filename=\"d%0A%22e.png\"\r\nContent-Type: image/png\r\n\r\nx\ny\r\n"+
		"--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"blob\"\r\nContent-Type: application/octet-stream\r\n\r\n\r\n"+
		"--B--\r\n", "B", boundary)
	if got.body != want {
		t.Errorf("got\n%q, want\n%q", got.body, want)
	}
	if again := sendBody(t, xhr.StandardProfile, "POST", "-", &form); again.contentType == got.contentType {
		t.Error("two requests have the same boundary")
	}
}

// readForm reads a form with another implementation.
func readForm(t testing.TB, c captured) *multipart.Form {
	t.Helper()
	_, params, err := mime.ParseMediaType(c.contentType)
	must(t, err)
	form, err := multipart.NewReader(strings.NewReader(c.body), params["boundary"]).ReadForm(1 << 20)
	must(t, err)
	return form
}

// A request carries what open(), the attributes and setRequestHeader() have said.
//
// Standard: https://xhr.spec.whatwg.org/#the-send()-method, step 6
func TestRequest(t *testing.T) {
	var got *fetch.Request
	s := settings(t, func(_ context.Context, r *fetch.Request) (*fetch.Response, error) {
		got = r
		return answer(t, ""), nil
	})
	x := xhr.New(s)
	user, password := "u:s", ""
	must(t, x.OpenWith("put", "../a b?c#d", xhr.OpenOptions{Username: &user, Password: &password}))
	must(t, x.SetWithCredentials(true))
	must(t, x.SetRequestHeader("X-A", " 1 "))
	must(t, x.SetRequestHeader("x-a", "2"))
	must(t, x.SetRequestHeader("Cookie", "c=1"))
	must(t, x.SetRequestHeader("Sec-Fetch-Site", "none"))
	x.Upload().On(xhr.EventLoad, func(xhr.Event) {})
	if _, err := x.Do(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	if got.Method != "PUT" || got.URL.Href() != "https://u%3As@app.example/a%20b?c#d" {
		t.Errorf("%s %s", got.Method, got.URL.Href())
	}
	if len(got.Header) != 1 || got.Header[0].Name != "X-A" || got.Header[0].Value != "1, 2" {
		t.Errorf("header %v", got.Header)
	}
	if got.Mode != fetch.ModeCORS || got.Credentials != fetch.IncludeCredentials || !got.UseURLCredentials || !got.ForcePreflight || got.Sync {
		t.Errorf("request %+v", got)
	}
	must(t, x.Open("GET", "/r"))
	if _, err := x.Do(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	if len(got.Header) != 0 || got.UseURLCredentials {
		t.Errorf("open() has kept %v", got.Header)
	}
}

// User and password come from open() if it has them, and from the URL otherwise;
// they stay what they were though a URL writes them in another way.
//
// Standard: https://xhr.spec.whatwg.org/#the-open()-method, step 8
func TestUserinfo(t *testing.T) {
	name := func(s string) *string { return &s }
	tests := []struct {
		url            string
		user, password *string
		want           string
	}{
		{"https://api.example/r", nil, nil, "https://api.example/r"},
		{"https://api.example/r", name("u"), nil, "https://u@api.example/r"},
		{"https://api.example/r", nil, name("p"), "https://:p@api.example/r"},
		{"https://a%20b:c%@api.example/r", name("u"), nil, "https://u:c%@api.example/r"},
		{"https://a%2520b:c@api.example/r", nil, name("d"), "https://a%2520b:d@api.example/r"},
		{"https://a%20b:c@api.example/r", nil, name("%41"), "https://a%20b:%41@api.example/r"},
		{"https://a:c@api.example/r", name(""), name(""), "https://api.example/r"},
		{"data:,x", name("u"), name("p"), "data:,x"},
	}
	for _, test := range tests {
		var got string
		x := xhr.New(settings(t, func(_ context.Context, r *fetch.Request) (*fetch.Response, error) {
			got = r.URL.Href()
			return answer(t, ""), nil
		}))
		must(t, x.OpenWith("GET", test.url, xhr.OpenOptions{Username: test.user, Password: test.password}))
		if _, err := x.Do(context.Background(), nil); err != nil {
			t.Fatal(err)
		}
		if got != test.want {
			t.Errorf("%s became %s, want %s", test.url, got, test.want)
		}
	}
}

// A Blob's part is counted from either end, and stays inside.
//
// Standard: https://w3c.github.io/FileAPI/#slice-method-algo
func TestSlice(t *testing.T) {
	b := xhr.NewBlob([]byte("0123456789"), "")
	tests := []struct {
		start, end int64
		want       string
	}{
		{0, 10, "0123456789"},
		{2, 5, "234"},
		{-3, 10, "789"},
		{2, -2, "234567"},
		{-100, 100, "0123456789"},
		{5, 2, ""},
		{10, 10, ""},
		{3, 3, ""},
	}
	for _, test := range tests {
		part := b.Slice(test.start, test.end, "")
		if got, err := part.Bytes(); err != nil || string(got) != test.want || part.Size() != int64(len(test.want)) {
			t.Errorf("from %d to %d: %q, %v", test.start, test.end, got, err)
		}
	}
	if got, err := b.Slice(2, 8, "").Slice(1, 3, "").Bytes(); err != nil || string(got) != "34" {
		t.Errorf("a part of a part: %q, %v", got, err)
	}
}
