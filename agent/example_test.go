package agent_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/corsage-go/corsage/agent"
	"github.com/corsage-go/corsage/agent/xhr"
	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/trace"
)

// api is a handler whose CORS is to be tested: https://app.example may read and
// change what it has.
func api(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Add("Vary", "Origin")
	if r.Header.Get("Origin") == "https://app.example" {
		h.Set("Access-Control-Allow-Origin", "https://app.example")
		h.Set("Access-Control-Allow-Credentials", "true")
		if r.Method == http.MethodOptions {
			h.Set("Access-Control-Allow-Methods", "PUT")
			h.Set("Access-Control-Allow-Headers", "content-type")
		}
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	_, _ = io.WriteString(w, strings.TrimSpace(fmt.Sprintf("%s %s %s", r.Method, body, r.Header.Get("Cookie"))))
}

// handlers is where api answers, without a socket.
var handlers = map[string]http.Handler{"https://api.example": http.HandlerFunc(api)}

// A handler's CORS is tested without a socket: by a page that may, and one that
// may not.
func Example() {
	a := agent.New(agent.Options{Handlers: handlers})
	defer a.Close()
	for _, url := range []string{"https://app.example/", "https://evil.example/"} {
		page, err := a.Page(url)
		if err != nil {
			fmt.Println(err)
			return
		}
		res, err := page.Get(context.Background(), "https://api.example/albums")
		if err != nil {
			verdict, _ := errors.AsType[cors.Verdict](err)
			fmt.Println("blocked:", verdict.Reason)
			continue
		}
		fmt.Println(res.Status, res.Text())
	}
	// Output:
	// 200 GET
	// blocked: allow-origin-missing
}

// A PUT of JSON is preceded by a preflight, which nobody has to care about.
func ExamplePage_XHR() {
	a := agent.New(agent.Options{Handlers: handlers})
	defer a.Close()
	page, err := a.Page("https://app.example/")
	if err != nil {
		fmt.Println(err)
		return
	}
	x := page.XHR()
	if err := x.Open("PUT", "https://api.example/albums/1"); err != nil {
		fmt.Println(err)
		return
	}
	if err := x.SetRequestHeader("Content-Type", "application/json"); err != nil {
		fmt.Println(err)
		return
	}
	res, err := x.Do(context.Background(), agent.Text(`{"name": "New Album"}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(res.Status, res.Text())
	// Output: 200 PUT {"name": "New Album"}
}

// An upload tells how far it is.
func ExamplePage_XHR_upload() {
	a := agent.New(agent.Options{Handlers: handlers})
	defer a.Close()
	page, err := a.Page("https://app.example/")
	if err != nil {
		fmt.Println(err)
		return
	}
	x := page.XHR()
	x.Upload().On(xhr.EventLoadStart, func(e agent.Event) { fmt.Println("0 of", e.Total) })
	x.Upload().On(xhr.EventLoad, func(e agent.Event) { fmt.Println(e.Loaded, "of", e.Total) })
	x.On(xhr.EventLoad, func(agent.Event) { fmt.Println("status", x.Status()) })
	if err := x.Open("POST", "https://api.example/photos"); err != nil {
		fmt.Println(err)
		return
	}
	photo := agent.NewBlob(make([]byte, 1000), "text/plain") // agent.OpenFile streams one from disk
	if _, err := x.Do(context.Background(), photo); err != nil {
		fmt.Println(err)
	}
	// Output:
	// 0 of 1000
	// 1000 of 1000
	// status 200
}

// Cookies go across origins if the page asks for it, the server allows it, and the
// cookie may.
func ExampleAgent_SetCookie() {
	a := agent.New(agent.Options{Handlers: handlers})
	defer a.Close()
	if err := a.SetCookie("https://api.example/", "session=1; Secure; SameSite=None"); err != nil {
		fmt.Println(err)
		return
	}
	page, err := a.Page("https://app.example/")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, with := range []bool{false, true} {
		x := page.XHR()
		if err := x.Open("GET", "https://api.example/albums"); err != nil {
			fmt.Println(err)
			return
		}
		if err := x.SetWithCredentials(with); err != nil {
			fmt.Println(err)
			return
		}
		res, err := x.Do(context.Background(), nil)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%q\n", res.Text())
	}
	// Output:
	// "GET"
	// "GET  session=1"
}

// The error of a request that was blocked says why, where it was seen, and what
// would have passed.
func ExamplePage_Get() {
	a := agent.New(agent.Options{Handlers: map[string]http.Handler{
		"https://api.example": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Access-Control-Allow-Origin", "https://www.app.example")
		}),
	}})
	defer a.Close()
	page, err := a.Page("https://app.example/")
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = page.Get(context.Background(), "https://api.example/albums")
	if verdict, ok := errors.AsType[cors.Verdict](err); ok {
		fmt.Println(verdict.Reason, "on the", verdict.On)
		fmt.Println("seen:", verdict.Observed)
		fmt.Println("expected:", verdict.Expected)
		fmt.Println("Chromium calls it", verdict.Chromium())
	}
	// Output:
	// allow-origin-mismatch on the response
	// seen: https://www.app.example
	// expected: https://app.example
	// Chromium calls it AllowOriginMismatch
}

func ExampleRecorder() {
	closed := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {})
	var log trace.Log
	a := agent.New(agent.Options{
		Handlers: map[string]http.Handler{"data.example": closed},
		Hooks:    (&agent.Recorder{Sink: log.Sink()}).Hooks(),
	})
	defer a.Close()
	page, err := a.Page("https://app.example/")
	if err != nil {
		fmt.Println(err)
		return
	}
	_, _ = page.Get(context.Background(), "https://data.example/albums") // it is blocked
	for _, x := range log.Trace().Exchanges {
		fmt.Println(x.Request.Method, x.Request.URL, x.Status(), x.Verdict.Reason)
	}
	// Output: GET https://data.example/albums 200 allow-origin-missing
}
