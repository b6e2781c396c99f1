package main

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"

	"github.com/corsage-go/corsage/agent"
	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/probe"
	"github.com/corsage-go/corsage/internal/probing"
)

// resolveFlag says where connections lead, in curl's form.
type resolveFlag struct {
	Resolve []string `sep:"none" placeholder:"HOST:PORT:ADDRESS" help:"Connect to ADDRESS (which may have a port of its own) for HOST and PORT; * for any host. Repeatable."`
}

// hosts gives the flags in the form of agent.Options.
func (f *resolveFlag) hosts() (map[string]string, error) {
	hosts := map[string]string{}
	for _, r := range f.Resolve {
		host, port, address, ok := cutResolve(r)
		if !ok {
			return nil, fmt.Errorf("--resolve %q is not HOST:PORT:ADDRESS, such as api.example:443:127.0.0.1", r)
		}
		if host == "*" {
			hosts["*"] = address
			continue
		}
		hosts[net.JoinHostPort(host, port)] = address
	}
	return hosts, nil
}

// cutResolve takes HOST:PORT:ADDRESS apart. An IPv6 host is in brackets.
func cutResolve(s string) (host, port, address string, ok bool) {
	end := strings.IndexByte(s, ':')
	if strings.HasPrefix(s, "[") {
		end = strings.IndexByte(s, ']') + 1
	}
	if end <= 0 || end >= len(s) || s[end] != ':' {
		return "", "", "", false
	}
	port, address, ok = strings.Cut(s[end+1:], ":")
	host = strings.Trim(s[:end], "[]")
	if a := strings.Trim(address, "[]"); net.ParseIP(a) != nil {
		address = a // the port is that which was asked for
	} else if _, _, err := net.SplitHostPort(address); err != nil {
		return "", "", "", false
	}
	return host, port, address, ok && host != "" && port != ""
}

// trustFlag names authorities besides the system's.
type trustFlag struct {
	CA string `name:"ca" type:"path" placeholder:"FILE" help:"Trust the authorities in this file (PEM) besides the system's."`
}

// maxCA is the size of the largest file of authorities, in bytes.
const maxCA = 4 << 20

// roots returns the authorities; nil for the system's.
func (f *trustFlag) roots() (*x509.CertPool, error) {
	if f.CA == "" {
		return nil, nil
	}
	pem, err := readBounded(f.CA, maxCA)
	if err != nil {
		return nil, fmt.Errorf("--ca: %w", err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("--ca: there is no certificate in %s; it takes PEM", f.CA)
	}
	return pool, nil
}

// readBounded reads a file that may have so many bytes.
func readBounded(path string, most int64) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // it was read only
	return readAtMost(file, path, most)
}

// readAtMost reads all of something that may have so many bytes.
func readAtMost(r io.Reader, name string, most int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, most+1))
	if err == nil && int64(len(data)) > most {
		err = fmt.Errorf("%s has more than %v", name, size(most))
	}
	return data, err
}

// probeFlags say how probes are sent.
type probeFlags struct {
	resolveFlag
	trustFlag
	Concurrency int           `default:"4" group:"probes" help:"How many probes are under way at a time (${default})."`
	Rate        float64       `default:"50" group:"probes" help:"How many requests are sent in a second at most (${default}); 0 for no limit."`
	Timeout     time.Duration `default:"10s" group:"probes" help:"How long one probe may take (${default})."`
	MaxTime     time.Duration `default:"10m" group:"probes" help:"How long all of them may take (${default})."`
	MaxProbes   int           `default:"2000" group:"probes" help:"How many probes may be sent at most (${default}). With more to send, none is."`
	DryRun      bool          `group:"probes" help:"Send nothing; print every request that could be sent, as it would be; secrets are left out."`
}

// maxConcurrency is as many probes at a time as a server should have to bear.
const maxConcurrency = 64

// validate says what is wrong with the flags.
func (f *probeFlags) validate() error {
	switch {
	case f.Concurrency < 1 || f.Concurrency > maxConcurrency:
		return fmt.Errorf("--concurrency is from 1 to %d", maxConcurrency)
	case f.Rate < 0:
		return errors.New("--rate is not negative")
	case f.Timeout <= 0 || f.MaxTime <= 0:
		return errors.New("--timeout and --max-time are more than nothing, such as 10s")
	case f.MaxProbes < 1:
		return errors.New("--max-probes is 1 at least")
	}
	_, err := f.hosts()
	return err
}

// userAgent is what probes say they are.
const userAgent = "corsage-probe"

// prober makes what sends the probes, and what closes it.
func (f *probeFlags) prober(cookie string, secrets []string) (*probing.Prober, func(), error) {
	hosts, err := f.hosts()
	if err != nil {
		return nil, nil, misuse(err)
	}
	roots, err := f.roots()
	if err != nil {
		return nil, nil, misuse(err)
	}
	transport := agent.NewTransport(agent.Options{Resolve: hosts, Roots: roots})
	p := &probing.Prober{
		Transport: transport, UserAgent: userAgent, Cookie: cookie, Secrets: secrets,
		Concurrency: f.Concurrency, Rate: f.Rate, Timeout: f.Timeout,
	}
	return p, transport.Close, nil
}

// checkCount refuses to send more than was agreed to.
func (f *probeFlags) checkCount(probes []probe.Probe) error {
	if len(probes) <= f.MaxProbes {
		return nil
	}
	return misuse(fmt.Errorf("there are %d probes to send, and --max-probes is %d", len(probes), f.MaxProbes),
		"raise --max-probes, or cut the contract into several")
}

// ask sends probes, or prints what they would send, which is the end of the command
// then. What is secret is left out of answers and of what is printed.
func (f *probeFlags) ask(ctx context.Context, con console, probes []probe.Probe, cookie string, secrets []string) ([]probe.Answer, error) {
	if err := f.checkCount(probes); err != nil {
		return nil, err
	}
	p, closeAll, err := f.prober(cookie, secrets)
	if err != nil {
		return nil, err
	}
	defer closeAll()
	if !f.DryRun {
		return f.run(ctx, p, probes)
	}
	if err := f.rehearse(ctx, con, p, probes); err != nil {
		return nil, err
	}
	return nil, &told{exitOK}
}

// run sends probes within the time.
func (f *probeFlags) run(ctx context.Context, p *probing.Prober, probes []probe.Probe) ([]probe.Answer, error) {
	timed, cancel := context.WithTimeout(ctx, f.MaxTime)
	defer cancel()
	answers, err := p.Run(timed, probes)
	switch {
	case ctx.Err() != nil:
		return nil, inWords(err, "interrupted before all probes were sent; nothing is reported")
	case err != nil:
		return nil, hinted(inWords(err, "%v were not enough for %d probes; nothing is reported", f.MaxTime, len(probes)),
			"raise --max-time or --rate")
	}
	return answers, nil
}

// rehearse prints what would be sent, but for secrets.
func (f *probeFlags) rehearse(ctx context.Context, con console, p *probing.Prober, probes []probe.Probe) error {
	planned, err := p.Rehearse(ctx, probes)
	if err != nil {
		return err
	}
	for _, r := range planned {
		condition := ""
		if r.Depends {
			condition = "    (only if the preflight before it is approved)"
		}
		fmt.Fprintf(con.out, "%s %s%s\n", r.Method, r.URL, condition)
		for _, h := range r.Header {
			fmt.Fprintf(con.out, "  %s: %s\n", h.Name, p.Redact(h.Value))
		}
	}
	fmt.Fprintf(con.out, "%d requests at most; nothing was sent\n", len(planned))
	return nil
}

// fieldFlag is a header field, such as "Authorization: Bearer x".
type fieldFlag cors.Field

// UnmarshalText implements encoding.TextUnmarshaler.
func (f *fieldFlag) UnmarshalText(text []byte) error {
	name, value, ok := strings.Cut(string(text), ":")
	value = strings.Trim(value, " \t")
	if !ok || !cors.IsToken(name) || strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
		return fmt.Errorf("%q is not a header field; write it as 'Name: value'", text)
	}
	*f = fieldFlag{Name: name, Value: value}
	return nil
}
