package httpcache

import (
	"strings"
	"testing"
	"time"

	"github.com/corsage-go/corsage/agent/wire"
)

// Cache-Control is read as it is meant, in all ways in which it may be written.
// Standard: https://www.rfc-editor.org/rfc/rfc9111#section-5.2
func TestParseControl(t *testing.T) {
	seconds := func(n int) age { return age{length: time.Duration(n) * time.Second, set: true} }
	for _, test := range []struct {
		lines []string
		want  control
	}{
		{[]string{""}, control{}},
		{[]string{"no-store"}, control{noStore: true}},
		{[]string{"No-Store, PUBLIC,private"}, control{noStore: true, public: true, private: true}},
		{[]string{" , ,no-cache ,\t"}, control{noCache: true}},
		{[]string{"no-cache=\"a, b\", immutable"}, control{noCache: true, immutable: true}},
		{[]string{"max-age=60"}, control{maxAge: seconds(60)}},
		{[]string{"max-age = 60"}, control{maxAge: seconds(60)}},
		{[]string{`max-age="60"`}, control{maxAge: seconds(60)}},
		{[]string{"max-age=60, max-age=90"}, control{maxAge: seconds(60)}},
		{[]string{"max-age=60", "must-revalidate"}, control{maxAge: seconds(60), mustRevalidate: true}},
		{[]string{"max-age=-1"}, control{maxAge: age{set: true, bad: true}}},
		{[]string{"max-age"}, control{maxAge: age{set: true, bad: true}}},
		{[]string{"max-age=1.5"}, control{maxAge: age{length: time.Second, set: true, bad: true}}},
		{[]string{"max-age=99999999999999999999"}, control{maxAge: age{length: longest, set: true}}},
		{[]string{"max-age=10000000000"}, control{maxAge: age{length: longest, set: true}}}, // ten times what fits into a Duration
		{[]string{"max-age=20000000000"}, control{maxAge: age{length: longest, set: true}}},
		{[]string{"max-stale"}, control{maxStale: age{length: longest, set: true}}},
		{[]string{"max-stale=5, min-fresh=6"}, control{maxStale: seconds(5), minFresh: seconds(6)}},
		{[]string{`x="no-store"`}, control{}},
		{[]string{`x="a\", no-store", public`}, control{public: true}},
		{[]string{`x="a, no-store`}, control{noStore: true}},
		{[]string{"x-no-store, no-stored, s-maxage=5"}, control{}},
	} {
		var fields []wire.Field
		for _, line := range test.lines {
			fields = append(fields, wire.Field{Name: "cache-control", Value: line})
		}
		got := parseControl(fields)
		if got.maxAge.bad {
			got.maxAge.length, test.want.maxAge.length = 0, 0 // it does not count
		}
		if got != test.want {
			t.Errorf("%q: %+v, want %+v", test.lines, got, test.want)
		}
	}
}

// Pragma counts where there is no Cache-Control.
// Standard: https://www.rfc-editor.org/rfc/rfc9111#section-5.4
func TestPragma(t *testing.T) {
	pragma := wire.Field{Name: "Pragma", Value: "x, no-cache"}
	if c := parseControl([]wire.Field{pragma}); !c.noCache {
		t.Error("alone it does not count")
	}
	if c := parseControl([]wire.Field{pragma, {Name: "Cache-Control", Value: "max-age=5"}}); c.noCache {
		t.Error("it counts beside Cache-Control")
	}
}

// Whatever stands before it, a directive that forbids storing is seen, and ages
// are never negative.
func FuzzParseControl(f *testing.F) {
	for _, s := range []string{"", "max-age=60", `a="b,c"`, `"`, `x=","`, "=,=", "max-stale, min-fresh=1", "no-cache=\"set-cookie\"", `\`, "a=\"\\"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		line := func(v string) []wire.Field { return []wire.Field{{Name: "Cache-Control", Value: v}} }
		c := parseControl(line(s))
		for _, a := range []age{c.maxAge, c.minFresh, c.maxStale} {
			if a.length < 0 || a.length > longest {
				t.Errorf("%q: an age of %v", s, a.length)
			}
		}
		if !parseControl(line("no-store," + s)).noStore {
			t.Errorf("%q hides a no-store before it", s)
		}
		if !strings.Contains(s, `"`) && !parseControl(line(s+",no-store")).noStore {
			t.Errorf("%q hides a no-store after it", s)
		}
		two := append(line(s), wire.Field{Name: "Cache-Control", Value: "no-store"})
		if !parseControl(two).noStore {
			t.Errorf("%q hides a no-store on the next line", s)
		}
	})
}
