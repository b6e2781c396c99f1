package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"
)

// listen opens a listening address, or says in plain words why it cannot. flag
// is what names the address on the command line.
func listen(ctx context.Context, address, flag string) (net.Listener, error) {
	var c net.ListenConfig
	l, err := c.Listen(ctx, "tcp", address)
	switch {
	case err == nil:
		return l, nil
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, hinted(inWords(err, "another program is listening on %s", address),
			fmt.Sprintf("end that program, or choose another port with %s", flag))
	case errors.Is(err, syscall.EACCES):
		return nil, hinted(inWords(err, "not allowed to listen on %s", address),
			fmt.Sprintf("ports below 1024 need a privilege; choose a higher one with %s and let a proxy stand before it", flag))
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return nil, hinted(inWords(err, "this machine has no address %s", address),
			fmt.Sprintf("use 127.0.0.1, or an address of this machine, with %s", flag))
	default:
		return nil, misuse(fmt.Errorf("cannot listen on %q: %w", address, err),
			fmt.Sprintf("%s takes an address and a port, such as 127.0.0.1:8401", flag))
	}
}

// listenLocalhost listens on a port under both addresses that the name localhost
// may stand for, as browsers choose one or the other. A machine without IPv6
// does with one. Port 0 finds a port that is free on both.
func listenLocalhost(ctx context.Context, port int, flag string) ([]net.Listener, error) {
	const tries = 20
	for try := 1; ; try++ {
		four, err := listen(ctx, net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), flag)
		if err != nil {
			return nil, err
		}
		six, err := listen(ctx, net.JoinHostPort("::1", strconv.Itoa(portOf(four))), flag)
		switch {
		case err == nil:
			return []net.Listener{four, six}, nil
		case !errors.Is(err, syscall.EADDRINUSE):
			return []net.Listener{four}, nil // no IPv6 here
		case port != 0 || try == tries:
			_ = four.Close()
			return nil, err
		}
		_ = four.Close()
	}
}

// portOf returns the port that a listener was given.
func portOf(l net.Listener) int {
	if a, ok := l.Addr().(*net.TCPAddr); ok {
		return a.Port
	}
	return 0
}
