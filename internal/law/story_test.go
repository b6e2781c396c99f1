package law

import (
	"net/http"
	"strings"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/policy"
)

// story is one request of a page, and the servers that it meets.
type story struct {
	page        string // its origin
	method      string
	header      []cors.Field // as script sets them
	body        int          // one of the bodies
	credentials bool
	listener    bool // on the upload
	way         []hop
	policies    map[string]*policy.Compiled // by the server's origin
}

// hop is a URL that the request comes to. All but the last lead to the next one.
type hop struct {
	origin, path string
	status       int // of the redirect
}

// The bodies.
const (
	noBody = iota
	textBody
	formBody
)

// ending is how a story ends.
type ending struct {
	read    bool         // the script gets an answer
	on      cors.Message // what it failed on
	reached int          // how many times a handler was reached
	asked   int          // how many preflights there were
	checked bool         // the answer is of another origin, or of a way through one
	exposed map[string]bool
}

// possible leaves out what no page can ask for.
func (s *story) possible() bool {
	o, err := cors.ParseOrigin(s.page)
	if err != nil || !o.IsOpaque() && (o.Scheme() != "https" && o.Scheme() != "http" || cors.IsBadPort(o.Port())) {
		return false
	}
	for _, h := range s.header {
		if !cors.IsToken(h.Name) || len(h.Name) > 256 {
			return false
		}
	}
	return cors.IsToken(s.method) && !cors.IsForbiddenMethod(s.method) && len(s.method) <= 256
}

// traveller is the request on its way.
type traveller struct {
	*story
	asking  string // the method; redirects change it
	sending []cors.Field
	origin  string
	crossed bool
}

// told is how the story ends by what the policies say: each hop to another origin
// needs the verdict of its server's policy on the request, and on its preflight
// where there is one.
func (s *story) told() ending {
	t := &traveller{story: s, asking: s.method, sending: s.sent(), origin: s.page}
	var e ending
	for i, h := range s.way {
		if on, ok := t.mayAsk(h, &e); !ok {
			return ending{on: on, reached: e.reached, asked: e.asked}
		}
		e.reached++
		last := i == len(s.way)-1
		if !t.mayHave(h) && last {
			return ending{on: cors.OnResponse, reached: e.reached, asked: e.asked}
		} else if !t.mayHave(h) {
			return ending{on: cors.OnRedirect, reached: e.reached, asked: e.asked}
		}
		if !last {
			t.follow(h, s.way[i+1])
		}
	}
	e.read, e.checked, e.exposed = true, t.crossed, t.exposed(s.way[len(s.way)-1])
	return e
}

// names are those of the headers that script may set and that want a preflight.
func (s *story) names() []string { return cors.UnsafeRequestHeaderNames(s.sent()) }

// sent are the header fields of the script that go out.
func (s *story) sent() []cors.Field {
	var sent []cors.Field
	for _, h := range s.header {
		if !cors.IsForbiddenRequestField(h.Name, h.Value) {
			sent = append(sent, h)
		}
	}
	return sent
}

// mayAsk is the preflight's part.
func (t *traveller) mayAsk(h hop, e *ending) (on cors.Message, ok bool) {
	t.crossed = t.crossed || t.page != h.origin
	needed := cors.UnsafeRequestHeaderNames(t.sending)
	if !t.crossed || !t.listener && len(needed) == 0 && cors.IsSafelistedMethod(t.asking) {
		return 0, true
	}
	e.asked++
	ask := http.Header{cors.HeaderRequestMethod: {t.asking}}
	if len(needed) > 0 {
		ask[cors.HeaderRequestHeaders] = []string{strings.Join(needed, ",")}
	}
	c := t.policies[h.origin]
	d := c.Decide(http.MethodOptions, t.origin, ask)
	return cors.OnPreflight, d.Verdict.Allowed() && t.lets(c)
}

// mayHave is the part of the request itself.
func (t *traveller) mayHave(h hop) bool {
	c := t.policies[h.origin]
	return !t.crossed || c.Decide(t.asking, t.origin, nil).Verdict.Allowed() && t.lets(c)
}

// lets: credentials go only where the policy lets them.
func (t *traveller) lets(c *policy.Compiled) bool { return !t.credentials || c.AllowsCredentials() }

// follow goes where a redirect leads: methods change as servers have always meant
// it, secrets stay with their origin, and a way by others hides the page.
func (t *traveller) follow(h, to hop) {
	if h.status == 303 && t.asking != "GET" && t.asking != "HEAD" || h.status < 303 && t.asking == "POST" {
		t.asking = "GET"
		t.drop("Content-Type")
	}
	if h.origin != to.origin {
		t.drop("Authorization")
		if t.page != h.origin {
			t.origin = cors.NullOrigin
		}
	}
}

func (t *traveller) drop(name string) {
	var kept []cors.Field
	for _, h := range t.sending {
		if !strings.EqualFold(h.Name, name) {
			kept = append(kept, h)
		}
	}
	t.sending = kept
}

// exposed tells for each header of the answer whether the script may read it.
func (t *traveller) exposed(h hop) map[string]bool {
	exposed := map[string]bool{}
	for _, name := range readable {
		exposed[name] = name != "Set-Cookie" && (!t.crossed || cors.IsSafelistedResponseHeader(name))
	}
	if !t.crossed || t.policies[h.origin] == nil {
		return exposed
	}
	for _, name := range t.policies[h.origin].Policy().ExposeHeaders {
		for _, other := range readable {
			if name == "*" && !t.credentials || strings.EqualFold(name, other) {
				exposed[other] = other != "Set-Cookie"
			}
		}
	}
	return exposed
}
