package main

import "runtime"

// building is a row about making a policy rather than using it.
type building struct {
	name    string
	config  func() config
	repeat  int // policies made in a turn
	results []built
}

// built is what making one policy takes.
type built struct {
	name   string
	ns     float64
	kept   float64 // bytes that stay in use
	unable string
}

// buildings is what is measured of that, in the order of the report.
func buildings() []building {
	return []building{
		{name: "10 000 origins", config: func() config { return config{origins: exact(10_000)} }, repeat: 3},
		{name: "10 000 subdomain patterns", config: func() config { return config{origins: below(10_000)} }, repeat: 3},
		{name: "5 origins, one of 1 000 policies", config: func() config { return config{origins: exact(5), methods: []string{"PUT"}, headers: names(5)} }, repeat: 1000},
	}
}

// measure makes policies in rounds, of which the fastest counts.
func (b *building) measure(list []implementation, rounds int) {
	for _, i := range list {
		if i.module == "" && i.name != corsage {
			continue // the measures keep what they are given
		}
		result := built{name: i.name}
		for range rounds {
			b.round(i, &result)
		}
		b.results = append(b.results, result)
	}
}

func (b *building) round(i implementation, result *built) {
	c := b.config() // the caller's own texts are not counted, nor shared between rounds
	made := make([]any, b.repeat)
	heap := heapInUse()
	before := processTime()
	for n := range made {
		wrap, err := i.build(c)
		if err != nil {
			result.unable = err.Error()
			return
		}
		made[n] = wrap(next)
	}
	took := float64(processTime()-before) / float64(b.repeat)
	kept := float64(heapInUse()-heap) / float64(b.repeat)
	runtime.KeepAlive(made)
	runtime.KeepAlive(c)
	if result.ns == 0 || took < result.ns {
		result.ns, result.kept = took, kept
	}
}

// heapInUse is the size of what is reachable, in bytes.
func heapInUse() int64 {
	runtime.GC()
	runtime.GC() // what the first one let finalizers see
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
