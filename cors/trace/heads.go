package trace

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/corsage-go/corsage/cors"
)

// HeadsOptions says what heads do not.
type HeadsOptions struct {
	ReadOptions
	URL         string // of a request whose first line has a path only, and no Host follows; or that is missing
	Origin      string // of the page, where a request has no Origin field
	Credentials string // "include" or "omit", if that is known; see Exchange
}

// maxHeads bounds a text of heads.
const maxHeads = 4 << 20

// ParseHeads reads requests and answers as they go over the wire, each request
// followed by its answer: what curl -v prints (with its "> " and "< "), what
// browsers copy, or what somebody has typed. A request line may have a whole URL;
// otherwise the Host field says where it goes, over https unless the host is this
// machine. Bodies may follow their heads.
//
// Errors name the line.
func ParseHeads(text string, o HeadsOptions) (*Trace, error) {
	if len(text) > maxHeads {
		return nil, fmt.Errorf("read heads: the text is longer than %d MiB", maxHeads>>20)
	}
	p := &headsParser{options: o, limits: o.Limits.WithDefaults()}
	for i, line := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		if err := p.line(i+1, line); err != nil {
			return nil, fmt.Errorf("read heads: line %d: %w", i+1, err)
		}
	}
	if err := p.finish(); err != nil {
		return nil, fmt.Errorf("read heads: %w", err)
	}
	for i := range p.trace.Exchanges {
		p.trace.Exchanges[i].Clean(o.Redaction, p.limits)
	}
	if !o.AsIs {
		Judge(&p.trace)
	}
	return &p.trace, nil
}

// headsParser reads line by line.
type headsParser struct {
	options HeadsOptions
	limits  Limits
	trace   Trace

	header *Header       // of the head that is being read; nil outside of heads
	body   *bytes.Buffer // of the body that is being read; nil in heads
	answer bool          // head or body are an answer's
	curl   bool          // the lines have curl's marks
}

func (p *headsParser) line(n int, line string) error {
	line, skip := p.unmark(line)
	switch {
	case skip:
		return nil
	case isStatusLine(line):
		return p.startAnswer(line)
	case p.isRequestLine(line):
		return p.startRequest(line)
	case p.header != nil && strings.TrimSpace(line) == "":
		p.header, p.body = nil, new(bytes.Buffer)
		return nil
	case p.header != nil:
		return p.field(line)
	case p.body != nil:
		if p.body.Len() < p.limits.Body {
			p.body.WriteString(line + "\n")
		}
		return nil
	case strings.TrimSpace(line) == "":
		return nil
	default:
		return fmt.Errorf("%s is neither the first line of a request (\"GET https://api.example/x\") nor of an answer (\"HTTP/1.1 200 OK\")", cors.Excerpt(line))
	}
}

// unmark takes off what curl -v puts before lines, and skips what it says itself.
func (p *headsParser) unmark(line string) (rest string, skip bool) {
	for _, mark := range [...]string{"> ", "< "} {
		if after, ok := strings.CutPrefix(line, mark); ok && (p.curl || p.body == nil && p.header == nil || isStatusLine(after) || hasVersion(after)) {
			p.curl = true
			return after, false
		}
	}
	switch {
	case p.curl && (line == ">" || line == "<"):
		return "", false
	case strings.HasPrefix(line, "* ") && (p.curl || p.header == nil && p.body == nil):
		return "", true
	case p.curl && (strings.HasPrefix(line, "{ [") || strings.HasPrefix(line, "} [")):
		return "", true
	}
	return line, false
}

func isStatusLine(line string) bool {
	version, rest, ok := strings.Cut(line, " ")
	if !ok || !strings.HasPrefix(version, "HTTP/") {
		return false
	}
	code, _, _ := strings.Cut(rest, " ")
	return len(code) == 3 && strings.Trim(code, "0123456789") == ""
}

func hasVersion(line string) bool {
	last := line[strings.LastIndexByte(line, ' ')+1:]
	return strings.HasPrefix(last, "HTTP/") && strings.Count(line, " ") == 2
}

// isRequestLine tells a line that begins a request. Within a body it must have a
// version, so that a text that looks alike stays a text.
func (p *headsParser) isRequestLine(line string) bool {
	method, rest, ok := strings.Cut(strings.TrimRight(line, " "), " ")
	if !ok || !cors.IsToken(method) || p.header != nil && len(*p.header) == 0 && p.answer {
		return false
	}
	target, version, _ := strings.Cut(rest, " ")
	if !strings.HasPrefix(target, "/") && !strings.HasPrefix(target, "https://") && !strings.HasPrefix(target, "http://") && target != "*" {
		return false
	}
	if p.body != nil && len(bytes.TrimSpace(p.body.Bytes())) > 0 {
		return strings.HasPrefix(version, "HTTP/")
	}
	return version == "" || strings.HasPrefix(version, "HTTP/")
}

func (p *headsParser) startRequest(line string) error {
	p.endBody()
	if len(p.trace.Exchanges) >= p.limits.Exchanges {
		return fmt.Errorf("there are more than %d requests", p.limits.Exchanges)
	}
	part := strings.Fields(line)
	x := Exchange{
		ID: strconv.Itoa(len(p.trace.Exchanges) + 1), Timings: NoTimings, Sent: true, Done: true, Credentials: p.options.Credentials,
		Request: Request{Method: part[0], URL: part[1], BodySize: -1},
	}
	if len(part) > 2 {
		x.Request.Proto = part[2]
	}
	p.trace.Exchanges = append(p.trace.Exchanges, x)
	p.header, p.answer = &p.last().Request.Header, false
	return nil
}

func (p *headsParser) last() *Exchange { return &p.trace.Exchanges[len(p.trace.Exchanges)-1] }

func (p *headsParser) startAnswer(line string) error {
	p.endBody()
	part := strings.SplitN(line, " ", 3)
	status, err := strconv.Atoi(part[1])
	switch {
	case err != nil:
		return fmt.Errorf("%s is no status", cors.Excerpt(part[1]))
	case len(p.trace.Exchanges) == 0 && p.options.URL != "":
		if err := p.startRequest("GET " + p.options.URL); err != nil {
			return err
		}
	case len(p.trace.Exchanges) == 0:
		return fmt.Errorf("this answer has no request before it; put the request's first line and its Origin there, such as \"GET https://api.example/x\" and \"Origin: https://app.example\"")
	}
	x := p.last()
	if x.Response != nil && x.Response.Status >= 200 {
		return fmt.Errorf("this is a second answer to %s %s; put the request that it answers before it", x.Request.Method, cors.Excerpt(x.Request.URL))
	}
	x.Response = &Response{Status: status, Proto: part[0], BodySize: -1, Content: -1}
	if len(part) > 2 {
		x.Response.StatusText = strings.TrimSpace(part[2])
	}
	p.header, p.answer = &x.Response.Header, true
	return nil
}

func (p *headsParser) field(line string) error {
	name, value, ok := strings.Cut(strings.TrimPrefix(line, ":"), ":")
	if !ok || !cors.IsToken(strings.TrimSpace(name)) {
		return fmt.Errorf("%s is no header line, such as \"Origin: https://app.example\"; a body needs an empty line before it", cors.Excerpt(line))
	}
	if strings.HasPrefix(line, ":") { // of HTTP/2, as browsers copy them
		return nil
	}
	if len(*p.header) >= p.limits.Fields {
		return fmt.Errorf("there are more than %d header lines", p.limits.Fields)
	}
	*p.header = append(*p.header, Field{Name: strings.TrimSpace(name), Value: strings.TrimSpace(value)})
	return nil
}

func (p *headsParser) endBody() {
	if p.body == nil {
		return
	}
	text := bytes.TrimSpace(p.body.Bytes())
	p.body = nil
	x := p.last()
	switch {
	case len(text) == 0 || p.limits.Body < 0:
	case p.answer:
		x.Response.Body = NewBody(x.Response.Header.Get("Content-Type"), text, len(text) >= p.limits.Body)
	default:
		x.Request.Body = NewBody(x.Request.Header.Get("Content-Type"), text, len(text) >= p.limits.Body)
	}
}

// finish completes the requests: where they went, and for which page.
func (p *headsParser) finish() error {
	p.endBody()
	if len(p.trace.Exchanges) == 0 {
		return fmt.Errorf("there is no request in the text; it begins with a line such as \"GET https://api.example/x\"")
	}
	for i := range p.trace.Exchanges {
		x := &p.trace.Exchanges[i]
		if err := p.place(x); err != nil {
			return err
		}
		if x.Mode = x.Request.Header.Get("Sec-Fetch-Mode"); x.Mode == "" {
			x.Mode = "cors"
		}
		x.Type = "xhr"
		if isPreflight(&x.Request) {
			x.Type = "preflight"
		}
		if x.Origin = x.Request.Header.Get(cors.HeaderOrigin); x.Origin == "" {
			x.Origin = p.options.Origin
		}
		nameOrigin(x)
	}
	return nil
}

// place completes the URL of a request.
func (p *headsParser) place(x *Exchange) error {
	target := x.Request.URL
	if strings.Contains(target, "://") {
		return nil
	}
	base := p.options.URL
	if host := x.Request.Header.Get("Host"); host != "" {
		base = "https://" + host
		if isLoopback(host) {
			base = "http://" + host
		}
	}
	if base == "" {
		return fmt.Errorf("where does %s %s go? Add a Host line, or write the whole URL", x.Request.Method, cors.Excerpt(target))
	}
	x.Request.URL = OriginOf(base) + target
	return nil
}

// isLoopback tells hosts, with or without a port, that are this machine.
func isLoopback(host string) bool {
	name, _, _ := strings.Cut(host, ":")
	return name == "localhost" || strings.HasPrefix(name, "127.") || strings.HasPrefix(host, "[::1]") || strings.HasSuffix(name, ".localhost")
}
