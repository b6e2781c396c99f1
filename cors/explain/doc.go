// Package explain says why a request was blocked, and what would let it through.
//
// A trace comes in and findings come out: what happened in a sentence, the header
// line that decided, what was expected instead, who has probably answered, what to
// send and how to configure it, what the standard says and where browsers differ.
// It decides nothing: the verdicts are those that the ends acted on, or, for
// recordings of other programs, those of package cors (see trace.Judge).
//
// It reads what browsers print on their consoles, too, and prints what they would.
package explain
