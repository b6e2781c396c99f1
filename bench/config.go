package main

import (
	"errors"
	"fmt"
	"net/http"
)

// config is what an implementation is told to allow, in no implementation's own
// words. Its origins are exact, or patterns as Corsage writes them.
type config struct {
	origins     []string
	methods     []string
	headers     []string
	exposed     []string
	credentials bool
	maxAge      int // seconds, 0 for none
}

// wrapper is a configured middleware.
type wrapper func(http.Handler) http.Handler

// errUnable is what an implementation returns that cannot be told what a config says.
var errUnable = errors.New("there is no way to say this in its configuration")

// The configurations that the rows share.
var (
	one          = config{origins: exact(1), methods: []string{"PUT"}, headers: names(5), maxAge: 600}
	anybody      = config{origins: []string{"*"}, methods: []string{"PUT"}, headers: names(5), maxAge: 600}
	credentialed = config{origins: exact(1), methods: []string{"PUT"}, headers: names(5), exposed: []string{"ETag", "Link"}, credentials: true, maxAge: 600}
	anyPort      = config{origins: []string{"http://localhost:*"}}
	manyHeaders  = config{origins: exact(1), methods: []string{"PUT"}, headers: names(25), maxAge: 600}
)

// exact lists n origins.
func exact(n int) []string { return numbered(n, "https://site%d.example") }

// below lists n patterns for the hosts below a domain.
func below(n int) []string { return numbered(n, "https://*.site%d.example") }

// names lists n names of header fields, sorted as a browser sorts them.
func names(n int) []string { return numbered(n, "x-header-%02d") }

func numbered(n int, format string) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf(format, i)
	}
	return list
}
