// Command wpt runs the tests of the web-platform-tests with the asking end's
// scripts, and holds their results against a ledger.
//
//	go run ./internal/wpt -server http://web-platform.test:8000 -tests tests.json -out results.json
//
// It needs a running server of the suite; nothing of the suite is in this
// repository. tests.json lists the tests: their URLs, and whether they want https.
// The results are written as
//
//	{"engine": "...", "tests": {"/xhr/x.htm": {"status": "OK", "subtests": [["name", "PASS"], ...]}}}
//
// With -ledger, which is what make wpt uses, the exit status is 1 if a subtest
// fails that the ledger does not list, or passes although it does.
package main
