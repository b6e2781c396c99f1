package contract_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/contract"
	"github.com/corsage-go/corsage/cors/probe"
	"github.com/corsage-go/corsage/cors/trace"
)

func parse(t *testing.T, text string) *contract.Contract {
	t.Helper()
	c, err := contract.Parse("cors.yaml", []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func derive(t *testing.T, text string) *contract.Check {
	t.Helper()
	check, err := parse(t, text).Check("https://api.example")
	if err != nil {
		t.Fatal(err)
	}
	return check
}

// promises are what a check would judge, with answers that say nothing.
func promises(check *contract.Check) []string {
	answers := make([]probe.Answer, len(check.Probes()))
	for i := range answers {
		answers[i] = probe.Answer{Probe: check.Probes()[i], Failure: "none"}
	}
	var names []string
	for _, o := range check.Judge(answers) {
		names = append(names, o.Rule+": "+o.Name)
	}
	return names
}

// What a rule lists is all that is allowed: of everything else, it is derived that it
// is refused.
func TestWhatFollowsFromARule(t *testing.T) {
	got := promises(derive(t, `
version: 1
routes:
  - path: /albums
    lookAlikes: false
    vary: false
    rules:
      - allowOrigins: [https://app.example]
        allowMethods: [GET, PUT]
        allowHeaders: [Content-Type]
        exposeHeaders: [ETag]
        maxAge: 600
    refuseOrigins: [https://*.staging.example]
    errors: [{path: /none, status: 404}]
`))
	want := []string{
		"preflight: https://app.example may ask for GET with content-type",
		"max-age: the preflight for GET from https://app.example is remembered for 600 seconds",
		"readable: https://app.example may read what GET answers",
		"credentials: https://app.example may not read it with credentials (GET)",
		"exposed: https://app.example can see ETag of what GET answers",
		"preflight: https://app.example may ask for PUT with content-type",
		"max-age: the preflight for PUT from https://app.example is remembered for 600 seconds",
		"credentials: https://app.example may not ask for PUT with credentials",
		"method-refused: https://app.example may not ask for PATCH",
		"method-refused: https://app.example may not ask for DELETE",
		"header-refused: https://app.example may not send header fields that are not listed",
		"refused: https://corsage-probe.staging.example is refused",
		"refused: https://a.corsage-probe.staging.example is refused",
		"error-readable: https://app.example may read the error that GET /none answers",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the promises are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Where every site may read and a partner may change, those that look like the partner
// may read, and no more.
func TestLookAlikesOfAPartner(t *testing.T) {
	got := promises(derive(t, `
version: 1
routes:
  - path: /albums
    rules:
      - allowOrigins: ["*"]
      - allowOrigins: [https://partner.example]
        allowMethods: [GET, PUT]
        allowCredentials: true
`))
	for _, want := range []string{
		"method-refused: https://partner.example.corsage-probe.example may not ask for PUT",
		"credentials: https://partner.example.corsage-probe.example may not read it with credentials (GET)",
		"method-refused: null may not ask for PUT",
		"readable: https://corsage-probe.example may read what GET answers",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("it is not derived that %s", want)
		}
	}
	if i := slices.IndexFunc(got, func(s string) bool { return strings.HasPrefix(s, "refused:") && !strings.Contains(s, "PARTNER") }); i >= 0 {
		t.Errorf("%s, although every site may read", got[i])
	}
}

// Nothing that changes anything is sent unless the contract says that it may be.
func TestOnlyWhatIsSafeIsCalled(t *testing.T) {
	const text = `
version: 1
routes:
  - path: /albums
    SAFE
    rules:
      - allowOrigins: [https://app.example, "http://localhost:*"]
        allowMethods: [GET, HEAD, POST, PUT, DELETE, PATCH, REPORT]
        allowHeaders: [Content-Type, "*"]
`
	for safe, want := range map[string][]string{"": {"GET", "HEAD"}, "safeToCall: [PUT]": {"GET", "HEAD", "PUT"}} {
		for _, p := range derive(t, strings.Replace(text, "SAFE", safe, 1)).Probes() {
			if p.Kind != probe.Preflight && !slices.Contains(want, p.Method) {
				t.Errorf("%q: %v would be sent", safe, p)
			}
		}
	}
}

// What goes with requests comes from the route first, goes only where the origin may
// send it, and is known to be secret; a cookie is the browser's to send.
func TestSend(t *testing.T) {
	c := parse(t, `
version: 1
send: {Authorization: general secret, cookie: id=secret}
routes:
  - path: /albums
    send: {authorization: own secret}
    rules:
      - allowOrigins: [https://app.example]
        allowHeaders: [Authorization]
      - allowOrigins: [https://other.example]
`)
	if c.Cookie() != "id=secret" || !slices.Contains(c.Secrets(), "own secret") || !slices.Contains(c.Secrets(), "id=secret") {
		t.Errorf("the cookie is %q, the secrets %q", c.Cookie(), c.Secrets())
	}
	check, err := c.Check("https://api.example")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range check.Probes() {
		own := slices.Contains(p.Header, cors.Field{Name: "authorization", Value: "own secret"})
		if want := p.Origin == "https://app.example" && p.Kind == probe.Request || p.Kind == probe.Plain && p.Origin == ""; own != want {
			t.Errorf("%v (%s) has the header %v", p, p.Kind, p.Header)
		}
	}
}

// Without an origin to send to, there is no check; the one from outside comes first.
func TestBase(t *testing.T) {
	c := parse(t, small)
	if _, err := parse(t, strings.Replace(small, "base: https://api.example\n", "", 1)).Check(""); !errors.Is(err, contract.ErrNoBase) {
		t.Errorf("without a base: %v", err)
	}
	if _, err := c.Check("ftp://x"); err == nil {
		t.Error("a base that is none is accepted")
	}
	for base, want := range map[string]string{"": "https://api.example/albums", "http://localhost:8080": "http://localhost:8080/albums"} {
		check, err := c.Check(base)
		if err != nil || check.Probes()[0].URL != want {
			t.Errorf("%q: %v, %v", base, check.Probes()[0], err)
		}
	}
}

// A promise without an answer is neither kept nor broken, and is at its place.
func TestJudgeWithoutAnswers(t *testing.T) {
	check := derive(t, small)
	answers := make([]probe.Answer, len(check.Probes()))
	answers[0] = probe.Answer{Probe: check.Probes()[0], Failure: "connection refused"}
	o := check.Judge(answers)[0]
	if o.Unreachable != "connection refused" || o.Holds() || o.Broken() || o.Line != 6 || o.Column != 24 || o.Group != "/albums" {
		t.Errorf("the outcome is %+v", o)
	}
}

// An answer from the net of somebody else's making is judged without a crash,
// whatever is in its header.
func FuzzJudge(f *testing.F) {
	f.Add("https://app.example", "true", "GET, PUT", "*", "600", "Origin", 204)
	f.Add("*", "", "", "", "-1", "", 302)
	f.Fuzz(func(t *testing.T, origin, credentials, methods, headers, age, vary string, status int) {
		check := derive(t, `
version: 1
routes:
  - path: /a
    rules: [{allowOrigins: [https://app.example], allowMethods: [GET, PUT], allowHeaders: [X-A], exposeHeaders: [ETag], maxAge: {atMost: 600}}]
    errors: [{status: 404}]
`)
		h := trace.Header{
			{Name: "Access-Control-Allow-Origin", Value: origin},
			{Name: "Access-Control-Allow-Credentials", Value: credentials},
			{Name: "Access-Control-Allow-Methods", Value: methods},
			{Name: "Access-Control-Allow-Headers", Value: headers},
			{Name: "Access-Control-Max-Age", Value: age},
			{Name: "Vary", Value: vary},
		}
		answers := make([]probe.Answer, len(check.Probes()))
		for i, p := range check.Probes() {
			a := &answers[i]
			*a = probe.Answer{Probe: p, Exchanges: []trace.Exchange{{
				ID: "1", Preflight: p.Kind == probe.Preflight, Origin: p.Origin,
				Request: trace.Request{Method: p.Method, URL: p.URL}, Response: &trace.Response{Status: status, Header: h},
			}}}
			a.Verdict = a.Check(p.Credentials)
			a.Exchanges[0].Verdict = trace.NewVerdict(a.Verdict, trace.Redaction{}, trace.Limits{}.WithDefaults())
		}
		for _, o := range check.Judge(answers) {
			if (o.Severity == probe.None) != (o.Finding == nil) || o.Finding != nil && (o.Finding.Title == "" || o.Finding.Happened == "") {
				t.Fatalf("%s: severity %v, finding %+v", o.Name, o.Severity, o.Finding)
			}
		}
	})
}
