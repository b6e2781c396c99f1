package panel

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/cors/trace"
)

// put is a request as the guest site makes it, with its preflight.
func put() (request, preflight *trace.Exchange) {
	request, preflight = exchange("r"), exchange("p")
	request.PreflightID, preflight.PreflightFor, preflight.Preflight = "p", "r", true
	url := "https://api.example/albums?a=1&b=2"
	request.Request = trace.Request{Method: "PUT", URL: url, BodySize: 20, Body: &trace.Body{Type: "application/json", Text: `{"name": "it's new"}`}, Header: trace.Header{
		{Name: "Host", Value: "api.example"},
		{Name: "Content-Length", Value: "20"},
		{Name: "Content-Type", Value: "application/json"},
		{Name: "Authorization", Value: "Bearer " + trace.Redacted},
		{Name: "Origin", Value: "https://app.example"},
		{Name: "User-Agent", Value: "Mozilla/5.0"},
		{Name: "Accept", Value: "*/*"},
		{Name: "Sec-Fetch-Mode", Value: "cors"},
	}}
	preflight.Request = trace.Request{Method: "OPTIONS", URL: url, Header: trace.Header{
		{Name: "Origin", Value: "https://app.example"},
		{Name: "Access-Control-Request-Method", Value: "PUT"},
		{Name: "Access-Control-Request-Headers", Value: "authorization, content-type"},
	}}
	return request, preflight
}

// A request can be taken along as each of three commands: curl sends what went,
// the others what a script asked for.
func TestCopies(t *testing.T) {
	request, preflight := put()
	asXHR := `corsage xhr -X PUT 'https://api.example/albums?a=1&b=2' \
  --origin https://app.example \
  -H 'Content-Type: application/json' \
  -H 'Authorization: Bearer [redacted]' \
  -d '{"name": "it'\''s new"}'`
	asFetch := `const response = await fetch("https://api.example/albums?a=1&b=2", {
  method: "PUT",
  headers: [
    ["Content-Type", "application/json"],
    ["Authorization", "Bearer [redacted]"],
  ],
  body: "{\"name\": \"it's new\"}",
});`
	const toFill = "To be filled in, since it was not recorded: `Authorization`."
	for _, test := range []struct {
		why  string
		s    subject
		want []snippet
	}{
		{"a request", subject{x: request, around: []*trace.Exchange{preflight}}, []snippet{
			{"curl", `curl -i -X PUT 'https://api.example/albums?a=1&b=2' \
  -H 'Content-Type: application/json' \
  -H 'Authorization: Bearer [redacted]' \
  -H 'Origin: https://app.example' \
  -H 'User-Agent: Mozilla/5.0' \
  -H 'Accept: */*' \
  -H 'Sec-Fetch-Mode: cors' \
  --data-raw '{"name": "it'\''s new"}'`, toFill},
			{"corsage xhr", asXHR, toFill},
			{"fetch", asFetch, toFill},
		}},
		{"a preflight whose request is known", subject{x: preflight, around: []*trace.Exchange{request}}, []snippet{
			{"curl", `curl -i -X OPTIONS 'https://api.example/albums?a=1&b=2' \
  -H 'Origin: https://app.example' \
  -H 'Access-Control-Request-Method: PUT' \
  -H 'Access-Control-Request-Headers: authorization, content-type'`, ""},
			{"corsage xhr", asXHR, toFill},
			{"fetch", asFetch, toFill},
		}},
		{"a preflight whose request was never sent", subject{x: preflight}, []snippet{
			{"curl", `curl -i -X OPTIONS 'https://api.example/albums?a=1&b=2' \
  -H 'Origin: https://app.example' \
  -H 'Access-Control-Request-Method: PUT' \
  -H 'Access-Control-Request-Headers: authorization, content-type'`, ""},
			{"corsage xhr", `corsage xhr -X PUT 'https://api.example/albums?a=1&b=2' \
  --origin http://localhost:8402 \
  -H 'authorization: [not recorded]' \
  -H 'content-type: [not recorded]'`, "To be filled in, since it was not recorded: `authorization`, `content-type`."},
			{"fetch", `const response = await fetch("https://api.example/albums?a=1&b=2", {
  method: "PUT",
  headers: [
    ["authorization", "[not recorded]"],
    ["content-type", "[not recorded]"],
  ],
});`, "To be filled in, since it was not recorded: `authorization`, `content-type`."},
		}},
	} {
		got := copies(test.s)
		for i, want := range test.want {
			if got[i] != want {
				t.Errorf("%s, as %s:\n%s\n%s\nwant\n%s\n%s", test.why, want.Name, got[i].Text, got[i].Note, want.Text, want.Note)
			}
		}
	}
}

// A body that is not there whole is to be filled in; one that looks like the name
// of a file is not taken for one; credentials are asked for where there were some.
func TestCopiesOfBodies(t *testing.T) {
	for _, test := range []struct {
		why         string
		body        *trace.Body
		size        int64
		cookie      bool
		curl, fetch string
		note        bool
	}{
		{"none", nil, 0, false, "curl -i -X POST https://api.example/", "", false},
		{"not kept", nil, 5, false, "--data-binary @body", "  body,\n", true},
		{"cut", &trace.Body{Text: "hel", Truncated: true}, 5, false, "--data-binary @body", "  body,\n", true},
		{"no text", &trace.Body{Text: "AAAA", Base64: true}, 3, false, "--data-binary @body", "  body,\n", true},
		{"like a file's name", &trace.Body{Text: "@home"}, 5, false, "--data-raw @home", `  body: "@home"`, false},
		{"with a cookie", &trace.Body{Text: "x"}, 1, true, "-H 'Cookie: sid=[redacted]'", `credentials: "include"`, true},
	} {
		x := exchange("a")
		x.Request = trace.Request{Method: "POST", URL: "https://api.example/", Body: test.body, BodySize: test.size}
		if test.cookie {
			x.Request.Header = trace.Header{{Name: "Cookie", Value: "sid=" + trace.Redacted}}
		}
		got := copies(subject{x: x})
		if !strings.Contains(got[0].Text, test.curl) || !strings.Contains(got[2].Text, test.fetch) || (got[0].Note != "") != test.note {
			t.Errorf("%s:\n%s\n%s\n%s", test.why, got[0].Text, got[2].Text, got[0].Note)
		}
	}
	at := exchange("a")
	at.Request = trace.Request{Method: "POST", URL: "https://api.example/", Body: &trace.Body{Text: "@home"}, BodySize: 5}
	if got := asXHR(at); !strings.HasSuffix(got, "-d @body") {
		t.Errorf("corsage xhr would read a file of the name: %s", got)
	}
}

// Whatever a server or a page has put into a request, a shell takes it for one
// word and runs nothing.
func TestShell(t *testing.T) {
	for _, text := range []string{
		"", "plain", "-X", "--data", "a b", "it's", "''", "'; touch pwned; '", "$(touch pwned)", "`touch pwned`", "a\nb", "a\\", "\\'", "!!", "~", "*", "#x", "a=b;c",
		"\u2028", "\xff", "é",
	} {
		out, err := exec.Command("sh", "-c", "printf %s "+shell(text)).Output()
		if err != nil || string(out) != text {
			t.Errorf("%q became %q: %v (%s)", text, out, err, shell(text))
		}
	}
	if got := shell("a\x00b"); strings.ContainsRune(got, 0) {
		t.Errorf("%q holds a NUL, which no shell takes", got)
	}
}

// FuzzShell: no text leaves its quotes.
func FuzzShell(f *testing.F) {
	for _, seed := range []string{"", "it's", "'; rm -rf /; '", "$(x)", "a\nb"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if got := unquoted(shell(text)); got != strings.ReplaceAll(text, "\x00", "") {
			t.Errorf("%q became %q by %s", text, got, shell(text))
		}
	})
}

// unquoted reads a word as a POSIX shell does, and marks what would mean
// something to it.
func unquoted(word string) string {
	var b strings.Builder
	quoted := false
	for i := 0; i < len(word); i++ {
		switch c := word[i]; {
		case c == '\'':
			quoted = !quoted
		case quoted:
			b.WriteByte(c)
		case c == '\\' && i+1 < len(word):
			i++
			b.WriteByte(word[i])
		case strings.IndexByte(" \t\n|&;<>()$`\"*?[]#~!{}\\^", c) >= 0:
			b.WriteString("<special>")
		default:
			b.WriteByte(c)
		}
	}
	if quoted {
		return "<open>"
	}
	return b.String()
}
