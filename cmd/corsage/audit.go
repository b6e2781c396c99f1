package main

import (
	"context"
	"errors"
	"time"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/audit"
	"github.com/corsage-go/corsage/cors/probe"
	"github.com/corsage-go/corsage/internal/findings"
)

// auditCommand is `corsage audit`.
type auditCommand struct {
	URL    string      `arg:"" placeholder:"URL" help:"Address to look at."`
	Origin []string    `sep:"none" placeholder:"ORIGIN" help:"Origin that is meant to be allowed; look-alikes are made of it. Without one, they are made of the address's own. Repeatable."`
	Header []fieldFlag `sep:"none" short:"H" placeholder:"'NAME: VALUE'" help:"Header field that goes with requests, such as Authorization; never with preflights. Repeatable."`
	Cookie string      `placeholder:"COOKIE" help:"Cookie that goes with requests, as NAME=VALUE."`
	FailOn string      `default:"low" enum:"low,medium,high" help:"Least severity of a finding that makes the exit code 1: low, medium or high (${default})."`

	probeFlags
	reportFlags
}

// Help implements kong.HelpProvider.
func (c *auditCommand) Help() string {
	return `Looks for known CORS misconfigurations of one address: any origin let in, null, origins that look like a legitimate one, plain http, other ports, "*" with credentials, a missing Vary, preflights that promise what the answer does not keep, and permissions that are too wide. What it means for visitors who are signed in decides how severe a finding is. A plain "*" on public data is none.

It sends GET, OPTIONS and preflights only. To see what signed-in visitors would get, give it a session with --header or --cookie. Audit only servers that you may.

Exit codes: 0 nothing was found, 1 something was, 2 wrong use, 3 no answer.

Examples:

    corsage audit https://api.example/albums
    corsage audit https://api.example/albums --origin https://app.example
    corsage audit https://api.example/me --header 'Authorization: Bearer TOKEN' --fail-on medium
    corsage audit https://api.example/albums --format sarif > cors.sarif`
}

// Validate is called by the parser.
func (c *auditCommand) Validate() error {
	for _, h := range c.Header {
		if cors.IsForbiddenRequestField(h.Name, h.Value) {
			return errors.New("--header: no page may set " + h.Name + "; a cookie is given with --cookie")
		}
	}
	return errors.Join(c.probeFlags.validate(), c.reportFlags.validate())
}

// Run looks and reports.
func (c *auditCommand) Run(ctx context.Context, con console) error {
	a, err := audit.New(audit.Options{URL: c.URL, Origins: c.Origin, Header: c.fields()})
	if err != nil {
		return misuse(err, "see corsage audit --help")
	}
	started := time.Now()
	answers, err := c.ask(ctx, con, a.Probes(), c.Cookie, c.secrets())
	if err != nil {
		return err
	}
	r := &findings.Report{
		Command: "audit", Tool: toolName(), Target: c.URL, Started: started, Took: time.Since(started),
		Requests: len(answers), Outcomes: a.Judge(answers),
	}
	if err := c.write(con, r); err != nil {
		return err
	}
	least, _ := probe.ParseSeverity(c.FailOn) // the parser lets only severities through
	return exitOf(r, r.Worst() >= least)
}

func (c *auditCommand) fields() []cors.Field {
	var fields []cors.Field
	for _, h := range c.Header {
		fields = append(fields, cors.Field(h))
	}
	return fields
}

// secrets are kept out of reports.
func (c *auditCommand) secrets() []string {
	var secrets []string
	if c.Cookie != "" {
		secrets = append(secrets, c.Cookie)
	}
	for _, h := range c.Header {
		if len(h.Value) > 3 {
			secrets = append(secrets, h.Value)
		}
	}
	return secrets
}
