package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// soakFor is the variable that makes TestSoak a long one, such as 10m.
const soakFor = "CORSAGE_SOAK"

// Requests of every sort, side by side and at a bounded rate, end as they should;
// neither memory nor goroutines nor open files grow meanwhile; and after a kill -9 in
// the middle of it everything is there that was acknowledged. A few seconds of it,
// unless CORSAGE_SOAK says for how long.
func TestSoak(t *testing.T) {
	lasts := 3 * time.Second
	if text := os.Getenv(soakFor); text != "" {
		var err error
		lasts, err = time.ParseDuration(text)
		must(t, err)
	}
	s := startSoak(t)
	ctx, stop := context.WithTimeout(t.Context(), lasts)
	defer stop()
	workers := s.work(ctx)
	s.watch(t, ctx, lasts/40)
	s.wantNoGrowth(t)

	s.killed.Store(true)
	must(t, s.process.cmd.Process.Kill())
	<-s.process.exited
	workers.Wait()
	s.report(t)
	if t.Failed() {
		return
	}
	s.process = startProcess(t, s.folder)
	s.origin = s.process.origin
	for _, w := range s.workers {
		w.wantAll(t)
	}
}

// soak is the program in a process of its own, and those who use it.
type soak struct {
	folder, origin, cookie string
	process                *process
	metrics                string // address
	client                 *http.Client
	file                   []byte // a photo

	workers []*soakWorker
	killed  atomic.Bool // from here on requests may fail
	samples []sample

	mu     sync.Mutex
	took   map[string][]time.Duration // by sort of request
	errors []error
}

const (
	soakWorkers = 4
	soakRate    = 25 // requests a second of each worker
)

func startSoak(t *testing.T) *soak {
	s := &soak{
		folder: filepath.Join(t.TempDir(), "data"), metrics: freeAddress(t), took: map[string][]time.Duration{}, file: locatedPhoto(t),
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: soakWorkers}, Timeout: time.Minute},
	}
	s.process = startProcess(t, s.folder, "--metrics", s.metrics, "--log-level", "error")
	s.origin = s.process.origin
	d := &runningDemo{origin: s.origin, client: s.client}
	d.signUp(t, s.folder)
	s.cookie = d.token
	for i := range soakWorkers {
		name := fmt.Sprint("soak", i)
		s.workers = append(s.workers, &soakWorker{
			soak: s, site: fmt.Sprintf("https://partner%d.example", i), album: d.makeOwn(t, name),
			random: rand.New(rand.NewPCG(1, uint64(i))), photos: map[string][]byte{},
		})
	}
	return s
}

// freeAddress is an address of this machine at which nobody listens.
func freeAddress(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close() //nolint:errcheck // it has told its address
	return l.Addr().String()
}

// work lets the workers make requests, until the program is killed.
func (s *soak) work(ctx context.Context) *sync.WaitGroup {
	var all sync.WaitGroup
	for _, w := range s.workers {
		all.Go(func() {
			tick := time.NewTicker(time.Second / soakRate)
			defer tick.Stop()
			for !s.killed.Load() {
				w.step(context.WithoutCancel(ctx))
				<-tick.C
			}
		})
	}
	return &all
}

// note keeps how long a request took, or why it failed.
func (s *soak) note(sort string, took time.Duration, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case err == nil:
		s.took[sort] = append(s.took[sort], took)
	case !s.killed.Load() && len(s.errors) < 20:
		s.errors = append(s.errors, fmt.Errorf("%s: %w", sort, err))
	}
}

// report says how long requests of each sort took, and fails for each that failed.
func (s *soak) report(t *testing.T) {
	for _, err := range s.errors {
		t.Error(err)
	}
	total := 0
	for _, sort := range soakSorts {
		took := s.took[sort.name]
		if len(took) == 0 {
			t.Errorf("there was no %s", sort.name)
			continue
		}
		slices.Sort(took)
		total += len(took)
		t.Logf("%-16s %6d, median %8v, p99 %8v, longest %8v", sort.name, len(took), took[len(took)/2].Round(time.Microsecond),
			took[len(took)*99/100].Round(time.Microsecond), took[len(took)-1].Round(time.Microsecond))
	}
	first, last := s.samples[0], s.samples[len(s.samples)-1]
	t.Logf("%d requests; at first and at last: %.1f and %.1f MiB of heap in use, %.0f and %.0f goroutines, %.0f and %.0f open files, %.1f and %.1f MiB resident",
		total, first.heap/(1<<20), last.heap/(1<<20), first.goroutines, last.goroutines, first.files, last.files, first.resident/(1<<20), last.resident/(1<<20))
}

// sample is what the program tells of itself.
type sample struct{ heap, goroutines, files, resident float64 }

// watch takes samples until the time is over.
func (s *soak) watch(t *testing.T, ctx context.Context, every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		s.samples = append(s.samples, s.sample(t))
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (s *soak) sample(t *testing.T) sample {
	r, err := s.client.Get("http://" + s.metrics + metricsPath)
	must(t, err)
	defer r.Body.Close() //nolint:errcheck // it was only read
	text, err := io.ReadAll(r.Body)
	must(t, err)
	value := func(name string) float64 {
		for line := range strings.Lines(string(text)) {
			if number, ok := strings.CutPrefix(line, name+" "); ok {
				v, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
				must(t, err)
				return v
			}
		}
		return 0 // not every system tells
	}
	return sample{
		heap: value("go_memstats_heap_alloc_bytes"), goroutines: value("go_goroutines"),
		files: value("process_open_fds"), resident: value("process_resident_memory_bytes"),
	}
}

// wantNoGrowth compares the last quarter of the time with the second: the least of
// each, since what is in use between two collections goes up and down.
func (s *soak) wantNoGrowth(t *testing.T) {
	least := func(from, to int, of func(sample) float64) float64 {
		v := of(s.samples[from])
		for _, sample := range s.samples[from:to] {
			v = min(v, of(sample))
		}
		return v
	}
	n := len(s.samples)
	for _, of := range []struct {
		name  string
		value func(sample) float64
		spare float64
	}{
		{"bytes of heap", func(s sample) float64 { return s.heap }, 16 << 20},
		{"goroutines", func(s sample) float64 { return s.goroutines }, 16},
		{"open files", func(s sample) float64 { return s.files }, 16},
	} {
		before, after := least(n/4, n/2+1, of.value), least(3*n/4, n, of.value)
		if after > before*1.25+of.spare {
			t.Errorf("%s grew from %.0f to %.0f", of.name, before, after)
		}
	}
}

// wantAll reads what a worker was told is stored.
func (w *soakWorker) wantAll(t *testing.T) {
	d := &runningDemo{origin: w.origin, client: w.client}
	var list struct {
		Photos []struct{ Name, URL string }
	}
	d.do(t, "GET", w.origin+"/albums/"+w.album+"/photos?limit=200", "Cookie: "+w.cookie).decode(t, &list)
	found := map[string]string{}
	for _, p := range list.Photos {
		found[p.Name] = p.URL
	}
	for name, file := range w.photos {
		if found[name] == "" {
			t.Errorf("photo %s was acknowledged and is not there", name)
		} else if r := d.do(t, "GET", w.origin+found[name], "Cookie: "+w.cookie); !bytes.Equal(r.body, file) {
			t.Errorf("photo %s: %d, %d bytes, want %d", name, r.status, len(r.body), len(file))
		}
	}
	if len(found) > len(w.photos)+1 { // the last one may have been stored and not acknowledged
		t.Errorf("%d photos are there, and %d were acknowledged", len(found), len(w.photos))
	}
	if !w.unsure {
		if r := d.do(t, "GET", w.origin+"/albums/"+w.album, "Origin: "+w.site); (r.header.Get("Access-Control-Allow-Origin") != "") != w.shared {
			t.Errorf("album %s is shared: %v, as acknowledged: %v", w.album, !w.shared, w.shared)
		}
	}
}
