package explain

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/trace"
)

// Message is what a browser has printed about one request that it blocked.
type Message struct {
	Line      string // as it was printed
	Browser   string // "Chromium", "Firefox" or "WebKit"
	Initiator string // "XMLHttpRequest", "fetch" ...; "" if it does not say

	URL            string // of the request, or of what it was redirected to
	RedirectedFrom string // the first URL, if there were redirects and it says so
	Origin         string // of the page; "" if it does not say
	Page           string // its URL; "" if it does not say
	Method         string // "" if it does not say
	Status         int    // 0 if it does not say

	Verdict cors.Verdict // what the browser found, in our words
}

// Bounds of what is pasted.
const (
	maxConsole  = 1 << 20
	maxMessages = 1000
)

// ErrNoMessage is the error of a text without a message that is known.
var ErrNoMessage = errors.New("there is no message about CORS, of Chromium, Firefox or WebKit, in this text; copy the whole line from the browser's console, up to its end")

// ParseConsole finds in a text, pasted from a browser's console, what the browser
// says of requests that it blocked. Lines about other things are skipped; if there
// is nothing else, the error is ErrNoMessage.
func ParseConsole(text string) ([]Message, error) {
	if len(text) > maxConsole {
		return nil, fmt.Errorf("read console: the text is longer than %d MiB", maxConsole>>20)
	}
	var c transcript
	for line := range strings.SplitSeq(text, "\n") {
		if len(c.messages) >= maxMessages {
			break
		}
		c.line(strings.TrimSpace(line))
	}
	if len(c.messages) == 0 {
		return nil, ErrNoMessage
	}
	return c.messages, nil
}

// transcript gathers messages, some of which take two lines.
type transcript struct {
	messages []Message
	urlOf    int // of how many messages the URL is known; WebKit prints it after
}

func (c *transcript) line(line string) {
	for _, read := range []func(string) (Message, bool){readChromium, readMixed, readFirefox, readWebKit} {
		if m, ok := read(line); ok {
			m.Line = line
			c.messages = append(c.messages, m)
			return
		}
	}
	c.more(line)
}

var (
	webkitLoad  = regexp.MustCompile(`^(?:\[Error\] )?(XMLHttpRequest|Fetch API|EventSource) cannot load (\S+) due to access control checks\.`)
	chromiumGet = regexp.MustCompile(`(?:^|\s)([A-Z]+) (https?://\S+) net::ERR_[A-Z_]+(?: (\d{3}))?`)
)

// more adds to the messages before what a line without a reason says.
func (c *transcript) more(line string) {
	if m := webkitLoad.FindStringSubmatch(line); m != nil {
		for ; c.urlOf < len(c.messages); c.urlOf++ {
			if last := &c.messages[c.urlOf]; last.Browser == "WebKit" && last.URL == "" {
				last.URL, last.Initiator = m[2], strings.ReplaceAll(strings.ToLower(m[1]), "fetch api", "fetch")
				if m[1] == "XMLHttpRequest" {
					last.Initiator = m[1]
				}
			}
		}
		return
	}
	if m := chromiumGet.FindStringSubmatch(line); m != nil {
		for i := range c.messages {
			if c.messages[i].URL == m[2] && c.messages[i].Method == "" {
				c.messages[i].Method = m[1]
				c.messages[i].Status, _ = strconv.Atoi(m[3]) // three digits or none
			}
		}
	}
}

// between returns what stands between two texts, and what comes after.
func between(s, before, after string) (middle, rest string, ok bool) {
	_, s, ok = strings.Cut(s, before)
	if !ok {
		return "", "", false
	}
	return strings.Cut(s, after)
}

// readChromium reads "Access to XMLHttpRequest at 'URL' from origin 'ORIGIN' has
// been blocked by CORS policy: ...".
func readChromium(line string) (Message, bool) {
	const blocked = " has been blocked by CORS policy: "
	_, line, ok := strings.Cut(line, "Access to ")
	head, why, found := strings.Cut(line, blocked)
	if !ok || !found {
		return Message{}, false
	}
	m := Message{Browser: "Chromium"}
	m.Initiator, head, ok = strings.Cut(head, " at '")
	place, origin, hasOrigin := strings.Cut(head, "from origin '")
	if !ok || !hasOrigin {
		return Message{}, false
	}
	m.Origin = strings.TrimSuffix(origin, "'")
	place, from, redirected := strings.Cut(place, "' (redirected from '")
	if redirected {
		m.RedirectedFrom = strings.TrimSuffix(strings.TrimSpace(from), "')")
	}
	m.URL = strings.TrimSuffix(strings.TrimSpace(place), "'")
	m.Verdict, ok = chromiumReason(why, m.URL, m.Origin)
	if ok && m.Verdict.Reason == cors.MethodNotApproved {
		m.Method = m.Verdict.Expected
	}
	return m, ok
}

// template is a reason's text, with what it says between two pieces.
type template struct {
	reason        cors.Reason
	before, after string // after "": the whole text is before
	fact          fact
}

// fact says what the piece in the middle is.
type fact uint8

const (
	noFact fact = iota
	isObserved
	isExpected
	isStatus
	isDetail
)

// read fits a text to the template.
func (t template) read(why string) (v cors.Verdict, ok bool) {
	v.Reason = t.reason
	if t.after == "" {
		return v, strings.Contains(why, t.before)
	}
	// The last end counts: a value may hold anything.
	_, rest, ok := strings.Cut(why, t.before)
	end := strings.LastIndex(rest, t.after)
	if !ok || end < 0 {
		return v, false
	}
	switch middle := rest[:end]; t.fact {
	case isObserved, isStatus:
		v.Observed = middle
	case isExpected:
		v.Expected = middle
	case isDetail:
		v.Detail = middle
	}
	return v, true
}

const allowOriginQuoted = "The 'Access-Control-Allow-Origin' header "

var chromiumTemplates = []template{
	{cors.AllowOriginMismatch, allowOriginQuoted + "has a value '", "' that is not equal to the supplied origin", isObserved},
	{cors.AllowOriginInvalid, allowOriginQuoted + "contains the invalid value '", "'.", isObserved},
	{cors.AllowOriginMultiple, allowOriginQuoted + "contains multiple values '", "', but only one is allowed", isObserved},
	{cors.AllowCredentialsInvalid, "The value of the 'Access-Control-Allow-Credentials' header in the response is '", "' which must be 'true'", isObserved},
	{cors.WildcardWithCredentials, "must not be the wildcard '*'", "", noFact},
	{cors.AllowOriginMissing, "No 'Access-Control-Allow-Origin' header is present", "", noFact},
	{cors.PreflightStatus, "Response for preflight has invalid HTTP status code ", ".", isStatus},
	{cors.PreflightStatus, "does not have HTTP ok status", "", noFact},
	{cors.PreflightRedirect, "Redirect is not allowed for a preflight request", "", noFact},
	{cors.PreflightRedirect, "Response for preflight is invalid (redirect)", "", noFact},
	{cors.AllowMethodsInvalid, "Cannot parse Access-Control-Allow-Methods", "", noFact},
	{cors.AllowHeadersInvalid, "Cannot parse Access-Control-Allow-Headers", "", noFact},
	{cors.MethodNotApproved, "Method ", " is not allowed by Access-Control-Allow-Methods", isExpected},
	{cors.HeaderNotApproved, "Request header field ", " is not allowed by Access-Control-Allow-Headers", isExpected},
	{cors.RedirectWithCredentials, "contains a username and password", "", noFact},
	{cors.SchemeNotHTTP, "Cross origin requests are only supported for protocol schemes", "", noFact},
}

func chromiumReason(why, url, origin string) (cors.Verdict, bool) {
	for _, t := range chromiumTemplates {
		v, ok := t.read(why)
		if !ok {
			continue
		}
		v.On = cors.OnResponse
		switch {
		case strings.HasPrefix(why, onPreflightCheck), v.Reason >= cors.PreflightStatus && v.Reason <= cors.HeaderNotApproved:
			v.On = cors.OnPreflight
		case v.Reason == cors.RedirectWithCredentials:
			v.On = cors.OnRedirect
		}
		return completed(v, url, origin), true
	}
	return cors.Verdict{}, false
}

// completed adds what a message leaves out because it is plain.
func completed(v cors.Verdict, url, origin string) cors.Verdict {
	switch v.Reason {
	case cors.AllowOriginMissing, cors.AllowOriginMismatch, cors.AllowOriginInvalid, cors.AllowOriginMultiple:
		v.Expected = origin
	case cors.WildcardWithCredentials:
		v.Observed, v.Expected = cors.AnyOrigin, origin
	case cors.AllowCredentialsInvalid:
		v.Expected = "true"
	case cors.HeaderNotApproved:
		v.Expected = strings.ToLower(v.Expected)
	case cors.SchemeNotHTTP:
		v.On = cors.OnRequest
		v.Observed, _, _ = strings.Cut(url, ":")
	}
	return v
}

// readMixed reads what Chromium and WebKit say of plain http from a secure page.
func readMixed(line string) (Message, bool) {
	m := Message{Verdict: cors.Verdict{Reason: cors.MixedContent, On: cors.OnRequest, Expected: "https"}}
	page := ""
	switch {
	case strings.Contains(line, "Mixed Content: The page at '"):
		m.Browser = "Chromium"
		rest := ""
		page, rest, _ = between(line, "The page at '", "' was loaded over HTTPS")
		_, rest, _ = strings.Cut(rest, " endpoint '")
		m.URL, _, _ = strings.Cut(rest, "'")
	case strings.Contains(line, "requested insecure content from "):
		m.Browser = "WebKit"
		page, _, _ = between(line, "The page at ", " requested insecure content from ")
		_, rest, _ := strings.Cut(line, "requested insecure content from ")
		m.URL, _, _ = strings.Cut(rest, " ")
		m.URL = strings.TrimSuffix(m.URL, ".")
	}
	m.Page, m.Origin = page, trace.OriginOf(page)
	m.Verdict.Observed = trace.OriginOf(m.URL)
	return m, m.Verdict.Observed != ""
}

var firefoxTemplates = []template{
	{cors.AllowOriginMismatch, "‘Access-Control-Allow-Origin’ does not match ‘", "’", isObserved},
	{cors.AllowOriginMissing, "‘Access-Control-Allow-Origin’ missing", "", noFact},
	{cors.AllowOriginMultiple, "Multiple CORS header ‘Access-Control-Allow-Origin’ not allowed", "", noFact},
	{cors.WildcardWithCredentials, "Credential is not supported if the CORS header ‘Access-Control-Allow-Origin’ is ‘*’", "", noFact},
	{cors.AllowCredentialsInvalid, "expected ‘true’ in CORS header ‘Access-Control-Allow-Credentials’", "", noFact},
	{cors.MethodNotApproved, "Did not find method in CORS header ‘Access-Control-Allow-Methods’", "", noFact},
	{cors.AllowMethodsInvalid, "invalid token ‘", "’ in CORS header ‘Access-Control-Allow-Methods’", isDetail},
	{cors.AllowHeadersInvalid, "invalid token ‘", "’ in CORS header ‘Access-Control-Allow-Headers’", isDetail},
	{cors.HeaderNotApproved, "missing token ‘", "’ in CORS header ‘Access-Control-Allow-Headers’", isExpected},
	{cors.HeaderNotApproved, "header ‘", "’ is not allowed according to header ‘Access-Control-Allow-Headers’", isExpected},
	{cors.PreflightRedirect, "external redirect not allowed", "", noFact},
	{cors.PreflightStatus, "CORS preflight response did not succeed", "", noFact},
	{cors.PreflightStatus, "CORS preflight channel did not succeed", "", noFact},
	{cors.SchemeNotHTTP, "CORS request not http", "", noFact},
	{cors.NetworkFailed, "CORS request did not succeed", "", noFact},
}

var statusCode = regexp.MustCompile(`Status code: (\d{3})\b`)

// readFirefox reads "Cross-Origin Request Blocked: The Same Origin Policy
// disallows reading the remote resource at URL. (Reason: ...). Status code: 200.".
func readFirefox(line string) (Message, bool) {
	_, rest, ok := strings.Cut(line, "Same Origin Policy disallows reading the remote resource at ")
	place, why, found := strings.Cut(rest, "(Reason: ")
	if !ok || !found {
		return Message{}, false
	}
	m := Message{Browser: "Firefox", URL: strings.Trim(strings.TrimSuffix(strings.TrimSpace(place), "."), "‘’'")}
	if s := statusCode.FindStringSubmatch(why); s != nil {
		m.Status, _ = strconv.Atoi(s[1]) // three digits
	}
	// Older versions, and some translations, have plain quotation marks.
	for _, text := range []string{why, curly(why)} {
		for _, t := range firefoxTemplates {
			v, ok := t.read(text)
			if !ok {
				continue
			}
			v.On = cors.OnResponse
			if v.Reason >= cors.PreflightStatus && v.Reason <= cors.HeaderNotApproved {
				v.On = cors.OnPreflight
			}
			if v.Reason == cors.PreflightStatus && m.Status != 0 {
				v.Observed = strconv.Itoa(m.Status)
			}
			m.Verdict = completed(v, m.URL, "")
			return m, true
		}
	}
	return Message{}, false
}

// curly puts the quotation marks of Firefox's messages in the place of plain ones.
func curly(s string) string {
	var b strings.Builder
	open := false
	for _, r := range s {
		switch {
		case r != '\'':
			b.WriteRune(r)
		case open:
			b.WriteRune('’')
			open = false
		default:
			b.WriteRune('‘')
			open = true
		}
	}
	return b.String()
}

var webkitTemplates = []template{
	{cors.AllowOriginMissing, "Origin ", " is not allowed by Access-Control-Allow-Origin", isExpected},
	{cors.AllowOriginMultiple, "Access-Control-Allow-Origin cannot contain more than one origin", "", noFact},
	{cors.WildcardWithCredentials, "Cannot use wildcard in Access-Control-Allow-Origin when credentials flag is true", "", noFact},
	{cors.AllowCredentialsInvalid, `Access-Control-Allow-Credentials is not "true"`, "", noFact},
	{cors.PreflightStatus, "Preflight response is not successful", "", noFact},
	{cors.PreflightRedirect, "Preflight response is not successful. Redirect", "", noFact},
	{cors.MethodNotApproved, "Method ", " is not allowed by Access-Control-Allow-Methods", isExpected},
	{cors.HeaderNotApproved, "Request header field ", " is not allowed by Access-Control-Allow-Headers", isExpected},
	{cors.SchemeNotHTTP, "Cross origin requests are only supported for HTTP", "", noFact},
}

// readWebKit reads Safari's messages, which name the address in another line.
func readWebKit(line string) (Message, bool) {
	for _, t := range webkitTemplates {
		v, ok := t.read(line)
		if !ok {
			continue
		}
		m := Message{Browser: "WebKit"}
		if s := statusCode.FindStringSubmatch(line); s != nil {
			m.Status, _ = strconv.Atoi(s[1]) // three digits
		}
		v.On = cors.OnResponse
		switch v.Reason {
		case cors.AllowOriginMissing:
			m.Origin, v.Expected = v.Expected, ""
		case cors.MethodNotApproved:
			m.Method = v.Expected
		case cors.PreflightStatus:
			if m.Status != 0 {
				v.Observed = strconv.Itoa(m.Status)
			}
		}
		if v.Reason >= cors.PreflightStatus && v.Reason <= cors.HeaderNotApproved {
			v.On = cors.OnPreflight
		}
		m.Verdict = completed(v, m.URL, m.Origin)
		return m, true
	}
	return Message{}, false
}
