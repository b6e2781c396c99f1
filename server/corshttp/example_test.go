package corshttp_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"github.com/corsage-go/corsage/cors/policy"
	"github.com/corsage-go/corsage/cors/trace"
	"github.com/corsage-go/corsage/server/corshttp"
)

func ExampleNew() {
	c, err := policy.Compile(policy.Policy{
		AllowOrigins: []string{"https://app.example"},
		AllowMethods: []string{"PUT"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	api := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") })
	handler := corshttp.New(c, corshttp.Enforce()).Wrap(api)

	for _, origin := range []string{"https://app.example", "https://evil.example"} {
		r := httptest.NewRequest("PUT", "/greeting", nil)
		r.Header.Set("Origin", origin)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		fmt.Println(w.Code, w.Header().Get("Access-Control-Allow-Origin"))
	}
	// Output:
	// 200 https://app.example
	// 403
}

func ExampleNewPerRequest() {
	tenants := map[string]*policy.Compiled{}
	for tenant, origin := range map[string]string{"/red/": "https://red.example", "/blue/": "https://blue.example"} {
		c, err := policy.Compile(policy.Policy{AllowOrigins: []string{origin}})
		if err != nil {
			fmt.Println(err)
			return
		}
		tenants[tenant] = c
	}
	byPath := func(r *http.Request) *policy.Compiled { return tenants[r.URL.Path] } // nil: nobody
	handler := corshttp.NewPerRequest(byPath).Wrap(http.NotFoundHandler())

	r := httptest.NewRequest("GET", "/red/", nil)
	r.Header.Set("Origin", "https://red.example")
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	fmt.Println(w.Code, w.Header().Get("Access-Control-Allow-Origin"))
	// Output: 404 https://red.example
}

func ExampleEnforce() {
	c, err := policy.Compile(policy.Policy{AllowOrigins: []string{"https://app.example"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	guestbook := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusCreated) })
	handler := corshttp.New(c, corshttp.Enforce("https://data.example")).Wrap(guestbook)

	// A plain form needs no preflight, so it would be sent from any site.
	for _, origin := range []string{"https://data.example", "https://app.example", "https://evil.example", ""} {
		r := httptest.NewRequest("POST", "/entries", nil)
		if origin != "" { // a program that is no browser sends none
			r.Header.Set("Origin", origin)
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		fmt.Printf("%q %d\n", origin, w.Code)
	}
	// Output:
	// "https://data.example" 201
	// "https://app.example" 201
	// "https://evil.example" 403
	// "" 201
}

func ExampleMiddleware_Replace() {
	mw := corshttp.New(policy.Nobody)
	handler := mw.Wrap(http.NotFoundHandler())
	ask := func() string {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Origin", "https://app.example")
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w.Header().Get("Access-Control-Allow-Origin")
	}
	fmt.Printf("%q\n", ask())
	c, err := policy.Compile(policy.Policy{AllowOrigins: []string{"https://app.example"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	mw.Replace(c) // in force at the next request
	fmt.Printf("%q\n", ask())
	// Output:
	// ""
	// "https://app.example"
}

// WRONG: the handler sets Vary, and so takes away that the answer depends on the
// origin. A cache may now hand one site's answer to another. Use Add.
func ExampleMiddleware_Wrap_incorrect() {
	c, err := policy.Compile(policy.Policy{AllowOrigins: []string{"https://app.example"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	vary := func(write func(h http.Header)) []string {
		handler := corshttp.New(c).Wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { write(w.Header()) }))
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		return w.Header().Values("Vary")
	}
	fmt.Println("wrong:", vary(func(h http.Header) { h.Set("Vary", "Accept-Language") }))
	fmt.Println("right:", vary(func(h http.Header) { h.Add("Vary", "Accept-Language") }))
	// Output:
	// wrong: [Accept-Language]
	// right: [Origin Accept-Language]
}

func ExampleRecord() {
	c, err := policy.Compile(policy.Policy{AllowOrigins: []string{"https://*.app.example"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	print := trace.Sink{Exchange: func(x *trace.Exchange) {
		fmt.Println(x.Request.Method, x.Request.URL, x.Status(), x.Verdict.Reason, x.Policy)
	}}
	handler := corshttp.New(c, corshttp.Record(&corshttp.Recorder{Sink: print})).Wrap(http.NotFoundHandler())
	for _, origin := range []string{"https://www.app.example", "https://evil.example"} {
		r := httptest.NewRequest("GET", "https://data.example/?token=secret", nil)
		r.Header.Set("Origin", origin)
		handler.ServeHTTP(httptest.NewRecorder(), r)
	}
	// Output:
	// GET https://data.example/?token=[redacted] 404 allowed https://*.app.example
	// GET https://data.example/?token=[redacted] 404 origin-not-allowed
}
