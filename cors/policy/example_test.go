package policy_test

import (
	"fmt"
	"net/http"

	"github.com/corsage-go/corsage/cors/policy"
)

func ExampleCompile() {
	_, err := policy.Compile(policy.Policy{
		AllowOrigins:     []string{"*", "https://app.example/"},
		AllowMethods:     []string{"put"},
		AllowCredentials: true,
	})
	for _, p := range policy.Problems(err) {
		fmt.Println(p.Field, p.Reason)
	}
	// Output:
	// allowOrigins[0] wildcard-with-credentials
	// allowOrigins[0] wildcard-not-alone
	// allowOrigins[1] malformed
	// allowMethods[0] malformed
}

func ExampleCompiled_Decide() {
	c, err := policy.Compile(policy.Policy{
		AllowOrigins: []string{"https://*.partner.example"},
		AllowMethods: []string{"PUT"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	preflight := http.Header{"Access-Control-Request-Method": {"PUT"}}
	for _, origin := range []string{"https://www.partner.example", "https://partner.example"} {
		d := c.Decide("OPTIONS", origin, preflight)
		fmt.Println(origin, d.Status, d.Verdict.Reason)
	}
	// Output:
	// https://www.partner.example 204 allowed
	// https://partner.example 403 origin-not-allowed
}

func ExampleValidate() {
	for _, p := range policy.Validate(policy.Policy{AllowOrigins: []string{"https://app.example"}, MaxAge: new(7200)}) {
		fmt.Println(p, p.Warning)
	}
	// Output:
	// maxAge "7200": Some browsers remember preflights for less time. Safari caps it at 600 seconds. true
}

func ExampleProblems() {
	_, err := policy.Compile(policy.Policy{AllowOrigins: []string{"https://*.com"}})
	for _, p := range policy.Problems(err) {
		fmt.Println(p.Field, p.Value, p.Reason)
		fmt.Println(p.Cure)
	}
	// Output:
	// allowOrigins[0] https://*.com public-suffix
	// Name a domain that you own, or set dangerouslyAllowPublicSuffixes.
}
