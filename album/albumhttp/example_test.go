package albumhttp_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/album/albumhttp"
	"github.com/corsage-go/corsage/album/memory"
	"github.com/corsage-go/corsage/album/picture"
)

// library is a service in memory with one person in it.
func library() *album.Library {
	l, err := album.NewLibrary(album.Config{
		Store: memory.NewStore(), Blobs: memory.NewBlobs(), Pictures: picture.New(2),
		Now: time.Now, Random: rand.Reader,
	})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := l.AddPerson(context.Background(), "Ada", "correct horse battery"); err != nil {
		log.Fatal(err)
	}
	return l
}

func ExampleNew() {
	l := library()
	handler := albumhttp.New(albumhttp.Config{
		Service: l,
		Access:  l,
		Origins: []string{"https://photos.example"},
	})

	// A page of another site asks, which no album is shared with.
	r := httptest.NewRequest("PUT", "https://photos.example/albums", strings.NewReader(`{"name": "New Album"}`))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Origin", "https://www.partner.example")
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	fmt.Println(w.Code, w.Header().Get("Content-Type"))
	// Output:
	// 401 application/problem+json
}

func ExampleTarget() {
	r := httptest.NewRequest("GET", "/albums/01m6q3v9zs8t5m2c7w4xq0a1b2/photos", nil)
	target := albumhttp.Target(r)
	fmt.Println(target.Kind, target.ID)
	// Output:
	// photos 01m6q3v9zs8t5m2c7w4xq0a1b2
}

func ExampleDial() {
	l := library()
	server := httptest.NewServer(albumhttp.New(albumhttp.Config{Service: l, Access: l}))
	defer server.Close()

	var service album.Service
	service, err := albumhttp.Dial(server.URL, albumhttp.Credentials{Name: "Ada", Password: "correct horse battery"}, http.DefaultTransport)
	if err != nil {
		log.Fatal(err)
	}
	ctx, viewer := context.Background(), album.Viewer{} // the service finds out who asks
	a, created, err := service.CreateAlbum(ctx, viewer, "Spring", true)
	fmt.Println(a.Name, created, err)

	_, _, err = service.CreateAlbum(ctx, viewer, "Spring", false)
	fmt.Println(album.KindOf(err))
	// Output:
	// Spring true <nil>
	// conflict
}
