package trace

import (
	"net/url"
	"strconv"
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

// portOf is the port that an address leads to, 0 if it has none.
func portOf(address string) uint16 {
	u, err := url.Parse(address)
	if err != nil {
		return 0
	}
	port := u.Port()
	if port == "" {
		port = defaultPorts[strings.ToLower(u.Scheme)]
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return 0
	}
	return uint16(n)
}
