package cors_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/corsage-go/corsage/cors"
)

type hostileRow struct {
	Policy []string
	Origin string
	Expect string
	Class  string
	Why    string
}

func hostileRows(t testing.TB) []hostileRow {
	t.Helper()
	data, err := os.ReadFile("testdata/hostile-origins.json")
	if err != nil {
		t.Fatal(err)
	}
	var rows []hostileRow
	if err := json.Unmarshal(data, &rows); err != nil {
		t.Fatal(err)
	}
	return rows
}

// Patterns name exactly the origins that a WHATWG URL parser and a strict match
// say they name, tricks included; and the list of patterns that name an origin
// says the same.
func TestHostileOrigins(t *testing.T) {
	for _, row := range hostileRows(t) {
		o, err := cors.ParseOrigin(row.Origin)
		byMatch, byList := false, false
		naming := map[string]bool{}
		for _, n := range cors.PatternsNaming(row.Origin) {
			naming[n] = true
		}
		for _, text := range row.Policy {
			p, perr := cors.ParsePattern(text)
			if perr != nil {
				t.Fatalf("pattern %q: %v", text, perr)
			}
			byMatch = byMatch || err == nil && p.Matches(o)
			byList = byList || err == nil && naming[text]
		}
		want := row.Expect == "allow"
		if byMatch != want || byList != want {
			t.Errorf("%s: %v names %s: by match %v, by list %v, want %v (%v; %s)",
				row.Class, row.Policy, cors.Excerpt(row.Origin), byMatch, byList, want, err, row.Why)
		}
	}
}
