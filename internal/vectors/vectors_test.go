package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// recorded is what Chromium 156 did in 2 767 scenarios, recorded by running them
// in the browser; testdata/README.md says how.
const recorded = "testdata/cors-browser.jsonl.gz"

// With the profile chromium, the asking end does what Chromium did, except where
// the ledger says why not.
func TestChromium(t *testing.T) { replayed(t, "chromium") }

// With the profile standard, it differs exactly where Chromium leaves the
// standard, except where the ledger says why not.
func TestStandard(t *testing.T) { replayed(t, "standard") }

func replayed(t *testing.T, profile string) {
	t.Helper()
	var out bytes.Buffer
	good, err := run(&out, recorded, profile, "", true)
	if err != nil {
		t.Fatal(err)
	}
	if !good {
		t.Error(out.String())
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	t.Log(lines[len(lines)-1])
}

// A file that is missing, broken or of no known profile is an error that names it.
func TestRunErrors(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "broken.jsonl")
	if err := os.WriteFile(broken, []byte("{}\n{oops\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ file, profile, want string }{
		{"", "chromium", "-file"},
		{"testdata/none.jsonl", "chromium", "none.jsonl"},
		{broken, "chromium", "broken.jsonl:2"},
		{recorded, "netscape", "netscape"},
	} {
		_, err := run(&bytes.Buffer{}, test.file, test.profile, "", false)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("file %q, profile %q: %v, want it to name %q", test.file, test.profile, err, test.want)
		}
	}
}

// Events whose number is a matter of chance are cut as recordings cut them.
func TestCut(t *testing.T) {
	state := event{On: "xhr", Type: "readystatechange", ReadyState: 3}
	progress := func(n int64) event { return event{On: "xhr", Type: "progress", ReadyState: 3, Loaded: n} }
	upload := func(n int64) event { return event{On: "upload", Type: "progress", Loaded: n} }
	load := event{On: "xhr", Type: "load"}
	for _, test := range []struct{ in, want []event }{
		{nil, nil},
		{[]event{state, state, progress(1), state, progress(2), load}, []event{state, progress(2), load}},
		{[]event{progress(1), load, progress(2)}, []event{progress(1), load, progress(2)}},
		{[]event{upload(1), upload(2), load}, []event{upload(2), load}},
	} {
		if got := cut(test.in); !slices.Equal(got, test.want) {
			t.Errorf("%v is cut to %v, want %v", test.in, got, test.want)
		}
	}
}
