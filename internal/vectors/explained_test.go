package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/explain"
	"github.com/corsage-go/corsage/cors/trace"
)

// Every line that Chromium printed of a blocked request is read, its reason is the
// one that the browser's tools name, and it is printed again as it was. (That an
// explanation of what our own asking end did has the same reason and the same line
// is part of TestChromium.)
func TestConsoleLines(t *testing.T) {
	scenarios, err := load(recorded, "")
	if err != nil {
		t.Fatal(err)
	}
	lines := 0
	for _, s := range scenarios {
		for _, step := range s.Chromium.Steps {
			for _, l := range step.Console {
				if blockedLines([]consoleLine{l}) != "" {
					lines++
					wantRead(t, s.ID, somewhere.Replace(l.Text), step)
				}
			}
		}
	}
	if lines < 1100 {
		t.Errorf("only %d lines were found", lines)
	}
}

// somewhere stands for the places of a replay.
var somewhere = strings.NewReplacer("{{origin:As}}", "https://app.test:8443", "{{origin:A}}", "http://app.test:8080", "{{origin:B}}", "http://data.test:8080")

func wantRead(t *testing.T, id, line string, step seen) {
	t.Helper()
	messages, err := explain.ParseConsole(line)
	if err != nil || len(messages) != 1 {
		t.Errorf("%s: %d messages, %v, in %s", id, len(messages), err, line)
		return
	}
	m := messages[0]
	named := slices.ContainsFunc(step.Failures, func(f failure) bool { return f.CORSError == m.Verdict.Chromium() })
	if m.Verdict.Reason == cors.MixedContent {
		named = true // which the tools list elsewhere
	}
	if !named {
		t.Errorf("%s: read as %s, and the tools say %v", id, m.Verdict.Chromium(), step.Failures)
	}
	x := explain.ConsoleTrace(messages, "", trace.Redaction{Off: true})
	if got := explain.Console(x, &x.Exchanges[len(x.Exchanges)-1]); got != line && !strings.Contains(line, "Redirect location '") {
		t.Errorf("%s: printed as\n%s\nwas\n%s", id, got, line)
	}
}
