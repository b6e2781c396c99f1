package explain

import "github.com/corsage-go/corsage/cors"

// Reasons of the answering end: what a policy has found in a request.

const policyAnchor = anchor + "http-cors-protocol"

// refusedByPolicy is what they have in common.
func (s *subject) refusedByPolicy(f *Finding) {
	f.Standard = Link{Text: "CORS protocol: a server that does not want to take part answers without the fields, and the browser does the rest.", URL: policyAnchor}
	f.Details = add(f.Details, s.serverOutcome())
}

func (s *subject) serverOutcome() Text {
	if s.x.Preflight {
		return Text("The browser was told no, so it does not send the " + s.methodName() + ".")
	}
	return "The request was answered without `Access-Control` fields, so the browser keeps the answer from the script."
}

func writeOriginMalformed(s *subject, f *Finding) {
	f.Title = "The `Origin` is none that a browser sends"
	f.Happened = Text("The request came with the `Origin` " + quoted(s.v.Observed) + ", which no browser sends, so the policy has refused it.")
	f.Evidence = []Evidence{s.requestEvidence(cors.HeaderOrigin, flawOfOrigin(s.v.Observed))}
	f.Expected = "A scheme, a host and, if it is not the usual one, a port: `https://app.example`."
	f.Remedy = Remedy{Text: "If this was a test by hand, correct the `Origin` that it sends: no path, no slash at the end, lower case, no `:443`. If a proxy has changed it, have it leave `Origin` alone."}
	s.refusedByPolicy(f)
}

func flawOfOrigin(value string) Text {
	if _, err := cors.ParseOrigin(value); err != nil {
		return flaw(value)
	}
	return ""
}

func writeOriginNotAllowed(s *subject, f *Finding) {
	f.Title = "The policy does not name this origin"
	f.Happened = Text("The policy of this address names " + s.page() + " nowhere, so the page may not read the answer.")
	f.Evidence = []Evidence{s.requestEvidence(cors.HeaderOrigin, "")}
	f.Expected = "A pattern in `allowOrigins` that names the origin."
	f.Remedy = s.remedyHeaders("If this site is to have access, add it to the policy:", f)
	s.refusedByPolicy(f)
}

func writeMethodNotAllowed(s *subject, f *Finding) {
	f.Title = Text("The policy does not list the method " + code(s.v.Observed))
	f.Happened = Text("The preflight asks whether " + s.page() + " may send a " + code(s.v.Observed) + ", and the policy of this address does not list that method.")
	f.Evidence = []Evidence{s.requestEvidence(cors.HeaderRequestMethod, "")}
	f.Expected = Text(listOr(s.v.Expected, "No method but `GET`, `HEAD` and `POST` is allowed."))
	f.Details = add(nil, s.lowerCase(s.v.Observed))
	f.Remedy = s.remedyHeaders("If this site may use the method, add it to `allowMethods`:", f)
	s.refusedByPolicy(f)
}

func writeHeaderNotAllowed(s *subject, f *Finding) {
	f.Title = Text("The policy does not list the header " + code(s.v.Observed))
	f.Happened = Text("The preflight asks whether " + s.page() + " may send the header " + code(s.v.Observed) + ", and the policy of this address does not list it.")
	f.Evidence = []Evidence{s.requestEvidence(cors.HeaderRequestHeaders, "")}
	f.Expected = Text(listOr(s.v.Expected, "No header that needs a permission is allowed."))
	f.Remedy = s.remedyHeaders("If this site may send it, add it to `allowHeaders`:", f)
	s.refusedByPolicy(f)
}

func writeHeadersLimit(s *subject, f *Finding) {
	f.Title = "The preflight's list of headers is longer than a browser's can be"
	f.Happened = "The list of headers in the preflight is longer than any that a browser sends for a request that this policy could allow, so it was not read to its end."
	f.Evidence = []Evidence{s.requestEvidence(cors.HeaderRequestHeaders, "")}
	f.Expected = "Lower-case names with commas between them, and few empty elements."
	f.Remedy = Remedy{Text: "If this was no attack, some part on the way repeats or pads `Access-Control-Request-Headers`; have it leave the field alone."}
	s.refusedByPolicy(f)
}

func (s *subject) requestEvidence(name string, note Text) Evidence {
	return Evidence{
		Exchange: s.x.ID, Where: Text("The request " + code(s.x.Request.Method+" "+shortURL(s.x.Request.URL)) + ":"),
		Header: name, Lines: linesOf(s.x.Request.Header, name), Note: note,
	}
}

func listOr(list, otherwise string) string {
	if list == "" {
		return otherwise
	}
	return "One of the policy's: " + code(list) + "."
}
