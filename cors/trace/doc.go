// Package trace holds what happened between a page and its servers as plain
// data: requests with their preflights and redirects, the heads of the answers,
// sizes and times, cookies kept or refused, the verdicts that were acted on, and
// the events that a script was given.
//
// Both ends record with it (agent.Recorder, corshttp.Record), it is read from and
// written to JSON and HAR 1.2, and package explain and the network panel show it.
// It does no I/O of its own and never reads a clock.
//
// What is recorded is redacted before it is stored: cookies, passwords and tokens
// never get into a trace unless its owner asks for them. See Redaction. It is
// bounded too. See Limits.
package trace
