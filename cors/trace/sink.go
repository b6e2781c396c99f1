package trace

// Sink takes what is recorded, as it happens. Either function may be nil. They
// are called by the goroutines that record, several at a time, and must not block.
type Sink struct {
	// Exchange is called when an exchange begins and whenever more is known of it,
	// each time with all that is known, under the same ID. Done tells the last. A
	// server calls it once. What x points to is not changed afterwards, and is the
	// receiver's to keep.
	Exchange func(x *Exchange)

	// Event is called for each event that a script was given.
	Event func(e Event)
}
