// Command corsage serves photo albums to exactly the web sites that their owners
// choose.
//
// Run "corsage --help" for what it can do, and "corsage serve --demo" to see it.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The first signal asks for an end in good order. After it signals do again
	// what they usually do: the second ends the program at once.
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, os.Args[1:], console{in: os.Stdin, out: os.Stdout, err: os.Stderr}))
}
