package findings_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"flag"
	"io"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/corsage-go/corsage/cors/explain"
	"github.com/corsage-go/corsage/cors/probe"
	"github.com/corsage-go/corsage/internal/findings"
)

var update = flag.Bool("update", false, "write the golden files anew; read them afterwards")

// sample has an outcome of each sort, with what a form could stumble over.
func sample() *findings.Report {
	finding := func(rule string, severity explain.Severity) *explain.Finding {
		return &explain.Finding{
			Rule: rule, Severity: severity, Title: "Caches are not told", Happened: "The answer does not say `Vary`; 100 % sure, <b>&amp; ::error::no.",
			Evidence: []explain.Evidence{{Where: "The answer to `GET /` (`200 OK`):", Lines: []string{"Vary: \x1b[31mX\x00\r\n::error::no"}}},
			Details:  []explain.Text{"It comes and goes."},
			Remedy:   explain.Remedy{Text: "Send this.", Send: []string{"Vary: Origin"}},
			Standard: explain.Link{Text: "It has to be sent.", URL: "https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches"},
		}
	}
	return &findings.Report{
		Command: "check", Tool: "corsage 1.0", Target: "https://api.example", File: "api/cors contract.yaml",
		Started: time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC), Took: 1500 * time.Millisecond, Requests: 7,
		Outcomes: []probe.Outcome{
			{Group: "/albums", Name: "https://app.example may read what GET answers", Rule: "readable", Line: 6, Column: 9},
			{Group: "/albums", Name: "answers say so in Vary", Rule: "vary", Severity: probe.Medium, Finding: finding("vary-missing", explain.Broken), Line: 4, Column: 5},
			{Group: "/photos, \"all\"", Name: "capitals are refused", Rule: "refused", Severity: probe.Info, Finding: finding("origin-case", explain.Notice), Line: 20, Column: 5},
			{Group: "/albums", Name: "answers say so in Vary again", Rule: "vary", Severity: probe.Low, Finding: finding("vary-missing", explain.Broken)},
			{Group: "/photos, \"all\"", Name: "https://app.example may ask for PUT", Rule: "preflight", Unreachable: "connect: nothing listens there", Line: 22, Column: 7},
		},
	}
}

// Each form is what its readers expect, to the letter.
func TestWrite(t *testing.T) {
	for _, format := range findings.Formats {
		var b bytes.Buffer
		if err := findings.Write(&b, format, sample(), findings.Style{Verbose: true}); err != nil {
			t.Fatal(err)
		}
		file := "testdata/" + format + ".golden"
		if *update {
			if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatalf("%v; go test -update writes it", err)
		}
		if !bytes.Equal(b.Bytes(), want) {
			t.Errorf("%s differs; if that is meant, go test -update, and read it. Got:\n%s", file, &b)
		}
		if bytes.Contains(b.Bytes(), []byte{0x1b}) {
			t.Errorf("%s: what the server sent reaches the terminal as it is", format)
		}
	}
	if err := findings.Write(io.Discard, "xml", sample(), findings.Style{}); err == nil {
		t.Error("a form that there is not is written")
	}
}

// JUnit is well-formed XML, and its counts are those of the report.
func TestJUnit(t *testing.T) {
	var b bytes.Buffer
	if err := findings.Write(&b, "junit", sample(), findings.Style{}); err != nil {
		t.Fatal(err)
	}
	var suites struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Errors   int `xml:"errors,attr"`
		Suites   []struct {
			Cases []struct {
				Failure *struct{} `xml:"failure"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(b.Bytes(), &suites); err != nil {
		t.Fatal(err)
	}
	if suites.Tests != 5 || suites.Failures != 2 || suites.Errors != 1 || len(suites.Suites) != 2 || suites.Suites[0].Cases[1].Failure == nil {
		t.Errorf("read back as %+v", suites)
	}
}

// A command of GitHub is one line, whatever the words in it.
func TestGitHubIsOneLineEach(t *testing.T) {
	var b bytes.Buffer
	if err := findings.Write(&b, "github", sample(), findings.Style{}); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		if strings.Contains(line, "::error::no") && !strings.Contains(line, "%0A::error::no") && strings.HasPrefix(line, "::error::") {
			t.Errorf("a finding gives a command: %s", line)
		}
	}
	if got := strings.Count(b.String(), "\n"); got != 5 {
		t.Errorf("there are %d lines, want 4 annotations and a summary:\n%s", got, &b)
	}
}

// SARIF is JSON in which each result has a rule and a place.
func TestSARIF(t *testing.T) {
	var b bytes.Buffer
	if err := findings.Write(&b, "sarif", sample(), findings.Style{}); err != nil {
		t.Fatal(err)
	}
	var log struct {
		Version string
		Runs    []struct {
			Tool struct {
				Driver struct{ Rules []struct{ ID string } }
			}
			Results []struct {
				RuleID    string
				RuleIndex int
				Locations []struct {
					PhysicalLocation struct{ ArtifactLocation struct{ URI string } }
				}
			}
		}
	}
	if err := json.Unmarshal(b.Bytes(), &log); err != nil {
		t.Fatal(err)
	}
	r := log.Runs[0]
	if log.Version != "2.1.0" || len(r.Results) != 3 || len(r.Tool.Driver.Rules) != 2 {
		t.Fatalf("read back as %+v", log)
	}
	for _, got := range r.Results {
		if r.Tool.Driver.Rules[got.RuleIndex].ID != got.RuleID || got.Locations[0].PhysicalLocation.ArtifactLocation.URI != "api/cors%20contract.yaml" {
			t.Errorf("a result is %+v", got)
		}
	}
}

// A report in JSON is read back as it was, and what is none is refused.
func TestRead(t *testing.T) {
	var b bytes.Buffer
	if err := findings.Write(&b, "json", sample(), findings.Style{}); err != nil {
		t.Fatal(err)
	}
	got, err := findings.Read(&b)
	if err != nil || !reflect.DeepEqual(got, sample()) {
		t.Errorf("read back as %+v, %v", got, err)
	}
	for _, wrong := range []string{"", "[]", "{}", `{"version": 2}`, `{"version": 1, "outcomes": [{"severity": "bad"}]}`, "version: 1"} {
		if r, err := findings.Read(strings.NewReader(wrong)); err == nil {
			t.Errorf("%q is read as %+v", wrong, r)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"version": 1, "command": "check", "outcomes": [{"name": "x", "severity": "low", "finding": {"rule": "r"}}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := findings.Read(bytes.NewReader(text))
		if err != nil {
			return
		}
		if changes := findings.Diff(r, r); findings.Regressed(changes) {
			for _, c := range changes {
				if c.Kind == findings.NewlyBroken && c.Outcome.Holds() {
					t.Errorf("what holds is newly broken: %+v", c)
				}
			}
		}
		for _, format := range findings.Formats {
			if err := findings.Write(io.Discard, format, r, findings.Style{}); err != nil {
				t.Errorf("%s: %v", format, err)
			}
		}
	})
}

// A comparison tells what is newly broken from what was, and what is mended, new and
// gone.
func TestDiff(t *testing.T) {
	outcome := func(name string, s probe.Severity) probe.Outcome {
		return probe.Outcome{Group: "g", Rule: "r", Name: name, Severity: s}
	}
	before := &findings.Report{Outcomes: []probe.Outcome{
		outcome("kept", probe.None), outcome("breaks", probe.Info), outcome("stays", probe.High), outcome("mended", probe.Low), outcome("gone", probe.None), outcome("silent", probe.None),
	}}
	now := &findings.Report{Outcomes: []probe.Outcome{
		outcome("kept", probe.None), outcome("breaks", probe.Low), outcome("stays", probe.Low), outcome("mended", probe.None),
		outcome("new", probe.None), outcome("worse", probe.High),
		{Group: "g", Rule: "r", Name: "silent", Unreachable: "no answer"},
	}}
	var got []string
	changes := findings.Diff(before, now)
	for _, c := range changes {
		got = append(got, string(c.Kind)+": "+c.Outcome.Name)
	}
	want := []string{"newly broken: breaks", "still broken: stays", "mended: mended", "new: new", "newly broken: worse", "gone: gone"}
	if !reflect.DeepEqual(got, want) || !findings.Regressed(changes) {
		t.Errorf("the changes are %q, want %q", got, want)
	}
	if same := findings.Diff(before, before); findings.Regressed(same) || len(same) != 2 {
		t.Errorf("compared with itself: %+v", same)
	}
}
