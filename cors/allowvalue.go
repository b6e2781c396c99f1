package cors

import (
	"strconv"
	"strings"
)

// looksLikeURL reports whether a URL parser would take a value. The check has no
// use for that: any value but the right one fails. A reader has: another site's
// origin calls for another cure than a slip of the pen.
func looksLikeURL(value string) bool {
	value = strings.TrimFunc(value, func(r rune) bool { return r <= ' ' })
	scheme, rest, ok := strings.Cut(value, ":")
	if !ok || !isSchemeName(scheme) {
		return false
	}
	switch strings.ToLower(scheme) {
	case "http", "https", "ws", "wss", "ftp":
		return hasAuthority(strings.TrimLeft(rest, `/\`))
	default:
		return true
	}
}

func isSchemeName(s string) bool {
	isAlpha := func(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
	return s != "" && isAlpha(s[0]) && isAll(s, func(c byte) bool {
		return isAlpha(c) || isDigit(c) || c == '+' || c == '-' || c == '.'
	})
}

// hasAuthority reports whether what follows the slashes begins with a host and,
// if there is one, a port.
func hasAuthority(s string) bool {
	if i := strings.IndexAny(s, `/\?#`); i >= 0 {
		s = s[:i]
	}
	s = s[strings.LastIndexByte(s, '@')+1:]
	if strings.HasPrefix(s, "[") {
		end := strings.IndexByte(s, ']')
		return end > 1 && isPortSuffix(s[end+1:])
	}
	host, port, found := strings.Cut(s, ":")
	return host != "" && domainProblem(strings.ToLower(host)) == "" && (!found || isPortSuffix(":"+port))
}

func isPortSuffix(s string) bool {
	digits, found := strings.CutPrefix(s, ":")
	if !found || digits == "" {
		return s == "" || digits == ""
	}
	n, err := strconv.Atoi(digits)
	return err == nil && isAll(digits, isDigit) && n <= 65535
}
