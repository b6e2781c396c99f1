package trace

import (
	"net/url"
	"strings"
)

var defaultPorts = map[string]string{"http": "80", "https": "443"}

// OriginOf returns the serialized origin of an http or https URL, and "" for any
// other text.
func OriginOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	port, isHTTP := defaultPorts[strings.ToLower(u.Scheme)]
	if !isHTTP {
		return ""
	}
	origin := strings.ToLower(u.Scheme) + "://" + strings.ToLower(u.Host)
	return strings.TrimSuffix(origin, ":"+port)
}
