// Package contract reads what a team has promised about an API's CORS behaviour,
// derives the probes that put the promises to the test, and judges the answers.
//
// A contract is a YAML file. It states, for each route, which origins may use which
// methods and header fields, with credentials or without, what they can read, and
// who must be refused. What it lists is all that is allowed: the origins that look
// like a listed one, the methods and the header fields that are not listed are
// expected to be refused.
//
//	c, err := contract.Parse("cors.yaml", text, nil)   // all problems at once
//	check, err := c.Check("https://api.example")       // what to ask
//	outcomes := check.Judge(answers)                   // what the answers mean
//
// Verdicts are those of package cors. The package does no I/O.
package contract
