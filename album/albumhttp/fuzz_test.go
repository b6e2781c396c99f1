package albumhttp

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/corsage-go/corsage/album"
)

// body of a request as deep and as wide as those of the API.
type fuzzedBody struct {
	Name  string   `json:"name"`
	Count *int     `json:"count"`
	Sites []string `json:"sites"`
	Read  *struct {
		Sites   string   `json:"sites"`
		Origins []string `json:"origins"`
	} `json:"read"`
}

// Whatever text is sent as JSON, it is refused with an error for whoever sent it, or
// it is one value that says the same when it is written and read again; nothing may
// follow it.
func FuzzDecodeStrictly(f *testing.F) {
	for _, text := range []string{
		`{"name":"a","read":{"sites":"any","origins":["https://a.example"]}}`, `{"name":"a","name":"b"}`, `{"Name":"a"}`,
		`{"n\u0061me":"\ud800"}`, "{\"name\":\"\xff\"}", `{"count":1e400}`, ` null `, `{} {}`, `{"sites":[[[[[[[[[[[]]]]]]]]]]]}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var b fuzzedBody
		if err := decodeStrictly(text, &b); err != nil {
			if e, ok := errors.AsType[*album.Error](err); !ok || e.Kind != album.Invalid || e.Detail == "" || len(e.Detail)+len(e.Field) > 400 {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		if decodeStrictly(append(bytes.Clone(text), " {}"...), new(fuzzedBody)) == nil {
			t.Fatalf("%q is taken with a second value", text)
		}
		again, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		var c fuzzedBody
		if err := decodeStrictly(again, &c); err != nil || !reflect.DeepEqual(b, c) {
			t.Fatalf("%q is written as %s and read as %+v: %v", text, again, c, err)
		}
	})
}

// Whatever is sent as a form, no more files come out of it than may, each with a
// name, exactly those that are in it; and an error for whoever sent it ends it.
func FuzzForm(f *testing.F) {
	_, text := formBody(f, filePart("a.jpg", []byte("one")), filePart("b.jpg", nil), part{`form-data; name="x"`, nil})
	f.Add([]byte(strings.ReplaceAll(text, text[2:strings.Index(text, "\r\n")], "limit")), "limit")
	f.Add([]byte("--x\r\nContent-Disposition: form-data; filename=\"a\"\r\nA: "+strings.Repeat("b", 9000)+"\r\n\r\n\r\n--x--"), "x")
	f.Add([]byte("--x\n\n--x--"), "x")
	f.Fuzz(func(t *testing.T, text []byte, boundary string) {
		const files, head = 3, 1 << 10
		if boundary == "" || len(boundary) > 70 {
			return
		}
		src := &allowance{from: bytes.NewReader(text)}
		limited := &form{parts: multipart.NewReader(src, boundary), src: src, most: files, head: head}
		whole := multipart.NewReader(bytes.NewReader(text), boundary)
		for done := 0; ; done++ {
			part, err := limited.next(done)
			if e, ok := errors.AsType[*album.Error](err); err != nil && err != io.EOF && (!ok || e.Detail == "") {
				t.Fatalf("%q: the error %v is for nobody", text, err)
			}
			if err != nil {
				return
			}
			same, err := whole.NextRawPart()
			if err != nil || part.FileName() == "" || part.FileName() != same.FileName() || done >= files {
				t.Fatalf("%q: file %d is %q, of %v", text, done, part.FileName(), err)
			}
			got, err := io.ReadAll(part)
			want, wanted := io.ReadAll(same)
			if !bytes.Equal(got, want) || (err == nil) != (wanted == nil) {
				t.Fatalf("%q: file %d holds %q and %v, want %q and %v", text, done, got, err, want, wanted)
			}
			if err != nil {
				return
			}
		}
	})
}

// Whatever answers with a failure, the client makes an error of it that says
// something, of a kind that there is, and with a wait that makes sense.
func FuzzReadProblem(f *testing.F) {
	f.Add(404, `{"type":"/problems/not-found","detail":"there is no such album","field":"id"}`, "")
	f.Add(429, `{"type":"/problems/too-often","detail":"later","request":"7"}`, "30")
	f.Add(429, `{"type":"/problems/too-often","detail":"later"}`, "-1")
	f.Add(429, `{"type":"/problems/too-often","detail":"later"}`, "9223372036854775807")
	f.Add(502, "<html>", "x")
	f.Add(0, `{"detail":3}`, "")
	f.Fuzz(func(t *testing.T, status int, text, after string) {
		res := &http.Response{
			StatusCode: status, Header: http.Header{"Retry-After": {after}}, Body: io.NopCloser(strings.NewReader(text)),
			Request: &http.Request{URL: &url.URL{Host: "albums.example"}},
		}
		e, ok := errors.AsType[*album.Error](readProblem(res))
		if !ok || e.Detail == "" || int(e.Kind) >= len(kinds) || e.Error() == "" {
			t.Fatalf("status %d, %q: %#v", status, text, e)
		}
		if e.Wait < 0 || e.Wait > 24*time.Hour || e.Wait > 0 && e.Kind != album.TooOften {
			t.Fatalf("Retry-After %q of a failure of kind %v: wait %v", after, e.Kind, e.Wait)
		}
	})
}

// Of a Content-Type, only a form of files with a boundary makes a form.
func FuzzFormBoundary(f *testing.F) {
	f.Add("multipart/form-data; boundary=x")
	f.Add(`Multipart/Form-Data; boundary="a b"`)
	f.Add("multipart/mixed; boundary=x")
	f.Fuzz(func(t *testing.T, value string) {
		boundary := formBoundary(http.Header{"Content-Type": {value}})
		if boundary == "" {
			return
		}
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader("--"+boundary+"--\r\n"))
		r.Header.Set("Content-Type", value)
		if _, err := r.MultipartReader(); err != nil {
			t.Fatalf("%q has the boundary %q, of which net/http says: %v", value, boundary, err)
		}
	})
}
