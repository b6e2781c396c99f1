package agent_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/agent"
)

// A name that no request could be for is an error that names it and says how to
// write it; those that requests have are none.
func TestNamesOfServers(t *testing.T) {
	h := http.NotFoundHandler()
	handler := func(key string) agent.Options { return agent.Options{Handlers: map[string]http.Handler{key: h}} }
	resolve := func(key, to string) agent.Options { return agent.Options{Resolve: map[string]string{key: to}} }
	for _, tt := range []struct {
		options agent.Options
		want    string // in the error; "" for none
	}{
		{handler("https://api.example"), ""},
		{handler("http://api.example:8080"), ""},
		{handler("api.example"), ""},
		{handler("api.example:443"), ""}, // plain http has it
		{handler("localhost:80"), ""},    // https has it
		{handler("[::1]:8080"), ""},
		{handler("https://api.example/"), `write it as "https://api.example"`},
		{handler("https://api.example/albums"), `write it as "https://api.example"`},
		{handler("https://api.example:443"), `write it as "https://api.example"`},
		{handler("https://API.example"), `write it as "https://api.example"`},
		{handler("API.example"), `write it as "api.example"`},
		{handler("api.example/albums"), `write it as "api.example"`},
		{handler("wss://api.example"), `Handlers["wss://api.example"]: this is neither`},
		{handler("https:/api.example"), "no request is for a server of this spelling"},
		{handler("api example"), "this is neither"},
		{handler(""), "this is neither"},
		{agent.Options{Handlers: map[string]http.Handler{"api.example": nil}}, "the handler is nil"},
		{agent.Options{Handlers: map[string]http.Handler{"A.example": h, "B.example": h}}, `write it as "b.example"`},
		{resolve("app.example", "127.0.0.1"), ""},
		{resolve("app.example:443", "127.0.0.1:8401"), ""},
		{resolve("[::1]:80", "localhost"), ""},
		{resolve("*", "[::1]:8401"), ""},
		{resolve("https://app.example", "127.0.0.1"), `Resolve["https://app.example"]: no request`},
		{resolve("App.example", "127.0.0.1"), "in lower case"},
		{resolve("*.example", "http://127.0.0.1"), `"http://127.0.0.1" is no address`},
		{resolve("app.example", ""), "is no address"},
	} {
		a := agent.New(tt.options)
		_, err := a.Page("https://app.example/")
		a.Close()
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v %v: the error is %v, want %q", tt.options.Handlers, tt.options.Resolve, err, tt.want)
		}
	}
}

// A listener for events that never come is refused at once.
func TestMisspelledEvents(t *testing.T) {
	a := agent.New(agent.Options{Profile: agent.IE9})
	defer a.Close()
	page, err := a.Page("https://app.example/")
	must(t, err)
	x := page.XHR()
	xdr, err := page.XDomainRequest()
	must(t, err)
	for _, tt := range []struct {
		on    func(string, func(agent.Event)) func()
		typ   string
		panic bool
	}{
		{x.On, agent.EventLoad, false},
		{x.On, agent.EventReadyStateChange, false},
		{x.On, "laod", true},
		{x.On, "onload", true},
		{x.On, "", true},
		{x.Upload().On, agent.EventProgress, false},
		{x.Upload().On, agent.EventReadyStateChange, true},
		{xdr.On, agent.EventTimeout, false},
		{xdr.On, agent.EventLoadEnd, true},
	} {
		func() {
			defer func() {
				said, _ := recover().(string)
				if (said != "") != tt.panic || tt.panic && !strings.Contains(said, `"`+tt.typ+`"`) {
					t.Errorf("%q: On panics with %q", tt.typ, said)
				}
			}()
			tt.on(tt.typ, func(agent.Event) {})
		}()
	}
}
