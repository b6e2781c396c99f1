package cors

// ReadBothWays reads an origin by the short way and by the long one.
func ReadBothWays(s string) (short Origin, ok bool, long Origin, problem string) {
	short, ok = readPlain(s)
	long, problem = parseSlowly(s)
	return short, ok, long, problem
}
