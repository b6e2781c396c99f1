package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// ledger lists the subtests that are known not to pass, by the URL of their test
// and their name, each with the reason of its group. The name "" stands for the
// harness itself: the test does not come to a good end.
//
// In its file, a group is a reason, then a line for each subtest. A reason begins
// with "#" and may have several lines; a subtest is the test's URL, " | " and the
// name, with line feeds and backslashes written as \n and \\. A name that is "*"
// stands for every subtest of the test.
//
//	# No SVG documents are made.
//	/xhr/x.htm | responseXML of an SVG
//	/xhr/y.htm
type ledger map[string]map[string]string

// every is the name that stands for all subtests.
const every = "*"

// readLedger reads a ledger from a file.
func readLedger(file string) (ledger, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("read the ledger: %w", err)
	}
	defer f.Close() //nolint:errcheck // it is only read
	l, err := parseLedger(f)
	if err != nil {
		return nil, fmt.Errorf("read the ledger: %s: %w", file, err)
	}
	return l, nil
}

// parseLedger reads a ledger.
func parseLedger(r io.Reader) (ledger, error) {
	l := ledger{}
	reason, open := "", false // open: the line before was of a reason too
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if words, ok := strings.CutPrefix(line, "#"); ok {
			if !open {
				reason = ""
			}
			reason, open = strings.TrimSpace(reason+" "+strings.TrimSpace(words)), true
			continue
		}
		open = false
		if line == "" {
			continue
		}
		if err := l.add(line, reason); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
	return l, lines.Err()
}

func (l ledger) add(line, reason string) error {
	if reason == "" {
		return fmt.Errorf("%q stands under no reason; begin its group with a line such as \"# why it fails\"", line)
	}
	url, name, _ := strings.Cut(line, " | ")
	if !strings.HasPrefix(url, "/") {
		return fmt.Errorf("%q is no test's URL, which begins with a slash", url)
	}
	if l[url] == nil {
		l[url] = map[string]string{}
	}
	name = unescape(name)
	if _, twice := l[url][name]; twice {
		return fmt.Errorf("%q is listed twice", line)
	}
	l[url][name] = reason
	return nil
}

var (
	escaping   = strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`)
	unescaping = strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\r`, "\r")
)

func escape(name string) string   { return escaping.Replace(name) }
func unescape(name string) string { return unescaping.Replace(name) }

// surprises compares the results of a test with what the ledger says of it.
func (l ledger) surprises(url string, o outcome) []string {
	known := l[url]
	var list []string
	_, bad := known[""]
	switch {
	case o.Status != statusOK && !bad:
		list = append(list, fmt.Sprintf("%s: the harness says %s: %s", url, o.Status, o.Message))
	case o.Status == statusOK && bad:
		list = append(list, url+": it comes to a good end, and the ledger says that it does not")
	}
	seen := map[string]bool{}
	failed := 0
	for _, s := range o.Subtests {
		seen[s.Name] = true
		_, one := known[s.Name]
		_, all := known[every]
		if s.Status != pass {
			failed++
		}
		switch {
		case s.Status != pass && !one && !all:
			list = append(list, fmt.Sprintf("%s | %s: %s: %s", url, escape(s.Name), s.Status, s.Message))
		case s.Status == pass && one && s.Name != "":
			list = append(list, fmt.Sprintf("%s | %s: it passes, and the ledger says that it does not", url, escape(s.Name)))
		}
	}
	for name := range known {
		switch {
		case name == every && failed == 0 && !bad:
			list = append(list, url+": everything passes, and the ledger says that nothing does")
		case name != "" && name != every && !seen[name] && !bad:
			list = append(list, fmt.Sprintf("%s | %s: the ledger lists it, and there is no such subtest", url, escape(name)))
		}
	}
	slices.Sort(list)
	return list
}
