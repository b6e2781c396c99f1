package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/corsage-go/corsage/cors/contract"
)

// record writes a contract of what the server does today.
func (c *checkCommand) record(ctx context.Context, con console) error {
	if _, err := os.Lstat(c.Contract); err == nil && c.Contract != "-" && !c.Force && !c.DryRun {
		return hinted(fmt.Errorf("%s exists already", c.Contract), "replace it with --force, or choose another name")
	}
	recording, err := contract.Record(c.Base, c.Path, c.Origin)
	if err != nil {
		return misuse(err, "see corsage check --help")
	}
	answers, err := c.ask(ctx, con, recording.Probes(), "", nil)
	if err != nil {
		return err
	}
	text, err := recording.Write(answers)
	if err != nil {
		fmt.Fprintf(con.err, "corsage: %v\n", err)
		return &told{exitUnreachable}
	}
	return c.writeContract(con, text)
}

func (c *checkCommand) writeContract(con console, text string) error {
	if c.Contract == "-" {
		_, err := io.WriteString(con.out, text)
		return err
	}
	err := writeReport(c.Contract, func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(con.out, "wrote %s; read it, and correct what is not meant\n", c.Contract)
	return nil
}
