package explain

import (
	"fmt"
	"slices"
	"strings"

	"github.com/corsage-go/corsage/cors"
)

func writePreflightStatus(s *subject, f *Finding) {
	f.Title = "The preflight was answered with a status that is no success"
	if known := s.statusText(); known != "" { // a browser's console does not say it
		f.Title = Text("The preflight was answered with " + code(known))
	}
	f.Happened = Text("The browser asked with `OPTIONS` whether the " + s.methodName() + " may be sent, and the status of the answer was not one of success (`200` to `299`), so it did not send it.")
	f.Evidence = []Evidence{s.evidence(cors.HeaderAllowOrigin, "This line is right, and does not count with such a status.")}
	if len(f.Evidence[0].Lines) == 0 {
		f.Evidence[0].Note = "What it says does not count with such a status."
	}
	f.Expected = "A status from `200` to `299`; `204 No Content` is the usual one."
	f.Details = add(nil, s.whyStatus())
	f.Remedy = s.remedyHeaders("Answer `OPTIONS` with `204`, before anything that looks at cookies, tokens or routes gets the request:", f)
	f.Standard = Link{
		Text: "CORS-preflight fetch: the answer must pass the CORS check and have an ok status.",
		URL:  anchor + "cors-preflight-fetch",
	}
	f.Browsers = append(f.Browsers, Browser{Name: "All", Text: "check the fields first: without `Access-Control-Allow-Origin` they complain of that, whatever the status."})
}

// statusText is the status that decided.
func (s *subject) statusText() string {
	if s.x.Response == nil || s.x.Response.Status == 0 {
		return strings.TrimSpace(s.v.Observed + " " + phraseOf(atoi(s.v.Observed)))
	}
	return statusLine(s.x.Response)
}

func atoi(s string) int {
	n := 0
	if _, err := fmt.Sscanf(s, "%d", &n); err != nil {
		return 0
	}
	return n
}

func (s *subject) status() int {
	if n := s.x.Status(); n != 0 {
		return n
	}
	return atoi(s.v.Observed)
}

// whyStatus says what a preflight's status usually means.
func (s *subject) whyStatus() Text {
	switch status := s.status(); {
	case status == 401 || status == 403 || status == 407:
		return "A preflight never carries cookies, `Authorization` or client certificates. So whatever asks for a sign-in has to let it pass; nothing is given away by that, since the request itself is checked afterwards."
	case status == 404 || status == 405 || status == 501:
		return "There seems to be no route for `OPTIONS` at this address: the router knows the address with other methods only."
	case status == 429:
		return "Preflights are counted as requests here. They come in front of others, and should be answered before the counting."
	case status >= 500:
		return "The server failed on the `OPTIONS` request; its log says why. Handlers that expect a body or a signed-in user often do."
	case status == 400 || status == 415 || status == 422:
		return "Something takes the preflight for the request itself, and misses its body or its parameters."
	}
	return "Something in front of the application, or the application itself, takes the preflight for an ordinary request."
}

func writePreflightRedirect(s *subject, f *Finding) {
	location := s.v.Detail
	f.Title = "The preflight was answered with a redirect"
	f.Happened = Text("The browser asked with `OPTIONS` whether the " + s.methodName() + " may be sent, and was sent elsewhere instead of being answered. It may not follow there, so it gave up.")
	f.Evidence = []Evidence{s.evidence("Location", "")}
	f.Expected = "A status from `200` to `299` at the very address that the page asks for."
	f.Details = add(nil, "The request itself was never sent.")
	f.Remedy = s.remedyHeaders("Answer `OPTIONS` with `204`, before anything that redirects gets the request:", f)
	if to := resolved(s.x.Request.URL, location); to != "" {
		f.Remedy.Client = Text("Call the address that the redirect leads to, if it is the right one: " + code(to) + ".")
		if s.isLogin(location) {
			f.Remedy.Client = ""
		}
	}
	f.Standard = Link{
		Text: "CORS-preflight fetch: redirects of a preflight are not followed, and their statuses are not ok.",
		URL:  anchor + "cors-preflight-fetch",
	}
}

func writeMethodsInvalid(s *subject, f *Finding) {
	writeListInvalid(s, f, cors.HeaderAllowMethods, "methods", "`GET, PUT, DELETE`")
	f.Browsers = append(f.Browsers, Browser{Name: "All", Text: "give up the whole preflight, even if the method that is asked for stands in the list."})
}

func writeHeadersInvalid(s *subject, f *Finding) {
	writeListInvalid(s, f, cors.HeaderAllowHeaders, "header names", "`Content-Type, X-Trace`")
}

// writeListInvalid is for lists that do not follow their grammar.
func writeListInvalid(s *subject, f *Finding, name, of, example string) {
	f.Title = Text("`" + name + "` cannot be read")
	f.Happened = Text("The answer to the preflight has something in `" + name + "` that is no list of " + of + ", so the browser takes all of it for a no, and did not send the " + s.methodName() + ".")
	f.Evidence = []Evidence{s.evidence(name, s.badElement(of))}
	f.Expected = Text("Names with commas between them, such as " + example + ".")
	f.Remedy = s.remedyHeaders(Text("Send the "+of+" as one list, with commas and nothing else between them:"), f)
	f.Standard = Link{
		Text: "CORS-preflight fetch: if either list cannot be parsed, the result is a network error.",
		URL:  anchor + "cors-preflight-fetch",
	}
}

// badElement names the element that is no name, and what may be wrong with it.
func (s *subject) badElement(of string) Text {
	bad := s.v.Detail
	if bad == "" {
		bad = s.v.Observed
	}
	why := "It has characters that no name has."
	switch {
	case bad == "":
		return ""
	case strings.ContainsAny(bad, "[]"):
		why = "It looks like a list that a program has printed, brackets and all."
	case strings.ContainsAny(bad, `"'`):
		why = "There are quotation marks in it."
	case strings.ContainsAny(bad, " \t"):
		why = "There is a space in it; perhaps a comma is missing."
	case strings.ContainsAny(bad, ";:"):
		why = "There is a semicolon or a colon in it, where a comma belongs or nothing at all."
	case strings.ContainsAny(bad, "/()"):
		why = "There is a slash or a parenthesis in it."
	}
	return Text("What does not fit: " + quoted(bad) + ". " + why)
}

func writeMethod(s *subject, f *Finding) {
	method := s.v.Expected
	f.Title = Text("The preflight does not allow " + code(method))
	f.Happened = Text("The browser asked whether " + s.page() + " may send a " + code(method) + ", and `Access-Control-Allow-Methods` in the answer does not list it, so the " + code(method) + " was never sent.")
	f.Evidence = []Evidence{s.evidence(cors.HeaderAllowMethods, s.methodNote(method))}
	f.Expected = Text("A list that has " + code(method) + " in it, in the same letters.")
	f.Details = add(nil, s.lowerCase(method), s.starWithCredentials("method"))
	f.Standard = Link{
		Text: "CORS-preflight fetch: methods are compared letter by letter; `GET`, `HEAD` and `POST` need not be listed; `*` counts only without credentials.",
		URL:  anchor + "cors-preflight-fetch",
	}
	upper := strings.ToUpper(method)
	if upper != method && isKnownMethod(upper) {
		f.Remedy = Remedy{Text: Text("Write the method in upper case in the script: " + code(upper) + ".")}
		if s.lists(upper) {
			return
		}
		s.method = upper
		f.Remedy = s.remedyHeaders(f.Remedy.Text+" Then, if this site may use it, have the preflight's answer say so:", f)
		return
	}
	f.Remedy = s.remedyHeaders("If this site may use the method, have the preflight's answer say so:", f)
}

// lists reports whether the answer lists a method, in these letters.
func (s *subject) lists(method string) bool {
	if s.x.Response == nil {
		return false
	}
	return slices.Contains(splitList(s.x.Response.Header.Values(cors.HeaderAllowMethods)), method)
}

// splitList lists the elements of lines, as they are spelled.
func splitList(lines []string) []string {
	var all []string
	for _, line := range lines {
		for element := range strings.SplitSeq(line, ",") {
			if element = strings.Trim(element, " \t"); element != "" {
				all = append(all, element)
			}
		}
	}
	return all
}

func (s *subject) methodNote(method string) Text {
	lines := s.lines(cors.HeaderAllowMethods)
	switch {
	case len(lines) == 0 && !s.x.Reported:
		return "There is no `Access-Control-Allow-Methods` in it. Without one, only `GET`, `HEAD` and `POST` are allowed."
	case slices.ContainsFunc(namesIn(valuesOf(lines)), func(n string) bool { return strings.EqualFold(n, method) }):
		return Text("It is listed in other letters than " + code(method) + ".")
	}
	return ""
}

func valuesOf(lines []string) []string {
	values := make([]string, len(lines))
	for i, line := range lines {
		_, values[i], _ = strings.Cut(line, ":")
	}
	return values
}

// lowerCase explains what surprises everybody once.
func (s *subject) lowerCase(method string) Text {
	upper := strings.ToUpper(method)
	if upper == method || !isKnownMethod(upper) {
		return ""
	}
	return Text("Methods are case-sensitive. Browsers put `get`, `post`, `put`, `delete`, `head` and `options` into upper case by themselves, and no others: " + code(method) + " goes out as it is, and is not " + code(upper) + ".")
}

func isKnownMethod(method string) bool {
	switch method {
	case "PATCH", "PUT", "DELETE", "PROPFIND", "REPORT", "QUERY":
		return true
	}
	return false
}

// starWithCredentials explains a star that does not count.
func (s *subject) starWithCredentials(what string) Text {
	if !s.credentials {
		return ""
	}
	for _, name := range [...]string{cors.HeaderAllowMethods, cors.HeaderAllowHeaders} {
		if (name == cors.HeaderAllowMethods) == (what == "method") && slices.Contains(namesIn(valuesOf(s.lines(name))), "*") {
			return Text("The request has credentials (cookies, or `withCredentials`). For those, `*` in this list is no wildcard, but a " + what + " of that name.")
		}
	}
	return ""
}

func writeHeaders(s *subject, f *Finding) {
	refused := s.refusedHeaders()
	f.Title = Text("The preflight does not allow " + headersName(refused))
	f.Happened = Text("The browser asked whether " + s.page() + " may send " + headersName(refused) + " with the " + s.methodName() + ", and `Access-Control-Allow-Headers` in the answer does not list " + itOrThem(refused) + ", so the " + s.methodName() + " was never sent.")
	f.Evidence = []Evidence{s.evidence(cors.HeaderAllowHeaders, "")}
	f.Expected = Text("A list that has " + codes(refused) + " in it. Upper and lower case do not matter here.")
	f.Details = add(nil, s.whyNotSafelisted(refused), s.authorizationByStar(refused), s.starWithCredentials("header"))
	f.Remedy = s.remedyHeaders("If this site may send "+Text(itOrThem(refused))+", have the preflight's answer say so, all names at once:", f)
	f.Remedy.Client = s.withoutHeaders(refused)
	f.Standard = Link{
		Text: "CORS-preflight fetch: each field that is not safelisted must be listed; `*` counts only without credentials, and never for `Authorization`.",
		URL:  anchor + "cors-unsafe-request-header-names",
	}
	if slices.Contains(refused, "authorization") {
		f.Browsers = append(f.Browsers, Browser{
			Name: "Chromium, Firefox and WebKit",
			Text: "still let `Authorization` through under `Access-Control-Allow-Headers: *`, against the standard. Chromium warns that this will end. Name it.",
		})
	}
}

// refusedHeaders are all that lack approval.
func (s *subject) refusedHeaders() []string {
	if names := namesIn([]string{s.v.Detail}); len(names) > 0 {
		return names
	}
	return []string{strings.ToLower(s.v.Expected)}
}

func headersName(names []string) string {
	if len(names) == 1 {
		return "the header " + codes(names)
	}
	return "the headers " + codes(names)
}

func itOrThem(names []string) string {
	if len(names) == 1 {
		return "it"
	}
	return "them"
}

// whyNotSafelisted says why each header needs a permission at all.
func (s *subject) whyNotSafelisted(refused []string) Text {
	var why []string
	for _, name := range refused {
		switch name {
		case "content-type":
			why = append(why, "`content-type` needs none only with the three types that a plain form can send (`text/plain`, `multipart/form-data`, `application/x-www-form-urlencoded`); "+s.contentType()+" is none of them")
		case "authorization":
			why = append(why, "`authorization` always needs one, because it may open a door")
		case "x-requested-with":
			why = append(why, "`x-requested-with` is added by some script libraries on their own")
		case "range":
			why = append(why, "`range` needs none only for one plain range, such as `bytes=0-99`")
		case "accept", "accept-language", "content-language":
			why = append(why, code(name)+" needs none unless its value is long or has unusual characters")
		}
	}
	if len(why) == 0 {
		return Text("A script may send only a few header fields without asking (" + codes([]string{"accept", "accept-language", "content-language", "content-type", "range"}) + ", with plain values); any other needs the server's permission.")
	}
	return Text("Why a permission is needed: " + strings.Join(why, "; ") + ".")
}

// contentType is the type that was sent, if it is known.
func (s *subject) contentType() string {
	if t := s.asked.Request.Header.Get("Content-Type"); t != "" && s.asked != s.x {
		return code(t)
	}
	return "`application/json`, for one,"
}

func (s *subject) authorizationByStar(refused []string) Text {
	if slices.Contains(refused, "authorization") && slices.Contains(namesIn(valuesOf(s.lines(cors.HeaderAllowHeaders))), "*") {
		return "The answer has `*`, which stands for every header but this one: `authorization` has to be named."
	}
	return ""
}

// withoutHeaders says how the page could do without.
func (s *subject) withoutHeaders(refused []string) Text {
	for _, name := range refused {
		switch name {
		case "x-requested-with", "cache-control", "pragma":
			return Text("If the script, or a library it uses, adds " + code(name) + " for no reason, leave it out.")
		case "access-control-allow-origin", "access-control-allow-headers", "access-control-allow-methods", "access-control-allow-credentials":
			return Text(code(name) + " is a field of answers. In a request it does nothing but ask for a preflight: take it out of the script.")
		}
	}
	return ""
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
