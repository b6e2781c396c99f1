package policy

import "slices"

// Policy says which origins may do what with a resource. Its fields have the
// names of the Kubernetes Gateway API's HTTPCORSFilter. The zero value is not
// valid: a policy that allows nobody is written Nobody.
type Policy struct {
	// AllowOrigins holds patterns as cors.ParsePattern reads them, or "*" alone.
	AllowOrigins []string `json:"allowOrigins"`

	// AllowMethods holds the methods that need approval, or "*" alone. GET, HEAD
	// and POST need none. Methods are case-sensitive.
	AllowMethods []string `json:"allowMethods,omitempty"`

	// AllowHeaders holds the names of request headers that need approval, or
	// "*", which stands for all but Authorization.
	AllowHeaders []string `json:"allowHeaders,omitempty"`

	// ExposeHeaders holds the names of response headers that scripts may read
	// besides the safelisted ones, or "*" alone.
	ExposeHeaders []string `json:"exposeHeaders,omitempty"`

	// AllowCredentials lets pages send cookies and other credentials.
	AllowCredentials bool `json:"allowCredentials,omitempty"`

	// MaxAge is for how many seconds a browser may remember a preflight's
	// answer, 0 to 86400; nil leaves it at the browser's 5 seconds.
	MaxAge *int `json:"maxAge,omitempty"`

	// DangerouslyAllowInsecureOrigins lets http origins in where credentials are
	// allowed: whoever is on the network between can then act as their users.
	DangerouslyAllowInsecureOrigins bool `json:"dangerouslyAllowInsecureOrigins,omitempty"`

	// DangerouslyAllowPublicSuffixes lets patterns name all hosts below a domain
	// where anybody can register one.
	DangerouslyAllowPublicSuffixes bool `json:"dangerouslyAllowPublicSuffixes,omitempty"`

	// DangerouslyAllowNull lets "null" stand in AllowOrigins: every sandboxed
	// frame and every data: document of whatever site has that origin.
	DangerouslyAllowNull bool `json:"dangerouslyAllowNull,omitempty"`
}

// clone returns a Policy that shares no memory with p.
func (p Policy) clone() Policy {
	p.AllowOrigins = slices.Clone(p.AllowOrigins)
	p.AllowMethods = slices.Clone(p.AllowMethods)
	p.AllowHeaders = slices.Clone(p.AllowHeaders)
	p.ExposeHeaders = slices.Clone(p.ExposeHeaders)
	if p.MaxAge != nil {
		p.MaxAge = new(*p.MaxAge)
	}
	return p
}
