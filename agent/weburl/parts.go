package weburl

import (
	whatwg "github.com/nlnwa/whatwg-url/url"
)

// Part is a part of a URL that scripts can set, by the name of its attribute.
//
// Standard: https://url.spec.whatwg.org/#url-class
type Part string

// The parts that With sets.
const (
	Protocol Part = "protocol"
	Username Part = "username"
	Password Part = "password"
	Host     Part = "host"
	Hostname Part = "hostname"
	Port     Part = "port"
	Pathname Part = "pathname"
	Search   Part = "search"
	Hash     Part = "hash"
)

// setters are the library's.
var setters = map[Part]func(u *whatwg.Url, value string){
	Protocol: (*whatwg.Url).SetProtocol,
	Username: (*whatwg.Url).SetUsername,
	Password: (*whatwg.Url).SetPassword,
	Host:     (*whatwg.Url).SetHost,
	Hostname: (*whatwg.Url).SetHostname,
	Port:     (*whatwg.Url).SetPort,
	Pathname: (*whatwg.Url).SetPathname,
	Search:   (*whatwg.Url).SetSearch,
	Hash:     (*whatwg.Url).SetHash,
}

// With returns the URL with another part, as setting the attribute of that name
// leaves it: a value that cannot be used changes nothing, or only what can be used
// of it does.
//
// Standard: https://url.spec.whatwg.org/#api
func (u *URL) With(part Part, value string) *URL {
	set := setters[part]
	if set == nil || len(value) > maxLength || isAuthority(part) && len(value) > maxAuthority {
		return u
	}
	parsed, err := general.Parse(u.href)
	if err != nil {
		return u
	}
	set(parsed, value)
	if href := parsed.Href(false); len(href) <= maxLength {
		return split(href)
	}
	return u
}

func isAuthority(part Part) bool {
	return part == Username || part == Password || part == Host || part == Hostname || part == Port
}

// Get returns a part as the attribute of that name has it; "" for any other name.
//
// Standard: https://url.spec.whatwg.org/#api
func (u *URL) Get(part Part) string {
	switch part {
	case Protocol:
		return u.Scheme() + ":"
	case Username:
		return u.Username()
	case Password:
		return u.Password()
	case Host:
		return u.Host()
	case Hostname:
		return u.Hostname()
	case Port:
		return u.PortString()
	case Pathname:
		return u.Path()
	case Search:
		return unlessBare(u.Query(), "?")
	case Hash:
		return unlessBare(u.href[u.query:], "#")
	default:
		return ""
	}
}

// unlessBare drops a mark that nothing follows.
func unlessBare(s, mark string) string {
	if s == mark {
		return ""
	}
	return s
}
