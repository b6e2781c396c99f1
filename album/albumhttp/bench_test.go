package albumhttp

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/album/files"
	"github.com/corsage-go/corsage/album/picture"
	"github.com/corsage-go/corsage/album/sqlite"
)

// The benchmarks compare the real service, on disk, with a bare net/http handler
// that gives the same answer. Both are asked over one connection to the loopback
// address, so what net/http itself costs is in both.

// durable is a world like newWorld's, but on disk.
func durable(b *testing.B) (*world, string) {
	b.Helper()
	dir := b.TempDir()
	w := &world{t: b, log: &syncBuffer{}, now: time.Now()}
	store, err := sqlite.Open(b.Context(), filepath.Join(dir, "db"))
	w.must(err)
	b.Cleanup(func() { w.must(store.Close()) })
	blobs, err := files.Open(filepath.Join(dir, "blobs"))
	w.must(err)
	b.Cleanup(func() { w.must(blobs.Close()) })
	limits := album.Limits{AlbumsPerson: 1 << 30, PhotosAlbum: 1 << 30, PhotoBytes: 2 << 30}
	w.library, err = album.NewLibrary(album.Config{
		Store: store, Blobs: blobs, Pictures: picture.New(2), Now: time.Now, Random: rand.Reader, Limits: limits,
	})
	w.must(err)
	w.handler = New(Config{Service: w.library, Access: w.library, Origins: []string{home}, Patterns: testPatterns, Limits: Limits{PhotoBytes: limits.PhotoBytes}})
	w.ada, err = w.library.AddPerson(b.Context(), "Ada", password)
	w.must(err)
	return w, ownCookie + "=" + w.session(w.ada, "")
}

// fiftyAlbums are as many as a page has, each with rules and a cover.
func fiftyAlbums(w *world) (last album.Album) {
	for i := range 50 {
		last = w.album(w.ada, fmt.Sprintf("Album %02d of the summer", i), album.Sharing{Read: partners})
		w.photo(w.ada, last.ID, "a.png", pngFile(1))
	}
	return last
}

// bareAlbum is the representation as encoding/json makes it.
type bareAlbum struct {
	ID      string        `json:"id"`
	Name    string        `json:"name"`
	Created time.Time     `json:"created"`
	Updated time.Time     `json:"updated"`
	Photos  int           `json:"photos"`
	Cover   *string       `json:"cover"`
	Own     bool          `json:"own"`
	Sharing album.Sharing `json:"sharing"`
}

func bareAlbums() (rows []bareAlbum) {
	cover := "/photos/" + someID + "/thumbnails/320"
	for i := range 50 {
		rows = append(rows, bareAlbum{
			ID: someID, Name: fmt.Sprintf("Album %02d of the summer", i), Created: time.Now().UTC(), Updated: time.Now().UTC(),
			Photos: 1, Cover: &cover, Own: true, Sharing: album.Sharing{Read: partners, Change: nobody},
		})
	}
	return rows
}

// bare answers with v as JSON.
func bare(v any) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(v) // a client that has gone
	})
}

// asking repeats a request over one connection.
func asking(b *testing.B, h http.Handler, status int, request func(i int) string) {
	b.Helper()
	server := httptest.NewServer(h)
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	answers := bufio.NewReader(conn)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := io.WriteString(conn, request(i)); err != nil {
			b.Fatal(err)
		}
		res, err := http.ReadResponse(answers, nil)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != status {
			b.Fatalf("status %d, %v", res.StatusCode, err)
		}
	}
}

func getting(path, cookie string) func(int) string {
	request := "GET " + path + " HTTP/1.1\r\nHost: photos.example\r\nCookie: " + cookie + "\r\n\r\n"
	return func(int) string { return request }
}

func putting(cookie string) func(int) string {
	return func(i int) string {
		body := fmt.Sprintf(`{"name":"Album %d"}`, i)
		return fmt.Sprintf("PUT /albums HTTP/1.1\r\nHost: photos.example\r\nCookie: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", cookie, len(body), body)
	}
}

func BenchmarkBareList(b *testing.B) {
	asking(b, bare(map[string]any{"albums": bareAlbums(), "next": nil}), 200, getting("/albums", "a=b"))
}

func BenchmarkListAlbums(b *testing.B) {
	w, cookie := durable(b)
	fiftyAlbums(w)
	asking(b, w.handler, 200, getting("/albums", cookie))
}

func BenchmarkBareGet(b *testing.B) {
	asking(b, bare(bareAlbums()[0]), 200, getting("/albums/"+someID, "a=b"))
}

func BenchmarkGetAlbum(b *testing.B) {
	w, cookie := durable(b)
	a := fiftyAlbums(w)
	asking(b, w.handler, 200, getting("/albums/"+string(a.ID), cookie))
}

// BenchmarkBareCreate writes a small file of its own for each album, and fsyncs
// it.
func BenchmarkBareCreate(b *testing.B) {
	dir, n := b.TempDir(), 0
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body named
		n++
		err := json.NewDecoder(r.Body).Decode(&body)
		if err == nil {
			err = writeSynced(filepath.Join(dir, fmt.Sprint(n)), strings.NewReader(body.Name))
		}
		if err != nil {
			b.Error(err)
		}
		w.WriteHeader(http.StatusCreated)
		_ = json.NewEncoder(w).Encode(body) // a client that has gone
	})
	asking(b, h, 201, putting("a=b"))
}

func BenchmarkCreateAlbum(b *testing.B) {
	w, cookie := durable(b)
	asking(b, w.handler, 201, putting(cookie))
}

func writeSynced(name string, r io.Reader) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := io.Copy(f, r); err != nil {
		return err
	}
	return f.Sync()
}

// benchmarkUpload sends a large picture again and again: a small JPEG and, after
// its end, what a decoder does not look at.
func benchmarkUpload(b *testing.B, h http.Handler, method, path, cookie, mediaType, before, after string) {
	const size = 64 << 20
	server := httptest.NewServer(h)
	defer server.Close()
	rest := bytes.Repeat([]byte{0}, size)
	b.SetBytes(size)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		body := io.MultiReader(strings.NewReader(strings.ReplaceAll(before, "NAME", fmt.Sprint(i))), bytes.NewReader(jpegFile()), bytes.NewReader(rest), strings.NewReader(after))
		r, err := http.NewRequestWithContext(b.Context(), method, server.URL+strings.ReplaceAll(path, "NAME", fmt.Sprint(i)), body)
		if err != nil {
			b.Fatal(err)
		}
		r.Header.Set("Cookie", cookie)
		r.Header.Set("Content-Type", mediaType)
		res, err := server.Client().Do(r)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != http.StatusCreated {
			b.Fatalf("status %d, %v", res.StatusCode, err)
		}
		if err := res.Body.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBareUpload(b *testing.B) {
	dir, n := b.TempDir(), 0
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n++
		if err := writeSynced(filepath.Join(dir, fmt.Sprint(n%2)), r.Body); err != nil {
			b.Error(err)
		}
		w.WriteHeader(http.StatusCreated)
	})
	benchmarkUpload(b, h, "PUT", "/NAME", "a=b", "image/jpeg", "", "")
}

func BenchmarkUpload(b *testing.B) {
	w, cookie := durable(b)
	a := w.album(w.ada, "Spring", album.Sharing{})
	benchmarkUpload(b, w.handler, "PUT", "/albums/"+string(a.ID)+"/photos/NAME.jpg", cookie, "image/jpeg", "", "")
}

func BenchmarkUploadForm(b *testing.B) {
	w, cookie := durable(b)
	a := w.album(w.ada, "Spring", album.Sharing{})
	benchmarkUpload(b, w.handler, "POST", "/albums/"+string(a.ID)+"/photos", cookie, "multipart/form-data; boundary=x",
		"--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"NAME.jpg\"\r\n\r\n", "\r\n--x--\r\n")
}

// BenchmarkHandler is the handler's own part of reading a list and an album,
// without a connection and with a service that has its answer ready.
func BenchmarkHandler(b *testing.B) {
	w := newWorld(b)
	a := fiftyAlbums(w)
	list, err := w.library.Albums(b.Context(), atHome(w.ada), album.Page{})
	w.must(err)
	h := New(Config{Service: canned{list: list}, Access: w.library})
	for name, path := range map[string]string{"list": "/albums", "album": "/albums/" + string(a.ID)} {
		b.Run(name, func(b *testing.B) {
			r := httptest.NewRequest("GET", path, nil)
			b.ReportAllocs()
			for b.Loop() {
				h.ServeHTTP(&discard{header: http.Header{}}, r)
			}
		})
	}
}

// canned has one page of albums.
type canned struct {
	album.Service
	list album.AlbumPage
}

func (c canned) Albums(context.Context, album.Viewer, album.Page) (album.AlbumPage, error) {
	return c.list, nil
}

func (c canned) Album(context.Context, album.Viewer, album.ID) (album.Album, error) {
	return c.list.Albums[0], nil
}

// discard is an answer that nobody reads.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
func (d *discard) WriteHeader(int)             {}
