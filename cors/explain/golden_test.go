package explain_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/cors/explain"
	"github.com/corsage-go/corsage/cors/trace"
)

var update = flag.Bool("update", false, "write the golden files anew; read them afterwards, as prose")

// Each case has its explanation in full, as people read it: testdata/cases holds
// what was recorded, and beside it the text.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/cases/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no cases: %v", err)
	}
	for _, file := range files {
		findings := explain.Trace(readCase(t, file))
		if len(findings) == 0 {
			t.Errorf("%s: nothing was found", file)
		}
		var b strings.Builder
		if err := explain.WriteText(&b, findings, explain.Style{}); err != nil {
			t.Fatal(err)
		}
		wantGolden(t, strings.TrimSuffix(file, ".txt")+".golden", b.String())
	}
}

// Files that browsers have saved are explained as far as they go.
func TestHARCases(t *testing.T) {
	for name, file := range map[string]string{
		"chrome": "../trace/testdata/chrome.har", "firefox": "../trace/testdata/firefox.har", "tls": "testdata/har/tls.har",
	} {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		tr, err := trace.ReadHAR(f, trace.ReadOptions{})
		_ = f.Close() // it was only read
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		if err := explain.WriteText(&b, explain.Trace(tr), explain.Style{}); err != nil {
			t.Fatal(err)
		}
		wantGolden(t, "testdata/har/"+name+".golden", b.String())
	}
}

// Programs get the same findings, with the names of a stable form.
func TestJSON(t *testing.T) {
	var b strings.Builder
	if err := explain.WriteJSON(&b, explain.Trace(readCase(t, "testdata/cases/headers.txt"))); err != nil {
		t.Fatal(err)
	}
	wantGolden(t, "testdata/json/headers.golden", b.String())
	b.Reset()
	if err := explain.WriteJSON(&b, nil); err != nil || b.String() != "[]\n" {
		t.Errorf("nothing is written as %q, %v", b.String(), err)
	}
}

// A long recording is explained in a time that grows with its length, no more.
func TestLongTraces(t *testing.T) {
	const n = 5_000
	tr := &trace.Trace{}
	for i := range n {
		tr.Exchanges = append(tr.Exchanges, trace.Exchange{
			ID: fmt.Sprint(i), RedirectedBy: fmt.Sprint(i - 1), Type: "xhr", Origin: "https://app.example",
			Request:  trace.Request{Method: "GET", URL: "https://api.example/poll", Header: trace.Header{{Name: "Origin", Value: "https://app.example"}}},
			Response: &trace.Response{Status: 200},
		})
	}
	trace.Judge(tr)
	if got := len(explain.Trace(tr)); got < n {
		t.Errorf("%d findings of %d exchanges", got, n)
	}
}

// readCase reads heads. A first line "# credentials" says that the requests were
// made with credentials ("# no credentials": without), and "# foreign 2" that the second is a probe for a page
// that no server can know.
func readCase(t *testing.T, file string) *trace.Trace {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	o := trace.HeadsOptions{}
	text, foreign := string(b), -1
	if note, rest, ok := strings.Cut(text, "\n"); ok && strings.HasPrefix(note, "# ") {
		text = rest
		switch note {
		case "# credentials":
			o.Credentials = "include"
		case "# no credentials":
			o.Credentials = "same-origin"
		default:
			if _, err := fmt.Sscanf(note, "# foreign %d", &foreign); err != nil {
				t.Fatalf("%s: %q: %v", file, note, err)
			}
		}
	}
	tr, err := trace.ParseHeads(text, o)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	if foreign > 0 {
		tr.Exchanges[foreign-1].Probe = trace.ProbeForeign
	}
	return tr
}

func wantGolden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; go test -update writes it", err)
	}
	if got != string(want) {
		t.Errorf("%s differs; if that is meant, go test -update, and read it. Got:\n%s", file, got)
	}
}
