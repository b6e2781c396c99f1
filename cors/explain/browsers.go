package explain

import (
	"slices"
	"strings"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/trace"
)

// namesOf are the names that browsers' tools have for a verdict, by which it can
// be searched for.
func namesOf(v cors.Verdict) []Name {
	var all []Name
	if name := v.Chromium(); name != "" {
		all = append(all, Name{Browser: "Chromium", Name: name})
	}
	if name := v.Firefox(); name != "" {
		all = append(all, Name{Browser: "Firefox", Name: name})
	}
	return all
}

// variesByOrigin reports whether an answer tells caches that it depends on the
// origin.
func variesByOrigin(h trace.Header) bool {
	names := namesIn(h.Values("Vary"))
	return slices.Contains(names, "origin") || slices.Contains(names, "*")
}

// unrecorded is for a failure of which a recording does not say why.
func unrecorded(t *scene, x *trace.Exchange) *Finding {
	if x.Failure == "" || x.Response != nil && x.Response.Status != 0 || preflightBlocked(t, x) {
		return nil
	}
	f := &Finding{
		Rule: "unrecorded", Severity: Notice, Exchange: x.ID, Request: x.ID, Method: x.Request.Method, URL: x.Request.URL, Origin: x.Origin,
		Title:    "The browser blocked this, and the recording does not say why",
		Happened: Text("The browser reported " + code(x.Failure) + " for " + code(x.Request.Method+" "+shortURL(x.Request.URL)) + ". It says so of whatever it blocks by a rule, CORS among them."),
		Evidence: []Evidence{{Exchange: x.ID, Where: "The recording has no answer to this request:", Lines: []string{x.Failure}}},
		Details:  []Text{"HAR files that Chrome saves hold neither the verdict nor the header of an answer that was kept from the page."},
		Standard: Link{Text: "A network error has no reason that a script could see.", URL: anchor + "concept-network-error"},
	}
	f.Remedy.Text = "Paste the message of the browser's console here: it has the reason."
	if x.Origin != "" && cors.IsOrigin(x.Origin) && cors.IsToken(x.Request.Method) {
		f.Remedy.Text += Text(" Or ask the address again: " + code("corsage xhr --origin "+x.Origin+" -X "+x.Request.Method+" "+shellQuoted(x.Request.URL)))
	}
	return f
}

// preflightBlocked reports whether the reason is at the request's preflight.
func preflightBlocked(t *scene, x *trace.Exchange) bool {
	p := t.byID(x.PreflightID)
	return p != nil && p.Blocked()
}

// shellQuoted is an address as a word of a shell.
func shellQuoted(s string) string { return "'" + strings.ReplaceAll(s, "'", "%27") + "'" }
