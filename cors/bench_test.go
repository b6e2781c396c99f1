package cors_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/corsage-go/corsage/cors"
)

// The safelist is asked for every header of every request.
func TestSafelistAllocatesNothing(t *testing.T) {
	for _, h := range []cors.Field{
		{Name: "Accept", Value: "application/json, text/plain, */*"},
		{Name: "Content-Type", Value: "multipart/form-data; boundary=x"},
		{Name: "Content-Type", Value: "application/json"},
		{Name: "Accept-Language", Value: "en-US,en;q=0.9"},
		{Name: "Range", Value: "bytes=0-99"},
		{Name: "X-Custom", Value: "1"},
	} {
		if n := testing.AllocsPerRun(100, func() { cors.IsSafelistedRequestHeader(h.Name, h.Value) }); n != 0 {
			t.Errorf("%s: %s: %v allocations, want none", h.Name, h.Value, n)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	request := cors.Request{Origin: "https://app.example", Method: "GET", Credentials: true}
	answer := http.Header{"Access-Control-Allow-Origin": {"https://app.example"}, "Access-Control-Allow-Credentials": {"true"}}
	b.ReportAllocs()
	for b.Loop() {
		if v := cors.Check(request, answer, cors.OnResponse); !v.Allowed() {
			b.Fatal(v)
		}
	}
}

func BenchmarkSafelist(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if !cors.IsSafelistedRequestHeader("Content-Type", "multipart/form-data; boundary=x") {
			b.Fatal("a form needs approval")
		}
	}
}

// BenchmarkKnownPreflight is what a preflight costs that the cache knows.
func BenchmarkKnownPreflight(b *testing.B) {
	var cache cors.PreflightCache
	request := cors.Request{Origin: "https://app.example", Method: "PUT", UnsafeHeaders: []string{"authorization", "content-type"}}
	key := cors.PreflightKey{Partition: "https://app.example", Origin: request.Origin, URL: "https://api.example/albums"}
	now := time.Unix(1_800_000_000, 0)
	cache.Store(request, key, http.Header{
		"Access-Control-Allow-Methods": {"PUT, DELETE"}, "Access-Control-Allow-Headers": {"Authorization, Content-Type"}, "Access-Control-Max-Age": {"600"},
	}, now)
	b.ReportAllocs()
	for b.Loop() {
		if cache.NeedsPreflight(request, key, now) {
			b.Fatal("the cache does not know it")
		}
	}
}
