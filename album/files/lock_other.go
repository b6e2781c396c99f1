//go:build !(darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd)

package files

import (
	"errors"
	"os"
)

// lock fails: without a lock that the system lets go of when the process dies,
// two processes could take each other's drafts for remains.
func lock(string) (*os.File, error) {
	return nil, errors.New("this system has no file locks that the program knows: use Linux, macOS or a BSD")
}
