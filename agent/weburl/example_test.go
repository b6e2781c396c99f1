package weburl_test

import (
	"fmt"

	"github.com/corsage-go/corsage/agent/weburl"
)

func ExampleParse() {
	u, err := weburl.Parse("HTTPS://Data.Example:443/albums/../photos?of=1#top")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(u.Href())
	fmt.Println(u.Host(), u.Port(), u.Target())
	fmt.Println(u.OriginString())
	// Output:
	// https://data.example/photos?of=1#top
	// data.example 443 /photos?of=1
	// https://data.example
}

func ExampleParseRef() {
	page, err := weburl.Parse("https://app.example/albums/")
	if err != nil {
		fmt.Println(err)
		return
	}
	u, err := weburl.ParseRef(page, "../photos")
	fmt.Println(u, err)
	// Output: https://app.example/photos <nil>
}
