// Package audit looks for known CORS misconfigurations of one address, without
// knowing what its owner means to allow.
//
// It asks from origins that nobody has heard of, from ones that look like a
// legitimate one, and for permissions that no route needs; and it compares the
// answers. How much a finding matters depends on whether the visitor's credentials
// are in play. A plain "*" on public data is no finding.
//
// It asks with GET, OPTIONS and preflights only. Verdicts are those of package cors.
// The package does no I/O.
package audit
