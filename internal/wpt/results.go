package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
)

// results are those of a run: the file that is written.
type results struct {
	Engine string             `json:"engine"`
	Tests  map[string]outcome `json:"tests"` // by URL
}

// outcome is what one test has told.
type outcome struct {
	Status   string    `json:"status"` // of the harness: "OK", "ERROR", "TIMEOUT", "PRECONDITION_FAILED" or "CRASH"
	Message  string    `json:"message,omitempty"`
	Subtests []subtest `json:"subtests"`
}

// subtest is the result of one of its parts, written as [name, status] or, if
// there is a message, [name, status, message].
type subtest struct {
	Name    string
	Status  string // "PASS", "FAIL", "TIMEOUT", "NOTRUN" or "PRECONDITION_FAILED"
	Message string
}

// MarshalJSON writes the subtest as a list of texts.
func (s subtest) MarshalJSON() ([]byte, error) {
	list := []string{s.Name, s.Status}
	if s.Message != "" {
		list = append(list, s.Message)
	}
	return json.Marshal(list)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (s *subtest) UnmarshalJSON(data []byte) error {
	var list []string
	if err := json.Unmarshal(data, &list); err != nil {
		return err
	}
	if len(list) < 2 || len(list) > 3 {
		return fmt.Errorf("a subtest is [name, status] or [name, status, message], not %d texts", len(list))
	}
	*s = subtest{Name: list[0], Status: list[1]}
	if len(list) == 3 {
		s.Message = list[2]
	}
	return nil
}

const pass = "PASS"

// passed counts the subtests that passed, of how many.
func (o outcome) passed() (n, of int) {
	for _, s := range o.Subtests {
		if s.Status == pass {
			n++
		}
	}
	return n, len(o.Subtests)
}

// write puts the results into a file.
func (r results) write(file string) error {
	data, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return fmt.Errorf("write the results: %w", err)
	}
	if err := os.WriteFile(file, append(data, '\n'), 0o644); err != nil {
		return fmt.Errorf("write the results: %w", err)
	}
	return nil
}

// summary prints how many subtests passed, for each group and in all.
func (r results) summary(w io.Writer, tests []test) error {
	type count struct{ tests, ok, passed, of int }
	groups := map[string]*count{}
	for _, t := range tests {
		o := r.Tests[t.URL]
		for _, name := range []string{t.Group, "all"} {
			c := groups[name]
			if c == nil {
				c = &count{}
				groups[name] = c
			}
			passed, of := o.passed()
			c.tests, c.passed, c.of = c.tests+1, c.passed+passed, c.of+of
			if o.Status == statusOK {
				c.ok++
			}
		}
	}
	names := slices.Sorted(maps.Keys(groups))
	slices.SortStableFunc(names, func(a, b string) int { return boolOrder(a == "all") - boolOrder(b == "all") })
	for _, name := range names {
		c := groups[name]
		if _, err := fmt.Fprintf(w, "%-20s %5d of %5d subtests pass; %4d of %4d tests end well\n", name, c.passed, c.of, c.ok, c.tests); err != nil {
			return err
		}
	}
	return nil
}

func boolOrder(last bool) int {
	if last {
		return 1
	}
	return 0
}
