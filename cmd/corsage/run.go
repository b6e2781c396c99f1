package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/corsage-go/corsage/agent"
	"github.com/corsage-go/corsage/agent/script"
)

// exitTimeLimit is the exit code of a script that did not end in time.
const exitTimeLimit = 3

// runCommand is `corsage run`.
type runCommand struct {
	Input string `arg:"" optional:"" placeholder:"INPUT" help:"Script to run, or - for standard input; or a page: an HTML file, or a URL."`
	Eval  string `short:"e" placeholder:"CODE" help:"Run this code instead."`

	Origin  string        `placeholder:"ORIGIN" help:"Origin, or whole URL, of the page in which the script runs (${origin}). A page that has a URL needs none."`
	Module  bool          `help:"Run the script as a module. A file that ends in .mjs is one anyway."`
	Timeout time.Duration `default:"30s" help:"How long the script, and all that it leads to, may take (${default})."`

	Root string `type:"path" placeholder:"DIR" help:"Folder whose files are what the page's own origin has. Without it, a file that is run finds its scripts, modules and styles in its own folder, and nothing else."`

	userFlags
	browserFlags

	HAR     string `name:"har" type:"path" placeholder:"FILE" group:"report" help:"Write every request with its verdict into a HAR file that only you may read. Cookies, passwords and tokens in header fields and addresses are left out; the beginning of each answer is not looked into."`
	Explain bool   `group:"report" help:"Explain each request that was blocked, after the script has ended: what decided, and what would let it through."`
	panelFlag
	colorFlag
}

// Help implements kong.HelpProvider.
func (c *runCommand) Help() string {
	return `Runs a page's JavaScript without a browser: XMLHttpRequest, fetch and what else scripts find there obey the rules of CORS, as they do in a browser. It ends when nothing is pending any more.

INPUT is a script, or a page: a file that ends in .html, or a URL. A file runs as if it lay at the top of --origin.

console.log goes to standard output; warnings and errors, and what browsers write of requests that fail, go to standard error.

Exit codes: 0 the script has ended, 1 it left an error uncaught, 2 wrong use, 3 it did not end in time. A request that was blocked is no error by itself: the script is told of it.

Examples:

    corsage run page.js --origin https://app.example
    corsage run -e 'fetch("https://api.example/albums").then(r => console.log(r.status))'
    corsage run https://app.example/
    corsage run dist/index.html --root dist --origin https://app.example
    corsage run app.mjs --origin https://app.example --resolve api.example:443:127.0.0.1:8443 --ca dev.pem
    corsage run page.js --origin https://app.example --explain --har page.har
    corsage run page.html --root . --file photo=rose.jpg --click '#upload'
    corsage run page.js --origin https://app.example --panel
    corsage run detect.js --profile ie9`
}

// Validate is called by the parser.
func (c *runCommand) Validate() error {
	switch {
	case c.Input == "" && c.Eval == "":
		return errors.New("expected a script to run, such as page.js, or -e CODE")
	case c.Input != "" && c.Eval != "":
		return fmt.Errorf("-e has the code to run: leave out %s", c.Input)
	case isURL(c.Input) && (c.Origin != "" || c.Root != "" || c.Module):
		return errors.New("a page that has a URL has its origin and its scripts from there: leave out --origin, --root and --module")
	case c.Timeout <= 0:
		return errors.New("--timeout is more than nothing, such as 30s")
	}
	if _, err := c.hosts(); err != nil {
		return err
	}
	_, err := c.pageURL()
	return err
}

// Run runs the script, and reports what came of it.
func (c *runCommand) Run(ctx context.Context, con console) error {
	input, err := c.read(con)
	if err != nil {
		return err
	}
	o, err := c.agentOptions()
	if err != nil {
		return err
	}
	network := agent.NewTransport(o)
	defer network.Close()
	o.Transport = network
	if input.folder != nil {
		defer input.folder.Close() //nolint:errcheck // it was read only
		o.Transport = newFolderTransport(network, input.folder, input.page, c.Root != "")
	}
	panel, err := c.openPanel(ctx, con.err, "corsage run, "+input.name)
	if err != nil {
		return err
	}
	record := newRunRecord(c.HAR != "" || c.Panel)
	record.recorder.Sink = panel.with(record.log.Sink())
	o.Hooks = record.hooks()
	failed := c.verdict(ctx, input, c.perform(ctx, o, input, con))
	err = errors.Join(record.conclude(c, con), panel.linger(ctx, con.err))
	if _, shown := errors.AsType[*told](failed); err != nil && shown {
		return err
	}
	return errors.Join(failed, err)
}

// perform runs the input until nothing is pending, or its time is up.
func (c *runCommand) perform(ctx context.Context, o agent.Options, input *runInput, con console) error {
	browser := agent.New(o)
	defer browser.Close()
	timed, cancel := context.WithTimeoutCause(ctx, c.Timeout, errTimeLimit)
	defer cancel()
	page, err := browser.Page(input.page.Href())
	if err != nil {
		return misuse(err)
	}
	out := &runConsole{out: con.out, err: con.err, paintOut: c.paints(con.out), paintErr: c.paints(con.err)}
	realm, err := input.start(timed, page, script.Options{
		Limits: script.Limits{Task: c.Timeout + time.Second}, Console: out.print, Choose: input.user.choose,
	})
	if realm == nil {
		return err
	}
	defer realm.Close()
	if timed.Err() != nil {
		return err
	}
	return errors.Join(err, input.user.act(timed, realm))
}

// errTimeLimit is why a script is stopped.
var errTimeLimit = errors.New("the time limit is over")

// verdict is what the exit code says. The console has shown what no script has
// caught, in full and with its place.
func (c *runCommand) verdict(ctx context.Context, input *runInput, err error) error {
	_, thrown := errors.AsType[*script.Error](err)
	wrong, misused := errors.AsType[*failure](err)
	switch {
	case err == nil:
		return nil
	case misused:
		return wrong
	case errors.Is(err, errTimeLimit):
		return &failure{
			err: fmt.Errorf("%s did not come to its end within %v", input.name, c.Timeout), code: exitTimeLimit,
			hints: []string{"raise --timeout if it may take longer; a request without an answer, a timer that repeats or a loop keeps a script running"},
		}
	case ctx.Err() != nil:
		return inWords(err, "interrupted before %s came to its end", input.name)
	case thrown:
		return &told{exitFailed}
	default:
		return err
	}
}

// browserFlags say how the browser is, and where its connections lead.
type browserFlags struct {
	Profile string `default:"standard" enum:"standard,chromium,ie10,ie9" help:"Browser to be like: standard, chromium, ie10 or ie9 (${default})."`
	resolveFlag
	trustFlag
}

// agentOptions say how the browser is.
func (f *browserFlags) agentOptions() (agent.Options, error) {
	hosts, err := f.hosts()
	if err != nil {
		return agent.Options{}, misuse(err)
	}
	roots, err := f.roots()
	if err != nil {
		return agent.Options{}, misuse(err)
	}
	return agent.Options{Profile: profiles[f.Profile], Resolve: hosts, Roots: roots}, nil
}

// profiles are the browsers to be like.
var profiles = map[string]agent.Profile{
	"standard": agent.Standard, "chromium": agent.Chromium, "ie10": agent.IE10, "ie9": agent.IE9,
}
