package trace

import (
	"net/url"

	"github.com/corsage-go/corsage/cors"
)

// link finds what belongs together, where a recording does not say: the preflight
// of a request, the answer that led to it, and with these the exchanges that one
// request of a page took.
func (t *Trace) link() {
	waiting := map[string][]int{} // requests by method and URL, oldest first
	for i := range t.Exchanges {
		x := &t.Exchanges[i]
		x.Preflight = x.Preflight || isPreflight(&x.Request)
		if !x.Preflight {
			key := x.Request.Method + " " + x.Request.URL
			waiting[key] = append(waiting[key], i)
		}
	}
	for i := range t.Exchanges {
		if x := &t.Exchanges[i]; x.Preflight && x.PreflightFor == "" {
			t.linkPreflight(i, waiting)
		}
	}
	for i := range t.Exchanges {
		t.linkRedirect(i, waiting)
	}
	t.nameFetches()
}

func isPreflight(r *Request) bool {
	return r.Method == "OPTIONS" && r.Header.Has(cors.HeaderRequestMethod) && r.Header.Has(cors.HeaderOrigin)
}

// linkPreflight finds the request that a preflight was made for: of those to the
// same URL with the method it asks for, the first that began with it or after it.
// Recordings of browsers may list the request first, since the page made it first.
func (t *Trace) linkPreflight(i int, waiting map[string][]int) {
	p := &t.Exchanges[i]
	best := -1
	for _, k := range waiting[p.Request.Header.Get(cors.HeaderRequestMethod)+" "+p.Request.URL] {
		x := &t.Exchanges[k]
		if x.PreflightID != "" || !sameOrigin(x, p) {
			continue
		}
		if k > i || !x.Started.Before(p.Started) {
			best = k
			break
		}
		best = k // the latest before, if there is none after
	}
	if best >= 0 {
		x := &t.Exchanges[best]
		p.PreflightFor, x.PreflightID = x.ID, p.ID
		p.Fetch = x.Fetch
	}
}

// sameOrigin reports whether two exchanges may be of the same page.
func sameOrigin(x, y *Exchange) bool { return x.Origin == "" || y.Origin == "" || x.Origin == y.Origin }

// linkRedirect finds the request to which an answer led: the first later one to
// its Location.
func (t *Trace) linkRedirect(i int, waiting map[string][]int) {
	from := &t.Exchanges[i]
	if from.Preflight || !cors.IsRedirectStatus(from.Status()) {
		return
	}
	to := resolve(from.Request.URL, from.Response.Header.Get("Location"))
	if to == "" {
		return
	}
	for _, method := range [...]string{from.Request.Method, "GET"} {
		for _, k := range waiting[method+" "+to] {
			x := &t.Exchanges[k]
			if k > i && x.RedirectedBy == "" && !x.Started.Before(from.Started) {
				x.RedirectedBy, x.Hop = from.ID, from.Hop+1
				if x.Origin == "" || x.Origin == cors.NullOrigin && from.Origin != "" {
					x.Origin = from.Origin
				}
				return
			}
		}
	}
}

// resolve returns the URL to which a Location leads, "" if it leads nowhere.
func resolve(base, location string) string {
	if location == "" {
		return ""
	}
	b, err := url.Parse(base)
	if err != nil {
		return ""
	}
	to, err := b.Parse(location)
	if err != nil {
		return ""
	}
	to.Fragment, to.RawFragment = "", ""
	return to.String()
}

// nameFetches gives the exchanges of one request of a page a common name.
func (t *Trace) nameFetches() {
	index := make(map[string]int, len(t.Exchanges))
	for i := range t.Exchanges {
		index[t.Exchanges[i].ID] = i
	}
	for i := range t.Exchanges {
		x := &t.Exchanges[i]
		if from, ok := index[x.RedirectedBy]; ok && x.RedirectedBy != "" && from < i && x.Fetch == "" {
			x.Fetch = t.Exchanges[from].Fetch
		}
		if x.Fetch == "" && !x.Preflight {
			x.Fetch = x.ID
		}
	}
	for i := range t.Exchanges {
		x := &t.Exchanges[i]
		if !x.Preflight || x.Fetch != "" {
			continue
		}
		x.Fetch = x.ID
		if request, ok := index[x.PreflightFor]; ok && x.PreflightFor != "" {
			x.Fetch = t.Exchanges[request].Fetch
		}
	}
}
