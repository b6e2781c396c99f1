// Package law holds the tests of what binds the two ends: what a policy allows,
// a page of the asking end can do through the middleware, and what it refuses, no
// page can.
package law
