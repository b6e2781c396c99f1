package law

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/corsage-go/corsage/agent"
	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/policy"
	"github.com/corsage-go/corsage/server/corshttp"
)

const data = "https://data.example"

// attempt is one request of a page at an origin.
type attempt struct {
	origin      string
	method      string
	header      string // the name of a header that needs approval; "" for none
	credentials bool
}

// words is nil, not empty, where there are none: an empty list is an error.
func words(s string) []string {
	if w := strings.Fields(s); len(w) > 0 {
		return w
	}
	return nil
}

// Through the middleware, a page's request succeeds exactly if the policy's
// verdicts on its preflight and on itself say so; what is refused by a preflight
// never reaches the handler.
func FuzzBothEnds(f *testing.F) {
	f.Add("https://app.example", "PUT", "x-a", false, "https://app.example", "PUT", "x-a", false)
	f.Add("https://*.app.example http://localhost:*", "PUT PATCH", "x-a authorization", true, "https://www.app.example", "PATCH", "authorization", true)
	f.Add("*", "*", "*", false, "https://app.example:8443", "DELETE", "x-b", true)
	f.Add("*", "", "", false, "null", "POST", "", false)
	f.Add("null", "PUT", "", false, "null", "PUT", "", false)
	f.Add("https://app.example", "", "", false, "https://evil.example", "GET", "", false)
	f.Add("https://app.example", "", "", true, "https://app.example", "patch", "", true)
	f.Fuzz(func(t *testing.T, origins, methods, headers string, allowCredentials bool, origin, method, header string, credentials bool) {
		c, err := policy.Compile(policy.Policy{
			AllowOrigins: strings.Fields(origins), AllowMethods: words(methods), AllowHeaders: words(headers), AllowCredentials: allowCredentials,
			DangerouslyAllowNull: true, DangerouslyAllowInsecureOrigins: true, DangerouslyAllowPublicSuffixes: true,
		})
		a := attempt{origin, cors.NormalizeMethod(method), strings.ToLower(header), credentials}
		if err != nil || !a.possible() {
			return
		}
		got, reached := a.make(t, c)
		want := a.allowed(c)
		if got != want {
			t.Fatalf("policy %+v\n%+v: the page succeeds %v, the policy allows %v", c.Policy(), a, got, want)
		}
		if preflight := a.preflight(c); preflight.Refused() && reached {
			t.Fatalf("policy %+v\n%+v: the preflight is refused (%v), yet the handler was reached", c.Policy(), a, preflight)
		}
	})
}

// possible leaves out what no page can ask for.
func (a attempt) possible() bool {
	o, err := cors.ParseOrigin(a.origin)
	secure := err == nil && (o.IsOpaque() || o.Scheme() == "https" || o.Scheme() == "http")
	return secure && a.origin != data && cors.IsToken(a.method) && !cors.IsForbiddenMethod(a.method) &&
		!cors.IsBadPort(o.Port()) && (a.header == "" || cors.IsToken(a.header) && !cors.IsForbiddenRequestField(a.header, "1") && len(a.header) <= 256) &&
		len(a.method) <= 256
}

// needsApproval lists the headers that a preflight asks for.
func (a attempt) needsApproval() []string {
	if a.header == "" {
		return nil
	}
	return cors.UnsafeRequestHeaderNames([]cors.Field{{Name: a.header, Value: "1"}})
}

// preflight is the policy's verdict on the preflight; NotCORS if there is none.
func (a attempt) preflight(c *policy.Compiled) cors.Verdict {
	names := a.needsApproval()
	if cors.IsSafelistedMethod(a.method) && len(names) == 0 {
		return cors.Verdict{Reason: cors.NotCORS}
	}
	h := http.Header{cors.HeaderRequestMethod: {a.method}}
	if len(names) > 0 {
		h[cors.HeaderRequestHeaders] = []string{strings.Join(names, ",")}
	}
	return c.Decide(http.MethodOptions, a.origin, h).Verdict
}

// allowed is what the policy says in all.
func (a attempt) allowed(c *policy.Compiled) bool {
	actual := c.Decide(a.method, a.origin, nil).Verdict.Allowed()
	return actual && !a.preflight(c).Refused() && (!a.credentials || c.AllowsCredentials())
}

// make lets a page make the request, and reports whether its script reads the
// answer, and whether the handler was reached.
func (a attempt) make(t *testing.T, c *policy.Compiled) (read, handled bool) {
	t.Helper()
	var reached atomic.Bool
	api := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Store(true) })
	browser := agent.New(agent.Options{Handlers: map[string]http.Handler{data: corshttp.New(c).Wrap(api)}})
	defer browser.Close()
	page, err := a.page(browser)
	if err != nil {
		t.Fatal(err)
	}
	x := page.XHR()
	steps := []error{x.Open(a.method, data+"/r"), x.SetWithCredentials(a.credentials)}
	if a.header != "" {
		steps = append(steps, x.SetRequestHeader(a.header, "1"))
	}
	if i := slices.IndexFunc(steps, func(err error) bool { return err != nil }); i >= 0 {
		t.Fatalf("%+v: step %d: %v", a, i, steps[i])
	}
	_, err = x.Do(context.Background(), nil)
	return err == nil, reached.Load()
}

func (a attempt) page(browser *agent.Agent) (*agent.Page, error) {
	if a.origin == cors.NullOrigin {
		return browser.PageWith("https://frame.example/", agent.PageOptions{Sandboxed: true})
	}
	return browser.Page(a.origin + "/")
}
