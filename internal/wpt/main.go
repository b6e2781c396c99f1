package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"time"

	"github.com/corsage-go/corsage/agent"
)

// options are the flags.
type options struct {
	server, https string
	tests, out    string
	ledger        string
	profile       string
	jobs          int
	limit         time.Duration
	verbose       bool
	selection     selection
}

func main() {
	var o options
	flag.StringVar(&o.server, "server", "", "the suite's server for plain http, such as http://web-platform.test:8000")
	flag.StringVar(&o.https, "https", "", "its server for https; if not given, the same host on port 8443")
	flag.StringVar(&o.tests, "tests", "", "the list of the tests, in JSON")
	flag.StringVar(&o.out, "out", "", "where the results go; nowhere if not given")
	flag.StringVar(&o.ledger, "ledger", "", "the results that are expected; if given, any other is an error")
	flag.StringVar(&o.profile, "profile", "suite", "engine to be: suite, standard or chromium; see profiles")
	flag.IntVar(&o.jobs, "jobs", 2*runtime.NumCPU(), "how many tests are run at once")
	flag.DurationVar(&o.limit, "limit", 90*time.Second, "how long a test may take")
	flag.BoolVar(&o.verbose, "v", false, "print what fails in each test")
	flag.BoolVar(&o.selection.core, "core", false, "only tests that need no frames, workers or other windows")
	flag.StringVar(&o.selection.group, "group", "", "only tests of this group")
	flag.StringVar(&o.selection.prefix, "only", "", "only tests whose URL begins with this")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	good, err := run(ctx, os.Stdout, o)
	stop()
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "wpt:", err)
		os.Exit(2)
	case !good:
		os.Exit(1)
	}
}

// profiles are the engines to be. The suite's is the standard's with the few habits
// of browsers that its tests ask for and the standard does not have.
func profiles() map[string]agent.Profile {
	suite := agent.Standard
	suite.Fetch.ClientHintsSafelisted = true // cors/simple-requests-ch.tentative.htm
	suite.Fetch.NegativeAgeIsZero = true     // cors/preflight-cache.htm
	suite.Fetch.UserAgent, suite.Fetch.AcceptLanguage = "Corsage/1.0", "en-US,en;q=0.9"
	return map[string]agent.Profile{"suite": suite, "standard": agent.Standard, "chromium": agent.Chromium}
}

// run runs the tests, and reports whether all is as the ledger says.
func run(ctx context.Context, w io.Writer, o options) (good bool, err error) {
	profile, ok := profiles()[o.profile]
	if !ok {
		return false, fmt.Errorf("there is no profile %q; use suite, standard or chromium", o.profile)
	}
	tests, err := readList(o.tests, o.selection)
	if err != nil {
		return false, err
	}
	known := ledger{}
	if o.ledger != "" {
		if known, err = readLedger(o.ledger); err != nil {
			return false, err
		}
	}
	s, err := newSuite(o.server, o.https, "corsage, profile "+o.profile, profile, o.limit)
	if err != nil {
		return false, err
	}
	r := s.run(ctx, tests, max(o.jobs, 1))
	if err := ctx.Err(); err != nil {
		return false, err
	}
	if o.out != "" {
		if err := r.write(o.out); err != nil {
			return false, err
		}
	}
	return report(w, o, tests, r, known)
}

// report prints what is not as the ledger says, and how much passes.
func report(w io.Writer, o options, tests []test, r results, known ledger) (good bool, err error) {
	good = true
	for _, t := range tests {
		list := known.surprises(t.URL, r.Tests[t.URL])
		good = good && len(list) == 0
		if o.ledger == "" && !o.verbose {
			continue
		}
		for _, line := range list {
			if _, err := fmt.Fprintln(w, line); err != nil {
				return false, err
			}
		}
	}
	return good || o.ledger == "", r.summary(w, tests)
}
