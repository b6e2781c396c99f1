package explain

import (
	"net/url"
	"strings"

	"github.com/corsage-go/corsage/cors"
)

func writeRedirectUser(s *subject, f *Finding) {
	f.Title = "A redirect leads to an address with a user name or password"
	f.Happened = "The server sent the browser on to an address with a user name or a password in it, and across origins a browser does not go to such an address for a script."
	f.Evidence = []Evidence{s.evidence("Location", "What stands before the `@` is left out here, since it may be a secret.")}
	f.Expected = "A `Location` without a user name and a password."
	f.Details = add(nil, s.outcome())
	f.Remedy = Remedy{Text: "Take them out of the address that the server redirects to. To sign in across sites, send `Authorization` from the script, or a cookie that may cross sites."}
	f.Standard = Link{
		Text: "HTTP-redirect fetch: with CORS, a redirect to a URL that includes credentials is a network error.",
		URL:  anchor + "http-redirect-fetch",
	}
}

func writeRedirectInvalid(s *subject, f *Finding) {
	f.Title = "The redirect cannot be followed"
	f.Happened = "The server answered with a redirect that leads nowhere a browser may go."
	f.Evidence = []Evidence{s.evidence("Location", s.whyNowhere())}
	f.Expected = "One `Location` with an `http` or `https` address."
	f.Details = add(nil, s.outcome())
	f.Remedy = Remedy{Text: "Correct the `Location` that the server sends, or answer without a redirect."}
	f.Standard = Link{Text: "HTTP-redirect fetch: the location URL must be one, and its scheme `http` or `https`.", URL: anchor + "http-redirect-fetch"}
}

// whyNowhere says what is wrong with the redirect.
func (s *subject) whyNowhere() Text {
	switch {
	case s.v.Observed == "error":
		return "The script has asked for redirects to be errors (`redirect: \"error\"`)."
	case len(s.lines("Location")) > 1:
		return "There are several of them."
	case s.x.Failure != "":
		return Text("What the browser says: " + code(s.x.Failure) + ".")
	}
	return ""
}

func writeRedirectLimit(s *subject, f *Finding) {
	f.Title = "More than twenty redirects"
	f.Happened = "The request was redirected again and again, and after twenty redirects the browser gave up."
	f.Evidence = []Evidence{s.evidence("Location", "")}
	f.Expected = "An answer, after at most twenty redirects."
	f.Details = add(nil, "Mostly two addresses lead to each other, for instance because one part of the server wants a slash at the end and another one does not, or because a cookie that should stop it is not sent across sites.")
	f.Remedy = Remedy{Text: "Follow the redirects one by one in the network panel and find the two that lead to each other; or call the last address directly."}
	f.Standard = Link{Text: "HTTP-redirect fetch: a redirect count of twenty is the end.", URL: anchor + "http-redirect-fetch"}
}

func writeScheme(s *subject, f *Finding) {
	f.Title = Text("CORS is for `http` and `https`, not for " + code(s.v.Observed+":"))
	f.Happened = Text("The script asked for an address that begins with " + code(s.v.Observed+":") + ". Across origins, browsers ask only `http` and `https` addresses.")
	f.Evidence = []Evidence{{Exchange: s.x.ID, Where: "The address:", Lines: []string{s.x.Request.URL}}}
	f.Expected = "An address that begins with `https://` or `http://`."
	f.Details = add(nil, s.fromDisk())
	f.Remedy = Remedy{Text: "Write the address with `https://` or `http://`. For an address without a host, such as `localhost:3000/x`, the part before the colon is taken for the scheme."}
	if s.v.On == cors.OnRedirect {
		f.Happened = Text("The server sent the browser on to an address that begins with " + code(s.v.Observed+":") + ". Across origins, browsers ask only `http` and `https` addresses.")
		f.Evidence = []Evidence{s.evidence("Location", "")}
		f.Remedy.Text = "Have the server redirect to an `https` or `http` address, or answer without a redirect."
	}
	f.Standard = Link{Text: "Main fetch: a CORS request to any scheme but `http` and `https` is a network error.", URL: anchor + "concept-main-fetch"}
}

// fromDisk is for pages that were opened as files.
func (s *subject) fromDisk() Text {
	if s.v.Observed == "file" || strings.HasPrefix(s.asked.Page, "file:") {
		return "Pages that are opened from disk (`file:`) may not read other files. Serve the folder over HTTP, for instance with `python3 -m http.server` or `npx serve`, and open it at `http://localhost`."
	}
	return ""
}

func writeSameOriginMode(s *subject, f *Finding) {
	f.Title = "The request was for the page's own origin only"
	f.Happened = Text("The script made the request with `mode: \"same-origin\"`, and the address is of another origin than " + s.page() + ".")
	f.Evidence = []Evidence{{Exchange: s.x.ID, Where: "The address:", Lines: []string{s.x.Request.URL}}}
	f.Expected = "An address of the page's own origin."
	f.Remedy = Remedy{Text: "Leave `mode` out, so that it is `cors`, and let the server allow the page; or ask the page's own origin, which can pass the request on."}
	f.Standard = Link{Text: "Main fetch: with mode \"same-origin\", another origin is a network error.", URL: anchor + "concept-main-fetch"}
}

func writeMixedContent(s *subject, f *Finding) {
	f.Title = "A page on `https` may not ask plain `http`"
	f.Happened = Text("The page came over `https`, and asked for an address over plain `http`, where anybody on the way could read and change what comes; so the browser did not ask at all.")
	f.Evidence = []Evidence{{Exchange: s.x.ID, Where: "The address:", Lines: []string{s.x.Request.URL}}}
	f.Expected = "An address that begins with `https://`."
	f.Details = add(nil, "This is called mixed content, and comes before CORS: no header of the server can allow it. Only `http://localhost` and `http://127.0.0.1` are let through.")
	f.Remedy = Remedy{Text: "Call the server over `https`."}
	if secure, ok := strings.CutPrefix(s.x.Request.URL, "http://"); ok {
		f.Remedy.Client = Text("Try " + code("https://"+secure) + ". While developing, a page on plain `http` may ask both.")
	}
	f.Standard = Link{Text: "Mixed Content: a request from a secure page to an address that could be tampered with is blocked.", URL: "https://w3c.github.io/webappsec-mixed-content/#should-block-fetch"}
	f.Browsers = append(f.Browsers, Browser{Name: "WebKit", Text: "blocks `http://localhost` from `https` pages too."})
}

func writeBadPort(s *subject, f *Finding) {
	f.Title = "Browsers never ask this port"
	f.Happened = Text("The port of " + quoted(s.v.Observed) + " belongs to another protocol, such as mail, and browsers ask no such port, so that no page can make them talk to it.")
	f.Evidence = []Evidence{{Exchange: s.x.ID, Where: "The address:", Lines: []string{s.x.Request.URL}}}
	f.Expected = "A port that is not on the list of bad ports."
	f.Remedy = Remedy{Text: "Let the server listen on another port. `8000`, `8080` and `8443` are fine, and so are most above 1024; `6000`, `6665` to `6669` and `10080` are not."}
	f.Standard = Link{Text: "Port blocking: the list of bad ports.", URL: anchor + "port-blocking"}
}

func writeResourcePolicy(s *subject, f *Finding) {
	f.Title = "`Cross-Origin-Resource-Policy` keeps the answer from this site"
	f.Happened = Text("The answer says in `Cross-Origin-Resource-Policy` that pages of other sites may not even embed it, and " + s.page() + " is of another site.")
	f.Evidence = []Evidence{s.evidence("Cross-Origin-Resource-Policy", "")}
	f.Expected = "`Cross-Origin-Resource-Policy: cross-origin`, or no such field."
	f.Details = add(nil, "This field is about requests without CORS, such as images and scripts. A request with CORS (`crossorigin` on the element) is judged by `Access-Control-Allow-Origin` alone.")
	f.Remedy = Remedy{Text: "If other sites may embed it:", Send: []string{"Cross-Origin-Resource-Policy: cross-origin"}, On: "response"}
	f.Standard = Link{Text: "Cross-Origin-Resource-Policy check.", URL: anchor + "cross-origin-resource-policy-header"}
}

func writeNetwork(s *subject, f *Finding) {
	f.Title = "No answer came: this is not about CORS"
	f.Happened = "The request failed on the network, before there was an answer that could be judged."
	if s.x.Failure != "" {
		f.Evidence = []Evidence{{Exchange: s.x.ID, Where: Text("What happened to " + code(strings.TrimSpace(s.x.Request.Method+" "+shortURL(s.x.Request.URL))) + ":"), Lines: []string{s.x.Failure}}}
	}
	f.Expected = "An answer of any kind."
	f.Details = add(nil, whyNetwork(s.x.Failure))
	f.Remedy = Remedy{Text: "Open the address itself in a tab of the browser, or ask it with `curl -v`: what is wrong shows there too. CORS headers will not help."}
	f.Standard = Link{Text: "A network error has no reason that a script could see, so that scripts look alike at all failures.", URL: anchor + "concept-network-error"}
	f.Browsers = append(f.Browsers, Browser{Name: "Firefox", Text: "lists this among its CORS messages all the same: \"CORS request did not succeed\"."})
}

// whyNetwork says what a failure of the network usually means, by its wording:
// Chromium's, and that of our own asking end.
func whyNetwork(failure string) Text {
	text := strings.ToLower(failure)
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(text, w) {
				return true
			}
		}
		return false
	}
	switch {
	case has("name_not_resolved", "resolve", "no such host", "no address"):
		return "The host's name has no address (DNS). Look for a slip in the name, or a machine that is only known inside a company's network."
	case has("connection_refused", "refused"):
		return "The machine is there, and nothing listens on that port. Is the server running, and on this port?"
	case has("cert", "x509", "tls", "ssl", "handshake"):
		return "The two could not agree on TLS: mostly the certificate is self-signed, has ended, or is for another name. In a tab a person may click that away; for a script there is no such way."
	case has("timed_out", "timeout", "too long"):
		return "The machine did not answer in time: a firewall in between, or a server that is too busy."
	case has("empty_response", "closed", "reset"):
		return "The server closed the connection without an answer. Perhaps it crashed on this request, or expects TLS (`https`) on this port."
	case has("blocked_by_client"):
		return "An extension of the browser, such as an ad blocker, has stopped the request."
	case has("internet_disconnected"):
		return "There is no network."
	}
	return "It may be the host's name (DNS), the connection, the certificate (TLS), or a server that closed the connection without an answer."
}

func writeAborted(s *subject, f *Finding) {
	f.Title = "The page gave up the request"
	f.Happened = "The script called `abort()`, or the page was left, before the answer was complete."
	f.Remedy = Remedy{Text: "Nothing is wrong with the server. If it was not meant, look for an `AbortController` or a component that is taken down while it still waits."}
	f.Standard = Link{Text: "An aborted fetch is a network error.", URL: anchor + "fetch-controller"}
}

func writeTimedOut(s *subject, f *Finding) {
	f.Title = "The time that the script allows was over"
	f.Happened = "The answer was not complete within the `timeout` that the script has set."
	f.Remedy = Remedy{Text: "Find out what takes the server so long, or set a longer `timeout`."}
	f.Standard = Link{Text: "XMLHttpRequest: the timeout attribute.", URL: "https://xhr.spec.whatwg.org/#the-timeout-attribute"}
}

// resolved is where a Location leads, "" if nowhere.
func resolved(base, location string) string {
	b, err := url.Parse(base)
	if err != nil || location == "" {
		return ""
	}
	to, err := b.Parse(location)
	if err != nil || to.Host == "" || to.Scheme != "http" && to.Scheme != "https" {
		return ""
	}
	return to.String()
}
