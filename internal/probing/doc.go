// Package probing sends probes: those of pages through the asking end, as a
// browser would, and the others as they are. It runs them side by side, not faster
// than it was told, and sends nothing that the plan does not say. See Guard.
package probing
