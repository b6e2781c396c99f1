package contract_test

import (
	"fmt"

	"github.com/corsage-go/corsage/cors/contract"
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
