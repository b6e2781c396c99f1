package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/corsage-go/corsage/cors/contract"
	"github.com/corsage-go/corsage/internal/findings"
)

// checkCommand is `corsage check`.
type checkCommand struct {
	Contract string   `arg:"" optional:"" placeholder:"CONTRACT" help:"Contract to check (YAML), or - for standard input; with --record, the file to write."`
	Base     string   `placeholder:"ORIGIN" help:"Origin of the API, such as https://staging.example, in place of the contract's own."`
	Set      []string `sep:"none" placeholder:"NAME=VALUE" help:"Value of the variable that the contract writes as $${NAME}; others come from the environment. Repeatable."`
	Diff     string   `type:"path" placeholder:"FILE" help:"Compare with an earlier report in JSON. Exit code 1 then means that something is broken that was not."`
	Schema   bool     `help:"Print the JSON Schema of contracts, for editors."`

	Record bool     `group:"record" help:"Write a contract of what the server does today."`
	Path   []string `sep:"none" group:"record" placeholder:"PATH" help:"With --record: a route to look at. Repeatable."`
	Origin []string `sep:"none" group:"record" placeholder:"ORIGIN" help:"With --record: an origin to ask from. Repeatable."`
	Force  bool     `group:"record" help:"With --record: replace the file if there is one."`

	probeFlags
	reportFlags
}

// Help implements kong.HelpProvider.
func (c *checkCommand) Help() string {
	return `Puts the promises of a contract to the test: which origins may use which methods and header fields, with credentials or without, what they can read, and who must be refused. Origins that look like an allowed one are tried too.

It sends GET, HEAD and preflights only, unless the contract lists a method under safeToCall; a request that a preflight has approved is held back. --dry-run prints every request beforehand.

Exit codes: 0 all promises are kept, 1 some are broken, 2 wrong use or a wrong contract, 3 no answer.

Examples:

    corsage check cors.yaml
    corsage check cors.yaml --base http://localhost:8080 --report junit=cors.xml
    corsage check cors.yaml --base https://api.example --resolve api.example:443:127.0.0.1:8443 --ca dev.pem
    corsage check cors.yaml --format json > cors-today.json
    corsage check cors.yaml --diff cors-today.json
    corsage check cors.yaml --record --base https://api.example --path /albums --origin https://app.example`
}

// contractSchema describes contracts to editors.
//
//go:embed contract.schema.json
var contractSchema string

// Validate is called by the parser.
func (c *checkCommand) Validate() error {
	switch {
	case c.Schema:
		return nil
	case c.Contract == "":
		return errors.New("expected a contract, such as cors.yaml")
	case c.Record && (c.Base == "" || len(c.Path) == 0 || len(c.Origin) == 0):
		return errors.New("--record needs --base, and a --path and an --origin at least")
	case !c.Record && (len(c.Path) > 0 || len(c.Origin) > 0 || c.Force):
		return errors.New("--path, --origin and --force go with --record")
	}
	for _, s := range c.Set {
		if name, _, ok := strings.Cut(s, "="); !ok || name == "" {
			return fmt.Errorf("--set %q is not NAME=VALUE", s)
		}
	}
	if c.Base != "" {
		if err := contract.CheckBase(c.Base); err != nil {
			return fmt.Errorf("--base: %w", err)
		}
	}
	return errors.Join(c.probeFlags.validate(), c.reportFlags.validate())
}

// Run checks, records, or prints the schema.
func (c *checkCommand) Run(ctx context.Context, con console) error {
	switch {
	case c.Schema:
		_, err := io.WriteString(con.out, contractSchema)
		return err
	case c.Record:
		return c.record(ctx, con)
	}
	return c.check(ctx, con)
}

func (c *checkCommand) check(ctx context.Context, con console) error {
	promised, err := c.read(con)
	if err != nil {
		return err
	}
	baseline, err := c.baseline()
	if err != nil {
		return err
	}
	check, err := promised.Check(c.Base)
	switch {
	case errors.Is(err, contract.ErrNoBase):
		return misuse(err, "say where the API is with --base, or with base: in the contract")
	case err != nil:
		return misuse(err)
	}
	started := time.Now()
	answers, err := c.ask(ctx, con, check.Probes(), promised.Cookie(), promised.Secrets())
	if err != nil {
		return err
	}
	r := &findings.Report{
		Command: "check", Tool: toolName(), Target: c.target(promised), File: c.file(), Started: started, Took: time.Since(started),
		Requests: len(answers), Outcomes: check.Judge(answers),
	}
	return c.conclude(con, r, baseline)
}

// conclude reports, and says by the exit code what came of it.
func (c *checkCommand) conclude(con console, r, baseline *findings.Report) error {
	if baseline == nil {
		if err := c.write(con, r); err != nil {
			return err
		}
		return exitOf(r, r.Count().Broken > 0)
	}
	changes := findings.Diff(baseline, r)
	if err := c.writeFiles(r); err != nil {
		return err
	}
	if err := findings.WriteDiff(con.out, changes, c.style(con)); err != nil {
		return err
	}
	return exitOf(r, findings.Regressed(changes))
}

// exitOf is the exit code of a report that has been written. What is broken is known
// to be; what had no answer may be either.
func exitOf(r *findings.Report, failed bool) error {
	switch {
	case failed:
		return &told{exitFailed}
	case r.Count().Unreachable > 0:
		return &told{exitUnreachable}
	default:
		return nil
	}
}

// file is the contract's name in reports, from where the program was started if it
// is below.
func (c *checkCommand) file() string {
	if c.Contract == "-" {
		return "stdin"
	}
	return filepath.ToSlash(c.Contract)
}

func (c *checkCommand) target(promised *contract.Contract) string {
	if c.Base != "" {
		return c.Base
	}
	return promised.Base
}

// read reads the contract. Everything that is wrong with it is printed, a line each.
func (c *checkCommand) read(con console) (*contract.Contract, error) {
	text, err := c.text(con)
	if err != nil {
		return nil, err
	}
	promised, err := contract.Parse(c.file(), text, c.variable)
	problems := contract.Problems(err)
	if err == nil {
		return promised, nil
	}
	for _, p := range problems {
		fmt.Fprintf(con.err, "corsage: %s\n", p.Error())
	}
	fmt.Fprintln(con.err, "hint: corsage check --schema prints a description of the file for editors")
	return nil, &told{exitUsage}
}

func (c *checkCommand) text(con console) ([]byte, error) {
	if c.Contract == "-" {
		return io.ReadAll(io.LimitReader(con.in, contract.MaxBytes+1))
	}
	text, err := readBounded(c.Contract, contract.MaxBytes)
	if err != nil {
		return nil, misuse(err, "name the file of the contract; corsage check --record writes a first one")
	}
	return text, nil
}

// variable gives the value of a variable of the contract.
func (c *checkCommand) variable(name string) (string, bool) {
	for _, s := range c.Set {
		if n, value, _ := strings.Cut(s, "="); n == name {
			return value, true
		}
	}
	return os.LookupEnv(name)
}

// baseline reads the report to compare with; nil if there is none.
func (c *checkCommand) baseline() (*findings.Report, error) {
	if c.Diff == "" {
		return nil, nil
	}
	file, err := os.Open(c.Diff)
	if err != nil {
		return nil, misuse(err, "corsage check --format json writes what --diff reads")
	}
	defer file.Close() //nolint:errcheck // it was read only
	r, err := findings.Read(file)
	if err != nil {
		return nil, misuse(fmt.Errorf("%s: %w", c.Diff, err), "corsage check --format json writes what --diff reads")
	}
	return r, nil
}
