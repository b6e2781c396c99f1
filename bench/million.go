package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"runtime"
	"slices"

	"github.com/corsage-go/corsage/cors/policy"
	"github.com/corsage-go/corsage/server/corshttp"
)

// million is a store of albums, each with its own rule, and what is asked of them.
type million struct {
	keys   []albumKey
	paths  []string   // the same as texts
	rules  [][]string // the origins that each album's rule names
	family *policy.Family
	book   *corshttp.Book[albumKey, *policy.Compiled]
	kept   float64 // bytes for each policy

	at map[albumKey]int
}

// albumKey is as long as an album's ID.
type albumKey [26]byte

const (
	albums   = 1_000_000
	requests = 1 << 19 // in a stream; what they hold is not all near, as on a busy server
)

// newMillion draws the rules as people would: most share with nobody or anybody,
// many with one of a few well-known sites, some with a list of their own. Then it
// asks for each once, so that the book knows all.
func newMillion() (*million, error) {
	random := rand.New(rand.NewPCG(1, 2))
	m := &million{keys: make([]albumKey, albums), rules: make([][]string, albums), at: make(map[albumKey]int, albums)}
	var err error
	m.family, err = policy.NewFamily(policy.Policy{AllowMethods: []string{"PUT", "DELETE"}, AllowHeaders: []string{"authorization", "content-type"}, MaxAge: new(600)})
	if err != nil {
		return nil, err
	}
	sites := rand.NewZipf(random, 1.3, 4, 2000)
	for i := range albums {
		copy(m.keys[i][:], fmt.Sprintf("01m83vk2mwnw92sjt4%08x", random.Uint32()))
		m.paths = append(m.paths, string(m.keys[i][:]))
		m.at[m.keys[i]] = i
		m.rules[i] = drawRule(random, sites)
	}
	before := heapInUse()
	m.book = corshttp.NewBook(2*albums, m.load)
	for _, key := range m.keys {
		if _, err := m.book.Get(context.Background(), key); err != nil {
			return nil, err
		}
	}
	m.kept = float64(heapInUse()-before) / albums
	return m, nil
}

func drawRule(random *rand.Rand, sites *rand.Zipf) []string {
	n := 0
	switch p := random.IntN(100); {
	case p < 35: // nobody
		return nil
	case p < 55:
		return []string{"*"}
	case p < 85:
		return []string{fmt.Sprintf("https://www.partner%d.example", sites.Uint64())}
	case p < 97:
		n = 1 + random.IntN(5)
	default:
		n = 6 + random.IntN(15)
	}
	rule := make([]string, n)
	for i := range rule {
		rule[i] = fmt.Sprintf("https://site%d.example", random.IntN(1_000_000))
	}
	slices.Sort(rule)
	return slices.Compact(rule)
}

func (m *million) load(_ context.Context, key albumKey) (*policy.Compiled, error) {
	rule := m.rules[m.at[key]]
	if len(rule) == 0 {
		return policy.Nobody, nil
	}
	return m.family.With(rule)
}

// of is the source of a middleware: the policy of the album in the path.
func (m *million) of(r *http.Request) *policy.Compiled {
	c, err := m.book.Get(r.Context(), keyOf(r.URL.Path))
	if err != nil {
		return policy.Nobody
	}
	return c
}

func keyOf(path string) (key albumKey) {
	copy(key[:], path)
	return key
}

// stream is a long series of requests for albums.
type stream struct {
	paths   []string
	origins []string
	similar []string // an origin that the one policy allows where the album's allows the other
	at      int
}

// draw makes a stream of albums that choose picks.
func (m *million) draw(choose func(*rand.Rand) int) *stream {
	random := rand.New(rand.NewPCG(3, 4))
	s := &stream{paths: make([]string, requests), origins: make([]string, requests), similar: make([]string, requests)}
	for n := range requests {
		i := choose(random) * 7919 % albums // those that are asked for alike are not neighbours
		s.paths[n], s.origins[n] = m.paths[i], "https://another.example"
		s.similar[n] = s.origins[n]
		// An origin that the rule names, where it can be, three times of four.
		if rule := m.rules[i]; len(rule) > 0 && rule[0] != "*" && random.IntN(4) > 0 {
			s.origins[n], s.similar[n] = rule[random.IntN(len(rule))], exact(1)[0]
		}
	}
	return s
}

// asking is one row: a handler, the requests it gets, and what happens besides.
type asking struct {
	name    string
	row     string
	h       http.Handler
	stream  *stream
	origins []string
	write   func(path string) // with every hundredth request; nil for never
	times   []float64
}

// draws are the ways in which requests are spread over the albums.
var draws = []struct {
	name   string
	choose func(*rand.Rand) int
}{
	{"to the 1 000 busiest albums", func(r *rand.Rand) int { return r.IntN(1000) }},
	{"to all, skewed", func(r *rand.Rand) int { return int(rand.NewZipf(r, 1.1, 50, albums-1).Uint64()) }},
	{"to all, evenly spread", func(r *rand.Rand) int { return r.IntN(albums) }},
}

// askings are the rows of this part of the report.
func (m *million) askings() ([]*asking, error) {
	five, err := m.family.With(exact(5))
	if err != nil {
		return nil, err
	}
	static, dynamic, plain := corshttp.New(five).Wrap(next), corshttp.NewPerRequest(m.of).Wrap(next), corshttp.NewPerRequest(m.inMap()).Wrap(next)
	change := func(path string) { m.book.Forget(keyOf(path)) }
	var all []*asking
	for _, d := range draws {
		s := m.draw(d.choose)
		all = append(all,
			&asking{name: "one policy for all", row: d.name, h: static, stream: s, origins: s.similar},
			&asking{name: "one for each album", row: d.name, h: dynamic, stream: s, origins: s.origins},
			&asking{name: "with 1 % changes", row: d.name, h: dynamic, stream: s, origins: s.origins, write: change},
			&asking{name: "one for each, in a Go map that must not change", row: d.name, h: plain, stream: s, origins: s.origins})
	}
	return all, nil
}

// inMap is a source that looks into a plain map: the least that finding one of a
// million can cost, if nothing ever changes.
func (m *million) inMap() corshttp.Source {
	known := make(map[albumKey]*policy.Compiled, albums)
	for _, key := range m.keys {
		c, err := m.book.Get(context.Background(), key)
		if err == nil {
			known[key] = c
		}
	}
	return func(r *http.Request) *policy.Compiled { return known[keyOf(r.URL.Path)] }
}

// round is the CPU time of a request in ns, of so many.
func (a *asking) round(calls int) float64 {
	r := (&http.Request{Method: "GET", Header: http.Header{"Origin": {""}}, URL: &url.URL{}}).WithContext(context.Background())
	w := &answer{header: http.Header{}}
	origin, seen := r.Header["Origin"], byte(0)
	before := processTime()
	for n := range calls {
		s := a.stream
		s.at = (s.at + 1) % requests
		path := s.paths[s.at]
		origin[0] = a.origins[s.at]
		// A server has just read both from the connection, so they are near.
		seen ^= path[0] ^ path[len(path)-1] ^ origin[0][0] ^ origin[0][len(origin[0])-1]
		r.URL.Path = path
		if a.write != nil && n%100 == 0 {
			a.write(path)
		}
		clear(w.header)
		a.h.ServeHTTP(w, r)
	}
	took := processTime() - before
	runtime.KeepAlive(seen)
	return float64(took) / float64(calls)
}

// measureMillion takes the rows in turns.
func measureMillion(rounds int) (*million, []*asking, error) {
	m, err := newMillion()
	if err != nil {
		return nil, nil, err
	}
	all, err := m.askings()
	if err != nil {
		return nil, nil, err
	}
	for _, a := range all {
		a.round(requests / 4) // whatever is near at all is near now
	}
	for range rounds {
		for _, a := range rand.Perm(len(all)) {
			all[a].times = append(all[a].times, all[a].round(requests/16))
		}
	}
	return m, all, nil
}
