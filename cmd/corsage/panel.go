package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/corsage-go/corsage/cors/trace"
	"github.com/corsage-go/corsage/web/panel"
)

// panelCommand is `corsage panel`.
type panelCommand struct {
	File        string `arg:"" placeholder:"FILE" help:"HAR file saved by Corsage, Chrome, Firefox or another tool; - for standard input."`
	Listen      string `default:"127.0.0.1:0" placeholder:"ADDRESS" help:"Address and port of this machine to listen on; port 0 finds a free one (${default})."`
	ShowSecrets bool   `help:"Show cookies, passwords and tokens, which are left out otherwise."`
}

// Help implements kong.HelpProvider.
func (c *panelCommand) Help() string {
	return `Shows what a HAR file holds in a network panel, in a browser tab, until it is interrupted. Which requests were blocked and why is worked out anew for files that do not say.

The address that is printed has a random token in it. It works on this machine alone, and only with the token.

Examples:

    corsage panel session.har
    corsage panel - < session.har`
}

// Run shows the file until the context ends.
func (c *panelCommand) Run(ctx context.Context, con console) error {
	t, err := c.read(con)
	if err != nil {
		return err
	}
	shown, err := openPanel(ctx, panel.Config{Source: c.name(), Limits: trace.Limits{Exchanges: max(len(t.Exchanges), 1)}}, c.Listen, "--listen")
	if err != nil {
		return err
	}
	shown.Load(t)
	fmt.Fprintf(con.out, "%s: %d exchanges\nThe panel is at %s\nStop with Ctrl-C.\n", c.name(), len(t.Exchanges), shown.address)
	if t.Dropped > 0 {
		fmt.Fprintf(con.out, "%d more did not fit in and are not shown.\n", t.Dropped)
	}
	return shown.waitAndClose(ctx)
}

func (c *panelCommand) name() string {
	if c.File == "-" {
		return "standard input"
	}
	return filepath.Base(c.File)
}

func (c *panelCommand) read(con console) (*trace.Trace, error) {
	in := con.in
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return nil, hinted(fmt.Errorf("the recording cannot be read: %w", err), "name a HAR file, or - for standard input")
		}
		defer f.Close()
		in = f
	}
	if in == nil {
		in = os.Stdin
	}
	t, err := readRecording(in, trace.ReadOptions{Redaction: trace.Redaction{Off: c.ShowSecrets}})
	if err != nil {
		return nil, hinted(fmt.Errorf("%s: %w", c.name(), err), "save it again: in a browser's network panel, as HAR; in Corsage's, with Export HAR")
	}
	return t, nil
}

func readRecording(in io.Reader, o trace.ReadOptions) (*trace.Trace, error) {
	buffered := bufio.NewReader(in)
	if _, err := buffered.Peek(1); errors.Is(err, io.EOF) {
		return nil, errors.New("there is nothing in it")
	}
	return trace.ReadHAR(buffered, o)
}

// panelFlag lets a command show what it records in a panel:
//
//	shown, err := c.openPanel(ctx, con.err, "corsage xhr") // nil without --panel
//	recorder := &agent.Recorder{Sink: shown.with(log.Sink())}
//	...
//	return shown.linger(ctx, con.err) // until somebody has looked enough
type panelFlag struct {
	Panel bool `group:"report" help:"Show every exchange in a network panel too: prints an address to open in a browser, and stays until it is interrupted."`
}

// openPanel opens a panel and tells out where it is; nil if none is asked for.
func (f panelFlag) openPanel(ctx context.Context, out io.Writer, source string) (*shownPanel, error) {
	if !f.Panel {
		return nil, nil
	}
	s, err := openPanel(ctx, panel.Config{Source: source, Live: true}, "127.0.0.1:0", "--panel")
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(out, "The panel is at %s\n", s.address)
	return s, nil
}

// shownPanel is a panel that is served to this machine.
type shownPanel struct {
	*panel.Panel
	address string // what to open in a browser
	origin  string
	server  *http.Server
	failed  chan error
}

// openPanel serves a panel at an address of this machine, which flag names on the
// command line. Port 0 finds a free one. It ends with close.
func openPanel(ctx context.Context, c panel.Config, address, flag string) (*shownPanel, error) {
	if err := onlyThisMachine(address, flag); err != nil {
		return nil, err
	}
	l, err := listen(ctx, address, flag)
	if err != nil {
		return nil, err
	}
	origin, token := "http://"+l.Addr().String(), panel.NewToken()
	s := &shownPanel{Panel: panel.New(c), address: panel.Address(origin, token), origin: origin, failed: make(chan error, 1)}
	s.server = &http.Server{
		Handler:           s.Handler(origin, token),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      time.Minute, // streams set their own
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          log.New(io.Discard, "", 0), // what strangers send amiss is no concern of the person here
	}
	s.server.RegisterOnShutdown(s.Close)
	go func() {
		if err := s.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			s.failed <- fmt.Errorf("serving the panel ended: %w", err)
		}
	}()
	return s, nil
}

// onlyThisMachine refuses an address that others can reach, because a panel shows
// everything to whoever has its address.
func onlyThisMachine(address, flag string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil || net.ParseIP(host).IsLoopback() {
		return nil // what is no address is for listen to say
	}
	return misuse(fmt.Errorf("the panel is for this machine alone, and others may reach %s %q", flag, address),
		fmt.Sprintf("use 127.0.0.1 or [::1] with %s", flag))
}

// with returns what fills another sink and the panel. A nil one adds nothing.
func (s *shownPanel) with(other trace.Sink) trace.Sink {
	if s == nil {
		return other
	}
	own := s.Sink()
	return trace.Sink{
		Exchange: func(x *trace.Exchange) {
			other.Exchange(x)
			own.Exchange(x)
		},
		Event: func(e trace.Event) {
			other.Event(e)
			own.Event(e)
		},
	}
}

// linger keeps the panel open until the context ends, and closes it. A nil one ends
// at once.
func (s *shownPanel) linger(ctx context.Context, out io.Writer) error {
	if s == nil {
		return nil
	}
	fmt.Fprintln(out, "The panel stays open. Stop with Ctrl-C.")
	return s.waitAndClose(ctx)
}

func (s *shownPanel) waitAndClose(ctx context.Context) error {
	var failed error
	select {
	case <-ctx.Done():
	case failed = <-s.failed:
	}
	return errors.Join(failed, s.close(context.WithoutCancel(ctx)))
}

// failure tells if the server ends by itself. A nil panel never does.
func (s *shownPanel) failure() <-chan error {
	if s == nil {
		return nil
	}
	return s.failed
}

// close ends the panel. A nil one has nothing to end.
func (s *shownPanel) close(ctx context.Context) error {
	if s == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if err := s.server.Shutdown(ctx); err != nil {
		return errors.Join(err, s.server.Close())
	}
	return nil
}
