package cors

// ParseReason returns the reason of a name that Reason.String gives.
func ParseReason(name string) (Reason, bool) {
	for r := range reasonCount {
		if reasons[r].name == name {
			return r, true
		}
	}
	return Undecided, false
}

// ParseMessage returns the message of a name that Message.String gives.
func ParseMessage(name string) (Message, bool) {
	for m, n := range messageNames {
		if n == name {
			return Message(m), true
		}
	}
	return OnNothing, false
}
