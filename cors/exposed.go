package cors

import "strings"

// IsSafelistedResponseHeader reports whether a script may read a response header
// of this name from another origin without its being exposed.
//
// Standard: https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name
func IsSafelistedResponseHeader(name string) bool {
	switch strings.ToLower(name) {
	case "cache-control", "content-language", "content-length", "content-type", "expires", "last-modified", "pragma":
		return true
	}
	return false
}

// Exposure says which response headers a script may read.
type Exposure struct {
	all   bool
	names []string
}

// Expose reads what a response exposes to a request. A list that does not follow
// its grammar exposes nothing.
//
// Standard: https://fetch.spec.whatwg.org/#concept-main-fetch, step 14.1
func Expose(r Request, h Fields) Exposure {
	names, ok := extractTokens(h, HeaderExposeHeaders)
	if !ok {
		return Exposure{}
	}
	if !r.Credentials {
		for _, name := range names {
			if name == "*" {
				return Exposure{all: true}
			}
		}
	}
	return Exposure{names: names}
}

// Has reports whether a script may read the response header of this name.
//
// Standard: https://fetch.spec.whatwg.org/#concept-filtered-response-cors
func (e Exposure) Has(name string) bool {
	if IsForbiddenResponseHeader(name) {
		return false
	}
	if e.all || IsSafelistedResponseHeader(name) {
		return true
	}
	for _, n := range e.names {
		if strings.EqualFold(n, name) {
			return true
		}
	}
	return false
}
