package fetch

import (
	"strings"

	"github.com/corsage-go/corsage/agent/wire"
)

// lookup finds header fields by name. It satisfies cors.Fields without a map and,
// where a name has one line, without an allocation: what Values returns is good
// until its next call.
type lookup struct {
	fields []wire.Field
	one    [1]string
}

// Values returns the values of all lines of a name, in order.
func (l *lookup) Values(name string) []string {
	var found []string
	for i := range l.fields {
		if !isNamed(l.fields[i].Name, name) {
			continue
		}
		if found == nil {
			l.one[0] = l.fields[i].Value
			found = l.one[:1:1]
			continue
		}
		found = append(found, l.fields[i].Value)
	}
	return found
}

// isNamed compares field names, which are ASCII.
func isNamed(a, b string) bool { return len(a) == len(b) && strings.EqualFold(a, b) }

// get combines the values of all lines of a name.
//
// Standard: https://fetch.spec.whatwg.org/#concept-header-list-get
func get(fields []wire.Field, name string) (value string, ok bool) {
	for i := range fields {
		if !isNamed(fields[i].Name, name) {
			continue
		}
		if ok {
			value += ", " + fields[i].Value
			continue
		}
		value, ok = fields[i].Value, true
	}
	return value, ok
}

// without returns fields without those that drop names; fields itself is not
// changed.
func without(fields []wire.Field, drop func(name string) bool) []wire.Field {
	for i := range fields {
		if !drop(fields[i].Name) {
			continue
		}
		kept := append(make([]wire.Field, 0, len(fields)-1), fields[:i]...)
		for _, field := range fields[i+1:] {
			if !drop(field.Name) {
				kept = append(kept, field)
			}
		}
		return kept
	}
	return fields
}
