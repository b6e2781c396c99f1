package probe

import (
	"strings"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/explain"
	"github.com/corsage-go/corsage/cors/trace"
)

// VaryMissing looks for an answer that a cache could give to the wrong page: the
// answers of one URL differ in their CORS fields by who asks, and this one does not
// say so in Vary. It returns that exchange and one that differs from it, or nil if
// all is well. What may not be stored (Cache-Control: no-store) does no harm.
//
// Standard: https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches
func VaryMissing(answers []*Answer) (without, other *trace.Exchange) {
	for _, a := range answers {
		x := a.Response()
		if x == nil || variesByOrigin(x) || noStore(x) {
			continue
		}
		for _, b := range answers {
			if y := b.Response(); y != nil && corsFields(x) != corsFields(y) {
				return x, y
			}
		}
	}
	return nil, nil
}

// corsFields is what an answer says to pages.
func corsFields(x *trace.Exchange) string {
	var b strings.Builder
	for _, name := range [...]string{cors.HeaderAllowOrigin, cors.HeaderAllowCredentials, cors.HeaderExposeHeaders} {
		b.WriteString(combined(x, name) + "\n")
	}
	return b.String()
}

func variesByOrigin(x *trace.Exchange) bool {
	return hasElement(combined(x, "Vary"), "Origin") || hasElement(combined(x, "Vary"), "*")
}

func noStore(x *trace.Exchange) bool { return hasElement(combined(x, "Cache-Control"), "no-store") }

func hasElement(list, element string) bool {
	for e := range strings.SplitSeq(list, ",") {
		if strings.EqualFold(strings.TrimSpace(e), element) {
			return true
		}
	}
	return false
}

// combined is the value of all lines of a field of an answer.
func combined(x *trace.Exchange, name string) string {
	if x == nil || x.Response == nil {
		return ""
	}
	return strings.Join(x.Response.Header.Values(name), ", ")
}

// asked quotes what an answer says to whoever asked.
func asked(x *trace.Exchange) []explain.Evidence {
	by := "without `Origin`"
	if x.Origin != "" {
		by = "from `" + x.Origin + "`"
	}
	all := Lines(x, "", cors.HeaderAllowOrigin)
	all[0].Where = explain.Text(strings.TrimSuffix(string(all[0].Where), ":") + ", asked " + by + ":")
	return all
}
