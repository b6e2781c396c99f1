package agent

import (
	"context"
	"crypto/tls"
	"net"
	"time"

	"github.com/corsage-go/corsage/agent/wire"
)

// NewTransport returns what an Agent of these options goes over the network with,
// for a caller that stands something before it (see Options.Transport). Close it to
// leave no connections behind.
func NewTransport(o Options) *wire.Client { return newClient(o) }

// newClient makes the transport that goes over the network.
func newClient(o Options) *wire.Client {
	c := &wire.Client{DisableHTTP2: o.DisableHTTP2, MaxHeadBytes: o.Limits.HeadBytes, MaxFields: o.Limits.HeadFields}
	if o.Roots != nil {
		c.TLS = &tls.Config{RootCAs: o.Roots}
	}
	if len(o.Resolve) > 0 {
		c.Dial = dialMapped(o.Resolve)
	}
	return c
}

// dialMapped connects to where the map says, and elsewhere as the system does.
func dialMapped(hosts map[string]string) func(context.Context, string, string) (net.Conn, error) {
	d := net.Dialer{KeepAlive: 15 * time.Second}
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		return d.DialContext(ctx, network, mapped(hosts, addr))
	}
}

// mapped finds where to connect for a host and a port: what the map has for both,
// for the host, or for "*". What has no port keeps the one that was asked for.
func mapped(hosts map[string]string, addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return addr // the dialer will say so too
	}
	for _, key := range [...]string{addr, host, "*"} {
		to, ok := hosts[key]
		if !ok {
			continue
		}
		if _, _, err := net.SplitHostPort(to); err == nil {
			return to
		}
		return net.JoinHostPort(to, port)
	}
	return addr
}
