package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/corsage-go/corsage/cors/explain"
	"github.com/corsage-go/corsage/cors/trace"
)

// explainCommand is `corsage explain`.
type explainCommand struct {
	File string `arg:"" optional:"" placeholder:"FILE" help:"Recording or text to explain; - or nothing for standard input."`

	Origin          string `placeholder:"ORIGIN" help:"Origin of the page, where the text does not say it."`
	URL             string `name:"url" placeholder:"URL" help:"URL of the request, where heads do not say it."`
	WithCredentials bool   `help:"The request of the heads was made with credentials."`

	OnlyBlocked bool `group:"report" help:"Explain what was blocked, and leave out what else was found."`
	ShowSecrets bool `group:"report" help:"Show cookies, passwords and tokens, which are left out otherwise."`
	JSON        bool `name:"json" group:"report" help:"Print the findings as JSON: an array, empty if there are none."`
	configFlag
	colorFlag
}

// Help implements kong.HelpProvider.
func (c *explainCommand) Help() string {
	return `Says why requests were blocked, and what would let them through, without asking any server. It takes

- a HAR file, as the network panels of browsers and Corsage's own commands save it;
- a trace, or what corsage xhr --json prints;
- what a browser printed on its console, pasted as it is;
- heads of a request and its answer, as curl -v prints them or a browser's panel copies them.

Exit codes: 0 nothing was blocked, 1 something was, 2 wrong use or nothing that could be understood.

Examples:

    corsage explain session.har
    corsage explain session.har --only-blocked --config nginx
    corsage explain < console.txt
    curl -v -H 'Origin: https://app.example' https://api.example/albums 2>&1 >/dev/null | corsage explain
    corsage xhr --json https://api.example/albums | corsage explain --json`
}

// Validate is called by the parser.
func (c *explainCommand) Validate() error {
	if c.Origin != "" && c.Origin != "null" {
		if _, err := pageAt(c.Origin); err != nil {
			return err
		}
	}
	return c.targets()
}

// Run explains, and says by the exit code whether anything was blocked.
func (c *explainCommand) Run(con console) error {
	t, err := c.read(con)
	if err != nil {
		return err
	}
	found := explain.Trace(t)
	if c.OnlyBlocked {
		found = onlyBlocked(found)
	}
	if err := c.write(con, t, found); err != nil {
		return err
	}
	if len(onlyBlocked(found)) > 0 {
		return &told{exitFailed}
	}
	return nil
}

func onlyBlocked(all []explain.Finding) []explain.Finding {
	var found []explain.Finding
	for _, f := range all {
		if f.Severity == explain.Blocked {
			found = append(found, f)
		}
	}
	return found
}

// write says what was found: in total first if there is much of it.
func (c *explainCommand) write(con console, t *trace.Trace, found []explain.Finding) error {
	if c.JSON {
		return explain.WriteJSON(con.out, found)
	}
	var b strings.Builder
	n, kept := len(onlyBlocked(found)), len(t.Exchanges)
	if kept > 1 || n == 0 {
		fmt.Fprintf(&b, "%s; %s blocked.\n", exchanges(kept), were(n))
	}
	if t.Dropped > 0 {
		fmt.Fprintf(&b, "%d more did not fit in, and are not looked at.\n", t.Dropped)
	}
	if b.Len() > 0 && len(found) > 0 {
		b.WriteString("\n")
	}
	err := explain.WriteText(&b, found, c.style(con.out, c.Config...))
	_, written := fmt.Fprint(con.out, b.String())
	return errors.Join(err, written)
}

func exchanges(n int) string {
	if n == 1 {
		return "1 exchange"
	}
	return fmt.Sprintf("%d exchanges", n)
}

func were(n int) string {
	switch n {
	case 0:
		return "none was"
	case 1:
		return "1 was"
	default:
		return fmt.Sprintf("%d were", n)
	}
}
