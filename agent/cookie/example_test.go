package cookie_test

import (
	"fmt"
	"time"

	"github.com/corsage-go/corsage/agent/cookie"
	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/cors"
)

// A page of app.example asks data.test, which is another site. Only a cookie that
// may cross sites is kept, and goes with the next request.
func ExampleJar() {
	u, err := weburl.Parse("https://data.test/albums")
	if err != nil {
		fmt.Println(err)
		return
	}
	page, err := cors.ParseOrigin("https://app.example")
	if err != nil {
		fmt.Println(err)
		return
	}
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	request := fetch.CookieContext{URL: u, TopLevel: page, HTTP: true}

	var jar cookie.Jar
	for _, note := range jar.SetCookies(request, []string{"theme=dark", "sid=1; Secure; SameSite=None"}, now) {
		fmt.Printf("%s: kept %v, %q\n", note.Name, note.Kept, note.Reason)
	}
	fmt.Println("Cookie:", jar.Cookies(request, now))
	// Output:
	// theme: kept false, "cross-site"
	// sid: kept true, ""
	// Cookie: sid=1
}

func ExampleJar_Set() {
	u, err := weburl.Parse("http://app.example/")
	if err != nil {
		fmt.Println(err)
		return
	}
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

	var jar cookie.Jar
	fmt.Println(jar.Set(u, cookie.Cookie{Name: "sid", Value: "1", Path: "/"}, now))
	fmt.Println(jar.Set(u, cookie.Cookie{Name: "token", Value: "2", Secure: true}, now))
	for _, c := range jar.All(now) {
		fmt.Println(c.Domain, c.Path, c.Name, c.Value)
	}
	// Output:
	// <nil>
	// cookie refused: it is Secure, and http://app.example is not trustworthy; use https
	// app.example / sid 1
}
