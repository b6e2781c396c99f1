//go:build !(darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd)

package files

import (
	"errors"
	"os"
)

// lock fails on systems that are not supported. Windows has locks that end with the
// process, but no way to make a renamed file durable in its folder, so Commit could
// not keep its promise there.
func lock(string) (*os.File, error) {
	return nil, errors.New("only Unix systems can keep photos safe in a folder: use Linux, macOS or a BSD")
}
