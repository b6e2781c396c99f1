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
	ctx, end := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals // asks for an end in good order
		end()
		<-signals // and then at once
		os.Exit(exitFailed)
	}()
	os.Exit(run(ctx, os.Args[1:], console{in: os.Stdin, out: os.Stdout, err: os.Stderr}))
}
