package corshttp_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"github.com/corsage-go/corsage/cors/policy"
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
