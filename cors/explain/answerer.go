package explain

import (
	"net/url"
	"strings"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/trace"
)

// answerer guesses who has answered, where that looks like somebody else than the
// service that the page meant; nil if nothing speaks for it.
func (s *subject) answerer() *Answerer {
	if s.x.Response == nil || s.x.End == trace.AtServer {
		return nil
	}
	for _, guess := range []func(*subject) *Answerer{redirects, gates, edges, routes} {
		if a := guess(s); a != nil {
			return a
		}
	}
	return nil
}

// redirects looks at where an answer leads.
func redirects(s *subject) *Answerer {
	location := s.x.Response.Header.Get("Location")
	if !cors.IsRedirectStatus(s.x.Response.Status) || location == "" {
		return nil
	}
	from, err := url.Parse(s.x.Request.URL)
	if err != nil {
		return nil
	}
	to, err := from.Parse(location)
	if err != nil {
		return nil
	}
	switch {
	case s.isLogin(location):
		return &Answerer{
			Kind: "login-page", Text: "The redirect leads to what looks like a page for signing in: some layer in front of the service found nobody signed in, and did what it does for people.",
			Hint: "Have that layer let `OPTIONS` pass, and answer requests of scripts with `401` instead of a redirect. Mind that cookies may be kept from requests across sites (`SameSite`).",
		}
	case from.Scheme == "http" && to.Scheme == "https" && from.Hostname() == to.Hostname():
		return &Answerer{
			Kind: "https-redirect", Text: "It is the redirect from `http` to `https` that a server, proxy or CDN sends for every address.",
			Hint: Text("Write " + code(to.Scheme+"://"+to.Host) + " in the script."),
		}
	case from.Host == to.Host && strings.TrimSuffix(to.Path, "/") == strings.TrimSuffix(from.Path, "/") && to.Path != from.Path:
		return &Answerer{
			Kind: "slash-redirect", Text: "It is a redirect to the same address " + withOrWithout(to.Path) + " a slash at the end, as frameworks send it by themselves.",
			Hint: Text("Write the address in the script as the server wants it: " + code(to.Path) + "."),
		}
	case strings.TrimPrefix(from.Host, "www.") == strings.TrimPrefix(to.Host, "www.") && from.Host != to.Host:
		return &Answerer{
			Kind: "www-redirect", Text: Text("It is a redirect between the names with and without `www.`, to " + code(to.Host) + "."),
			Hint: "Write that name in the script.",
		}
	}
	return nil
}

func withOrWithout(path string) Text {
	if strings.HasSuffix(path, "/") {
		return "with"
	}
	return "without"
}

// isLogin tells addresses of pages for signing in.
func (s *subject) isLogin(location string) bool {
	to, err := url.Parse(location)
	if err != nil {
		return false
	}
	place := strings.ToLower(to.Host + to.Path)
	for _, word := range [...]string{"login", "signin", "sign-in", "sign_in", "logon", "/sso", "/saml", "oauth", "/auth", "authorize", "accounts.google", "okta", "cloudflareaccess", "cas/"} {
		if strings.Contains(place, word) {
			return true
		}
	}
	return false
}

// gates tells layers that want to know who asks.
func gates(s *subject) *Answerer {
	r := s.x.Response
	switch {
	case s.x.Preflight && r.Status == 403 && !r.Header.Has("WWW-Authenticate"):
		return &Answerer{
			Kind: "policy", Text: "Probably a CORS policy that does not list this site: many layers, Corsage's own among them, answer such a preflight with 403. Or else a layer that checks who is asking, even for the preflight, which cannot carry a sign-in.",
			Hint: "If this site is meant to be let in, put it on the policy's list. If sign-ins are checked first, put the CORS layer before that, or let `OPTIONS` pass there.",
		}
	case s.x.Preflight && (r.Status == 401 || r.Status == 403):
		who := "a layer that checks who is asking"
		if r.Header.Has("WWW-Authenticate") {
			who = "HTTP authentication (it sent `WWW-Authenticate`)"
		}
		return &Answerer{
			Kind: "auth", Text: Text("Probably " + who + ", in front of the service: it wants a sign-in even for the preflight, which cannot carry one."),
			Hint: "Put the CORS layer before the one that checks sign-ins, or let `OPTIONS` pass there.",
		}
	case s.x.Preflight && r.Status == 407:
		return &Answerer{Kind: "proxy", Text: "A proxy on the way wants a sign-in of its own."}
	case isHTML(r) && looksLikeLogin(bodyText(r)):
		return &Answerer{
			Kind: "login-page", Text: "The answer is an HTML page that looks like one for signing in: the session has probably ended, or the cookie was not sent.",
			Hint: "Look whether the request carried its cookie. Across sites, a cookie needs `SameSite=None; Secure`, and the request `withCredentials`.",
		}
	case !s.x.Preflight && isHTML(r) && r.Body == nil && r.Status == 200 && s.v.Reason == cors.AllowOriginMissing && !s.x.Reported:
		return &Answerer{
			Kind: "html-page", Text: "The answer is a page of HTML, where a script usually asks for data: perhaps a page for signing in, or one that another part of the server has for people.",
			Hint: "Open the address in a private window, where nobody is signed in, and see what comes.",
		}
	}
	return nil
}

// edges tells proxies and CDNs by the marks that they leave.
func edges(s *subject) *Answerer {
	r := s.x.Response
	if r.Status < 400 {
		return nil
	}
	h, body := r.Header, bodyText(r)
	marked := func(name, text string) *Answerer {
		a := &Answerer{
			Kind: "proxy", Text: Text(name + " has probably made this answer itself (" + text + "): the service never saw the request, or did not answer in time."),
			Hint: "Mend what it complains of first.",
		}
		if !h.Has(cors.HeaderAllowOrigin) {
			a.Hint = Text("Mend what it complains of first. The service's CORS fields are not on such answers; have " + name + " add them there too.")
		}
		return a
	}
	server := strings.ToLower(h.Get("Server"))
	switch {
	case h.Has("CF-Ray") && (server == "cloudflare" && isHTML(r) || strings.Contains(body, "cloudflare")):
		return marked("Cloudflare", "`CF-Ray`, and a page of HTML")
	case h.Has("X-Amz-Cf-Id") && strings.Contains(h.Get("X-Cache"), "Error"):
		return marked("CloudFront", code("X-Cache: "+h.Get("X-Cache")))
	case h.Has("X-Amz-Request-Id") && strings.Contains(body, "<code>"):
		return &Answerer{
			Kind: "storage", Text: Text("The answer is an error of S3" + s3Code(r) + ". S3 sends the fields only if a rule of the bucket's CORS configuration fits origin and method."),
		}
	case h.Has("X-Amzn-RequestId") && h.Has("X-Amz-Apigw-Id"), h.Has("X-Amzn-ErrorType"):
		return marked("API Gateway", "`X-Amzn-ErrorType` and its like; error answers of the gateway have their own settings, called gateway responses")
	case h.Has("X-Azure-Ref"):
		return marked("Azure Front Door", "`X-Azure-Ref`")
	case strings.HasPrefix(server, "awselb"):
		return marked("The load balancer", code("Server: "+h.Get("Server")))
	case strings.HasPrefix(server, "akamaighost"):
		return marked("Akamai", code("Server: "+h.Get("Server")))
	case isDefaultPage(server, body):
		return marked(serverName(server), "it is that server's default error page")
	case (r.Status == 502 || r.Status == 503 || r.Status == 504) && (h.Has("Via") || server != ""):
		return marked("A proxy in front of the service", code(statusLine(r))+", "+mark(h))
	}
	return nil
}

func mark(h trace.Header) string {
	for _, name := range [...]string{"Via", "Server"} {
		if v := h.Get(name); v != "" {
			return code(name + ": " + v)
		}
	}
	return ""
}

// isDefaultPage tells error pages that a server makes by itself.
func isDefaultPage(server, body string) bool {
	switch {
	case strings.HasPrefix(server, "nginx"), strings.HasPrefix(server, "openresty"):
		return strings.Contains(body, "<hr><center>nginx") || strings.Contains(body, "<hr><center>openresty")
	case strings.HasPrefix(server, "apache"):
		return strings.Contains(body, "<address>apache")
	case strings.HasPrefix(server, "microsoft-iis"):
		return strings.Contains(body, "<title>iis")
	}
	return false
}

func serverName(server string) string {
	switch {
	case strings.HasPrefix(server, "nginx"), strings.HasPrefix(server, "openresty"):
		return "nginx"
	case strings.HasPrefix(server, "apache"):
		return "Apache"
	default:
		return "IIS"
	}
}

// routes tells a router that has no route.
func routes(s *subject) *Answerer {
	r := s.x.Response
	switch {
	case s.x.Preflight && (r.Status == 404 || r.Status == 405 || r.Status == 501):
		a := &Answerer{Kind: "route", Text: "Probably the service's own router, which has no route for `OPTIONS` at this address."}
		if allow := r.Header.Get("Allow"); allow != "" {
			a.Text = Text("Probably the service's own router: it says that this address takes " + code(allow) + ", and `OPTIONS` is not among them.")
		}
		a.Hint = "Use a CORS middleware around the whole router, which answers preflights before routes are looked for."
		return a
	case r.Status == 404 || r.Status == 405:
		return &Answerer{Kind: "route", Text: Text("Probably the service's own router (" + code(statusLine(r)) + "): is the address right, and does it take " + code(s.x.Request.Method) + "?")}
	}
	return nil
}

func isHTML(r *trace.Response) bool {
	return strings.Contains(strings.ToLower(r.Header.Get("Content-Type")), "text/html")
}

// bodyText is the beginning of a body in lower case.
func bodyText(r *trace.Response) string { return strings.ToLower(string(r.Body.Bytes())) }

func looksLikeLogin(body string) bool {
	return strings.Contains(body, `type="password"`) || strings.Contains(body, "type=password") || strings.Contains(body, "sign in") && strings.Contains(body, "<form")
}

// s3Code is the code of S3's error, in parentheses.
func s3Code(r *trace.Response) string {
	_, rest, ok := strings.Cut(string(r.Body.Bytes()), "<Code>")
	name, _, closed := strings.Cut(rest, "</Code>")
	if !ok || !closed || len(name) > 60 {
		return ""
	}
	return " (" + code(name) + ")"
}
