package law

import (
	"slices"
	"strconv"
	"strings"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/policy"
)

// dice makes choices by the bytes of a fuzz input, so that a change of the input is
// a change of the story. When no bytes are left, the first option is chosen.
type dice struct{ bytes []byte }

// roll is a number below n.
func (d *dice) roll(n int) int {
	if len(d.bytes) == 0 {
		return 0
	}
	b := int(d.bytes[0])
	d.bytes = d.bytes[1:]
	return b % n
}

func (d *dice) flip() bool { return d.roll(2) == 1 }

func (d *dice) pick(options []string) string { return options[d.roll(len(options))] }

// some chooses up to three of the options, each once; nil for none.
func (d *dice) some(options []string) []string {
	var chosen []string
	for range d.roll(4) {
		if o := d.pick(options); !slices.Contains(chosen, o) {
			chosen = append(chosen, o)
		}
	}
	return chosen
}

// What stories are about.
var (
	pages    = []string{"https://app.example", "https://www.app.example", "http://app.example", "http://localhost:8402", "https://evil.example", cors.NullOrigin, servers[0]}
	servers  = []string{"https://data.example", "https://data.example:8443", "https://cdn.example"}
	patterns = []string{"https://app.example", "https://*.app.example", "http://app.example", "http://localhost:*", cors.NullOrigin, "https://data.example", "https://*.example:*"}
	methods  = []string{"GET", "PUT", "POST", "HEAD", "DELETE", "PATCH", "patch", "OPTIONS", "LIST"}
	names    = []string{"X-Trace", "x-b", "Authorization", "Content-Type", "Accept", "Range", "Cookie", "User-Agent"}
	values   = []string{"1", "application/json", "text/plain", "x@y", "bytes=0-1", "bytes=-1", "Bearer token"}
	readable = []string{"X-Secret", "ETag", "x-total", "Cache-Control", "Content-Type", "Set-Cookie"}
	statuses = []int{301, 302, 303, 307, 308}
)

// mostly is true three times out of four.
func (d *dice) mostly() bool { return d.roll(4) != 3 }

// policy makes a policy for a story, of which the free pattern may be a part; Nobody
// where no browser would honour what it has made. It mostly names what the story
// needs, or none would go far.
func (d *dice) policy(s *story, pattern string) *policy.Compiled {
	if d.roll(16) == 15 {
		return policy.Nobody
	}
	p := policy.Policy{
		AllowOrigins: d.origins(s.page, pattern), AllowMethods: d.list(methods[3:], s.method),
		AllowHeaders: d.list(names[:6], s.names()...), ExposeHeaders: d.list(readable[:3]), AllowCredentials: d.mostly() == s.credentials,
		DangerouslyAllowNull: true, DangerouslyAllowInsecureOrigins: true, DangerouslyAllowPublicSuffixes: true,
	}
	if d.flip() {
		p.MaxAge = new(d.roll(200))
	}
	for _, credentials := range []bool{p.AllowCredentials, false} {
		p.AllowCredentials = credentials
		if c, err := policy.Compile(p); err == nil {
			return c
		}
	}
	return policy.Nobody
}

// origins are patterns, mostly with what names the page, hidden or not.
func (d *dice) origins(page, pattern string) []string {
	if d.roll(6) == 5 {
		return []string{"*"}
	}
	chosen := d.some(slices.Concat(patterns, []string{pattern}))
	if d.mostly() && !slices.Contains(chosen, page) {
		chosen = append(chosen, page)
	}
	if d.flip() && !slices.Contains(chosen, cors.NullOrigin) {
		chosen = append(chosen, cors.NullOrigin)
	}
	if len(chosen) == 0 {
		return []string{page}
	}
	return chosen
}

// list is some of the options, mostly with what is needed, or "*".
func (d *dice) list(options []string, needed ...string) []string {
	if d.roll(6) == 5 {
		return []string{"*"}
	}
	chosen := d.some(options)
	if !d.mostly() {
		return chosen
	}
	for _, n := range needed {
		if !slices.ContainsFunc(chosen, func(c string) bool { return strings.EqualFold(c, n) }) {
			chosen = append(chosen, n)
		}
	}
	return chosen
}

// story makes up a page, what it asks for, and the servers on the way.
func (d *dice) story(origin, pattern, method, header string) *story {
	s := &story{
		page: d.pick(append(pages, origin)), method: cors.NormalizeMethod(d.pick(append(methods, method))),
		credentials: d.flip(), listener: !d.mostly(), body: d.roll(3),
	}
	for _, name := range d.some(append(names, header)) {
		s.header = append(s.header, cors.Field{Name: name, Value: d.pick(values)})
	}
	for i := range 1 + d.roll(4) {
		s.way = append(s.way, hop{origin: d.pick(servers), path: "/" + strconv.Itoa(i), status: statuses[d.roll(len(statuses))]})
	}
	s.policies = map[string]*policy.Compiled{}
	for _, server := range servers {
		s.policies[server] = d.policy(s, pattern)
	}
	return s
}
