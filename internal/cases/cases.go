// Package cases reads the test cases in cors/testdata/cases, which the policy,
// the middleware and whatever explains their verdicts all have to agree with.
//
// A case is a text file: a promise on the first line, then the sections policy
// (JSON, or the word nobody), request (the method and header lines), answer (a
// preflight's status and the header lines) and verdict (a reason's name).
package cases

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/corsage-go/corsage/cors/policy"
)

// Case is one file.
type Case struct {
	Name    string // the file's, without its ending
	Promise string
	Policy  *policy.Policy // nil for nobody
	Method  string
	Request http.Header
	Status  int // of a preflight's answer, 0 for other requests
	Answer  http.Header
	Verdict string
}

// Load reads all cases, or ends the test.
func Load(t testing.TB) []Case {
	t.Helper()
	_, here, _, _ := runtime.Caller(0)
	files, err := filepath.Glob(filepath.Join(filepath.Dir(here), "../../cors/testdata/cases/*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases found: %v", err)
	}
	all := make([]Case, 0, len(files))
	for _, f := range files {
		c, err := read(f)
		if err != nil {
			t.Fatalf("%s: %v", filepath.Base(f), err)
		}
		all = append(all, c)
	}
	return all
}

// Origin returns the request's Origin field, "" if it has none.
func (c Case) Origin() string { return c.Request.Get("Origin") }

// Compiled returns the case's policy, ready for use, or ends the test.
func (c Case) Compiled(t testing.TB) *policy.Compiled {
	t.Helper()
	if c.Policy == nil {
		return policy.Nobody
	}
	compiled, err := policy.Compile(*c.Policy)
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

func read(file string) (Case, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return Case{}, err
	}
	archive := txtar.Parse(data)
	c := Case{
		Name:    strings.TrimSuffix(filepath.Base(file), ".txt"),
		Promise: strings.TrimSpace(string(archive.Comment)),
		Answer:  http.Header{},
	}
	for _, section := range archive.Files {
		if err := c.readSection(section.Name, strings.TrimSpace(string(section.Data))); err != nil {
			return Case{}, fmt.Errorf("section %s: %w", section.Name, err)
		}
	}
	return c, nil
}

func (c *Case) readSection(name, text string) (err error) {
	switch name {
	case "policy":
		if text != "nobody" {
			c.Policy = new(policy.Policy)
			err = json.Unmarshal([]byte(text), c.Policy)
		}
	case "request":
		method, lines, _ := strings.Cut(text, "\n")
		c.Method = method
		c.Request, err = fields(lines)
	case "answer":
		if c.Answer, err = fields(text); err == nil && c.Answer.Get("Status") != "" {
			c.Status, err = strconv.Atoi(c.Answer.Get("Status"))
			c.Answer.Del("Status")
		}
	case "verdict":
		c.Verdict = text
	default:
		err = fmt.Errorf("unknown section")
	}
	return err
}

func fields(text string) (http.Header, error) {
	h := http.Header{}
	for line := range strings.Lines(text) {
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			return nil, fmt.Errorf("line %q has no colon", line)
		}
		h.Add(name, strings.Trim(value, " \t\r\n"))
	}
	return h, nil
}
