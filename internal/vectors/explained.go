package main

import (
	"slices"
	"strings"

	"github.com/corsage-go/corsage/cors/explain"
	"github.com/corsage-go/corsage/cors/trace"
)

// explain notes what people would be told of a step: the browser's name of the
// last reason, and the lines on its console.
func (s *seen) explain(t *trace.Trace) {
	for _, f := range explain.Trace(t) {
		if f.Severity != explain.Blocked {
			continue
		}
		for _, n := range f.Names {
			if n.Browser == "Chromium" {
				s.explained = n.Name
			}
		}
		if f.Console != "" {
			s.Console = append(s.Console, consoleLine{f.Console})
		}
	}
}

// reasonName is Chromium's name of the last failure that has one.
func reasonName(failures []failure) string {
	name := ""
	for _, f := range failures {
		if f.CORSError != "" {
			name = f.CORSError
		}
	}
	return name
}

// blockedLines are the lines about requests that were blocked: those of the rules,
// not of the network, which repeat them.
func blockedLines(lines []consoleLine) string {
	var kept []string
	for _, l := range lines {
		if strings.HasPrefix(l.Text, "Access to ") || strings.HasPrefix(l.Text, "Mixed Content: ") {
			kept = append(kept, l.Text)
		}
	}
	return strings.Join(kept, "\n         ")
}

// sameRefusedLine has the console name the refused header that the recording names,
// as sameRefused has failures.
func sameRefusedLine(got, want seen) []consoleLine {
	named := sameRefused(got.Failures, want.Failures)
	lines := slices.Clone(got.Console)
	for i, f := range named {
		if first := got.Failures[i].FailedParameter; len(f.refused) > 0 && first != nil && f.FailedParameter != nil {
			for j := range lines {
				lines[j].Text = strings.Replace(lines[j].Text, "header field "+*first+" is", "header field "+*f.FailedParameter+" is", 1)
			}
		}
	}
	return lines
}
