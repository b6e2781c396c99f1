package main

import (
	"net"
	"strconv"
	"testing"
)

// Browsers take localhost for 127.0.0.1 or for ::1, so both have to answer.
func TestListenLocalhost(t *testing.T) {
	listeners, err := listenLocalhost(t.Context(), 0, "--guest-port")
	must(t, err)
	port := portOf(listeners[0])
	for _, l := range listeners {
		if portOf(l) != port {
			t.Errorf("%v is not on port %d", l.Addr(), port)
		}
		defer l.Close() //nolint:errcheck // nothing was sent
	}
	_, err = listenLocalhost(t.Context(), port, "--guest-port")
	if text := reported(err); err == nil || text != "corsage: another program is listening on 127.0.0.1:"+strconv.Itoa(port)+
		"\nhint: end that program, or choose another port with --guest-port\n" {
		t.Errorf("a busy port gives %q", text)
	}
}

// Somebody else on ::1 alone would get half of what is meant for this site.
func TestListenLocalhostHalfTaken(t *testing.T) {
	other, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		listeners, err := listenLocalhost(t.Context(), 0, "--guest-port")
		if err != nil || len(listeners) != 1 {
			t.Errorf("without IPv6: %v, %v", listeners, err)
		}
		return
	}
	defer other.Close() //nolint:errcheck // nothing was sent
	if listeners, err := listenLocalhost(t.Context(), portOf(other), "--guest-port"); err == nil {
		t.Errorf("%v are taken although somebody listens on %v", listeners, other.Addr())
	}
}

// The origin of an address is written as browsers write it.
func TestOriginOf(t *testing.T) {
	for address, want := range map[string]string{
		"127.0.0.1:8401": "http://127.0.0.1:8401", "127.0.0.1:80": "http://127.0.0.1", "[::1]:8401": "http://[::1]:8401",
		"[::1]:80": "http://[::1]", "0.0.0.0:8401": "", "[::]:8401": "",
	} {
		if got, err := originOf("http", addressed(address)); got != want || (err == nil) != (want != "") {
			t.Errorf("%s is %q, %v; want %q", address, got, err, want)
		}
	}
	if got, _ := originOf("https", addressed("127.0.0.1:443")); got != "https://127.0.0.1" {
		t.Errorf("the default port of https gives %q", got)
	}
}

// addressed is a listener of which only the address is known.
type addressed string

func (a addressed) Accept() (net.Conn, error) { return nil, net.ErrClosed }
func (a addressed) Close() error              { return nil }
func (a addressed) Addr() net.Addr            { return a }
func (a addressed) Network() string           { return "tcp" }
func (a addressed) String() string            { return string(a) }
