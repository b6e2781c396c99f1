package panel

import (
	"encoding/json"
	"strings"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/explain"
	"github.com/corsage-go/corsage/cors/trace"
)

// snippet is a request as a command or as code, to be pasted.
type snippet struct {
	Name string       `json:"name"` // "curl"
	Text string       `json:"text"`
	Note explain.Text `json:"note,omitempty"` // what has to be filled in
}

// copies are a request as what others can be asked to send: by curl exactly this
// one, by corsage xhr and by a page's fetch() the one that a script made, which
// is not the same for a preflight.
func copies(s subject) []snippet {
	asked := s.asked()
	return []snippet{
		{Name: "curl", Text: asCurl(s.x), Note: leftOut(s.x)},
		{Name: "corsage xhr", Text: asXHR(asked), Note: leftOut(asked)},
		{Name: "fetch", Text: asFetch(asked), Note: leftOut(asked)},
	}
}

// asked is the request that a script made: for a preflight the one that it was
// for, made of what the preflight tells if it was never recorded.
func (s subject) asked() *trace.Exchange {
	if !s.x.Preflight {
		return s.x
	}
	for _, x := range s.around {
		if x.ID == s.x.PreflightFor {
			return x
		}
	}
	x := *s.x
	x.Preflight, x.Request.Method, x.Request.Header = false, s.x.Request.Header.Get(cors.HeaderRequestMethod), nil
	for _, line := range s.x.Request.Header.Values(cors.HeaderRequestHeaders) {
		for name := range strings.SplitSeq(line, ",") {
			if name = strings.TrimSpace(name); name != "" {
				x.Request.Header = append(x.Request.Header, trace.Field{Name: name, Value: unknown})
			}
		}
	}
	return &x
}

// unknown stands for a value that a preflight does not tell.
const unknown = "[not recorded]"

// leftOut says what of a request has to be filled in by hand.
func leftOut(x *trace.Exchange) explain.Text {
	var missing []string
	for _, f := range x.Request.Header {
		if strings.Contains(f.Value, trace.Redacted) || f.Value == unknown {
			missing = append(missing, "`"+strings.ReplaceAll(f.Name, "`", "'")+"`")
		}
	}
	if strings.Contains(x.Request.URL, trace.Redacted) {
		missing = append(missing, "a part of the address")
	}
	if b := x.Request.Body; b == nil && x.Request.BodySize > 0 || b != nil && (b.Truncated || b.Base64) {
		missing = append(missing, "the body, in a file `body`")
	}
	if len(missing) == 0 {
		return ""
	}
	return explain.Text("To be filled in, since it was not recorded: " + strings.Join(missing, ", ") + ".")
}

// asCurl is the request as it went, for a POSIX shell.
func asCurl(x *trace.Exchange) string {
	words := []string{"curl -i"}
	if x.Request.Method != "GET" {
		words[0] += " -X " + shell(x.Request.Method)
	}
	words[0] += " " + shell(x.Request.URL)
	for _, f := range x.Request.Header {
		if !setByCurl(f.Name) {
			words = append(words, "-H "+shell(f.Name+": "+f.Value))
		}
	}
	return join(appendBody(words, x, "--data-raw", "--data-binary"))
}

// setByCurl are the fields that curl sets itself, or that would make no sense in
// another request.
func setByCurl(name string) bool {
	switch strings.ToLower(name) {
	case "host", "connection", "content-length", "accept-encoding", "transfer-encoding":
		return true
	}
	return strings.HasPrefix(name, ":")
}

// asXHR is the request as corsage makes it for a page.
func asXHR(x *trace.Exchange) string {
	words := []string{"corsage xhr"}
	if x.Request.Method != "GET" {
		words[0] += " -X " + shell(x.Request.Method)
	}
	words[0] += " " + shell(x.Request.URL)
	if origin := originOf(x); origin != "" {
		words = append(words, "--origin "+shell(origin))
	}
	if hasCredentials(x) {
		words = append(words, "--with-credentials")
	}
	for _, f := range scriptFields(x) {
		words = append(words, "-H "+shell(f.Name+": "+f.Value))
	}
	return join(appendBody(words, x, "-d", "-d"))
}

func appendBody(words []string, x *trace.Exchange, text, file string) []string {
	switch b := x.Request.Body; {
	case b == nil && x.Request.BodySize <= 0:
		return words
	case b == nil, b.Truncated, b.Base64:
		return append(words, file+" @body")
	case strings.HasPrefix(b.Text, "@") && text == "-d":
		return append(words, file+" @body") // it would be taken for the name of a file
	default:
		return append(words, text+" "+shell(b.Text))
	}
}

// join puts every word but the first on a line of its own.
func join(words []string) string { return strings.Join(words, " \\\n  ") }

// shell quotes a text for a POSIX shell, so that nothing in it means anything.
func shell(s string) string {
	plain := s != "" && strings.IndexFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:@%+,=", r))
	}) < 0
	if plain && s[0] != '-' {
		return s
	}
	return "'" + strings.ReplaceAll(strings.ReplaceAll(s, "\x00", ""), "'", `'\''`) + "'"
}

// asFetch is the request as a script makes it.
func asFetch(x *trace.Exchange) string {
	var b strings.Builder
	b.WriteString("const response = await fetch(" + literal(x.Request.URL) + ", {\n")
	b.WriteString("  method: " + literal(x.Request.Method) + ",\n")
	if fields := scriptFields(x); len(fields) > 0 {
		b.WriteString("  headers: [\n")
		for _, f := range fields {
			b.WriteString("    [" + literal(f.Name) + ", " + literal(f.Value) + "],\n")
		}
		b.WriteString("  ],\n")
	}
	switch body := x.Request.Body; {
	case body == nil && x.Request.BodySize <= 0:
	case body == nil, body.Truncated, body.Base64:
		b.WriteString("  body,\n")
	default:
		b.WriteString("  body: " + literal(body.Text) + ",\n")
	}
	if hasCredentials(x) {
		b.WriteString("  credentials: \"include\",\n")
	}
	b.WriteString("});")
	return b.String()
}

// literal is a text in JavaScript.
func literal(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(s) != nil {
		return `""` // there is no text that cannot be encoded
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// hasCredentials reports whether a request was made with credentials, as far as
// is known.
func hasCredentials(x *trace.Exchange) bool {
	if x.Credentials != "" {
		return x.Credentials == "include"
	}
	return x.Request.Header.Has("Cookie")
}

// scriptFields are the header fields that a script set, as far as that can be
// told: those that it may set and that browsers do not set by themselves.
func scriptFields(x *trace.Exchange) []trace.Field {
	var fields []trace.Field
	for _, f := range x.Request.Header {
		if !cors.IsForbiddenRequestHeader(f.Name) && !setByBrowser(f) {
			fields = append(fields, f)
		}
	}
	return fields
}

func setByBrowser(f trace.Field) bool {
	switch strings.ToLower(f.Name) {
	case "user-agent", "accept-language", "cache-control", "pragma", "priority", "upgrade-insecure-requests":
		return true
	case "accept":
		return f.Value == "*/*"
	}
	return false
}
