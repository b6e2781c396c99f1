package albumhttp

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/album"
)

// part is a part of a multipart form.
type part struct {
	disposition string
	content     []byte
}

func filePart(name string, content []byte) part {
	return part{`form-data; name="photos"; filename="` + name + `"`, content}
}

// formBody makes a form of its parts.
func formBody(t testing.TB, parts ...part) (mediaType, text string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, p := range parts {
		pw, err := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {p.disposition}})
		if err == nil {
			_, err = pw.Write(p.content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), b.String()
}

func uploading(t testing.TB, parts ...part) option {
	mediaType, text := formBody(t, parts...)
	return sending(mediaType, text)
}

// stored lists the names of an album's photos, newest first.
func (w *world) stored(id album.ID) string {
	w.t.Helper()
	list, err := w.library.Photos(context.Background(), atHome(w.ada), id, album.Page{})
	w.must(err)
	var all []string
	for _, p := range list.Photos {
		all = append(all, p.Name)
	}
	return strings.Join(all, " ")
}

// A form with several files, in fields of any name, becomes that many photos.
func TestUploadForm(t *testing.T) {
	w := newWorld(t)
	ada := ownSession(w.session(w.ada, ""))
	a := w.album(w.ada, "Spring", album.Sharing{})
	path := "/albums/" + string(a.ID) + "/photos"
	res := w.ask("POST", path, ada, from(home), uploading(t,
		filePart("Märkte.jpg", jpegFile()),
		part{`form-data; name="x"; filename*=UTF-8''%E5%A4%8F.png`, pngFile(1)},
		part{`form-data; name=""; filename="C/folder/b.png"`, pngFile(2)},
	))
	want(t, res, http.StatusCreated)
	if got := names(t, res); got != "Märkte.jpg 夏.png b.png" {
		t.Errorf("answer: %q", got)
	}
	if got := w.stored(a.ID); got != "b.png 夏.png Märkte.jpg" {
		t.Errorf("stored: %q", got)
	}
	if got := res.Header()["Location"]; got != nil {
		t.Errorf("Location %q for several photos", got)
	}
	res = w.ask("POST", path, ada, uploading(t, filePart("c.png", pngFile(3))))
	want(t, res, http.StatusCreated)
	want(t, w.ask("GET", res.Header().Get("Location"), ada), http.StatusOK)
}

// When a file fails, those before it stay and are listed, and the problem names
// the file.
func TestUploadFormFails(t *testing.T) {
	good, tooLarge := filePart("good.jpg", jpegFile()), filePart("big.jpg", make([]byte, testPhotoBytes+1))
	long := filePart(strings.Repeat("n", 16<<10), pngFile(1))
	for _, c := range []struct {
		what   string
		parts  []part
		status int
		kind   string
		file   any
		stored string
		limit  any
	}{
		{"no parts", nil, 400, "invalid", nil, "", nil},
		{"a field that is no file", []part{{`form-data; name="comment"`, []byte("hello")}}, 400, "invalid", nil, "", nil},
		{"no file chosen", []part{filePart("", nil)}, 400, "invalid", nil, "", nil},
		{"no disposition", []part{{"", pngFile(1)}}, 400, "invalid", nil, "", nil},
		{"a file, then a field", []part{good, {`form-data; name="comment"`, []byte("hello")}}, 400, "invalid", nil, "good.jpg", nil},
		{"no picture", []part{good, filePart("a.txt", []byte("hello"))}, 415, "unsupported", "a.txt", "good.jpg", nil},
		{"an empty file", []part{filePart("a.jpg", nil)}, 415, "unsupported", "a.jpg", "", nil},
		{"too large a file", []part{good, tooLarge, filePart("c.png", pngFile(1))}, 413, "too-large", "big.jpg", "good.jpg", float64(testPhotoBytes)},
		{"a taken name", []part{good, good}, 409, "conflict", "good.jpg", "good.jpg", nil},
		{"a bad name", []part{good, filePart("..", pngFile(1))}, 400, "invalid", "..", "good.jpg", nil},
		{"too many files", []part{filePart("1", pngFile(1)), filePart("2", pngFile(2)), filePart("3", pngFile(3)), filePart("4", pngFile(4))}, 413, "too-large", nil, "1 2 3", 3.0},
		{"a header that is too long", []part{good, long}, 413, "too-large", nil, "good.jpg", 8192.0},
	} {
		t.Run(c.what, func(t *testing.T) {
			w := newWorld(t)
			a := w.album(w.ada, "Spring", album.Sharing{})
			res := w.ask("POST", "/albums/"+string(a.ID)+"/photos", ownSession(w.session(w.ada, "")), uploading(t, c.parts...))
			want(t, res, c.status)
			m := members(t, res)
			if m["type"] != "/problems/"+c.kind || m["file"] != c.file || m["limit"] != c.limit {
				t.Errorf("problem: %s", res.Body)
			}
			list, _ := m["stored"].([]any)
			var listed []string
			for _, row := range list {
				listed = append(listed, row.(map[string]any)["name"].(string))
			}
			if got := strings.Join(listed, " "); got != c.stored {
				t.Errorf("listed as stored: %q, want %q", got, c.stored)
			}
			if got := len(strings.Fields(w.stored(a.ID))); got != len(listed) {
				t.Errorf("%d photos are stored", got)
			}
		})
	}
}

// What is no form is refused, and what is only the beginning of one keeps the
// files that were complete.
func TestUploadBrokenForms(t *testing.T) {
	w := newWorld(t)
	ada := ownSession(w.session(w.ada, ""))
	a := w.album(w.ada, "Spring", album.Sharing{})
	path := "/albums/" + string(a.ID) + "/photos"
	mediaType, text := formBody(t, filePart("a.jpg", jpegFile()), filePart("b.png", pngFile(1)))
	for _, c := range []struct {
		what    string
		options []option
		status  int
	}{
		{"no type", []option{sending("", text)}, 415},
		{"no boundary", []option{sending("multipart/form-data", text)}, 415},
		{"another form", []option{sending("application/x-www-form-urlencoded", "a=b")}, 415},
		{"parts that are no form", []option{sending(strings.Replace(mediaType, "form-data", "mixed", 1), text)}, 415},
		{"two types", []option{sending(mediaType, text), with("Content-Type", mediaType)}, 415},
		{"packed", []option{sending(mediaType, text), with("Content-Encoding", "gzip")}, 415},
		{"another boundary", []option{sending("multipart/form-data; boundary=other", text)}, 400},
		{"nothing", []option{sending(mediaType, "")}, 400},
		{"cut in the first file", []option{sending(mediaType, text[:len(jpegFile())/2])}, 400},
		{"a bad condition", []option{sending(mediaType, text), with("If-Match", "1")}, 400},
		{"another version", []option{sending(mediaType, text), with("If-Match", `"9-s"`)}, 412},
	} {
		res := w.ask("POST", path, append(c.options, ada)...)
		if res.Code != c.status {
			t.Errorf("%s: status %d, want %d: %s", c.what, res.Code, c.status, res.Body)
		}
		if got := w.stored(a.ID); got != "" {
			t.Errorf("%s: stored %q", c.what, got)
		}
	}
	want(t, w.ask("POST", path, sending(mediaType, text)), http.StatusUnauthorized)
	want(t, w.ask("POST", path, ada, sending(mediaType, text[:len(text)-60])), http.StatusBadRequest)
	if got := w.stored(a.ID); got != "a.jpg" {
		t.Errorf("a form that ends in its second file: stored %q", got)
	}
}

// A form is for the album as it was before the first of its files.
func TestUploadFormOnCondition(t *testing.T) {
	w := newWorld(t)
	ada := ownSession(w.session(w.ada, ""))
	a := w.album(w.ada, "Spring", album.Sharing{})
	tag := w.ask("GET", "/albums/"+string(a.ID), ada).Header().Get("ETag")
	form := uploading(t, filePart("a.png", pngFile(1)), filePart("b.png", pngFile(2)))
	want(t, w.ask("POST", "/albums/"+string(a.ID)+"/photos", ada, form, with("If-Match", tag)), http.StatusCreated)
	want(t, w.ask("POST", "/albums/"+string(a.ID)+"/photos", ada, form, with("If-Match", tag)), http.StatusPreconditionFailed)
}

// A photo is put at its name, and replaced there under another ID.
func TestPutPhoto(t *testing.T) {
	w := newWorld(t)
	ada := ownSession(w.session(w.ada, ""))
	a := w.album(w.ada, "Spring", album.Sharing{})
	path := "/albums/" + string(a.ID) + "/photos/M%C3%A4rkte%201.jpg"
	res := w.ask("PUT", path, ada, sending("image/jpeg", string(jpegFile())))
	want(t, res, http.StatusCreated)
	first := members(t, res)
	if first["name"] != "Märkte 1.jpg" || first["type"] != "image/jpeg" || res.Header().Get("Location") != first["url"] {
		t.Errorf("photo: %s, %v", res.Body, res.Header())
	}
	res = w.ask("PUT", path, ada, sending("text/plain", string(pngFile(1)))) // what it is, its bytes tell
	want(t, res, http.StatusOK)
	second := members(t, res)
	if second["id"] == first["id"] || second["type"] != "image/png" {
		t.Errorf("replaced: %s", res.Body)
	}
	want(t, w.ask("GET", first["url"].(string), ada), http.StatusNotFound)

	res = w.ask("PUT", path, ada, sending("", string(pngFile(2))), with("If-None-Match", "*"))
	want(t, res, http.StatusPreconditionFailed)
	if got := members(t, res)["type"]; got != "/problems/conflict" {
		t.Errorf("type %q", got)
	}
	want(t, w.ask("PUT", path, ada, sending("", string(pngFile(2))), with("If-None-Match", `"x"`)), http.StatusBadRequest)
	want(t, w.ask("PUT", path, ada, sending("", string(pngFile(2))), with("If-Match", "x")), http.StatusBadRequest)
	want(t, w.ask("PUT", path, ada, sending("", string(pngFile(2))), with("If-Match", `"9-s"`)), http.StatusPreconditionFailed)
	tag := w.ask("GET", "/albums/"+string(a.ID), ada).Header().Get("ETag")
	want(t, w.ask("PUT", path, ada, sending("", string(pngFile(2))), with("If-Match", tag)), http.StatusOK)
	want(t, w.ask("PUT", path+"2", ada, sending("", string(pngFile(2))), with("If-None-Match", "*")), http.StatusCreated)

	for name, status := range map[string]int{"a%2Fb": 400, "%2e%2e": 400, "%20": 400, "%ff": 400, "a%00": 400, strings.Repeat("n", 201): 400} {
		want(t, w.ask("PUT", "/albums/"+string(a.ID)+"/photos/"+name, ada, sending("", string(pngFile(1)))), status)
	}
	want(t, w.ask("PUT", path, ada, sending("image/jpeg", "hello")), http.StatusUnsupportedMediaType)
	want(t, w.ask("PUT", path, ada, sending("image/jpeg", string(pngFile(1))), with("Content-Encoding", "br")), http.StatusUnsupportedMediaType)
	if got := w.stored(a.ID); got != "Märkte 1.jpg2 Märkte 1.jpg" {
		t.Errorf("stored: %q", got)
	}
}

// Adding takes the scope to upload, taking the place of another that to manage.
func TestPutPhotoFromForeignSite(t *testing.T) {
	w := newWorld(t)
	box := w.album(w.ada, "Drop box", album.Sharing{Change: partners}) // may be added to, not read
	path := "/albums/" + string(box.ID) + "/photos/a.png"
	file := sending("image/png", string(pngFile(1)))
	uploader, manager := bearer(w.token(w.ada, partner, album.ScopeUpload)), bearer(w.token(w.ada, partner, album.AllScopes))
	for _, c := range []struct {
		what    string
		options []option
		status  int
	}{
		{"nobody", []option{from(partner)}, 401},
		{"a session that the rule does not admit", []option{from(partner), siteSession(w.session(w.ada, partner))}, 401},
		{"a token to read", []option{from(partner), bearer(w.token(w.ada, partner, album.ScopeRead))}, 403},
		{"a token to upload", []option{from(partner), uploader}, 201},
		{"a token to upload, again", []option{from(partner), uploader}, 403},
		{"a token for everything", []option{from(partner), manager}, 200},
		{"another person's token", []option{from(partner), bearer(w.token(w.eve, partner, album.AllScopes))}, 404},
		{"a token at a site that no rule names", []option{from(other), bearer(w.token(w.ada, other, album.AllScopes))}, 403},
		{"a page in a frame of the same site", []option{with("Sec-Fetch-Site", "same-site"), with("Sec-Fetch-Mode", "navigate"), ownSession(w.session(w.ada, ""))}, 403},
	} {
		if res := w.ask("PUT", path, append(c.options, file)...); res.Code != c.status {
			t.Errorf("%s: status %d, want %d: %s", c.what, res.Code, c.status, res.Body)
		}
	}
	want(t, w.ask("GET", "/albums/"+string(box.ID), from(partner), manager), http.StatusForbidden)
}

// untouched is a body that must not be read.
type untouched struct{ t *testing.T }

func (u untouched) Read([]byte) (int, error) {
	u.t.Error("the body is read")
	return 0, io.EOF
}

func (u untouched) Close() error { return nil }

// A body that says it is too long is refused before it is read.
func TestDeclaredLength(t *testing.T) {
	w := newWorld(t)
	ada := ownSession(w.session(w.ada, ""))
	a := w.album(w.ada, "Spring", album.Sharing{})
	for _, c := range []struct {
		method, path, mediaType string
		most                    int64
	}{
		{"PUT", "/albums/" + string(a.ID) + "/photos/a.jpg", "image/jpeg", testPhotoBytes},
		{"POST", "/albums/" + string(a.ID) + "/photos", "multipart/form-data; boundary=x", 3 * (testPhotoBytes + 8<<10)},
		{"POST", "/albums", "application/json", 64 << 10},
	} {
		res := w.ask(c.method, c.path, ada, sending(c.mediaType, ""), func(r *http.Request) {
			r.Body, r.ContentLength = untouched{t}, c.most+1
		})
		want(t, res, http.StatusRequestEntityTooLarge)
		if got := members(t, res)["limit"]; got != float64(c.most) {
			t.Errorf("%s %s: limit %v, want %d", c.method, c.path, got, c.most)
		}
	}
}

// A body that does not say so is refused when it is too long.
func TestUndeclaredLength(t *testing.T) {
	w := newWorld(t)
	a := w.album(w.ada, "Spring", album.Sharing{})
	res := w.ask("PUT", "/albums/"+string(a.ID)+"/photos/a.jpg", ownSession(w.session(w.ada, "")),
		sending("image/jpeg", string(jpegFile())+strings.Repeat("x", testPhotoBytes)), func(r *http.Request) { r.ContentLength = -1 })
	want(t, res, http.StatusRequestEntityTooLarge)
	if got := w.stored(a.ID); got != "" {
		t.Errorf("stored: %q", got)
	}
}

func TestMostForm(t *testing.T) {
	for _, c := range []struct {
		limits Limits
		want   int64
	}{
		{Limits{PhotoBytes: 1000, PartHeaderBytes: 24, FilesRequest: 2}, 2048},
		{Limits{PhotoBytes: 1 << 62, PartHeaderBytes: 24, FilesRequest: 3}, 1<<63 - 1},
		{Limits{PhotoBytes: 1<<63 - 1, PartHeaderBytes: 24, FilesRequest: 1}, 1<<63 - 1},
	} {
		if got := mostForm(c.limits); got != c.want {
			t.Errorf("%+v: %d", c.limits, got)
		}
	}
}
