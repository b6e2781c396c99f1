package contract_test

import (
	"fmt"

	"github.com/corsage-go/corsage/cors/contract"
	"github.com/corsage-go/corsage/cors/probe"
	"github.com/corsage-go/corsage/cors/trace"
)

func ExampleParse() {
	_, err := contract.Parse("cors.yaml", []byte(`
version: 1
routes:
  - path: /albums
    rules:
      - allowOrigin: [https://app.example]
`), nil)
	for _, p := range contract.Problems(err) {
		fmt.Println(p.Place.Line, p.Reason, p.Cure)
	}
	// Output:
	// 6 unknown-key Did you mean allowOrigins?
	// 6 missing Write allowOrigins: and a list; "*" is every origin.
}

func ExampleContract_Check() {
	c, err := contract.Parse("cors.yaml", []byte(`
version: 1
routes:
  - path: /albums
    lookAlikes: false
    vary: false
    rules:
      - allowOrigins: [https://app.example]
        allowMethods: [PUT]
`), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	check, err := c.Check("https://api.example")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range check.Probes() {
		fmt.Println(p)
	}
	// Output:
	// permission to PUT https://api.example/albums from https://app.example
	// permission to PATCH https://api.example/albums from https://app.example
	// permission to DELETE https://api.example/albums from https://app.example
	// permission to PUT https://api.example/albums from https://app.example
}

func ExampleRecord() {
	r, err := contract.Record("https://api.example", []string{"/albums"}, []string{"https://app.example"})
	if err != nil {
		fmt.Println(err)
		return
	}
	// Somebody sends r.Probes(). A server that takes no part in CORS answers like this.
	answers := make([]probe.Answer, len(r.Probes()))
	for i, p := range r.Probes() {
		answers[i] = probe.Answer{Probe: p, Exchanges: []trace.Exchange{{Response: &trace.Response{Status: 200}}}}
	}
	text, err := r.Write(answers)
	fmt.Println(text, err)
	// Output:
	// # What the server did when this was recorded, not what it should do: correct it.
	// version: 1
	// base: https://api.example
	// routes:
	//   - path: /albums
	//     refuseOrigins: [https://app.example]
	//  <nil>
}
