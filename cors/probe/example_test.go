package probe_test

import (
	"fmt"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/probe"
)

func ExampleLookAlikes() {
	p, _ := cors.ParsePattern("https://app.example.com")
	for _, l := range probe.LookAlikes(p)[:3] {
		fmt.Println(l.Origin, l.Class.Words())
	}
	// Output:
	// https://app.example.com.corsage-probe.example begins like an allowed one
	// https://corsage-probe-app.example.com ends like an allowed one
	// https://corsage-probe.app.example.com is below an allowed one
}

func ExamplePlan() {
	var p probe.Plan
	i := p.Ask(probe.Probe{Kind: probe.Preflight, Method: "PUT", URL: "https://api.example/albums", Origin: "https://app.example"})
	fmt.Println(p.Probes[i])
	// Output: permission to PUT https://api.example/albums from https://app.example
}
