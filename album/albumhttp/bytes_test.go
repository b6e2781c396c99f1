package albumhttp

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/album"
)

// The original is for its owner at the service's own pages; everybody else gets
// the same picture without its private notes, and its size says so.
func TestOriginalAndRedacted(t *testing.T) {
	w := newWorld(t)
	file := jpegFile()
	a := w.album(w.ada, "Spring", album.Sharing{Read: anybody})
	path := "/photos/" + string(w.photo(w.ada, a.ID, "a.jpg", file).ID)
	for what, c := range map[string]struct {
		options  []option
		original bool
	}{
		"owner at home":        {[]option{ownSession(w.session(w.ada, ""))}, true},
		"owner's program":      {[]option{basic("Ada", password)}, true},
		"owner's token":        {[]option{from(partner), bearer(w.token(w.ada, partner, album.AllScopes))}, false},
		"owner elsewhere":      {[]option{from(partner), siteSession(w.session(w.ada, partner))}, false},
		"somebody else":        {[]option{ownSession(w.session(w.eve, ""))}, false},
		"nobody":               {nil, false},
		"nobody at a site":     {[]option{from(other)}, false},
		"an image in any site": {[]option{with("Sec-Fetch-Site", "cross-site"), with("Sec-Fetch-Mode", "no-cors")}, false},
	} {
		res := w.ask("GET", path, c.options...)
		want(t, res, http.StatusOK)
		if got := bytes.Equal(res.Body.Bytes(), file); got != c.original {
			t.Errorf("%s: original %v, want %v", what, got, c.original)
		}
		if got := strings.Contains(res.Body.String(), privateNote); got != c.original {
			t.Errorf("%s: private note %v, want %v", what, got, c.original)
		}
		if got := members(t, w.ask("GET", path+"/about", c.options...))["size"]; got != float64(res.Body.Len()) {
			t.Errorf("%s: size %v, %d bytes", what, got, res.Body.Len())
		}
		// A cache in between must never hand the original to others.
		if public := strings.HasPrefix(res.Header().Get("Cache-Control"), "public"); public == c.original {
			t.Errorf("%s: Cache-Control %q", what, res.Header().Get("Cache-Control"))
		}
	}
}

// What an answer with a photo's bytes says about them.
func TestContentFields(t *testing.T) {
	w := newWorld(t)
	rules := map[string]album.Sharing{"open": {Read: anybody}, "shared": {Read: partners}}
	for name, rule := range rules {
		a := w.album(w.ada, name, rule)
		p := w.photo(w.ada, a.ID, `Märkte "1".jpg`, jpegFile())
		wants := map[string]string{
			"Content-Type":                 "image/jpeg",
			"Content-Security-Policy":      "default-src 'none'; sandbox",
			"Content-Disposition":          "inline; filename*=UTF-8''M%C3%A4rkte%20%221%22.jpg",
			"ETag":                         `"` + string(p.ID) + `-redacted"`,
			"Accept-Ranges":                "bytes",
			"Cache-Control":                "public, max-age=31536000, immutable",
			"Cross-Origin-Resource-Policy": "cross-origin",
			"Vary":                         "",
			"Last-Modified":                "",
		}
		if name == "shared" {
			wants["Cache-Control"], wants["Cross-Origin-Resource-Policy"] = "private, no-cache", "same-origin"
			wants["Vary"] = "Origin, Cookie, Authorization"
		}
		for _, method := range []string{"GET", "HEAD"} {
			res := w.ask(method, "/photos/"+string(p.ID), from(partner))
			want(t, res, http.StatusOK)
			checkWanted(t, name+" "+method, res, wants)
		}
		wants["ETag"] = `"` + string(p.ID) + `-thumbnail-320"`
		wants["Content-Disposition"] = "inline; filename*=UTF-8''M%C3%A4rkte%20%221%22-320.jpg"
		checkWanted(t, name+" thumbnail", w.ask("GET", "/photos/"+string(p.ID)+"/thumbnails/320", from(partner)), wants)
	}
}

func checkWanted(t *testing.T, what string, res *httptest.ResponseRecorder, wants map[string]string) {
	t.Helper()
	for name, want := range wants {
		if got := res.Header().Get(name); got != want {
			t.Errorf("%s: %s %q, want %q", what, name, got, want)
		}
	}
}

// Any Unicode name survives the way into the header field and back.
func TestDisposition(t *testing.T) {
	for _, name := range []string{"a.jpg", "Übersicht 50%.png", `a"b\c.jpg`, "夏 の 海.webp", "a'b*(c);d,e=f@g:h.gif", "🌷", "a+b&c#d?e/f"} {
		kind, params, err := mime.ParseMediaType(disposition(name))
		if err != nil || kind != "inline" || params["filename"] != name {
			t.Errorf("%q: %s %q, %v: %s", name, kind, params, err, disposition(name))
		}
	}
}

// Ranges are served, once and on condition, as a browser asks that plays or
// resumes.
func TestRanges(t *testing.T) {
	w := newWorld(t)
	file := jpegFile()
	a := w.album(w.ada, "Spring", album.Sharing{})
	p := w.photo(w.ada, a.ID, "a.jpg", file)
	path, ada := "/photos/"+string(p.ID), ownSession(w.session(w.ada, ""))
	size := strconv.Itoa(len(file))
	tag := w.ask("GET", path, ada).Header().Get("ETag")
	for _, c := range []struct {
		options []option
		status  int
		content string // of Content-Range
		body    []byte
	}{
		{nil, 200, "", file},
		{[]option{with("Range", "bytes=0-9")}, 206, "bytes 0-9/" + size, file[:10]},
		{[]option{with("Range", "bytes=10-")}, 206, "bytes 10-" + strconv.Itoa(len(file)-1) + "/" + size, file[10:]},
		{[]option{with("Range", "bytes=-5")}, 206, "bytes " + strconv.Itoa(len(file)-5) + "-" + strconv.Itoa(len(file)-1) + "/" + size, file[len(file)-5:]},
		{[]option{with("Range", "bytes=0-9"), with("If-Range", tag)}, 206, "bytes 0-9/" + size, file[:10]},
		{[]option{with("Range", "bytes=0-9"), with("If-Range", `"x"`)}, 200, "", file},
		{[]option{with("Range", "bytes=0-9"), with("If-Range", "W/"+tag)}, 200, "", file},
		{[]option{with("Range", "bytes=0-1,4-5")}, 200, "", file},
		{[]option{with("Range", "bytes=0-1", "bytes=4-5")}, 200, "", file},
		{[]option{with("Range", "bytes="+size+"-")}, 416, "bytes */" + size, nil},
		{[]option{with("Range", "bytes=x")}, 416, "", nil},
		{[]option{with("If-None-Match", tag)}, 304, "", []byte{}},
		{[]option{with("If-None-Match", `"x", W/`+tag)}, 304, "", []byte{}},
		{[]option{with("If-None-Match", `"x"`)}, 200, "", file},
		{[]option{with("If-Match", tag)}, 200, "", file},
		{[]option{with("If-Match", `"x"`)}, 412, "", nil},
	} {
		res := w.ask("GET", path, append(c.options, ada)...)
		if res.Code != c.status || res.Header().Get("Content-Range") != c.content {
			t.Errorf("%s: status %d, want %d; Content-Range %q", describeOptions(c.options), res.Code, c.status, res.Header().Get("Content-Range"))
		}
		switch {
		case c.body != nil && !bytes.Equal(res.Body.Bytes(), c.body):
			t.Errorf("%s: %d bytes, want %d", describeOptions(c.options), res.Body.Len(), len(c.body))
		case c.body == nil && members(t, res)["status"] != float64(c.status):
			t.Errorf("%s: no problem: %s", describeOptions(c.options), res.Body)
		}
	}
}

func describeOptions(options []option) string {
	r := httptest.NewRequest("GET", "/", nil)
	for _, o := range options {
		o(r)
	}
	var b bytes.Buffer
	_ = r.Header.Write(&b) // a buffer never fails
	return strings.ReplaceAll(strings.TrimSpace(b.String()), "\r\n", "; ")
}

// A refusal of a range is no answer that a cache could keep for the photo.
func TestRefusedRangeIsNotCached(t *testing.T) {
	w := newWorld(t)
	a := w.album(w.ada, "Spring", album.Sharing{Read: anybody})
	p := w.photo(w.ada, a.ID, "a.jpg", jpegFile())
	res := w.ask("GET", "/photos/"+string(p.ID), with("Range", "bytes=99999-"))
	want(t, res, http.StatusRequestedRangeNotSatisfiable)
	checkWanted(t, "416", res, map[string]string{
		"Cache-Control": "private, no-cache", "ETag": "", "Content-Disposition": "", "Content-Type": "application/problem+json",
		"Content-Length": strconv.Itoa(res.Body.Len()),
	})
}

func TestThumbnailEdges(t *testing.T) {
	w := newWorld(t)
	a := w.album(w.ada, "Spring", album.Sharing{Read: anybody})
	path := "/photos/" + string(w.photo(w.ada, a.ID, "a.png", pngFile(1)).ID) + "/thumbnails/"
	for edge, status := range map[string]int{"320": 200, "1280": 200, "0": 404, "-320": 404, "321": 404, "0320": 404, "+320": 404, "x": 404, "99999999999999999999": 404} {
		want(t, w.ask("GET", path+edge), status)
	}
}

// A thumbnail is saved under a name that says what it is.
func TestFileNames(t *testing.T) {
	for _, c := range []struct {
		name, kind string
		edge       int
		want       string
	}{
		{"a.webp", "image/webp", 0, "a.webp"},
		{"a.webp", "image/jpeg", 320, "a-320.jpg"},
		{"a.b.gif", "image/png", 1280, "a.b-1280.png"},
		{"no ending", "image/jpeg", 320, "no ending-320.jpg"},
	} {
		if got := fileName(&album.Content{Photo: album.Photo{Name: c.name}, Type: c.kind}, c.edge); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

// Deleting takes the photo, on condition that it is the one that was seen.
func TestDeletePhoto(t *testing.T) {
	w := newWorld(t)
	ada := ownSession(w.session(w.ada, ""))
	a := w.album(w.ada, "Spring", album.Sharing{Read: anybody})
	path := "/photos/" + string(w.photo(w.ada, a.ID, "a.jpg", jpegFile()).ID)
	second := "/photos/" + string(w.photo(w.ada, a.ID, "b.jpg", jpegFile()).ID)
	tagOf := func(path string, options ...option) string {
		return w.ask("GET", path, options...).Header().Get("ETag")
	}
	want(t, w.ask("DELETE", path), http.StatusUnauthorized)
	want(t, w.ask("DELETE", path, ownSession(w.session(w.eve, ""))), http.StatusForbidden)
	want(t, w.ask("DELETE", path, ada, with("If-Match", `"77-s"`)), http.StatusPreconditionFailed)
	want(t, w.ask("DELETE", path, ada, with("If-Match", "x")), http.StatusBadRequest)
	for what, tag := range map[string]string{"another photo": tagOf(second, ada), "a weak tag": "W/" + tagOf(path, ada), "the rules": tagOf("/albums/"+string(a.ID)+"/sharing", ada)} {
		res := w.ask("DELETE", path, ada, with("If-Match", tag))
		if res.Code != http.StatusPreconditionFailed || !strings.Contains(res.Body.String(), "no ETag of this photo") {
			t.Errorf("the tag of %s: %d %s", what, res.Code, res.Body)
		}
	}
	for what, tag := range map[string]func(path string) string{
		"the original":    func(path string) string { return tagOf(path, ada) },
		"what others see": func(path string) string { return tagOf(path) },
		"a thumbnail":     func(path string) string { return tagOf(path + "/thumbnails/320") },
		"the description": func(path string) string { return tagOf(path+"/about", ada) },
		"the album":       func(string) string { return tagOf("/albums/"+string(a.ID), ada) },
		"one of two":      func(path string) string { return tagOf(second, ada) + ", " + tagOf(path, ada) },
		"anything":        func(string) string { return "*" },
	} {
		third := "/photos/" + string(w.photo(w.ada, a.ID, "c.jpg", jpegFile()).ID)
		if res := w.ask("DELETE", third, ada, with("If-Match", tag(third))); res.Code != http.StatusNoContent {
			t.Errorf("the tag of %s: %d %s", what, res.Code, res.Body)
		}
	}
	want(t, w.ask("DELETE", path, ada, with("If-Match", tagOf(path, ada))), http.StatusNoContent)
	want(t, w.ask("DELETE", path, ada), http.StatusNotFound)
	want(t, w.ask("GET", path, ada), http.StatusNotFound)
}

// oddContent opens photos that cannot be sought, or not be closed.
type oddContent struct {
	album.Service
	file io.ReadSeekCloser
}

func (o oddContent) OpenPhoto(context.Context, album.Viewer, album.ID, int) (album.Content, error) {
	return album.Content{ReadSeekCloser: o.file, Photo: album.Photo{ID: someID, Name: "a.jpg"}, Type: "image/jpeg", Tag: "original", Public: true}, nil
}

type oddFile struct {
	*bytes.Reader
	seek, close error
}

func (o oddFile) Close() error { return o.close }

func (o oddFile) Seek(offset int64, whence int) (int64, error) {
	if o.seek != nil {
		return 0, o.seek
	}
	return o.Reader.Seek(offset, whence)
}

func TestContentThatFails(t *testing.T) {
	file := oddFile{Reader: bytes.NewReader([]byte("x")), close: errors.New("close failed")}
	w := newWorld(t, func(c *Config) { c.Service = oddContent{c.Service, file} })
	want(t, w.ask("GET", "/photos/"+someID), http.StatusOK)
	if log := w.log.String(); !strings.Contains(log, "close failed") {
		t.Errorf("log: %s", log)
	}
	file.seek = errors.New("seek failed")
	w = newWorld(t, func(c *Config) { c.Service = oddContent{c.Service, file} })
	res := w.ask("GET", "/photos/"+someID)
	want(t, res, http.StatusInternalServerError)
	if got := res.Header().Get("Cache-Control"); got != "private, no-cache" {
		t.Errorf("Cache-Control %q", got)
	}
}
