package main

import (
	"bytes"
	"compress/gzip"
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

// With the profile standard, it does what the recordings say of the standards: what
// Chromium did but for where it leaves them, and there exactly what they ask for,
// except where the ledger says why not.
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

// A file that is missing, broken, empty or of no known profile is an error that
// names it, with the line if it is about one.
func TestRunErrors(t *testing.T) {
	lines := func(name, text string) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, test := range []struct{ file, profile, group, want string }{
		{"", "chromium", "", "-file"},
		{"testdata/none.jsonl", "chromium", "", "none.jsonl"},
		{lines("broken.jsonl", "{}\n\n{oops\n"), "chromium", "", "broken.jsonl:3: not a scenario"},
		{lines("number.jsonl", `{"id": 7}`), "chromium", "", "number.jsonl:1: not a scenario"},
		{lines("cut.jsonl.gz", "\x1f\x8b\x08"), "chromium", "", "cut.jsonl.gz"},
		{lines("long.jsonl", "{}\n"+strings.Repeat(" ", maxLine+1)), "chromium", "", "long.jsonl:2"},
		{lines("empty.jsonl", ""), "chromium", "", "holds no scenario"},
		{lines("other.jsonl", "{}"), "chromium", "weather", "weather"},
		{recorded, "netscape", "", "netscape"},
	} {
		_, err := run(&bytes.Buffer{}, test.file, test.profile, test.group, false)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("file %q, profile %q: %v, want it to say %q", test.file, test.profile, err, test.want)
		}
	}
}

// A file of another day plays, packed or not, with fields that nobody here knows;
// what cannot be played differs and says why, and the last line counts.
func TestOtherFiles(t *testing.T) {
	const good = `{"id": "a", "mood": {"x": 1}, "page": {"origin": "A", "mood": 1}, "steps": [{"request": {"target": "A/r", "method": "GET", "mood": []},
		"routes": {"A/r": {"actual": {"status": 204, "mood": 1}}}, "mood": 1}], "chromium": {"steps": [{"requests": [{"origin": "A", "kind": "actual",
		"method": "GET", "path": "/r", "headers": [["Accept", "*/*"], ["Referer", "{{origin:A}}/page"]], "mood": 1}], "outcome": "load", "mood": 1, "unstable": ["events"], "readyState": 4, "status": 204,
		"statusText": "No Content", "responseURL": "{{origin:A}}/r"}]}}`
	odd := strings.NewReplacer(`"a"`, `"odd"`, `"origin": "A", "mood": 1}`, `"origin": "Z"}`).Replace(good)
	short := strings.NewReplacer(`"a"`, `"short"`, `"chromium"`, `"netscape"`).Replace(good)
	text := strings.ReplaceAll(good, "\n", "") + "\n" + strings.ReplaceAll(odd, "\n", "") + "\r\n" + strings.ReplaceAll(short, "\n", "")
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"plain.jsonl": []byte(text), "packed": packed.Bytes()} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		same, err := run(&out, path, "chromium", "", true)
		if err != nil || same {
			t.Errorf("%s: all the same %v, %v", name, same, err)
		}
		for _, want := range []string{`no origin "Z"`, "1 steps, of which 0 were recorded", "agree 1 of 3\n"} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%s: want %q in\n%s", name, want, out.String())
			}
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
