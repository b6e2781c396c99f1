package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"github.com/corsage-go/corsage/agent"
)

func main() {
	file := flag.String("file", "", "recorded scenarios, one a line, plain or gzip")
	profile := flag.String("profile", "chromium", "engine to be: chromium or standard")
	group := flag.String("group", "", "only the scenarios of this group")
	verbose := flag.Bool("v", false, "print every difference")
	flag.Parse()
	good, err := run(os.Stdout, *file, *profile, *group, *verbose)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "vectors:", err)
		os.Exit(2)
	case !good:
		os.Exit(1)
	}
}

// run replays a file, prints what differs, and reports whether all is as the
// ledger says.
func run(w io.Writer, file, profile, group string, verbose bool) (bool, error) {
	if file == "" {
		return false, fmt.Errorf("which file? Name one with -file")
	}
	profiles := map[string]agent.Profile{"chromium": agent.Chromium, "standard": agent.Standard}
	engine, ok := profiles[profile]
	if !ok {
		return false, fmt.Errorf("there is no profile %q; use chromium or standard", profile)
	}
	scenarios, err := load(file, group)
	if err != nil {
		return false, err
	}
	results, err := replayAll(scenarios, engine, profile == "standard")
	if err != nil {
		return false, err
	}
	return report(w, results, profile, verbose), nil
}

// result is how the replay of one scenario compares with its recording.
type result struct {
	*scenario
	differences []string
}

// atOnce is how many scenarios are played at once: most of them wait most of the
// time.
const atOnce = 48

// replayAll plays all scenarios, several at once.
func replayAll(scenarios []*scenario, profile agent.Profile, essence bool) ([]result, error) {
	certs, err := newCertificates()
	if err != nil {
		return nil, err
	}
	results := make([]result, len(scenarios))
	turns := make(chan struct{}, atOnce)
	var players sync.WaitGroup
	for i, s := range scenarios {
		turns <- struct{}{}
		players.Go(func() {
			results[i] = result{s, compared(s, i, profile, certs, essence)}
			<-turns
		})
	}
	players.Wait()
	return results, nil
}

// compared replays a scenario and returns where it differs from the recording.
func compared(s *scenario, n int, profile agent.Profile, certs *certificates, essence bool) []string {
	got, want, err := replay(s, n, profile, certs)
	if err != nil {
		return []string{err.Error()}
	}
	var all []string
	for i := range want {
		if i >= len(got) {
			return append(all, fmt.Sprintf("step %d was not played", i+1))
		}
		for _, d := range differences(got[i], want[i], scriptedRequestHeaders(s.Steps[i]), essence) {
			all = append(all, fmt.Sprintf("step %d: %s", i+1, d))
		}
	}
	return all
}

// scriptedRequestHeaders are the names of the headers that a step's script sets.
func scriptedRequestHeaders(s step) map[string]bool {
	names := map[string]bool{}
	for _, h := range s.Request.Headers {
		names[strings.ToLower(h[0])] = true
	}
	return names
}

// report prints the results that are not as they should be, and the count.
func report(w io.Writer, results []result, profile string, verbose bool) bool {
	agree, surprises := 0, 0
	for _, r := range results {
		differs := len(r.differences) > 0
		// The standard profile is to differ exactly where the browser leaves the
		// standard.
		expected := profile == "standard" && len(r.Differs) > 0
		if differs == expected {
			agree++
		}
		reason, known := ledger[profile][r.ID]
		if (differs != expected) == known {
			if known && verbose {
				fmt.Fprintf(w, "known %s (%s): %s\n", r.ID, r.Note, reason)
			}
			continue
		}
		surprises++
		fmt.Fprintln(w, surprise(r, known, expected))
		if verbose {
			for _, d := range append(r.differences, r.Differs...) {
				fmt.Fprintln(w, "  "+d)
			}
		}
	}
	fmt.Fprintf(w, "agree %d of %d\n", agree, len(results))
	return surprises == 0
}

func surprise(r result, known, expected bool) string {
	what := "differs"
	switch {
	case known:
		what = "is in the ledger, but is as it should be"
	case expected:
		what = "agrees, though the browser leaves the standard there: " + strings.Join(r.Differs, "; ")
	}
	return fmt.Sprintf("%s %s (%s)", r.ID, what, r.Note)
}
