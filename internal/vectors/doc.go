// Command vectors replays recorded scenarios, in which a real browser made
// XMLHttpRequests against scripted servers, with the asking end, and compares
// what reached the servers and what the script saw.
//
//	go run ./internal/vectors -file FILE [-profile chromium|standard] [-group NAME] [-v]
//
// With the profile chromium, what was seen is to be what was recorded. With
// standard, it is to be what the standards ask for: what was recorded, but for what
// the recording's field differs says.
//
// A file holds one scenario a line as JSON, and may be compressed with gzip. The
// last line printed is "agree N of M"; the exit status is 1 if a scenario differs
// that is not in the ledger, or agrees although it is.
package main
