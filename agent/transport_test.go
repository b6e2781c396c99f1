package agent_test

import (
	"context"
	"fmt"

	"github.com/corsage-go/corsage/agent"
	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/wire"
)

// told prints what goes by.
type told struct{ next fetch.Transport }

func (t told) RoundTrip(ctx context.Context, r *wire.Request) (*wire.Response, error) {
	fmt.Println(r.Method, r.Host)
	return t.next.RoundTrip(ctx, r)
}

func ExampleNewTransport() {
	network := agent.NewTransport(agent.Options{Resolve: map[string]string{"api.example": "127.0.0.1:1"}})
	defer network.Close()
	a := agent.New(agent.Options{Transport: told{network}})
	defer a.Close()
	page, err := a.Page("http://app.example/")
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = page.Get(context.Background(), "http://api.example/albums")
	fmt.Println(err != nil) // nothing listens there
	// Output:
	// GET api.example
	// true
}
