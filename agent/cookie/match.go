package cookie

import (
	"strings"

	"golang.org/x/net/publicsuffix"
)

// domainMatches reports whether a host is a domain, or below it.
//
// Standard: 6265bis, section 5.1.3
func domainMatches(host, domain string) bool {
	if host == domain {
		return true
	}
	above, ok := strings.CutSuffix(host, domain)
	return ok && strings.HasSuffix(above, ".") && !isAddress(host)
}

// isAddress reports whether the host of a URL is an IP address: no name has a
// number as its last label.
func isAddress(host string) bool {
	last := host[strings.LastIndexByte(host, '.')+1:]
	return strings.HasPrefix(host, "[") || last != "" && strings.Trim(last, "0123456789") == ""
}

// isPublicSuffix reports whether the hosts below a domain are of different
// owners, who must not set each other's cookies.
func isPublicSuffix(domain string) bool {
	domain = strings.TrimSuffix(domain, ".")
	suffix, _ := publicsuffix.PublicSuffix(domain)
	return suffix == domain
}

// pathMatches reports whether a request's path is a cookie's path, or below it.
//
// Standard: 6265bis, section 5.1.4
func pathMatches(path, cookiePath string) bool {
	rest, ok := strings.CutPrefix(path, cookiePath)
	return ok && (rest == "" || strings.HasSuffix(cookiePath, "/") || rest[0] == '/')
}

// defaultPath is the folder of a URL's path.
//
// Standard: 6265bis, section 5.1.4
func defaultPath(path string) string {
	if last := strings.LastIndexByte(path, '/'); last > 0 && path[0] == '/' {
		return path[:last]
	}
	return "/"
}

// hasPrefix compares without regard to the case of letters, as the prefixes of
// names are compared.
//
// Standard: 6265bis, section 5.4
func hasPrefix(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}
