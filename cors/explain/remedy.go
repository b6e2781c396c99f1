package explain

import (
	"slices"
	"strings"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/policy"
	"github.com/corsage-go/corsage/cors/trace"
)

// wish is the smallest policy that lets a request through: what remedies are made
// of. Its parts are valid, whatever the trace holds.
type wish struct {
	origin      string
	method      string   // "" if it needs no approval
	kept        []string // methods that are allowed already
	headers     []string
	expose      []string
	credentials bool
	preflighted bool // the request needs a preflight
}

// wishOf says what a policy has to allow; ok is false if no policy can, or should:
// the origin is not known, or is one that is no single site's.
func (s *subject) wish() (w wish, ok bool) {
	if _, err := cors.ParseOrigin(s.origin); err != nil || s.origin == cors.NullOrigin {
		return w, false
	}
	w = wish{origin: s.origin, credentials: s.credentials, preflighted: s.x.Preflight || s.asked.PreflightID != ""}
	if cors.IsToken(s.method) && !cors.IsSafelistedMethod(s.method) && !cors.IsForbiddenMethod(s.method) {
		w.method, w.preflighted = s.method, true
	}
	for _, name := range append(slices.Clone(s.headers), s.refusedIfAny()...) {
		if cors.IsToken(name) && !cors.IsForbiddenRequestHeader(name) {
			w.headers = append(w.headers, name)
		}
	}
	slices.Sort(w.headers)
	w.headers = slices.Compact(w.headers)
	w.preflighted = w.preflighted || len(w.headers) > 0
	return w, w.valid()
}

func (s *subject) refusedIfAny() []string {
	switch s.v.Reason {
	case cors.HeaderNotApproved:
		return s.refusedHeaders()
	case cors.HeaderNotAllowed:
		return []string{strings.ToLower(s.v.Observed)}
	}
	return nil
}

// methods are those that need approval.
func (w wish) methods() []string {
	var all []string
	for _, m := range append(slices.Clone(w.kept), w.method) {
		if cors.IsToken(m) && !cors.IsSafelistedMethod(m) && !cors.IsForbiddenMethod(m) {
			all = append(all, m)
		}
	}
	return all
}

// policy is the wish as a policy of our own.
func (w wish) policy() policy.Policy {
	return policy.Policy{
		AllowOrigins: []string{w.origin}, AllowMethods: w.methods(), AllowHeaders: w.headers, ExposeHeaders: w.expose, AllowCredentials: w.credentials,
	}
}

// valid asks the policy's own rules, but for what they call dangerous, which is
// for the owner to weigh: plain http with credentials.
func (w wish) valid() bool {
	p := w.policy()
	p.DangerouslyAllowInsecureOrigins = true
	_, err := policy.Compile(p)
	return err == nil
}

// onPreflight and onActual are the header lines that the two answers need.

func (w wish) onPreflight() []string {
	lines := w.onActual()
	if w.method != "" {
		lines = append(lines, cors.HeaderAllowMethods+": "+strings.Join(append(slices.Clone(w.kept), w.method), ", "))
	}
	if len(w.headers) > 0 {
		lines = append(lines, cors.HeaderAllowHeaders+": "+strings.Join(w.headers, ", "))
	}
	return lines
}

func (w wish) onActual() []string {
	lines := []string{cors.HeaderAllowOrigin + ": " + w.origin}
	if w.credentials {
		lines = append(lines, cors.HeaderAllowCredentials+": true")
	}
	if len(w.expose) > 0 {
		lines = append(lines, cors.HeaderExposeHeaders+": "+strings.Join(w.expose, ", "))
	}
	return append(lines, "Vary: Origin")
}

// remedyHeaders is the remedy of having the server send the right fields.
func (s *subject) remedyHeaders(text Text, f *Finding) Remedy {
	w, ok := s.wish()
	if !ok {
		return s.remedyWithout()
	}
	w = s.keeping(w)
	r := Remedy{Text: text, Send: w.onActual(), On: "response", Configs: configs(w, s.v.Reason)}
	switch {
	case s.x.Preflight:
		r.Send, r.On = w.onPreflight(), "preflight"
		r.After = Text("The answer to the " + s.methodName() + " itself needs " + codes(names(w.onActual())) + " as well.")
	case s.v.On == cors.OnRedirect:
		r.On = "redirect"
	}
	return r
}

// keeping adds to a wish what the answer lists already, so that nobody loses it.
func (s *subject) keeping(w wish) wish {
	if s.x.Response == nil {
		return w
	}
	h := s.x.Response.Header
	if s.v.Reason == cors.MethodNotApproved {
		for _, m := range splitList(h.Values(cors.HeaderAllowMethods)) {
			if cors.IsToken(m) && m != "*" && m != w.method {
				w.kept = append(w.kept, m)
			}
		}
	}
	if s.v.Reason == cors.HeaderNotApproved {
		for _, name := range namesIn(h.Values(cors.HeaderAllowHeaders)) {
			if cors.IsToken(name) && name != "*" && !slices.Contains(w.headers, name) {
				w.headers = append(slices.Clone(w.headers), name)
			}
		}
	}
	return w
}

// names are those of header lines.
func names(lines []string) []string {
	all := make([]string, len(lines))
	for i, line := range lines {
		all[i], _, _ = strings.Cut(line, ":")
	}
	return all
}

// remedyWithout is for pages that no server should name.
func (s *subject) remedyWithout() Remedy {
	if s.origin == cors.NullOrigin {
		return Remedy{
			Text:   "A server should not allow `null`: every sandboxed frame of every site has that origin. If the data is public, and the request has no credentials, it may send:",
			Send:   []string{cors.HeaderAllowOrigin + ": *"},
			Client: "Otherwise give the page an origin of its own: serve it over HTTP instead of opening it from disk, or add `allow-same-origin` to the frame's `sandbox` attribute if the frame can be trusted; or call the last address of a chain of redirects directly.",
		}
	}
	return Remedy{Text: "Have the server answer with the page's own origin in `Access-Control-Allow-Origin`, and `Vary: Origin`, if this page may read it."}
}

// Remedies are the header lines that would let an exchange of a trace through; nil
// if it was not blocked, or if no header line would. They are what a HAR file gets
// as _cors.remedy.
func Remedies(t *trace.Trace) func(x *trace.Exchange) []string {
	sc := newScene(t)
	return func(x *trace.Exchange) []string {
		if !x.Blocked() {
			return nil
		}
		if f := explained(sc, x); f != nil {
			return f.Remedy.Send
		}
		return nil
	}
}
