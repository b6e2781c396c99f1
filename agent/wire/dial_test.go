package wire_test

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/corsage-go/corsage/agent/wire"
)

func addrs(list ...string) []netip.Addr {
	all := make([]netip.Addr, len(list))
	for i, s := range list {
		all[i] = netip.MustParseAddr(s)
	}
	return all
}

// network is a network in memory where each address behaves as it is told. It
// notes when each was dialled.
type network struct {
	*pipeServer
	behaves map[string]func(ctx context.Context) error
	begin   time.Time

	mu    sync.Mutex
	calls []string
}

func newNetwork() *network {
	return &network{pipeServer: &pipeServer{serve: answers(okAnswer)}, behaves: map[string]func(context.Context) error{}, begin: time.Now()}
}

func (n *network) dial(ctx context.Context, netw, addr string) (net.Conn, error) {
	n.mu.Lock()
	n.calls = append(n.calls, addr+" at "+time.Since(n.begin).String())
	n.mu.Unlock()
	if behave := n.behaves[addr]; behave != nil {
		if err := behave(ctx); err != nil {
			return nil, err
		}
	}
	return n.pipeServer.dial(ctx, netw, addr)
}

func (n *network) dialled() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.calls)
}

func refuses(context.Context) error { return syscall.ECONNREFUSED }

func isSilent(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

func takes(d time.Duration) func(context.Context) error {
	return func(context.Context) error {
		time.Sleep(d)
		return nil
	}
}

// The addresses of a name are tried in order, the families in turn, the next
// beside one that says nothing and at once after one that refuses.
func TestAddresses(t *testing.T) {
	tests := []struct {
		name    string
		addrs   []netip.Addr
		behaves map[string]func(context.Context) error
		calls   []string
		want    wire.Kind
	}{
		{
			name:  "first answers",
			addrs: addrs("10.0.0.1", "10.0.0.2"),
			calls: []string{"10.0.0.1:80 at 0s"},
		},
		{
			name:    "first refuses",
			addrs:   addrs("10.0.0.1", "10.0.0.2"),
			behaves: map[string]func(context.Context) error{"10.0.0.1:80": refuses},
			calls:   []string{"10.0.0.1:80 at 0s", "10.0.0.2:80 at 0s"},
		},
		{
			name:    "first is silent",
			addrs:   addrs("10.0.0.1", "10.0.0.2"),
			behaves: map[string]func(context.Context) error{"10.0.0.1:80": isSilent},
			calls:   []string{"10.0.0.1:80 at 0s", "10.0.0.2:80 at 250ms"},
		},
		{
			name:    "first is slow and too late",
			addrs:   addrs("10.0.0.1", "10.0.0.2"),
			behaves: map[string]func(context.Context) error{"10.0.0.1:80": takes(time.Second)},
			calls:   []string{"10.0.0.1:80 at 0s", "10.0.0.2:80 at 250ms"},
		},
		{
			name:    "a family is silent",
			addrs:   addrs("2001:db8::1", "2001:db8::2", "::ffff:10.0.0.1", "10.0.0.2"),
			behaves: map[string]func(context.Context) error{"[2001:db8::1]:80": isSilent, "[2001:db8::2]:80": isSilent},
			calls:   []string{"[2001:db8::1]:80 at 0s", "10.0.0.1:80 at 250ms"},
		},
		{
			name:    "all refuse",
			addrs:   addrs("10.0.0.1", "10.0.0.2"),
			behaves: map[string]func(context.Context) error{"10.0.0.1:80": refuses, "10.0.0.2:80": refuses},
			calls:   []string{"10.0.0.1:80 at 0s", "10.0.0.2:80 at 0s"},
			want:    wire.Refused,
		},
		{
			name:    "all are silent",
			addrs:   addrs("10.0.0.1", "10.0.0.2"),
			behaves: map[string]func(context.Context) error{"10.0.0.1:80": isSilent, "10.0.0.2:80": isSilent},
			calls:   []string{"10.0.0.1:80 at 0s", "10.0.0.2:80 at 250ms"},
			want:    wire.Timeout,
		},
		{name: "none", want: wire.Resolve},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := newNetwork()
				n.behaves = tt.behaves
				c := &wire.Client{
					Dial:           n.dial,
					Resolve:        func(context.Context, string) ([]netip.Addr, error) { return tt.addrs, nil },
					ConnectTimeout: 10 * time.Second,
				}
				_, _, err := do(t.Context(), c, get("name.example"))
				wantKind(t, err, tt.want)
				if got := n.dialled(); !slices.Equal(got, tt.calls) {
					t.Errorf("dialled %q, want %q", got, tt.calls)
				}
				c.Close()
				time.Sleep(time.Minute)
				synctest.Wait()
				if got := n.open(); got != 0 {
					t.Errorf("%d connections are left open", got)
				}
			})
		})
	}
}

// An address needs no resolving, and a name is left to Dial if nothing else
// resolves it.
func TestNames(t *testing.T) {
	tests := []struct {
		scheme, host, want string
		resolve            bool
	}{
		{"http", "127.0.0.1", "127.0.0.1:80", true},
		{"https", "127.0.0.1", "127.0.0.1:443", true},
		{"http", "[::1]:8080", "[::1]:8080", true},
		{"http", "name.example", "name.example:80", false},
		{"http", "name.example:81", "10.0.0.1:81", true},
	}
	for _, tt := range tests {
		t.Run(tt.scheme+" "+tt.host, func(t *testing.T) {
			c := newClient(t)
			var got string
			c.Dial = func(_ context.Context, _, addr string) (net.Conn, error) {
				got = addr
				return nil, errOdd
			}
			if tt.resolve {
				c.Resolve = func(context.Context, string) ([]netip.Addr, error) { return addrs("10.0.0.1"), nil }
			}
			r := get(tt.host)
			r.Scheme = tt.scheme
			_, err := c.RoundTrip(t.Context(), r)
			if wantKind(t, err, wire.Connect); got != tt.want {
				t.Errorf("dialled %s, want %s", got, tt.want)
			}
		})
	}
}

// localhost, and every name below it, is this machine, whatever a name server
// says.
func TestLocalhost(t *testing.T) {
	for _, name := range []string{"localhost", "LOCALHOST", "localhost.", "app.localhost"} {
		addr := startServer(t, answer(okAnswer))
		_, port, _ := net.SplitHostPort(addr)
		wantBody(t, newClient(t), get(name+":"+port), "ok")
	}
}

// Failures on the way to a connection are told apart.
func TestConnectFailures(t *testing.T) {
	c := newClient(t)
	c.Dial = func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", IsNotFound: true}}
	}
	_, err := c.RoundTrip(t.Context(), get("nowhere.invalid"))
	wantKind(t, err, wire.Resolve)

	for _, where := range []string{"resolving", "connecting"} {
		t.Run("cancelled while "+where, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			c := newClient(t)
			c.Resolve = func(ctx context.Context, _ string) ([]netip.Addr, error) {
				if where == "resolving" {
					cancel(errOdd)
					<-ctx.Done()
					return nil, ctx.Err()
				}
				return addrs("10.0.0.1"), nil
			}
			c.Dial = func(ctx context.Context, _, _ string) (net.Conn, error) {
				cancel(errOdd)
				<-ctx.Done()
				return nil, ctx.Err()
			}
			_, err := c.RoundTrip(ctx, get("name.example"))
			wantKind(t, err, wire.Canceled)
			if !errors.Is(err, errOdd) || !strings.Contains(err.Error(), "odd") {
				t.Errorf("%v does not say why", err)
			}
		})
	}
}
