package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/corsage-go/corsage/cors"
)

// serveCommand is `corsage serve`.
type serveCommand struct {
	dataFlag

	Listen string `default:"127.0.0.1:8401" placeholder:"ADDRESS" help:"Address and port to listen on (${default})."`
	Origin string `placeholder:"ORIGIN" help:"Origin by which browsers reach the service, such as https://photos.example; made of --listen if not given."`

	TrustedSite []string `placeholder:"ORIGIN" help:"Other site whose pages may sign people in and list their albums; a pattern such as https://*.example.com will do. Repeatable, or a list with commas."`
	ProxyHeader string   `placeholder:"NAME" help:"Header field to which the trusted proxy in front appends its client's address, such as X-Forwarded-For."`

	TLS     bool   `name:"tls" help:"Serve https, with certificates of an authority made for this machine alone."`
	TLSCert string `name:"tls-cert" placeholder:"FILE" type:"path" help:"Serve https with this certificate (PEM, with its chain). It is read again when it is renewed."`
	TLSKey  string `name:"tls-key" placeholder:"FILE" type:"path" help:"Private key of --tls-cert (PEM)."`

	PreflightMaxAge time.Duration `default:"10m" help:"For how long browsers may remember the answer to a preflight (in the demo not at all). What it allowed is checked again all the same."`
	ShutdownTimeout time.Duration `default:"10s" help:"How long requests under way may take to finish at the end."`

	LogFormat string `default:"text" enum:"text,json" help:"Form of the log on standard error: text or json."`
	LogLevel  string `default:"" enum:"debug,info,warn,error," placeholder:"LEVEL" help:"Least level to log: debug, info, warn or error (info; in the demo warn)."`

	LogRefusals int    `default:"10" placeholder:"LINES" help:"Most log lines a second about pages of other sites that are refused (${default}); 0 for none."`
	Metrics     string `placeholder:"ADDRESS" help:"Address and port at which Prometheus may collect metrics, such as 127.0.0.1:9401. Whoever reaches it can read them."`
	Panel       *bool  `negatable:"" help:"Show every exchange with the albums in a network panel: prints an address with a random token, for this machine alone (in the demo unless --no-panel). It shows addresses of albums, and no secrets."`
	PanelListen string `default:"127.0.0.1:8404" placeholder:"ADDRESS" help:"Where the panel listens (${default})."`

	Demo           bool   `help:"Show what Corsage does: a service with drawn photos, and two other sites whose pages use it."`
	GuestPort      int    `group:"demo" default:"8402" help:"Port of the demo's guest site, which sharing rules name."`
	UnnamedPort    int    `group:"demo" default:"8403" help:"Port of the demo's site that no rule names."`
	PlainListen    string `group:"demo" default:"127.0.0.1:8411" placeholder:"ADDRESS" help:"With --tls: where the demo also serves albums over http (${default})."`
	PlainGuestPort int    `group:"demo" default:"8412" help:"With --tls: port of the demo's guest site over http."`

	limitFlags `embed:""`
}

// Help implements kong.HelpProvider.
func (c *serveCommand) Help() string {
	return `Serves the albums in the data folder until it is interrupted. Requests under way are finished first; a second interrupt ends the program at once.

Every flag can be set in the environment: --max-albums as CORSAGE_MAX_ALBUMS, and so on.

Examples:

    corsage serve --demo
    corsage serve --data /srv/photos --origin https://photos.example
    corsage serve --listen :443 --origin https://photos.example --tls-cert cert.pem --tls-key key.pem`
}

// Run serves until the context ends.
func (c *serveCommand) Run(ctx context.Context, con console) error {
	s := newService(c, con)
	err := s.Open(ctx)
	switch {
	case err != nil && ctx.Err() != nil:
		return inWords(err, "interrupted while starting")
	case err != nil:
		return err
	}
	s.greet(con.out)
	failed := s.Wait(ctx)
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.ShutdownTimeout)
	defer cancel()
	return errors.Join(failed, s.Close(closing))
}

// Validate is called by the parser.
func (c *serveCommand) Validate() error {
	switch {
	case (c.TLSCert == "") != (c.TLSKey == ""):
		return errors.New("--tls-cert and --tls-key go together")
	case c.TLS && c.TLSCert != "":
		return errors.New("--tls makes certificates of its own: leave it out with --tls-cert")
	case c.Demo && c.TLSCert != "":
		return errors.New("the demo makes certificates of its own: use --tls")
	case c.Demo && c.Origin != "":
		return errors.New("the demo is for this machine alone: leave out --origin")
	case c.PreflightMaxAge < 0 || c.PreflightMaxAge > 24*time.Hour:
		return errors.New("--preflight-max-age is from 0s to 24h")
	case c.LogRefusals < 0:
		return errors.New("--log-refusals is not negative")
	case c.ShutdownTimeout < 0:
		return errors.New("--shutdown-timeout is not negative")
	}
	return errors.Join(c.checkOrigin(), c.check())
}

func (c *serveCommand) checkOrigin() error {
	if c.Origin == "" {
		return nil
	}
	o, err := cors.ParseOrigin(c.Origin)
	switch {
	case err != nil:
		return fmt.Errorf("--origin: %w", err)
	case o.Scheme() != "http" && o.Scheme() != "https":
		return fmt.Errorf("--origin: %s is neither http nor https", c.Origin)
	case c.secure() && o.Scheme() == "http":
		return fmt.Errorf("--origin: the service speaks https, but %s says http", c.Origin)
	case c.TLS && !vouches(hostname(c.Origin)):
		return fmt.Errorf("--tls is for this machine alone and cannot vouch for %s: use --tls-cert", o.Host())
	}
	return nil
}

// hostname returns the host of an origin, an IPv6 address without brackets.
func hostname(origin string) string {
	u, err := url.Parse(origin)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// withPanel reports whether there is a panel: when it is asked for, and in the demo
// unless it is not wanted.
func (c *serveCommand) withPanel() bool {
	if c.Panel != nil {
		return *c.Panel
	}
	return c.Demo
}

// secure reports whether the service itself speaks https.
func (c *serveCommand) secure() bool { return c.TLS || c.TLSCert != "" }

// folder is the data folder; the demo's is apart from what people keep, unless
// they say otherwise.
func (c *serveCommand) folder() (string, error) {
	if !c.Demo || c.Data != defaultData() {
		return c.Data, nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", hinted(fmt.Errorf("there is no place for the demo's data: %w", err), "name a folder with --data")
	}
	return filepath.Join(cache, "corsage", "demo"), nil
}

func (c *serveCommand) logLevel() slog.Level {
	level := slog.LevelInfo
	if c.Demo {
		level = slog.LevelWarn
	}
	if c.LogLevel != "" {
		_ = level.UnmarshalText([]byte(c.LogLevel)) // the parser lets only levels through
	}
	return level
}

// preflightMaxAge is in seconds. The demo's pages show every preflight.
func (c *serveCommand) preflightMaxAge() int {
	if c.Demo {
		return 0
	}
	return int(c.PreflightMaxAge.Seconds())
}

// originOf makes the origin of the address that a listener was given.
func originOf(scheme string, l net.Listener) (string, error) {
	host, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return "", err
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		return "", hinted(fmt.Errorf("listening on every address of this machine, so the origin is not known"),
			"say by which one browsers reach the service, such as --origin https://photos.example")
	}
	if n, err := strconv.Atoi(port); err == nil && n == defaultPorts[scheme] {
		return scheme + "://" + bracketed(host), nil
	}
	return scheme + "://" + net.JoinHostPort(host, port), nil
}

var defaultPorts = map[string]int{"http": 80, "https": 443}

func bracketed(host string) string {
	if ip := net.ParseIP(host); ip != nil && ip.To4() == nil {
		return "[" + host + "]"
	}
	return host
}
