package main

import (
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// What corsage check and corsage audit print about servers that misbehave, each in
// one way, is in scripts below testdata/probing, word for word. After a change of
// words that is meant: CORSAGE_UPDATE_SCRIPTS=1 go test -run TestProbingScripts.
func TestProbingScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/probing",
		RequireExplicitExec: true,
		UpdateScripts:       os.Getenv("CORSAGE_UPDATE_SCRIPTS") != "",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "server": serve,
		},
		Setup: func(e *testscript.Env) error {
			// What is sent is not to wait for its turn here.
			e.Setenv("CORSAGE_RATE", "0")
			return nil
		},
	})
}

// serve starts the server of a name. RESOLVE leads to it from http://api.example.
func serve(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 || servers[args[0]] == nil {
		ts.Fatalf("usage: server NAME, with a name of misbehaving_test.go")
	}
	s := httptest.NewServer(servers[args[0]])
	ts.Defer(s.Close)
	ts.Setenv("RESOLVE", "api.example:80:"+strings.TrimPrefix(s.URL, "http://"))
}
