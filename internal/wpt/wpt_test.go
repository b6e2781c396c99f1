package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/agent"
)

// The list of tests is read in its order, each part of the suite by itself.
func TestReadList(t *testing.T) {
	file := filepath.Join(t.TempDir(), "tests.json")
	const list = `[
		{"url": "/cors/a.htm", "group": "cors", "base": "http", "variant": "window", "core": true},
		{"url": "/xhr/b.any.worker.html", "group": "xhr", "base": "http", "variant": "worker", "needs": ["xhr"]},
		{"url": "/xhr/c.htm?x", "group": "xhr", "base": "https", "variant": "window", "core": true}]`
	if err := os.WriteFile(file, []byte(list), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		selection selection
		want      string
	}{
		{selection{}, "/cors/a.htm /xhr/b.any.worker.html /xhr/c.htm?x"},
		{selection{core: true}, "/cors/a.htm /xhr/c.htm?x"},
		{selection{group: "xhr"}, "/xhr/b.any.worker.html /xhr/c.htm?x"},
		{selection{group: "xhr", core: true}, "/xhr/c.htm?x"},
		{selection{prefix: "/cors/"}, "/cors/a.htm"},
	} {
		tests, err := readList(file, tt.selection)
		if err != nil {
			t.Fatal(err)
		}
		var urls []string
		for _, t := range tests {
			urls = append(urls, t.URL)
		}
		if got := strings.Join(urls, " "); got != tt.want {
			t.Errorf("%+v selects %s, want %s", tt.selection, got, tt.want)
		}
	}
}

// A list that cannot be used is refused, with what is wrong.
func TestReadListErrors(t *testing.T) {
	dir := t.TempDir()
	for text, want := range map[string]string{
		`{`:                    "is no list in JSON",
		`[{"url": "xhr/a"}]`:   "does not begin with a slash",
		`[]`:                   "no test",
		`[{"url": "/xhr/./"}]`: "no test",
	} {
		file := filepath.Join(dir, "tests.json")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := readList(file, selection{core: true}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want an error with %q", text, err, want)
		}
	}
}

// A ledger keeps the reason of each subtest, and is refused where it cannot be
// understood.
func TestParseLedger(t *testing.T) {
	l, err := parseLedger(strings.NewReader("# There are no\n# SVG documents.\n/xhr/a.htm | one\n/xhr/a.htm | line\\nfeed \\\\ | bar\n\n# It hangs.\n/xhr/b.htm\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range [][3]string{
		{"/xhr/a.htm", "one", "There are no SVG documents."},
		{"/xhr/a.htm", "line\nfeed \\ | bar", "There are no SVG documents."},
		{"/xhr/b.htm", "", "It hangs."},
	} {
		if got := l[tt[0]][tt[1]]; got != tt[2] {
			t.Errorf("%s | %q: the reason is %q, want %q", tt[0], tt[1], got, tt[2])
		}
	}
	for text, want := range map[string]string{
		"/xhr/a.htm":                 "line 1: \"/xhr/a.htm\" stands under no reason",
		"# x\nxhr/a.htm":             "line 2: \"xhr/a.htm\" is no test's URL",
		"# x\n/a | b\n# y\n\n/a | b": "line 5: \"/a | b\" is listed twice",
	} {
		if _, err := parseLedger(strings.NewReader(text)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// Only what the ledger does not say is a surprise, failures and passes alike.
func TestSurprises(t *testing.T) {
	l, err := parseLedger(strings.NewReader("# r\n/a | bad\n/b | *\n/c\n/d | gone\n"))
	if err != nil {
		t.Fatal(err)
	}
	good, bad, other := subtest{"good", "PASS", ""}, subtest{"bad", "FAIL", "why"}, subtest{"other", "NOTRUN", ""}
	for _, tt := range []struct {
		url  string
		o    outcome
		want string
	}{
		{"/a", outcome{Status: "OK", Subtests: []subtest{good, bad}}, ""},
		{"/a", outcome{Status: "OK", Subtests: []subtest{good, {"bad", "PASS", ""}}}, "/a | bad: it passes, and the ledger says that it does not"},
		{"/a", outcome{Status: "OK", Subtests: []subtest{bad, other}}, "/a | other: NOTRUN: "},
		{"/b", outcome{Status: "OK", Subtests: []subtest{bad, other}}, ""},
		{"/b", outcome{Status: "OK", Subtests: []subtest{good}}, "/b: everything passes, and the ledger says that nothing does"},
		{"/c", outcome{Status: "TIMEOUT"}, ""},
		{"/c", outcome{Status: "OK"}, "/c: it comes to a good end, and the ledger says that it does not"},
		{"/d", outcome{Status: "OK"}, "/d | gone: the ledger lists it, and there is no such subtest"},
		{"/e", outcome{Status: "ERROR", Message: "m"}, "/e: the harness says ERROR: m"},
	} {
		if got := strings.Join(l.surprises(tt.url, tt.o), "; "); got != tt.want {
			t.Errorf("%s %+v: %q, want %q", tt.url, tt.o, got, tt.want)
		}
	}
}

// Results are written as they are read.
func TestResultsRoundTrip(t *testing.T) {
	r := results{Engine: "x", Tests: map[string]outcome{"/a": {Status: "OK", Subtests: []subtest{{"n", "PASS", ""}, {"m", "FAIL", "why"}}}}}
	file := filepath.Join(t.TempDir(), "out.json")
	if err := r.write(file); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var back results
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	if got := back.Tests["/a"].Subtests; !slices.Equal(got, r.Tests["/a"].Subtests) {
		t.Errorf("%v, want %v", got, r.Tests["/a"].Subtests)
	}
	if err := json.Unmarshal([]byte(`["only a name"]`), &subtest{}); err == nil {
		t.Error("a subtest without a status is taken")
	}
}

// The suite's names lead to this machine; others, and the one that must not
// exist, lead nowhere.
func TestResolve(t *testing.T) {
	s, err := newSuite("http://web-platform.test:8000/", "", "x", agent.Standard, 0)
	if err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]bool{
		"web-platform.test": true, "www1.web-platform.test": true, "not-web-platform.test": true, "www.not-web-platform.test": true,
		"127.0.0.1": true, "localhost": true,
		"nonexistent.web-platform.test": false, "example.com": false, "192.0.2.1": false,
	} {
		if _, err := s.resolve(t.Context(), host); (err == nil) != want {
			t.Errorf("%s: %v", host, err)
		}
	}
	if s.url(test{URL: "/x", Base: "http"}) != "http://web-platform.test:8000/x" || s.url(test{URL: "/x", Base: "https"}) != "https://web-platform.test:8443/x" {
		t.Errorf("the pages are at %s and %s", s.http, s.https)
	}
	if _, err := newSuite("web-platform.test:8000", "", "x", agent.Standard, 0); err == nil {
		t.Error("a server without http:// is taken")
	}
}

// The ledger of the repository can be read, and gives each entry a reason.
func TestLedger(t *testing.T) {
	l, err := readLedger("ledger.txt")
	if err != nil {
		t.Fatal(err)
	}
	if len(l) == 0 {
		t.Error("the ledger is empty")
	}
	for url, names := range l {
		for name, reason := range names {
			if reason == "" {
				t.Errorf("%s | %s: there is no reason", url, name)
			}
		}
	}
}
