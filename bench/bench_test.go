package main

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// Corsage and the safe floor answer every row as browsers need it, and safely; so
// the marks of others are not the fault of the rows.
func TestCorsageHasNoMarks(t *testing.T) {
	for _, i := range implementations[1:3] {
		for _, r := range rows {
			wrap, err := i.build(r.config)
			if err != nil {
				if i.name == corsage {
					t.Errorf("%s: %v", r.name, err)
				}
				continue
			}
			// The floor looks at origins only, so it lets bad methods and headers through.
			for _, m := range look(wrap, r) {
				if i.name == corsage {
					t.Errorf("%s: it %s", r.name, m.means)
				}
			}
		}
	}
}

// Each mark is given to a middleware that deserves it.
func TestMarks(t *testing.T) {
	hit, miss := get("hit", one, site0, allowed), get("miss", one, "https://evil.example", refused)
	shared := []string{site0}
	for _, test := range []struct {
		mark mark
		row  row
		does func(http.ResponseWriter, *http.Request, http.Handler)
	}{
		{opens, miss, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			w.Header().Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
			w.Header().Set("Vary", "Origin")
			next.ServeHTTP(w, r)
		}},
		{closes, hit, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			w.Header().Set("Vary", "Origin")
			next.ServeHTTP(w, r)
		}},
		{bars, miss, func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			w.Header().Set("Vary", "Origin")
			w.WriteHeader(http.StatusForbidden)
		}},
		{noVary, miss, func(w http.ResponseWriter, r *http.Request, next http.Handler) { next.ServeHTTP(w, r) }},
		{shares, hit, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			w.Header()["Access-Control-Allow-Origin"] = shared
			w.Header().Set("Vary", "Origin")
			next.ServeHTTP(w, r)
		}},
	} {
		found := look(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { test.does(w, r, next) })
		}, test.row)
		if len(found) != 1 || found[0] != test.mark {
			t.Errorf("a middleware that %s has the marks %v", test.mark.means, found)
		}
	}
}

// The report has a line for every row, and says who is ahead.
func TestReport(t *testing.T) {
	r := report{commit: "test", rounds: 3, turn: time.Millisecond, when: time.Unix(0, 0)}
	for _, i := range implementations {
		r.names = append(r.names, i.name)
	}
	chosen := rows[:2]
	for _, row := range chosen {
		all := subjects(row, implementations)
		measure(row, all, 3, 100*time.Microsecond)
		r.rows = append(r.rows, measured{row, all})
	}
	var b strings.Builder
	if err := r.write(&b); err != nil {
		t.Fatal(err)
	}
	for _, row := range chosen {
		if !strings.Contains(b.String(), "| "+row.name+" |") {
			t.Errorf("the report has no line for %q", row.name)
		}
	}
	if !strings.Contains(b.String(), "**S**") {
		t.Error("the report has no mark for shared slices, which rs/cors earns")
	}
}
