package policy_test

import (
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/policy"
)

func numbered(n int, format string) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf(format, i)
	}
	return list
}

// heapGrowth is how many bytes stay in use of what make returns.
func heapGrowth(make func() any) int64 {
	inUse := func() int64 {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before := inUse()
	kept := make()
	grown := inUse() - before
	runtime.KeepAlive(kept)
	return grown
}

// A policy of ten thousand origins, or patterns, takes less than a megabyte besides
// the texts that it was given.
func TestManyOriginsTakeLittleMemory(t *testing.T) {
	for _, format := range []string{"https://site%d.example", "https://*.site%d.example"} {
		list := numbered(10_000, format)
		if grown := heapGrowth(func() any { return compile(t, policy.Policy{AllowOrigins: list}) }); grown >= 1e6 {
			t.Errorf("%s: %d bytes", format, grown)
		}
	}
}

// A policy that differs in its origins only is what Compile would make, takes
// little more than its origins, and is held to the same rules.
func TestWithOrigins(t *testing.T) {
	p := policy.Policy{
		AllowOrigins: []string{"https://app.example"}, AllowMethods: []string{"PUT", "DELETE"}, AllowHeaders: []string{"X-B", "X-A"},
		ExposeHeaders: []string{"ETag"}, AllowCredentials: true, MaxAge: new(600),
	}
	base := compile(t, p)
	p.AllowOrigins = []string{"https://other.example", "https://*.more.example"}
	got, err := base.WithOrigins(p.AllowOrigins)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got.Policy(), p) {
		t.Errorf("got %+v, want %+v", got.Policy(), p)
	}
	want := compile(t, p)
	for _, origin := range []string{"https://app.example", "https://other.example", "https://a.more.example", "null", ""} {
		for _, method := range []string{"GET", "OPTIONS"} {
			header := map[string][]string{cors.HeaderRequestMethod: {"PUT"}, cors.HeaderRequestHeaders: {"x-a,x-b"}}
			a, b := map[string][]string{}, map[string][]string{}
			got.Decide(method, origin, header).Apply(a)
			want.Decide(method, origin, header).Apply(b)
			if !reflect.DeepEqual(a, b) {
				t.Errorf("%s from %q: %v, want %v", method, origin, a, b)
			}
		}
	}
	for _, bad := range [][]string{nil, {}, {"*"}, {"http://app.example"}, {"https://a.example", "https://a.example"}, {"a"}} {
		p.AllowOrigins = bad
		_, err := policy.Compile(p)
		if _, got := base.WithOrigins(bad); got == nil || !reflect.DeepEqual(policy.Problems(got), policy.Problems(err)) {
			t.Errorf("%q: %v, want %v", bad, got, err)
		}
	}
	if c, err := policy.Nobody.WithOrigins([]string{"*"}); c != policy.Nobody || err != nil {
		t.Errorf("Nobody became %v, %v", c, err)
	}
	const many = 1000
	grown := heapGrowth(func() any {
		all := make([]*policy.Compiled, many)
		for i := range all {
			if all[i], err = base.WithOrigins([]string{"https://other.example"}); err != nil {
				t.Error(err)
			}
		}
		return all
	})
	if each := grown / many; each > 120 {
		t.Errorf("each takes %d bytes", each)
	}
}

// However a list of headers is written, a preflight is judged as if each name were
// looked up by itself.
func FuzzRequestHeaders(f *testing.F) {
	for _, line := range []string{"x-a,x-b,x-c", "x-a", "x-c,x-a", "x-a,x-a", "x-a,", ",x-a", "x-b,x-bb", "x-ab", " x-a ,\tX-B", "x-a,x-z", "x-c,x-d"} {
		f.Add("x-a x-b x-bb x-c", line, "")
		f.Add("x-a", line, line)
	}
	f.Fuzz(func(t *testing.T, allowed, line, another string) {
		c, err := policy.Compile(policy.Policy{AllowOrigins: []string{"https://app.example"}, AllowHeaders: words(allowed)})
		if err != nil {
			return
		}
		want, names, empty := true, 0, 0
		for _, l := range []string{line, another} {
			for name := range strings.SplitSeq(l, ",") {
				switch name = strings.Trim(name, " \t"); {
				case name == "":
					empty++
				default:
					names++
					want = want && slices.ContainsFunc(words(allowed), func(a string) bool {
						return a == "*" && cors.IsToken(name) && !strings.EqualFold(name, "authorization") || strings.EqualFold(a, name) && isASCII(name)
					})
				}
			}
		}
		if empty > 16 || names > 256 || len(line)+len(another)+2 > 16<<10 {
			want = false
		}
		d := c.Decide("OPTIONS", "https://app.example", map[string][]string{cors.HeaderRequestMethod: {"PUT"}, cors.HeaderRequestHeaders: {line, another}})
		d2 := c.Decide("OPTIONS", "https://app.example", map[string][]string{cors.HeaderRequestMethod: {"GET"}, cors.HeaderRequestHeaders: {line, another}})
		if d.Verdict.Allowed() || d2.Verdict.Allowed() != want {
			t.Fatalf("%q allows %q and %q: %v, want %v (%s)", allowed, line, another, d2.Verdict.Allowed(), want, d2.Verdict)
		}
	})
}

func isASCII(s string) bool { return strings.IndexFunc(s, func(r rune) bool { return r >= 0x80 }) < 0 }

// BenchmarkCompile is what making a policy costs.
func BenchmarkCompile(b *testing.B) {
	for _, row := range []struct {
		name string
		n    int
		form string
	}{{"1 origin", 1, "https://site%d.example"}, {"5 origins", 5, "https://site%d.example"}, {"10000 origins", 10_000, "https://site%d.example"}, {"10000 patterns", 10_000, "https://*.site%d.example"}} {
		b.Run(row.name, func(b *testing.B) {
			p := policy.Policy{AllowOrigins: numbered(row.n, row.form)}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := policy.Compile(p); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkScale is what a decision costs in a policy of one to a million origins,
// or patterns; the last one is asked for.
func BenchmarkScale(b *testing.B) {
	for _, form := range []struct{ name, list, ask string }{
		{"origins", "https://site%d.example", "https://site%d.example"},
		{"patterns", "https://*.site%d.example", "https://www.site%d.example"},
	} {
		for _, n := range []int{1, 10, 1000, 100_000, 1_000_000} {
			b.Run(fmt.Sprintf("%s %d", form.name, n), func(b *testing.B) {
				c := compile(b, policy.Policy{AllowOrigins: numbered(n, form.list)})
				origin := fmt.Sprintf(form.ask, n-1)
				header := map[string][]string{}
				runtime.GC()
				b.ReportAllocs()
				for b.Loop() {
					clear(header)
					d := c.Decide("GET", origin, nil)
					d.Apply(header)
				}
				if header[cors.HeaderAllowOrigin] == nil {
					b.Fatal("not allowed")
				}
			})
		}
	}
}
