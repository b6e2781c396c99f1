// Package cors holds the rules of the CORS protocol that both ends obey: what an
// origin is and which patterns name it, which methods and header fields need
// consent, and the checks by which a browser decides whether a script may read
// an answer.
//
// It is the only place, together with its subpackage policy, where a CORS
// verdict is computed. It does no I/O and never reads a clock. What enforces
// (agent/fetch, server/corshttp) and what explains act on the same Verdict.
//
// Algorithms name their anchor in the Fetch standard (https://fetch.spec.whatwg.org/),
// the URL standard (https://url.spec.whatwg.org/) or the HTML standard.
package cors
