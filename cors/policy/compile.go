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
	policy  Policy
	origins originSet

	anyMethod     bool
	methods       map[string]struct{} // besides the safelisted ones
	anyHeader     bool                // every header but Authorization
	headers       map[string]struct{} // lower-case
	longestHeader int                 // of headers, in bytes

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
	problems := slices.DeleteFunc(Validate(p), func(p Problem) bool { return p.Warning })
	if len(problems) > 0 {
		return nil, &InvalidError{problems}
	}
	origins, err := newOriginSet(p.AllowOrigins)
	if err != nil {
		return nil, err
	}
	c := &Compiled{policy: p.clone(), origins: origins}
	c.compileMethods()
	c.compileHeaders()
	c.exposeHeaders = strings.Join(c.policy.ExposeHeaders, ", ")
	if p.MaxAge != nil {
		c.maxAge = strconv.Itoa(*p.MaxAge)
	}
	return c, nil
}

func (c *Compiled) compileMethods() {
	c.anyMethod = slices.Contains(c.policy.AllowMethods, "*")
	c.methods = make(map[string]struct{}, len(c.policy.AllowMethods))
	for _, m := range c.policy.AllowMethods {
		c.methods[m] = struct{}{}
	}
	c.allowMethods = strings.Join(c.policy.AllowMethods, ", ")
}

func (c *Compiled) compileHeaders() {
	c.headers = make(map[string]struct{}, len(c.policy.AllowHeaders))
	for _, h := range c.policy.AllowHeaders {
		if h == "*" {
			c.anyHeader = true
			continue
		}
		c.headers[strings.ToLower(h)] = struct{}{}
		c.longestHeader = max(c.longestHeader, len(h))
	}
	// In lower case, as the names stand in preflights.
	c.allowHeaders = strings.ToLower(strings.Join(c.policy.AllowHeaders, ", "))
}

// Policy returns a copy of the policy; compiling it again gives the same.
func (c *Compiled) Policy() Policy {
	if c == nil {
		return Policy{}
	}
	return c.policy.clone()
}

// AllowsAny reports whether the policy allows every origin.
func (c *Compiled) AllowsAny() bool { return c != nil && c.origins.any }

// AllowsCredentials reports whether the policy allows credentials.
func (c *Compiled) AllowsCredentials() bool { return c != nil && c.policy.AllowCredentials }

// allowsMethod reports whether a page may use the method. Scripts cannot use the
// forbidden ones, so they are not allowed even by "*".
func (c *Compiled) allowsMethod(m string) bool {
	if cors.IsSafelistedMethod(m) {
		return true
	}
	if _, ok := c.methods[m]; ok {
		return true
	}
	return c.anyMethod && cors.IsToken(m) && !cors.IsForbiddenMethod(m)
}
