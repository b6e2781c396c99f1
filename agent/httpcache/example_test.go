package httpcache_test

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/httpcache"
	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/agent/wire"
)

// An image is asked for without CORS, and its copy is what a script of the same
// page gets a minute later: without Access-Control-Allow-Origin.
func ExampleCache() {
	u, err := weburl.Parse("https://data.test/photo.png")
	if err != nil {
		fmt.Println(err)
		return
	}
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	image := fetch.CacheRequest{Partition: "https://app.example", Method: "GET", URL: u}
	answer := &wire.Response{
		Status: 200, Header: []wire.Field{{Name: "Cache-Control", Value: "max-age=3600"}},
		Body: io.NopCloser(strings.NewReader("PNG")), Length: 3,
	}

	var cache httpcache.Cache
	body := cache.Keep(image, answer, now, now)
	if _, err := io.Copy(io.Discard, body); err != nil {
		fmt.Println(err)
		return
	}

	script := image
	script.Header = []wire.Field{{Name: "Origin", Value: "https://app.example"}}
	stored := cache.Lookup(script, now.Add(time.Minute))
	fmt.Println(stored.Status, stored.Fresh, stored.Header)
	// Output: 200 true [{Cache-Control max-age=3600}]
}
