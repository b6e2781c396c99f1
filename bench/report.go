package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// report is what is written down.
type report struct {
	commit    string
	rounds    int
	turn      time.Duration
	when      time.Time
	names     []string // of the implementations, in the order of the columns
	rows      []measured
	buildings []building
	albums    *million // nil if not measured
	askings   []*asking
}

// measured is a row with its results, one for each implementation.
type measured struct {
	row      row
	subjects []*subject
}

func (m measured) of(name string) *subject {
	for _, s := range m.subjects {
		if s.name == name {
			return s
		}
	}
	return nil
}

// net returns what an implementation's calls took in each round.
func (m measured) net(name string) []float64 { return m.of(name).net(m.of("next only").times) }

// ratio compares an implementation with Corsage, round by round: the median, and
// half of what the middle half of the rounds spans.
func (m measured) ratio(name string) (middle, noise, low, high float64) {
	peer, own := m.net(name), m.net(corsage)
	ratios := make([]float64, len(peer))
	for i := range ratios {
		ratios[i] = peer[i] / own[i]
	}
	low, high = quantile(ratios, 0.25), quantile(ratios, 0.75)
	return median(ratios), (high - low) / 2, low, high
}

// tie is how near two costs have to be to count as equal: this much apart, they
// change places from one run to the next.
const tie = 0.05

func (r report) write(w io.Writer) error {
	var b strings.Builder
	b.WriteString(head)
	r.conditions(&b)
	r.table(&b)
	r.verdict(&b)
	r.legend(&b)
	r.building(&b)
	r.million(&b)
	_, err := io.WriteString(w, b.String())
	return err
}

const head = `# Benchmarks of the middleware, beside its peers

Written by ` + "`make bench-peers`" + `, which anybody can run again; do not edit it by hand.

Each cell is an implementation's CPU time for one request divided by Corsage's, with half
of the range that the middle half of the rounds spans: above 1 Corsage is faster. The
empty handler's own time is in all of them. Letters mark what an implementation gets wrong
in that very row, found by asking it and looking at its answer. A row with a letter is no
measure of how fast a correct answer can be. A dash means that the configuration cannot be
said.

The *safe floor* is no peer. It is the least that has to be done: one look-up in a map, and the
right fields in slices that nobody else holds; no patterns, and hardly a look at what a
preflight asks for.

`

func (r report) conditions(b *strings.Builder) {
	fmt.Fprintf(b, "Commit %s, %s, %s %s/%s, %d processors, %s; %d rounds of %v for each cell, interleaved in random order;\nCPU time of the whole process, garbage collection included. Load of the machine at the end (1, 5, 15 minutes): %s; above\nthe number of processors it makes caches cold and rounds differ.\n",
		r.commit, r.when.Format(time.DateOnly), runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.GOMAXPROCS(0), processor(), r.rounds, r.turn, load())
	for _, i := range implementations {
		if i.module != "" {
			fmt.Fprintf(b, "%s %s. ", i.name, version(i.module))
		}
	}
	b.WriteString("\nWhat works inside a framework (gin, echo) is given without the framework's own time.\n\n")
}

// load is how many wanted to run, on average.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	fields := strings.Fields(string(text))
	if err != nil || len(fields) < 3 {
		return "unknown"
	}
	return strings.Join(fields[:3], ", ")
}

// version of a module that this program was built with.
func version(module string) string {
	info, _ := debug.ReadBuildInfo()
	for _, m := range info.Deps {
		if m.Path == module {
			return m.Version
		}
	}
	return "of an unknown version"
}

func (r report) table(b *strings.Builder) {
	peers := r.peers()
	fmt.Fprintf(b, "| request | empty handler | safe floor | Corsage | of floor | allocs | %s |\n|---|--:|--:|--:|--:|--:|%s\n",
		strings.Join(peers, " | "), strings.Repeat("--:|", len(peers)))
	for _, m := range r.rows {
		own := m.of(corsage)
		cells := []string{m.row.name, nanoseconds(median(m.net("next only"))), m.floor(), nanoseconds(median(own.times)) + signs(own), m.ofFloor(), fmt.Sprintf("%.0f", own.allocs)}
		for _, name := range peers {
			cells = append(cells, m.cell(name))
		}
		fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | "))
	}
	b.WriteString("\n")
}

// peers are the implementations that are neither measures nor Corsage.
func (r report) peers() []string { return r.names[3:] }

func (m measured) floor() string {
	if m.of("safe floor").unable {
		return "-"
	}
	return nanoseconds(median(m.net("safe floor")))
}

func (m measured) ofFloor() string {
	if m.of("safe floor").unable {
		return "-"
	}
	ratio, _, _, _ := m.ratio("safe floor")
	return fmt.Sprintf("%.2f", 1/ratio)
}

func (m measured) cell(name string) string {
	s := m.of(name)
	if s.unable {
		return "-"
	}
	ratio, noise, _, _ := m.ratio(name)
	switch {
	case ratio >= 100:
		return fmt.Sprintf("%.0f%s", ratio, signs(s))
	default:
		return fmt.Sprintf("%.2f ±%.2f%s", ratio, noise, signs(s))
	}
}

func signs(s *subject) string {
	if len(s.marks) == 0 {
		return ""
	}
	text := " **"
	for _, m := range s.marks {
		text += m.sign
	}
	return text + "**"
}

func nanoseconds(ns float64) string {
	if ns >= 10_000 {
		return fmt.Sprintf("%.0f us", ns/1000)
	}
	return fmt.Sprintf("%.0f ns", ns)
}

// verdict says where Corsage is behind.
func (r report) verdict(b *strings.Builder) {
	behind := r.behind()
	if len(behind) == 0 {
		fmt.Fprintf(b, "No implementation that answers correctly and safely is ahead of Corsage in any row by more than %.0f %%.\n\n", tie*100)
		return
	}
	fmt.Fprintf(b, "Ahead of Corsage by more than %.0f %%, with a correct and safe answer (at most the mark **v**):\n\n", tie*100)
	for _, line := range behind {
		fmt.Fprintf(b, "- %s\n", line)
	}
	b.WriteString("\n")
}

// behind lists the rows in which a peer is faster in most rounds, and has no mark
// but the one that is a matter of opinion.
func (r report) behind() []string {
	var lines []string
	for _, m := range r.rows {
		for _, name := range r.peers() {
			s := m.of(name)
			if s.unable || slices.ContainsFunc(s.marks, func(m mark) bool { return m != noVaryAsked }) {
				continue
			}
			if ratio, noise, _, high := m.ratio(name); high < 1-tie {
				lines = append(lines, fmt.Sprintf("%s: %s, %.2f ±%.2f%s", m.row.name, name, ratio, noise, signs(s)))
			}
		}
	}
	return lines
}

func (r report) legend(b *strings.Builder) {
	b.WriteString("| mark | the implementation |\n|---|---|\n")
	for _, m := range marks {
		fmt.Fprintf(b, "| **%s** | %s |\n", m.sign, m.means)
	}
	b.WriteString("\n")
}

func (r report) building(b *strings.Builder) {
	b.WriteString("## Making a policy\n\nCPU time and memory that stays in use, for one policy; the fastest round. Corsage checks all that it is given.\n\n")
	b.WriteString("| policy | implementation | time | kept |\n|---|---|--:|--:|\n")
	for _, row := range r.buildings {
		for _, result := range row.results {
			if result.unable != "" {
				continue
			}
			fmt.Fprintf(b, "| %s | %s | %s | %s |\n", row.name, result.name, duration(result.ns), bytesText(result.kept))
		}
	}
}

func duration(ns float64) string {
	switch {
	case ns >= 1e6:
		return fmt.Sprintf("%.1f ms", ns/1e6)
	default:
		return fmt.Sprintf("%.1f us", ns/1e3)
	}
}

func bytesText(n float64) string {
	switch {
	case n >= 1e6:
		return fmt.Sprintf("%.2f MB", n/1e6)
	default:
		return fmt.Sprintf("%.1f KB", n/1e3)
	}
}

// million writes the part about a policy for each album.
func (r report) million(b *strings.Builder) {
	if r.albums == nil {
		return
	}
	fmt.Fprintf(b, "\n## A policy for each of a million albums\n\n%s\n\n", strings.TrimSpace(millionHead))
	fmt.Fprintf(b, "Kept for a policy, with its key and its share of what is stored once: %.0f bytes (%d albums, %d different rules).\n\n",
		r.albums.kept, albums, r.albums.family.Len())
	b.WriteString("| requests | | CPU time | of one policy for all |\n|---|---|--:|--:|\n")
	var static *asking
	for _, a := range r.askings {
		if a.row != "" && (static == nil || a.row != static.row) {
			static = a
		}
		ratios := make([]float64, len(a.times))
		for i := range ratios {
			ratios[i] = a.times[i] / static.times[i]
		}
		fmt.Fprintf(b, "| %s | %s | %s | %.2f ±%.2f |\n", a.row, a.name, nanoseconds(median(a.times)), median(ratios), (quantile(ratios, 0.75)-quantile(ratios, 0.25))/2)
	}
}

const millionHead = `
The middleware asks a corshttp.Book for the policy of the album in the path. The rules are drawn as
people would write them: 35 % share with nobody, 20 % with anybody, 30 % with one of 2 000 known sites,
12 % with up to 5 sites of their own, 3 % with up to 20. A change forgets the rule, and the next request reads
it from the store, which is a map here. What a request costs above one policy for all is mostly
waiting for memory: no cache of the processor holds a million albums.
`
