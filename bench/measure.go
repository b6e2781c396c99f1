package main

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"runtime"
	"slices"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// subject is a handler that is measured in a row.
type subject struct {
	name    string
	handler http.Handler
	frame   http.Handler // the framework without the middleware; nil if there is none
	marks   []mark
	unable  bool // there is no handler

	calls  int       // in a round
	times  []float64 // ns a call, one for each round
	frames []float64
	allocs float64
	bytes  float64
}

var next = http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})

// subjects builds every implementation for a row and looks at what it answers.
func subjects(r row, list []implementation) []*subject {
	all := make([]*subject, 0, len(list))
	for _, i := range list {
		s := &subject{name: i.name}
		wrap, err := i.build(r.config)
		s.unable = err != nil
		if !s.unable {
			s.marks = look(wrap, r)
			s.handler = wrap(next)
			if i.frame != nil {
				s.frame = i.frame(next)
			}
		}
		all = append(all, s)
	}
	return all
}

// measure gives every subject its time in each round, in another order each time:
// what the machine does besides falls on all alike.
func measure(r row, all []*subject, rounds int, turn time.Duration) {
	able := slices.DeleteFunc(slices.Clone(all), func(s *subject) bool { return s.unable })
	runtime.GC() // of what earlier rows have left
	for _, s := range able {
		s.prepare(r, turn)
	}
	for range rounds {
		rand.Shuffle(len(able), func(i, j int) { able[i], able[j] = able[j], able[i] })
		for _, s := range able {
			s.times = append(s.times, cost(s.handler, r, s.calls))
			if s.frame != nil {
				s.frames = append(s.frames, cost(s.frame, r, s.calls))
			}
		}
	}
	for _, s := range able {
		s.handler, s.frame = nil, nil // ten thousand origins weigh on what comes later
	}
}

// prepare finds how many calls fill a turn, and counts allocations meanwhile.
func (s *subject) prepare(r row, turn time.Duration) {
	s.calls = 1
	for {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		took := cost(s.handler, r, s.calls) * float64(s.calls)
		runtime.ReadMemStats(&after)
		if took >= float64(turn)/2 || s.calls >= 1<<24 {
			s.allocs = float64(after.Mallocs-before.Mallocs) / float64(s.calls)
			s.bytes = float64(after.TotalAlloc-before.TotalAlloc) / float64(s.calls)
			s.calls = max(1, int(float64(s.calls)*float64(turn)/took))
			return
		}
		s.calls *= 2
	}
}

// cost is the CPU time of a call in ns, that of the garbage collector included.
func cost(h http.Handler, r row, calls int) float64 {
	if r.parallel {
		return together(h, r, calls)
	}
	request, w := r.request(), &answer{header: http.Header{}}
	before := processTime()
	for range calls {
		clear(w.header)
		h.ServeHTTP(w, request)
	}
	return float64(processTime()-before) / float64(calls)
}

// together divides the calls among as many goroutines as there are processors. What
// they take from each other, such as lines of the processors' caches, is in the cost.
func together(h http.Handler, r row, calls int) float64 {
	workers := runtime.GOMAXPROCS(0)
	var all sync.WaitGroup
	before := processTime()
	for range workers {
		all.Go(func() {
			request, w := r.request(), &answer{header: http.Header{}}
			for range calls/workers + 1 {
				clear(w.header)
				h.ServeHTTP(w, request)
			}
		})
	}
	all.Wait()
	return float64(processTime()-before) / float64(workers*(calls/workers+1))
}

// processTime is the CPU time that the process has taken so far, in ns.
func processTime() int64 {
	var at unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &at); err != nil {
		panic(fmt.Sprintf("the clock of CPU time cannot be read: %v", err)) // it is there on every Unix
	}
	return at.Nano()
}

// net is what each round's calls took, without the framework around them. bare
// has the times of the empty handler in the same rounds.
func (s *subject) net(bare []float64) []float64 {
	if len(s.frames) == 0 {
		return s.times
	}
	out := make([]float64, len(s.times))
	for i := range out {
		out[i] = max(bare[i], s.times[i]-s.frames[i]+bare[i])
	}
	return out
}

// median of a list, which is left in its order.
func median(list []float64) float64 { return quantile(list, 0.5) }

func quantile(list []float64, q float64) float64 {
	if len(list) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(list))
	return sorted[int(q*float64(len(sorted)-1)+0.5)]
}
