package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
)

// test is one line of the list: a page that tests itself.
type test struct {
	URL     string   `json:"url"`     // the path and the query, on the suite's server
	Group   string   `json:"group"`   // the directory that it counts for, such as "xhr"
	Base    string   `json:"base"`    // "http", "https" or "h2"
	Variant string   `json:"variant"` // "window", "worker", "sharedworker" or "serviceworker"
	Core    bool     `json:"core"`    // needs no frames, no workers and no other windows
	Needs   []string `json:"needs"`   // what it uses, as far as a look at its text tells
}

// selection says which tests of the list are run.
type selection struct {
	core   bool   // only those of the core
	prefix string // only those whose URL begins with it
	group  string // only those of the group
}

// readList reads the tests of a file, in its order, each once.
func readList(file string, s selection) ([]test, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the list of tests: %w", err)
	}
	var all []test
	if err := json.Unmarshal(data, &all); err != nil {
		return nil, fmt.Errorf("read the list of tests: %s is no list in JSON: %w", file, err)
	}
	for i, t := range all {
		if !strings.HasPrefix(t.URL, "/") {
			return nil, fmt.Errorf("read the list of tests: %s: test %d has the URL %q, which does not begin with a slash", file, i+1, t.URL)
		}
	}
	all = slices.DeleteFunc(all, func(t test) bool { return !s.takes(t) })
	if len(all) == 0 {
		return nil, fmt.Errorf("no test of %s is selected", file)
	}
	return all, nil
}

func (s selection) takes(t test) bool {
	return (!s.core || t.Core) && (s.group == "" || t.Group == s.group) && strings.HasPrefix(t.URL, s.prefix)
}
