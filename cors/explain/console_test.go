package explain_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/explain"
	"github.com/corsage-go/corsage/cors/trace"
)

const (
	chromiumAt = "Access to XMLHttpRequest at 'https://api.example/r' from origin 'https://app.example' has been blocked by CORS policy: "
	firefoxAt  = "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://api.example/r. (Reason: "
)

// What browsers print is understood: the reason, and every fact in the message.
func TestParseConsole(t *testing.T) {
	on := func(m cors.Message, r cors.Reason, observed, expected string) cors.Verdict {
		return cors.Verdict{Reason: r, On: m, Observed: observed, Expected: expected}
	}
	for _, test := range []struct {
		text    string
		browser string
		method  string
		status  int
		want    cors.Verdict
	}{
		{chromiumAt + "No 'Access-Control-Allow-Origin' header is present on the requested resource.", "Chromium", "", 0, on(cors.OnResponse, cors.AllowOriginMissing, "", "https://app.example")},
		{chromiumAt + "Response to preflight request doesn't pass access control check: No 'Access-Control-Allow-Origin' header is present on the requested resource.", "Chromium", "", 0, on(cors.OnPreflight, cors.AllowOriginMissing, "", "https://app.example")},
		{"page.js:12 " + chromiumAt + "The 'Access-Control-Allow-Origin' header has a value 'it's' that is not equal to the supplied origin.", "Chromium", "", 0, on(cors.OnResponse, cors.AllowOriginMismatch, "it's", "https://app.example")},
		{chromiumAt + "The 'Access-Control-Allow-Origin' header contains the invalid value ''.", "Chromium", "", 0, on(cors.OnResponse, cors.AllowOriginInvalid, "", "https://app.example")},
		{chromiumAt + "Method patch is not allowed by Access-Control-Allow-Methods in preflight response.", "Chromium", "patch", 0, on(cors.OnPreflight, cors.MethodNotApproved, "", "patch")},
		{chromiumAt + "Request header field X-Trace is not allowed by Access-Control-Allow-Headers in preflight response.", "Chromium", "", 0, on(cors.OnPreflight, cors.HeaderNotApproved, "", "x-trace")},
		{chromiumAt + "No 'Access-Control-Allow-Origin' header is present on the requested resource. If an opaque response serves your needs, set the request's mode to 'no-cors' to fetch the resource with CORS disabled.\npage.js:12 PUT https://api.example/r net::ERR_FAILED 502 (Bad Gateway)", "Chromium", "PUT", 502, on(cors.OnResponse, cors.AllowOriginMissing, "", "https://app.example")},
		{"Mixed Content: The page at 'https://app.example/page' was loaded over HTTPS, but requested an insecure XMLHttpRequest endpoint 'http://api.example/r'. This request has been blocked; the content must be served over HTTPS.", "Chromium", "", 0, on(cors.OnRequest, cors.MixedContent, "http://api.example", "https")},
		{firefoxAt + "CORS header ‘Access-Control-Allow-Origin’ missing). Status code: 200.", "Firefox", "", 200, on(cors.OnResponse, cors.AllowOriginMissing, "", "")},
		{firefoxAt + "CORS header 'Access-Control-Allow-Origin' does not match 'https://other.example').", "Firefox", "", 0, on(cors.OnResponse, cors.AllowOriginMismatch, "https://other.example", "")},
		{firefoxAt + "CORS preflight response did not succeed). Status code: 403.", "Firefox", "", 403, on(cors.OnPreflight, cors.PreflightStatus, "403", "")},
		{firefoxAt + "header ‘x-trace’ is not allowed according to header ‘Access-Control-Allow-Headers’ from CORS preflight response).", "Firefox", "", 0, on(cors.OnPreflight, cors.HeaderNotApproved, "", "x-trace")},
		{firefoxAt + "Did not find method in CORS header ‘Access-Control-Allow-Methods’).", "Firefox", "", 0, on(cors.OnPreflight, cors.MethodNotApproved, "", "")},
		{firefoxAt + "CORS request did not succeed). Status code: (null).", "Firefox", "", 0, on(cors.OnResponse, cors.NetworkFailed, "", "")},
		{"[Error] Origin https://app.example is not allowed by Access-Control-Allow-Origin. Status code: 200\n[Error] XMLHttpRequest cannot load https://api.example/r due to access control checks.", "WebKit", "", 200, on(cors.OnResponse, cors.AllowOriginMissing, "", "https://app.example")},
		{"[Error] Preflight response is not successful. Status code: 404\n[Error] Fetch API cannot load https://api.example/r due to access control checks.", "WebKit", "", 404, on(cors.OnPreflight, cors.PreflightStatus, "404", "")},
	} {
		got, err := explain.ParseConsole("an unrelated line\n" + test.text + "\nFailed to load resource: net::ERR_FAILED")
		if err != nil || len(got) != 1 {
			t.Errorf("%s: %d messages, %v", test.text, len(got), err)
			continue
		}
		m := got[0]
		if m.Browser != test.browser || m.Verdict != test.want || m.Method != test.method || m.Status != test.status {
			t.Errorf("%s:\ngot  %s %+v method %q status %d\nwant %s %+v method %q status %d", test.text, m.Browser, m.Verdict, m.Method, m.Status, test.browser, test.want, test.method, test.status)
		}
		if want := "api.example/r"; !strings.HasSuffix(m.URL, want) {
			t.Errorf("%s: URL %q", test.text, m.URL)
		}
	}
}

// A redirect's message names both addresses.
func TestParseConsoleRedirected(t *testing.T) {
	got, err := explain.ParseConsole("Access to fetch at 'https://b.example/2' (redirected from 'https://a.example/1') from origin 'null' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.")
	if err != nil {
		t.Fatal(err)
	}
	m := got[0]
	if m.URL != "https://b.example/2" || m.RedirectedFrom != "https://a.example/1" || m.Origin != "null" || m.Initiator != "fetch" {
		t.Errorf("%+v", m)
	}
	findings := explain.Trace(explain.ConsoleTrace(got, "", trace.Redaction{}))
	if len(findings) != 1 || !strings.Contains(findings[0].Evidence[0].Where.Plain(), "After a redirect") {
		t.Errorf("%+v", findings)
	}
	if findings[0].Console != m.Line {
		t.Errorf("printed as\n%s\nwas\n%s", findings[0].Console, m.Line)
	}
}

// A text without a message says what to copy instead.
func TestParseConsoleNothing(t *testing.T) {
	for _, text := range []string{"", "Uncaught TypeError: Failed to fetch", "Access to XMLHttpRequest at 'x' from origin 'y' has been blocked by CORS policy: because."} {
		if m, err := explain.ParseConsole(text); !errors.Is(err, explain.ErrNoMessage) {
			t.Errorf("%q: %v, %v", text, m, err)
		}
	}
}

// Each console case has its explanation in full.
func TestConsoleCases(t *testing.T) {
	for name, text := range map[string]string{
		"firefox-missing":  firefoxAt + "CORS header ‘Access-Control-Allow-Origin’ missing). Status code: 401.",
		"webkit-origin":    "[Error] Origin https://app.example is not allowed by Access-Control-Allow-Origin. Status code: 200\n[Error] XMLHttpRequest cannot load https://api.example/r due to access control checks.",
		"chromium-headers": chromiumAt + "Request header field x-trace is not allowed by Access-Control-Allow-Headers in preflight response.",
		"network":          firefoxAt + "CORS request did not succeed). Status code: (null).",
		"mixed-content":    "Mixed Content: The page at 'https://app.example/page' was loaded over HTTPS, but requested an insecure XMLHttpRequest endpoint 'http://api.example/r'. This request has been blocked; the content must be served over HTTPS.",
		"redirect-user":    chromiumAt + "Redirect location 'https://u:p@api.example/s' contains a username and password, which is disallowed for cross-origin requests.",
		"scheme":           strings.ReplaceAll(chromiumAt, "https://api.example/r", "file:///home/me/data.json") + "Cross origin requests are only supported for protocol schemes: chrome, data, http, https.",
	} {
		messages, err := explain.ParseConsole(text)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		if err := explain.WriteText(&b, explain.Trace(explain.ConsoleTrace(messages, "", trace.Redaction{})), explain.Style{}); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(b.String(), "u:p@") {
			t.Errorf("%s: a password is shown", name)
		}
		wantGolden(t, "testdata/console/"+name+".golden", text+"\n\n"+b.String())
	}
}

// Whatever is pasted is read in bounded time, says nothing that is not in it, and
// can be explained.
func FuzzParseConsole(f *testing.F) {
	f.Add(chromiumAt + "The 'Access-Control-Allow-Origin' header contains multiple values 'a, b', but only one is allowed.")
	f.Add(firefoxAt + "invalid token ‘a b’ in CORS header ‘Access-Control-Allow-Methods’).")
	f.Add("Origin x is not allowed by Access-Control-Allow-Origin.\nXMLHttpRequest cannot load y due to access control checks.")
	f.Add("Mixed Content: The page at 'https://a' was loaded over HTTPS, but requested an insecure x endpoint 'http://b'")
	f.Fuzz(func(t *testing.T, text string) {
		messages, err := explain.ParseConsole(text)
		if err != nil {
			if len(messages) > 0 {
				t.Fatal("messages, and an error")
			}
			return
		}
		for _, m := range messages {
			if !m.Verdict.Refused() || m.Verdict.Reason == cors.Undecided {
				t.Fatalf("a message that blocks nothing: %+v", m)
			}
			for _, fact := range []string{m.URL, m.RedirectedFrom, m.Method} {
				if !strings.Contains(text, fact) {
					t.Fatalf("%q is not in %q", fact, text)
				}
			}
		}
		findings := explain.Trace(explain.ConsoleTrace(messages, "", trace.Redaction{}))
		if len(findings) < len(messages) {
			t.Fatalf("%d messages, %d findings", len(messages), len(findings))
		}
		var b strings.Builder
		if err := explain.WriteText(&b, findings, explain.Style{Configs: []string{"all"}}); err != nil {
			t.Fatal(err)
		}
		if strings.ContainsAny(b.String(), "\x1b\x00\r") {
			t.Fatalf("control characters reach the terminal: %q", b.String())
		}
	})
}
