// Command bench measures Corsage's middleware beside other people's: the same
// configurations, the same requests, in turns, with a look at whether each answer
// is right. It is a module of its own, so that what it compares with is no
// dependency of Corsage. To add an implementation, add a line to the table in
// implementations.go.
package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"time"
)

func main() {
	rounds := flag.Int("rounds", 11, "rounds for each cell")
	turn := flag.Duration("turn", 10*time.Millisecond, "CPU time of a cell in a round")
	only := flag.String("rows", "", "only the rows whose names match this regular expression")
	out := flag.String("out", "", "file for the report (standard output)")
	raw := flag.String("raw", "", "file for every round's result, in the form that benchstat reads (-col /by)")
	flag.Parse()
	if err := run(*rounds, *turn, *only, *out, *raw); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(rounds int, turn time.Duration, only, out, raw string) error {
	pattern, err := regexp.Compile(only)
	switch {
	case err != nil:
		return err
	case rounds < 3 || turn <= 0:
		return errors.New("there have to be at least 3 rounds, and they have to take time")
	}
	r := report{commit: commit(), rounds: rounds, turn: turn, when: time.Now()}
	for _, i := range implementations {
		r.names = append(r.names, i.name)
	}
	for _, row := range rows {
		if !pattern.MatchString(row.name) {
			continue
		}
		fmt.Fprintln(os.Stderr, row.name)
		all := subjects(row, implementations)
		measure(row, all, rounds, turn)
		r.rows = append(r.rows, measured{row, all})
	}
	if only == "" {
		r.buildings = buildings()
		for i := range r.buildings {
			r.buildings[i].measure(implementations, min(rounds, 5))
		}
	}
	if only == "" || only == "million" {
		fmt.Fprintln(os.Stderr, "a million albums")
		if r.albums, r.askings, err = measureMillion(2 * rounds); err != nil {
			return err
		}
	}
	return errors.Join(writeTo(out, r.write), writeRaw(raw, r))
}

// writeTo writes a file, or to standard output where there is no name.
func writeTo(name string, write func(io.Writer) error) error {
	if name == "" {
		return write(os.Stdout)
	}
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}

// writeRaw writes each round as a line of Go's benchmark format.
func writeRaw(name string, r report) error {
	if name == "" {
		return nil
	}
	return writeTo(name, func(w io.Writer) error {
		b := bufio.NewWriter(w)
		for _, m := range r.rows {
			for _, s := range m.subjects {
				if s.unable {
					continue
				}
				for _, ns := range m.net(s.name) {
					fmt.Fprintf(b, "BenchmarkPeers/row=%s/by=%s %d %.1f ns/op %.0f B/op %.0f allocs/op\n",
						word(m.row.name), word(s.name), s.calls, ns, s.bytes, s.allocs)
				}
			}
		}
		return b.Flush()
	})
}

// word makes a name fit for the benchmark format.
func word(s string) string {
	return strings.NewReplacer(" ", "_", "/", ".", ",", "", "`", "", "(", "", ")", "").Replace(s)
}

// commit names what was measured.
func commit() string {
	hash, err := exec.Command("git", "rev-parse", "--short", "HEAD").Output()
	if err != nil {
		return "unknown"
	}
	name := strings.TrimSpace(string(hash))
	if changed, err := exec.Command("git", "status", "--porcelain", "--untracked-files=no").Output(); err == nil && len(changed) > 0 {
		name += " with changes"
	}
	return name
}

// processor names the machine's processor.
func processor() string {
	info, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "an unknown processor"
	}
	_, after, found := strings.Cut(string(info), "model name")
	if !found {
		return "an unknown processor"
	}
	line, _, _ := strings.Cut(after, "\n")
	return strings.TrimLeft(line, "\t :")
}
