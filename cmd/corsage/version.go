package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// versionCommand is `corsage version`.
type versionCommand struct{}

// Run prints the version, the commit it was built from, and with what.
func (c *versionCommand) Run(con console) error {
	version, commit := "(unknown)", ""
	if info, ok := debug.ReadBuildInfo(); ok {
		version = info.Main.Version
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				commit = " " + s.Value
			}
		}
	}
	_, err := fmt.Fprintf(con.out, "corsage %s%s %s %s/%s\n", version, commit, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
