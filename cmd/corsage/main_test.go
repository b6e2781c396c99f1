package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets scripts, and tests that need a process of its own, run the
// program: under the name of corsage the test binary is the program.
func TestMain(m *testing.M) {
	testscript.Main(tidyTests{m}, map[string]func(){"corsage": main, "timeless": timeless})
}

// tidyTests removes at the end what tests share.
type tidyTests struct{ *testing.M }

// Run implements testscript.TestingM.
func (m tidyTests) Run() int {
	defer func() { _ = os.RemoveAll(sharedFolder()) }()
	return m.M.Run()
}

// sharedFolder is a temporary folder for what several tests use.
var sharedFolder = sync.OnceValue(func() string {
	folder, err := os.MkdirTemp("", "corsage-test-*")
	if err != nil {
		panic(err)
	}
	return folder
})

// programPath returns the path of an executable that is the program.
var programPath = sync.OnceValues(func() (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	path := filepath.Join(sharedFolder(), "corsage")
	return path, os.Symlink(self, path)
})

// Every command is a script below testdata: what is typed, what is printed, and
// the exit code.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
		Setup: func(e *testscript.Env) error {
			e.Setenv("XDG_DATA_HOME", filepath.Join(e.WorkDir, "share"))
			e.Setenv("XDG_CACHE_HOME", filepath.Join(e.WorkDir, "cache"))
			return nil
		},
	})
}

// exits runs a program that is to end with the exit code that comes first.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARGUMENT...")
	}
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		code = failed.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if got := strconv.Itoa(code); got != args[0] {
		ts.Fatalf("exit code %s, want %s", got, args[0])
	}
}
