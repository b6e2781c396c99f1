package cors_test

import (
	"fmt"
	"net/http"
	"time"

	"github.com/corsage-go/corsage/cors"
)

func ExampleParseOrigin() {
	o, err := cors.ParseOrigin("https://photos.example:8443")
	fmt.Println(o.Scheme(), o.Host(), o.Port(), err)
	_, err = cors.ParseOrigin("https://photos.example:443")
	fmt.Println(err)
	// Output:
	// https photos.example 8443 <nil>
	// not a serialized origin: "https://photos.example:443": it names its scheme's default port, which is always left out
}

func ExampleParsePattern() {
	p, _ := cors.ParsePattern("https://*.example.com")
	for _, s := range []string{"https://www.example.com", "https://example.com", "https://www.example.com.evil.net"} {
		o, _ := cors.ParseOrigin(s)
		fmt.Println(s, p.Matches(o))
	}
	_, err := cors.ParsePattern("www.example.com/")
	fmt.Println(err)
	// Output:
	// https://www.example.com true
	// https://example.com false
	// https://www.example.com.evil.net false
	// not an origin pattern: "www.example.com/": it has no scheme, such as https://; did you mean "https://www.example.com"?
}

func ExamplePatternsNaming() {
	for _, p := range cors.PatternsNaming("https://www.example.com") {
		fmt.Println(p)
	}
	// Output:
	// https://www.example.com
	// https://www.example.com:*
	// https://*.example.com
	// https://*.example.com:*
	// https://*.com
	// https://*.com:*
	// *
}

func ExampleCheck() {
	answer := http.Header{"Access-Control-Allow-Origin": {"*"}}
	fmt.Println(cors.Check(cors.Request{Origin: "https://app.example"}, answer, cors.OnResponse).Allowed())
	v := cors.Check(cors.Request{Origin: "https://app.example", Credentials: true}, answer, cors.OnResponse)
	fmt.Println(v.Reason, "on the", v.On)
	// Output:
	// true
	// wildcard-with-credentials on the response
}

func ExampleCheckPreflight() {
	answer := http.Header{
		"Access-Control-Allow-Origin":  {"https://app.example"},
		"Access-Control-Allow-Methods": {"PUT"},
	}
	v := cors.CheckPreflight(cors.Request{Origin: "https://app.example", Method: "PUT", UnsafeHeaders: []string{"x-trace"}}, 204, answer)
	fmt.Println(v)
	// Output:
	// Access-Control-Allow-Headers does not list a header that needs it. Expected: "x-trace".
}

func ExampleUnsafeRequestHeaderNames() {
	fmt.Println(cors.UnsafeRequestHeaderNames([]cors.Field{
		{Name: "Accept", Value: "text/html"},
		{Name: "Content-Type", Value: "application/json"},
		{Name: "X-Trace", Value: "1"},
	}))
	// Output: [content-type x-trace]
}

func ExampleExpose() {
	answer := http.Header{"Access-Control-Expose-Headers": {"ETag"}}
	e := cors.Expose(cors.Request{}, answer)
	fmt.Println(e.Has("Content-Type"), e.Has("etag"), e.Has("X-Trace"), e.Has("Set-Cookie"))
	// Output: true true false false
}

func ExamplePreflightCache() {
	var cache cors.PreflightCache
	put := cors.Request{Origin: "https://app.example", Method: "PUT"}
	key := cors.PreflightKey{Origin: put.Origin, URL: "https://data.example/albums"}
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

	fmt.Println(cache.NeedsPreflight(put, key, now))
	cache.Store(put, key, http.Header{"Access-Control-Allow-Methods": {"PUT"}, "Access-Control-Max-Age": {"60"}}, now)
	fmt.Println(cache.NeedsPreflight(put, key, now.Add(59*time.Second)))
	fmt.Println(cache.NeedsPreflight(put, key, now.Add(60*time.Second)))
	// Output:
	// true
	// false
	// true
}

func ExampleParseReferrerPolicy() {
	answer := http.Header{"Referrer-Policy": {"origin, a-policy-of-tomorrow"}}
	fmt.Println(cors.ParseReferrerPolicy(answer))
	// Output: origin
}

func ExampleReferrer() {
	const page, server = "https://app.example/albums?secret", "https://data.example/"
	fmt.Println(cors.Referrer(page, server, cors.DefaultReferrerPolicy))
	fmt.Println(cors.Referrer(page, server, cors.UnsafeURL))
	// Output:
	// https://app.example/
	// https://app.example/albums?secret
}

func ExampleOriginField() {
	form := cors.OriginRequest{Origin: "https://app.example", Target: "http://data.example", Method: "POST"}
	fmt.Println(cors.OriginField(form))
	checked := cors.OriginRequest{Origin: "https://app.example", Target: "http://data.example", Method: "GET", CORS: true}
	fmt.Println(cors.OriginField(checked))
	// Output:
	// null true
	// https://app.example true
}

func ExampleFetchMetadata() {
	told, ok := cors.FetchMetadata("https://data.example/font.woff2", cors.FetchSiteSameSite, "cors", "font")
	fmt.Println(told, ok)
	// Output: [{Sec-Fetch-Site same-site} {Sec-Fetch-Mode cors} {Sec-Fetch-Dest font}] true
}
