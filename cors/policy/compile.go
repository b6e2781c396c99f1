package policy

import (
	"slices"
	"strconv"
	"strings"

	"github.com/corsage-go/corsage/cors"
)

// Compiled is a policy made ready for Decide. It never changes and may be used
// concurrently. A nil *Compiled is Nobody.
type Compiled struct {
	origins originSet
	terms   *terms
}

// terms is all of a policy but its origins: policies for many resources often
// differ in nothing else, and share it (see WithOrigins).
type terms struct {
	policy Policy // without origins

	anyMethod     bool
	methods       []string // besides the safelisted ones, sorted
	anyHeader     bool     // every header but Authorization
	headers       []string // lower-case, sorted
	longestHeader int      // of headers, in bytes

	// Values of the answer's fields; "" where a field is left out.
	allowMethods, allowHeaders, exposeHeaders, maxAge string
}

// Nobody is the policy that allows no foreign page anything. Its answers carry no
// CORS fields and do not depend on the origin.
var Nobody *Compiled

// Compile checks a policy and makes it ready. The error is an *InvalidError that
// holds everything that is wrong at once; warnings do not make one (see Validate).
// The policy is copied.
func Compile(p Policy) (*Compiled, error) {
	v := validate(p)
	if err := v.err(); err != nil {
		return nil, err
	}
	given := slices.Clone(p.AllowOrigins)
	return &Compiled{origins: newOriginSet(given, v.patterns), terms: newTerms(p)}, nil
}

// WithOrigins returns a policy that differs from c in its origins only, and shares
// all the rest with it in memory: of a million policies that came of one, each
// takes little more than its origins. The error is that of Compile. Nobody has
// nothing to share, so it stays Nobody.
func (c *Compiled) WithOrigins(origins []string) (*Compiled, error) {
	if c == nil {
		return Nobody, nil
	}
	return c.terms.with(origins, slices.Clone(origins))
}

// with returns the policy of these terms for origins. It keeps given, which is equal
// to origins.
func (t *terms) with(origins, given []string) (*Compiled, error) {
	v := validator{policy: t.policy}
	v.policy.AllowOrigins = origins
	v.origins()
	if err := v.err(); err != nil {
		return nil, err
	}
	return &Compiled{origins: newOriginSet(given, v.patterns), terms: t}, nil
}

func newTerms(p Policy) *terms {
	p.AllowOrigins = nil
	t := &terms{policy: p.clone()}
	t.compileMethods()
	t.compileHeaders()
	t.exposeHeaders = strings.Join(t.policy.ExposeHeaders, ", ")
	if p.MaxAge != nil {
		t.maxAge = strconv.Itoa(*p.MaxAge)
	}
	return t
}

func (t *terms) compileMethods() {
	t.anyMethod = slices.Contains(t.policy.AllowMethods, "*")
	t.methods = slices.Sorted(slices.Values(t.policy.AllowMethods))
	t.allowMethods = strings.Join(t.policy.AllowMethods, ", ")
}

func (t *terms) compileHeaders() {
	for _, h := range t.policy.AllowHeaders {
		if h == "*" {
			t.anyHeader = true
			continue
		}
		t.headers = append(t.headers, strings.ToLower(h))
		t.longestHeader = max(t.longestHeader, len(h))
	}
	slices.Sort(t.headers)
	// In lower case, as the names stand in preflights.
	t.allowHeaders = strings.ToLower(strings.Join(t.policy.AllowHeaders, ", "))
}

// Policy returns a copy of the policy; compiling it again gives the same.
func (c *Compiled) Policy() Policy {
	if c == nil {
		return Policy{}
	}
	p := c.terms.policy
	p.AllowOrigins = c.origins.given
	return p.clone()
}

// AllowsAny reports whether the policy allows every origin.
func (c *Compiled) AllowsAny() bool { return c != nil && c.origins.any }

// AllowsCredentials reports whether the policy allows credentials.
func (c *Compiled) AllowsCredentials() bool { return c != nil && c.terms.policy.AllowCredentials }

// allowsMethod reports whether a page may use the method. Scripts cannot use the
// forbidden ones, so they are not allowed even by "*".
func (c *Compiled) allowsMethod(m string) bool {
	if cors.IsSafelistedMethod(m) || isIn(c.terms.methods, m) {
		return true
	}
	return c.terms.anyMethod && cors.IsToken(m) && !cors.IsForbiddenMethod(m)
}

// isIn looks a text up in a sorted list.
func isIn(sorted []string, s string) bool {
	if len(sorted) <= few {
		for _, t := range sorted {
			if t == s {
				return true
			}
		}
		return false
	}
	_, ok := slices.BinarySearch(sorted, s)
	return ok
}
