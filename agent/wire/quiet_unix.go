//go:build unix

package wire

import "syscall"

// hasNothing reports whether a read would wait. It does read: what arrives on an
// idle connection makes it useless anyway.
func hasNothing(fd uintptr) bool {
	var b [1]byte
	for {
		_, err := syscall.Read(int(fd), b[:])
		if err != syscall.EINTR {
			return err == syscall.EAGAIN
		}
	}
}
