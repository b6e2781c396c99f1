package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/corsage-go/corsage/agent"
	"github.com/corsage-go/corsage/agent/wire"
)

// suite is a running server of the web-platform-tests, and how its tests are run.
type suite struct {
	http, https string // where the tests are, without a slash at the end
	host        string // the name that all of its servers' names end in
	address     netip.Addr
	engine      string // what the results are said to be of
	profile     agent.Profile
	limit       time.Duration
}

// newSuite finds the server.
func newSuite(server, secure, engine string, profile agent.Profile, limit time.Duration) (*suite, error) {
	u, err := url.Parse(server)
	if err != nil || u.Scheme != "http" || u.Host == "" {
		return nil, fmt.Errorf("-server %q is no http URL; use one such as http://web-platform.test:8000", server)
	}
	if secure == "" {
		secure = "https://" + net.JoinHostPort(u.Hostname(), "8443")
	}
	return &suite{
		http: strings.TrimSuffix(server, "/"), https: strings.TrimSuffix(secure, "/"), host: u.Hostname(),
		address: netip.AddrFrom4([4]byte{127, 0, 0, 1}), engine: engine, profile: profile, limit: limit,
	}, nil
}

// run runs tests, several at once.
func (s *suite) run(ctx context.Context, tests []test, jobs int) results {
	r := results{Engine: s.engine, Tests: map[string]outcome{}}
	var (
		mu      sync.Mutex
		workers sync.WaitGroup
	)
	turns := make(chan struct{}, jobs)
	for _, t := range tests {
		turns <- struct{}{}
		workers.Go(func() {
			o := s.play(ctx, t)
			mu.Lock()
			r.Tests[t.URL] = o
			mu.Unlock()
			<-turns
		})
	}
	workers.Wait()
	return r
}

// address of a test's page.
func (s *suite) url(t test) string {
	if t.Base == "http" {
		return s.http + t.URL
	}
	return s.https + t.URL
}

// newAgent makes a browser for one test. It finds the names of the suite on this
// machine, so that no hosts file is needed, and takes the suite's certificates,
// which have expired.
func (s *suite) newAgent(client *wire.Client, mark string) *agent.Agent {
	client.Resolve = s.resolve
	client.TLS = &tls.Config{InsecureSkipVerify: true} //nolint:gosec // the suite's own server, on this machine
	return agent.New(agent.Options{Profile: s.profile, Transport: reporting{client, mark}})
}

var errNoSuchHost = errors.New("there is no such host in the suite")

// resolve finds the suite's names, and no others.
func (s *suite) resolve(_ context.Context, host string) ([]netip.Addr, error) {
	if addr, err := netip.ParseAddr(host); err == nil && addr.IsLoopback() {
		return []netip.Addr{addr}, nil
	}
	name := strings.TrimSuffix(host, ".")
	known := name == "localhost" || name == s.host || strings.HasSuffix(name, "."+s.host) || strings.HasSuffix(name, "not-"+s.host)
	if !known || strings.HasPrefix(name, "nonexistent.") {
		return nil, fmt.Errorf("%s: %w", host, errNoSuchHost)
	}
	return []netip.Addr{s.address}, nil
}
