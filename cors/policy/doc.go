// Package policy says what a server allows to pages of other origins. A Policy
// is data; Compile checks it as a whole and makes a Compiled, whose Decide turns
// a request into a Verdict and the header fields of the answer.
//
// The package does no I/O. Its promise, kept by a fuzz test, is that a browser
// following the Fetch standard lets a page do what the policy allows, and
// nothing else.
package policy
