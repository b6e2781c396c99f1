package albumhttp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/corsage-go/corsage/album"
)

// An end is one way to the same service: the Library itself, or a Client of a
// Handler over it.
type end struct {
	service album.Service
	viewer  album.Viewer
	shared  album.Album // with the partner, for those who cannot make one
}

func directly(w *world, v album.Viewer) end {
	return end{w.library, v, w.album(w.ada, "Shared", album.Sharing{Read: partners, Change: partners})}
}

func overHTTP(w *world, as Credentials) end {
	server := httptest.NewServer(w.handler)
	w.t.Cleanup(server.Close)
	client, err := Dial(server.URL+"/", as, server.Client().Transport)
	w.must(err)
	return end{client, album.Viewer{}, w.album(w.ada, "Shared", album.Sharing{Read: partners, Change: partners})}
}

// ends are the two ways for somebody at a site; token "" stands for the owner's
// password at the service's own pages.
func ends(t *testing.T, site string, scopes album.Scopes) map[string]end {
	near, far := newWorld(t), newWorld(t)
	if site == "" {
		return map[string]end{
			"directly":  directly(near, album.Viewer{Person: near.ada.ID, Via: album.ViaBasic, Scopes: album.AllScopes}),
			"over HTTP": overHTTP(far, Credentials{Name: "Ada", Password: password}),
		}
	}
	return map[string]end{
		"directly": directly(near, album.Viewer{
			Person: near.ada.ID, Via: album.ViaToken, Scopes: scopes,
			Site: album.Site{Foreign: true, Origin: site, Patterns: testPatterns(site)},
		}),
		"over HTTP": overHTTP(far, Credentials{Token: far.token(far.ada, site, scopes), Origin: site}),
	}
}

// told is what of a result every end tells, without IDs, which differ from world
// to world.
func told(a album.Album) string {
	return fmt.Sprintf("%q %s %s photos=%d cover=%v %v %v", a.Name, a.Created.UTC(), a.Updated.UTC(), a.Photos, a.Cover != "", a.Sharing.Read, a.Sharing.Change)
}

func toldPhoto(p album.Photo) string {
	return fmt.Sprintf("%q %s %d %dx%d %s", p.Name, p.Type, p.Size, p.Width, p.Height, p.Created.UTC())
}

func toldError(err error) string {
	if err == nil {
		return "fine"
	}
	e, ok := errors.AsType[*album.Error](err)
	if !ok {
		return "other error: " + err.Error()
	}
	return fmt.Sprintf("%v %q %q %d", e.Kind, e.Field, e.Detail, e.Limit)
}

// transcript is what happened at one end.
type transcript struct {
	strings.Builder
	end
}

func (s *transcript) note(what string, result string, err error) {
	fmt.Fprintf(s, "%s: %s: %s\n", what, toldError(err), result)
}

// story does everything that a service can, well and badly, and writes down
// what comes of it.
func story(ctx context.Context, e end) string {
	s := &transcript{end: e}
	a := s.albums(ctx)
	s.rules(ctx, a)
	s.uploads(ctx, a)
	s.photos(ctx, a)
	s.endOfAlbum(ctx, a)
	return s.String()
}

func (s *transcript) albums(ctx context.Context) album.Album {
	a, created, err := s.service.CreateAlbum(ctx, s.viewer, "Spring", true)
	s.note("create", fmt.Sprint(told(a), created, a.Version), err)
	again, created, err := s.service.CreateAlbum(ctx, s.viewer, "Spring", true)
	s.note("create again", fmt.Sprint(told(again), created, again.ID == a.ID), err)
	_, _, err = s.service.CreateAlbum(ctx, s.viewer, "Spring", false)
	s.note("create a second", "", err)
	_, _, err = s.service.CreateAlbum(ctx, s.viewer, "", false)
	s.note("create nothing", "", err)

	if a.ID == "" { // nobody made it; the rest is about another
		a = s.shared
	}
	got, err := s.service.Album(ctx, s.viewer, a.ID)
	s.note("read", fmt.Sprint(told(got), got.Version), err)
	_, err = s.service.Album(ctx, s.viewer, someID)
	s.note("read what is not there", "", err)
	got, err = s.service.RenameAlbum(ctx, s.viewer, a.ID, "Märkte & more", album.Match{Versions: []int64{a.Version}})
	s.note("rename", fmt.Sprint(told(got), got.Version), err)
	_, err = s.service.RenameAlbum(ctx, s.viewer, a.ID, "Late", album.Match{Versions: []int64{a.Version, 77}})
	s.note("rename an old version", "", err)
	_, err = s.service.RenameAlbum(ctx, s.viewer, a.ID, "Never", album.Match{Versions: []int64{}})
	s.note("rename no version", "", err)

	for _, name := range []string{"b", "c"} {
		_, _, err = s.service.CreateAlbum(ctx, s.viewer, name, false)
		s.note("create "+name, "", err)
	}
	page := album.Page{Limit: 2}
	for range 2 {
		list, err := s.service.Albums(ctx, s.viewer, page)
		for _, a := range list.Albums {
			s.note("listed", told(a), err)
		}
		s.note("list", fmt.Sprint(len(list.Albums), list.Next != ""), err)
		page.Cursor = list.Next
	}
	_, err = s.service.Albums(ctx, s.viewer, album.Page{Cursor: "nonsense"})
	s.note("list from nowhere", "", err)
	return a
}

func (s *transcript) rules(ctx context.Context, a album.Album) {
	rules, err := s.service.Sharing(ctx, s.viewer, a.ID)
	s.note("rules", fmt.Sprint(rules), err)
	want := album.Sharing{Read: album.Rule{Sites: album.ChosenSites, Origins: []string{partner, other}, Credentials: true}, Change: partners}
	rules, err = s.service.SetSharing(ctx, s.viewer, a.ID, want, album.Match{Versions: []int64{rules.Version}})
	s.note("set rules", fmt.Sprint(rules), err)
	_, err = s.service.SetSharing(ctx, s.viewer, a.ID, want, album.Match{Versions: []int64{1}})
	s.note("set rules of an old version", "", err)
	_, err = s.service.SetSharing(ctx, s.viewer, a.ID, album.Sharing{Read: album.Rule{Sites: "some"}}, album.Match{})
	s.note("set wrong rules", "", err)
	rules, err = s.service.Sharing(ctx, s.viewer, a.ID)
	s.note("rules now", fmt.Sprint(rules), err)
}

func (s *transcript) uploads(ctx context.Context, a album.Album) {
	for _, u := range []struct {
		name    string
		file    []byte
		replace bool
		match   album.Match
	}{
		{name: "a b%/.jpg", file: jpegFile()},
		{name: "夏 50%?#.jpg", file: jpegFile()},
		{name: "夏 50%?#.jpg", file: pngFile(1)},
		{name: "夏 50%?#.jpg", file: pngFile(1), replace: true},
		{name: "..", file: pngFile(1)},
		{name: ".", file: pngFile(1)},
		{name: "b.png", file: pngFile(2), match: album.Match{Versions: []int64{1}}},
		{name: "b.png", file: pngFile(2), replace: true},
		{name: "c.txt", file: []byte("no picture")},
		{name: "d.jpg", file: nil},
		{name: strings.Repeat("n", 300), file: pngFile(3)},
	} {
		p, created, err := s.service.AddPhoto(ctx, s.viewer, a.ID, u.name, bytes.NewReader(u.file), u.replace, u.match)
		s.note("add "+u.name, fmt.Sprint(toldPhoto(p), created, p.Album == a.ID), err)
	}
	_, _, err := s.service.AddPhoto(ctx, s.viewer, someID, "a.jpg", bytes.NewReader(jpegFile()), false, album.Match{})
	s.note("add to nothing", "", err)
}

func (s *transcript) photos(ctx context.Context, a album.Album) {
	now, err := s.service.Album(ctx, s.viewer, a.ID)
	s.note("album with photos", fmt.Sprint(told(now), now.Version), err)
	list, err := s.service.Photos(ctx, s.viewer, a.ID, album.Page{Limit: 10})
	s.note("photos", fmt.Sprint(len(list.Photos), list.Next), err)
	for _, listed := range list.Photos {
		p, err := s.service.Photo(ctx, s.viewer, listed.ID)
		s.note("photo", fmt.Sprint(toldPhoto(p), toldPhoto(listed)), err)
		for _, edge := range []int{0, 320, 7} {
			s.content(ctx, p, edge)
		}
	}
	_, err = s.service.Photo(ctx, s.viewer, someID)
	s.note("photo that is not there", "", err)
	if len(list.Photos) == 0 {
		return
	}
	id := list.Photos[0].ID
	s.note("delete an old version", "", s.service.DeletePhoto(ctx, s.viewer, id, album.Match{Versions: []int64{1}}))
	s.note("delete", "", s.service.DeletePhoto(ctx, s.viewer, id, album.Match{}))
	s.note("delete again", "", s.service.DeletePhoto(ctx, s.viewer, id, album.Match{}))
}

func (s *transcript) content(ctx context.Context, p album.Photo, edge int) {
	c, err := s.service.OpenPhoto(ctx, s.viewer, p.ID, edge)
	if err != nil {
		// The address of a thumbnail that cannot be is no address at all.
		s.note(fmt.Sprint("open ", edge), "", &album.Error{Kind: album.KindOf(err)})
		return
	}
	defer c.Close()
	all, err := io.ReadAll(c)
	s.note(fmt.Sprint("open ", edge), fmt.Sprintf("%s %d %s %v %d %x", c.Type, c.Size, c.Tag, c.Public, len(all), all), err)
	_, err = c.Seek(0, io.SeekStart)
	s.note("rewind", "", err)
	s.note("test reader", "", iotest.TestReader(c, all))
}

func (s *transcript) endOfAlbum(ctx context.Context, a album.Album) {
	s.note("delete album of an old version", "", s.service.DeleteAlbum(ctx, s.viewer, a.ID, album.Match{Versions: []int64{1}}))
	s.note("delete album", "", s.service.DeleteAlbum(ctx, s.viewer, a.ID, album.Match{}))
	s.note("delete album again", "", s.service.DeleteAlbum(ctx, s.viewer, a.ID, album.Match{}))
}

// A Client is the same service as the Library behind it: the same story has the
// same results, failures included.
func TestClientIsTheService(t *testing.T) {
	for what, scopes := range map[string]struct {
		site   string
		scopes album.Scopes
	}{
		"owner at home":    {"", album.AllScopes},
		"token":            {partner, album.AllScopes},
		"token to read":    {partner, album.ScopeRead},
		"token without":    {partner, album.ScopeUpload},
		"token to arrange": {partner, album.ScopeManage | album.ScopeRead},
	} {
		t.Run(what, func(t *testing.T) {
			stories := make(map[string]string)
			for way, e := range ends(t, scopes.site, scopes.scopes) {
				stories[way] = story(t.Context(), e)
			}
			direct, remote := strings.Split(stories["directly"], "\n"), strings.Split(stories["over HTTP"], "\n")
			if len(direct) != len(remote) || len(direct) < 20 || strings.Contains(stories["directly"], "other error") {
				t.Fatalf("directly %d events:\n%s\nover HTTP %d:\n%s", len(direct), stories["directly"], len(remote), stories["over HTTP"])
			}
			for i := range direct {
				if direct[i] != remote[i] {
					t.Errorf("directly:  %s\nover HTTP: %s", direct[i], remote[i])
				}
			}
		})
	}
}

func TestDialRefuses(t *testing.T) {
	for _, base := range []string{"", "photos.example", "ftp://photos.example", "https://", "https://u:p@photos.example", "https://photos.example/x", "https://photos.example?x", "https://photos.example#x", "http://[", "://"} {
		if c, err := Dial(base, Credentials{}, nil); err == nil || strings.Contains(err.Error(), ":p@") {
			t.Errorf("%q: %v, %v", base, c, err)
		}
	}
}

// answering makes a Client of a server that gives one answer.
func answering(t *testing.T, status int, header http.Header, body string) *Client {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, values := range header {
			w.Header()[name] = values
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body) // a client that has gone is the test's own
	}))
	t.Cleanup(server.Close)
	c, err := Dial(server.URL, Credentials{Name: "Ada", Password: password}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// What is no answer of an album service is an error that says so, by its status.
func TestClientOfSomethingElse(t *testing.T) {
	for _, c := range []struct {
		what   string
		status int
		header http.Header
		body   string
		kind   album.Kind
		detail string
	}{
		{"a page", 404, nil, "<html>not here", album.NotFound, "404"},
		{"a redirect", 302, http.Header{"Location": {"https://elsewhere.example"}}, "", album.Internal, "302"},
		{"a gateway", 502, nil, "", album.Internal, "502"},
		{"a teapot", 418, nil, "{}", album.Invalid, "418"},
		{"a problem of another type", 409, nil, `{"type":"https://other.example/x","detail":"full"}`, album.Conflict, "full"},
		{"a problem of this service", 503, nil, `{"type":"/problems/not-ready","detail":"wait","request":"R1"}`, album.Internal, "R1"},
		{"a page instead of a list", 200, nil, "<html>", album.Internal, "read the answer"},
	} {
		_, err := answering(t, c.status, c.header, c.body).Albums(t.Context(), album.Viewer{}, album.Page{})
		if album.KindOf(err) != c.kind || err == nil || !strings.Contains(err.Error(), c.detail) {
			t.Errorf("%s: %v", c.what, err)
		}
	}
}

// A service that is not there is an error too, and no panic.
func TestClientWithoutService(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	base := server.URL
	server.Close()
	c, err := Dial(base, Credentials{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if e := story(t.Context(), end{service: c}); strings.Contains(e, ": fine:") {
		t.Errorf("something went well: %s", e)
	}
}

// A photo that is read in parts is read under the condition that it stays the
// same one.
func TestRemoteFile(t *testing.T) {
	w := newWorld(t)
	a := w.album(w.ada, "Spring", album.Sharing{})
	p := w.photo(w.ada, a.ID, "a.jpg", jpegFile())
	e := overHTTP(w, Credentials{Name: "Ada", Password: password})
	open := func() album.Content {
		c, err := e.service.OpenPhoto(t.Context(), album.Viewer{}, p.ID, 0)
		w.must(err)
		return c
	}
	c := open()
	for _, bad := range []struct {
		offset int64
		whence int
	}{{-1, io.SeekStart}, {-1, io.SeekCurrent}, {-c.Size - 1, io.SeekEnd}, {0, 3}, {0, -1}} {
		if _, err := c.Seek(bad.offset, bad.whence); err == nil {
			t.Errorf("seek %+v succeeds", bad)
		}
	}
	if at, err := c.Seek(5, io.SeekEnd); err != nil || at != c.Size+5 {
		t.Errorf("seek behind the end: %d, %v", at, err)
	}
	if n, err := c.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		t.Errorf("read behind the end: %d, %v", n, err)
	}
	w.must(c.Close())
	w.must(c.Close())
	if _, err := c.Read(make([]byte, 1)); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("read after close: %v", err)
	}

	c = open()
	defer c.Close()
	_, err := c.Seek(10, io.SeekStart)
	w.must(err)
	w.must(w.library.DeletePhoto(t.Context(), atHome(w.ada), p.ID, album.Match{}))
	if _, err := c.Read(make([]byte, 1)); album.KindOf(err) != album.NotFound {
		t.Errorf("read of a photo that is gone: %v", err)
	}
}

// An answer that is not what was asked for is not taken for the photo.
func TestRemoteFileOfSomethingElse(t *testing.T) {
	file := &remoteFile{ctx: t.Context(), client: answering(t, 200, nil, "whole"), path: "/photos/x", size: 5, offset: 2}
	if _, err := file.Read(make([]byte, 5)); err == nil || !strings.Contains(err.Error(), "range") {
		t.Errorf("a whole instead of a range: %v", err)
	}
	file = &remoteFile{ctx: t.Context(), client: answering(t, 206, nil, "short"), path: "/photos/x", size: 50}
	if _, err := io.ReadAll(file); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("an end that comes too early: %v", err)
	}
	if _, err := answering(t, 200, http.Header{"Transfer-Encoding": {"chunked"}}, strings.Repeat("x", 5000)).OpenPhoto(t.Context(), album.Viewer{}, someID, 0); err == nil {
		t.Error("a photo of unknown length is opened")
	}
}
