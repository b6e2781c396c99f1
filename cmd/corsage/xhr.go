package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/corsage-go/corsage/agent"
	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/cors/trace"
)

// xhrPage is the page that asks if nobody has named one. The name leads nowhere, and
// no server has a reason to know it.
const xhrPage = "https://corsage-xhr.example"

// xhrCommand is `corsage xhr`.
type xhrCommand struct {
	URL string `arg:"" placeholder:"URL" help:"Address to ask. One that begins with / is of the page's own origin."`

	Method          string        `short:"X" name:"request" placeholder:"METHOD" help:"Method: POST if there is something to send, and otherwise GET."`
	Header          []fieldFlag   `sep:"none" short:"H" placeholder:"'NAME: VALUE'" help:"Header field, as setRequestHeader() sets it. Repeatable."`
	Data            []string      `sep:"none" short:"d" placeholder:"DATA" help:"Body, as send() takes it: text, @FILE for a file, or @- for standard input. Several texts are joined with &."`
	Form            []string      `sep:"none" short:"F" placeholder:"NAME=VALUE" help:"Entry of a form, as FormData has it: NAME=VALUE, or NAME=@FILE. Repeatable."`
	WithCredentials bool          `help:"Let cookies and HTTP authentication go to another origin, as xhr.withCredentials does."`
	Cookie          []string      `sep:"none" placeholder:"COOKIE" help:"Cookie that the server of URL has set before, as its Set-Cookie said it, such as 'sid=1; SameSite=None; Secure'. Repeatable."`
	User            string        `short:"u" placeholder:"USER:PASSWORD" help:"For HTTP authentication, as open() takes them: browsers sign in to the page's own origin when it asks, and to no other."`
	Origin          string        `placeholder:"ORIGIN" help:"Origin, or whole URL, of the page that asks (${xhrpage}, which is nobody's)."`
	Timeout         time.Duration `short:"m" placeholder:"DURATION" help:"How long the request may take, as xhr.timeout has it. Without it, as long as it takes."`
	browserFlags

	Output string `short:"o" type:"path" placeholder:"FILE" group:"report" help:"Write the body into a file, whole or not at all."`
	Head   bool   `short:"i" name:"include" group:"report" help:"Print the head before the body, as far as the script may see it."`
	xhrReport
	panelFlag
}

// xhrReport says how it is told what came of a request.
type xhrReport struct {
	Verbose     bool   `short:"v" group:"report" help:"Show the heads of every request and answer, with the lines that decided marked."`
	Silent      bool   `short:"s" group:"report" help:"Print the body and errors only."`
	ShowSecrets bool   `group:"report" help:"Show cookies, passwords and tokens, which are left out otherwise; in --json and --har too."`
	JSON        bool   `name:"json" group:"report" help:"Print what happened, the verdict and the findings as JSON, and no body."`
	HAR         string `name:"har" type:"path" placeholder:"FILE" group:"report" help:"Write every request with its verdict into a HAR file that only you may read. The beginning of each answer is in it as it came."`
	configFlag
	colorFlag
}

// Help implements kong.HelpProvider.
func (c *xhrCommand) Help() string {
	return `Asks as an XMLHttpRequest of a page on another origin does: with Origin, with a preflight where one is needed, with the CORS check. It shows each exchange as a browser's network panel would, says whether the script may read the answer, and if not, why, and what would let it through.

The body goes to standard output if the script may read it, and nowhere if not. All else goes to standard error. A text as body has the type text/plain, as in a page: set another with -H. What only browsers may set, such as Host or Cookie, is left out as browsers do.

Exit codes: 0 the script may read the answer, whatever its status, 1 it may not, 2 wrong use, 3 there was no answer (name, connection, TLS, time).

Examples:

    corsage xhr https://api.example/albums --origin https://app.example
    corsage xhr -X PUT -H 'Content-Type: application/json' -d '{"name": "New Album"}' https://api.example/albums --origin https://app.example
    corsage xhr -F photo=@rose.jpg https://api.example/photos --origin https://app.example
    corsage xhr --with-credentials --cookie 'sid=1; SameSite=None; Secure' https://api.example/me --origin https://app.example
    corsage xhr https://api.example/albums --origin https://app.example --resolve api.example:443:127.0.0.1:8443 --ca dev.pem
    corsage xhr -v https://api.example/albums --config nginx
    corsage xhr -s https://api.example/albums | jq .`
}

// Validate is called by the parser.
func (c *xhrCommand) Validate() error {
	lower := strings.ToLower(c.URL)
	switch {
	case !strings.Contains(c.URL, "://") && !strings.HasPrefix(c.URL, "/") && !strings.HasPrefix(lower, "data:"):
		return fmt.Errorf("%q is no URL; write it with its scheme, such as https://%s", c.URL, c.URL)
	case len(c.Data) > 0 && len(c.Form) > 0:
		return errors.New("a request has one body: leave out -d or -F")
	case c.sends() && (strings.EqualFold(c.Method, "GET") || strings.EqualFold(c.Method, "HEAD")):
		return fmt.Errorf("browsers send no body with %s: leave out -d and -F, or use another method", strings.ToUpper(c.Method))
	case c.Timeout < 0:
		return errors.New("--timeout is not negative, such as 10s")
	case c.JSON && c.Head:
		return errors.New("--json has the heads: leave out -i")
	}
	if _, err := c.hosts(); err != nil {
		return err
	}
	_, err := c.page()
	return errors.Join(err, c.targets())
}

// page is the URL of the page that asks.
func (c *xhrCommand) page() (*weburl.URL, error) { return pageAt(cmp.Or(c.Origin, xhrPage)) }

// sends reports whether there is a body.
func (c *xhrCommand) sends() bool { return len(c.Data)+len(c.Form) > 0 }

// Run asks, and tells what came of it.
func (c *xhrCommand) Run(ctx context.Context, con console) error {
	body, err := c.body(con)
	if err != nil {
		return misuse(err)
	}
	o, err := c.agentOptions()
	if err != nil {
		return err
	}
	shown, err := c.openPanel(ctx, con.err, "corsage xhr")
	if err != nil {
		return err
	}
	bar := newProgressBar(con.err, c.Silent)
	record := newRunRecord(c.JSON || c.HAR != "" || c.Panel)
	record.recorder.Redaction = trace.Redaction{Off: c.ShowSecrets}
	record.recorder.Sink = shown.with(record.log.Sink())
	o.Hooks = bar.watchUploads(record.hooks())
	browser := agent.New(o)
	defer browser.Close()
	said := c.conclude(con, &record.log, c.ask(ctx, con, browser, body, bar))
	if err := shown.linger(ctx, con.err); err != nil {
		return errors.Join(said, err)
	}
	return said
}

// ask makes the request. Its error is why there is nothing to read.
func (c *xhrCommand) ask(ctx context.Context, con console, browser *agent.Agent, body agent.Body, bar *progressBar) error {
	x, err := c.open(con, browser)
	if err != nil {
		return err
	}
	x.On(agent.EventProgress, bar.downloaded)
	defer bar.clear()
	if c.Output != "" {
		return writeReport(c.Output, func(w io.Writer) error { return c.receive(ctx, x, body, w) })
	}
	if c.JSON {
		return c.receive(ctx, x, body, io.Discard)
	}
	if isScreen(con.out) {
		screen := &screenWriter{w: con.out, bar: bar, last: '\n'}
		return errors.Join(c.receive(ctx, x, body, screen), screen.endLine())
	}
	return c.receive(ctx, x, body, con.out)
}

// receive sends the request, and writes what the script is given.
func (c *xhrCommand) receive(ctx context.Context, x *agent.XHR, body agent.Body, w io.Writer) error {
	kept := &failingWriter{w: w}
	x.DownloadTo(kept)
	if c.Head {
		x.On(agent.EventReadyStateChange, func(agent.Event) {
			if x.State() == agent.HeadersReceived {
				fmt.Fprintf(kept, "HTTP %d %s\n%s\n", x.Status(), x.StatusText(), strings.ReplaceAll(x.AllResponseHeaders(), "\r\n", "\n"))
			}
		})
	}
	_, err := x.Do(ctx, body)
	if kept.err != nil {
		return inWords(kept.err, "the body cannot be written: %v", kept.err)
	}
	return err
}

// failingWriter remembers why nothing more can be written.
type failingWriter struct {
	w   io.Writer
	err error
}

// Write implements io.Writer.
func (f *failingWriter) Write(p []byte) (int, error) {
	n, err := f.w.Write(p)
	f.err = cmp.Or(f.err, err)
	return n, err
}

// screenWriter shows a body on a terminal, without the codes by which a server could
// command it.
type screenWriter struct {
	w    io.Writer
	bar  *progressBar
	last byte
}

// Write implements io.Writer.
func (s *screenWriter) Write(p []byte) (int, error) {
	s.bar.clear()
	if _, err := io.WriteString(s.w, harmless(string(p))); err != nil {
		return 0, err
	}
	if len(p) > 0 {
		s.last = p[len(p)-1]
	}
	return len(p), nil
}

// endLine ends the last line, so that what follows begins on its own.
func (s *screenWriter) endLine() error {
	if s.last == '\n' {
		return nil
	}
	_, err := io.WriteString(s.w, "\n")
	return err
}
