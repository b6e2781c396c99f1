package album

import "strings"

var scopeNames = [...]struct {
	scope Scopes
	name  string
}{
	{ScopeRead, "read"},
	{ScopeUpload, "upload"},
	{ScopeManage, "manage"},
}

// ParseScopes returns the set of the named scopes; Invalid for a name that is
// none of read, upload and manage. No names give the empty set.
func ParseScopes(names []string) (Scopes, error) {
	var set Scopes
	for _, name := range names {
		s := scopeNamed(name)
		if s == 0 {
			return 0, badField("scopes", "%q is no scope; there are %s", clip(name), strings.Join(AllScopes.Names(), ", "))
		}
		set |= s
	}
	return set, nil
}

func scopeNamed(name string) Scopes {
	for _, s := range scopeNames {
		if s.name == name {
			return s.scope
		}
	}
	return 0
}

// Names lists the scopes of the set: read, upload, manage, in this order.
func (s Scopes) Names() []string {
	names := make([]string, 0, len(scopeNames))
	for _, n := range scopeNames {
		if s.Has(n.scope) {
			names = append(names, n.name)
		}
	}
	return names
}

// String writes the set as its names with commas between them.
func (s Scopes) String() string { return strings.Join(s.Names(), ",") }
