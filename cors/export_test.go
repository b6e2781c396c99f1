package cors

// ReadBothWays reads an origin by the short way and by the long one.
func ReadBothWays(s string) (short Origin, form Form, long Origin, problem string) {
	_, _, _, form = PlainParts(s)
	short, _ = readPlain(s)
	long, problem = parseSlowly(s)
	return short, form, long, problem
}
