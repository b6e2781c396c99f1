package main

import (
	"encoding/json"
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
	results, err := replayAll(scenarios, engine, profile)
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
func replayAll(scenarios []*scenario, engine agent.Profile, profile string) ([]result, error) {
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
			results[i] = result{s, compared(s, i, engine, certs, profile == "standard")}
			<-turns
		})
	}
	players.Wait()
	for i := range results {
		_, known := ledger[profile][results[i].ID]
		results[i].playAgain(known, func() []string {
			return compared(scenarios[i], i, engine, certs, profile == "standard")
		})
	}
	return results, nil
}

// playAgain gives a scenario in which milliseconds count, and that does not do as it
// should, two more tries with the machine to itself: a busy one may have been late.
func (r *result) playAgain(known bool, play func() []string) {
	for range 2 {
		if r.isTimed() && (len(r.differences) > 0) != known {
			r.differences = play()
		}
	}
}

// compared replays a scenario and returns where it differs from the recording or,
// with standard, from what the recording says of the standards.
func compared(s *scenario, n int, profile agent.Profile, certs *certificates, standard bool) []string {
	if problem := s.problem(); problem != "" {
		return []string{"it cannot be played: " + problem}
	}
	got, placed, err := replay(s, n, profile, certs)
	if err != nil {
		return []string{err.Error()}
	}
	var all []string
	recorded := placed.Chromium.Steps
	deviations := deviations(placed.Differs, len(recorded))
	for i := range recorded {
		if i >= len(got) {
			return append(all, fmt.Sprintf("step %d was not played", i+1))
		}
		found := byRecording(got[i], recorded[i], scriptedRequestHeaders(s.Steps[i]))
		if standard {
			found = byStandard(got[i], recorded[i], scriptedRequestHeaders(s.Steps[i]), deviations[i])
		}
		for _, d := range found {
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
	for _, raw := range s.Request.Ops {
		var op []json.RawMessage
		if json.Unmarshal(raw, &op) == nil && argument[string](op, 0) == "setRequestHeader" {
			names[strings.ToLower(argument[string](op, 1))] = true
		}
	}
	return names
}

// report prints the results that are not as they should be, and the count.
func report(w io.Writer, results []result, profile string, verbose bool) bool {
	agree, surprises := 0, 0
	for _, r := range results {
		differs := len(r.differences) > 0
		if !differs {
			agree++
		}
		reason, known := ledger[profile][r.ID]
		if differs == known {
			if known && verbose {
				fmt.Fprintf(w, "known %s (%s): %s\n", r.ID, r.Note, reason)
			}
			continue
		}
		surprises++
		what := "differs"
		if known {
			what = "is in the ledger, but is as it should be"
		}
		fmt.Fprintf(w, "%s %s (%s)\n", r.ID, what, r.Note)
		if verbose {
			for _, d := range append(r.differences, r.Differs...) {
				fmt.Fprintln(w, "  "+d)
			}
		}
	}
	fmt.Fprintf(w, "agree %d of %d\n", agree, len(results))
	return surprises == 0
}
