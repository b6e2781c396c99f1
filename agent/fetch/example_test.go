package fetch_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/cors"
)

// pageOf makes the client that a page of an origin is.
func pageOf(origin string) (*fetch.Client, error) {
	o, err := cors.ParseOrigin(origin)
	if err != nil {
		return nil, err
	}
	u, err := weburl.Parse(origin + "/")
	return &fetch.Client{Origin: o, URL: u, TopLevel: o, Secure: o.Scheme() == "https"}, err
}

// A page reads an album of another origin, whose server permits it. The server is
// a handler in the same process.
func ExampleEngine_Fetch() {
	albums := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
		_, _ = fmt.Fprint(w, `{"name": "New Album"}`) // the page sees what is missing
	})
	engine := &fetch.Engine{Transport: &fetch.Handlers{Default: albums}}
	page, err := pageOf("https://app.example")
	if err != nil {
		fmt.Println(err)
		return
	}
	u, err := weburl.Parse("https://data.example/albums/1")
	if err != nil {
		fmt.Println(err)
		return
	}
	resp, err := engine.Fetch(context.Background(), &fetch.Request{Method: "GET", URL: u, Client: page})
	if err != nil {
		fmt.Println(err)
		return
	}
	body, err := io.ReadAll(resp.Body)
	fmt.Println(resp.Type, resp.Status, string(body), err)
	// Output: cors 200 {"name": "New Album"} <nil>
}

// Why a request was blocked is in the error, as a verdict that a program can
// switch on.
func ExampleFailure() {
	closed := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	engine := &fetch.Engine{Transport: &fetch.Handlers{Default: closed}, Profile: fetch.ChromiumProfile}
	page, err := pageOf("https://app.example")
	if err != nil {
		fmt.Println(err)
		return
	}
	u, err := weburl.Parse("https://data.example/albums")
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = engine.Fetch(context.Background(), &fetch.Request{Method: "PUT", URL: u, Client: page})
	if v, ok := errors.AsType[cors.Verdict](err); ok {
		fmt.Println(v.Reason, "on", v.On)
		fmt.Println(v.Chromium())
	}
	// Output:
	// allow-origin-missing on preflight
	// PreflightMissingAllowOriginHeader
}
