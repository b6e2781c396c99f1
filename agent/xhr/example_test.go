package xhr_test

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/agent/xhr"
	"github.com/corsage-go/corsage/cors"
)

// An XHR needs no more than something that fetches, and a page that asks.
func ExampleNew() {
	s := &xhr.Settings{Fetcher: echo{}, Client: page("https://app.example/")}
	x := xhr.New(s)
	x.On(xhr.EventLoad, func(e xhr.Event) { fmt.Println(x.Status(), e.Loaded, "bytes") })
	if err := x.Open("GET", "/albums"); err != nil {
		fmt.Println(err)
		return
	}
	if err := x.Send(context.Background(), nil); err != nil {
		fmt.Println(err)
		return
	}
	res, err := x.Wait(context.Background())
	fmt.Println(res.Text(), err)
	// Output:
	// 200 30 bytes
	// GET https://app.example/albums <nil>
}

// Several requests can share a loop, as those of a script do.
func ExampleNewOn() {
	s := &xhr.Settings{Fetcher: echo{}, Client: page("https://app.example/")}
	var loop xhr.EventLoop
	for _, path := range []string{"/a", "/b"} {
		x := xhr.NewOn(s, &loop)
		x.On(xhr.EventLoad, func(xhr.Event) { fmt.Println(x.Response()) })
		if err := x.Open("GET", path); err != nil {
			fmt.Println(err)
		}
		if err := x.Send(context.Background(), nil); err != nil {
			fmt.Println(err)
		}
	}
	fmt.Println(loop.Run(context.Background()))
	// Unordered output:
	// GET https://app.example/a
	// GET https://app.example/b
	// <nil>
}

// Old engines ask other origins in another way.
func ExampleNewXDomainRequest() {
	s := &xhr.Settings{Fetcher: echo{}, Client: page("https://app.example/"), Profile: xhr.IE9Profile}
	if xhr.New(s).Has("withCredentials") {
		fmt.Println("XMLHttpRequest it is")
		return
	}
	d, err := xhr.NewXDomainRequest(s)
	if err != nil {
		fmt.Println(err)
		return
	}
	d.On(xhr.EventLoad, func(xhr.Event) { fmt.Println(d.ResponseText()) })
	if err := d.Open("GET", "https://api.example/albums"); err != nil {
		fmt.Println(err)
		return
	}
	if err := d.Send(context.Background(), ""); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(d.Wait(context.Background()))
	// Output:
	// GET https://api.example/albums
	// <nil>
}

// A form is sent as a browser sends it.
func ExampleFormData() {
	var form xhr.FormData
	form.Append("title", "Summer")
	form.AppendBlob("photo", xhr.NewBlob([]byte("..."), "image/png"), "a.png")
	x := xhr.New(&xhr.Settings{Fetcher: echo{}, Client: page("https://app.example/")})
	if err := x.Open("POST", "/photos"); err != nil {
		fmt.Println(err)
		return
	}
	res, err := x.Do(context.Background(), &form)
	if err != nil {
		fmt.Println(err)
		return
	}
	kind, _, _ := strings.Cut(res.Text(), "; boundary=")
	fmt.Println(kind)
	// Output: POST https://app.example/photos multipart/form-data
}

// echo answers with what was asked.
type echo struct{}

func (echo) Fetch(_ context.Context, r *fetch.Request) (*fetch.Response, error) {
	text := r.Method + " " + r.URL.Href() + " "
	for _, h := range r.Header {
		text += h.Value
	}
	text = strings.TrimSpace(text)
	return &fetch.Response{
		URL: r.URL, Status: 200, StatusText: "OK",
		Body: io.NopCloser(strings.NewReader(text)), Length: int64(len(text)),
	}, nil
}

// page is a page of a URL.
func page(url string) *fetch.Client {
	u, err := weburl.Parse(url)
	if err != nil {
		panic(err)
	}
	origin, err := cors.ParseOrigin(u.OriginString())
	if err != nil {
		panic(err)
	}
	return &fetch.Client{Origin: origin, TopLevel: origin, URL: u}
}
