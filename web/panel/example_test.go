package panel_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/corsage-go/corsage/cors/trace"
	"github.com/corsage-go/corsage/web/panel"
)

// A panel is filled by a recorder, and served to this machine alone.
func ExampleNew() {
	p := panel.New(panel.Config{Source: "my tests", Live: true})
	defer p.Close()
	p.Sink().Exchange(&trace.Exchange{ID: "1", Request: trace.Request{Method: "GET", URL: "https://api.example/"}})

	origin, token := "http://127.0.0.1:8404", panel.NewToken()
	handler := p.Handler(origin, token)
	ask := func(address string) int {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, address, nil))
		return w.Code
	}
	fmt.Println(ask(panel.Address(origin, token)), ask(origin+"/"), ask(strings.Replace(panel.Address(origin, token), "127.0.0.1", "evil.example", 1)))
	fmt.Println(len(p.Trace().Exchanges))
	// Output:
	// 200 404 421
	// 1
}
