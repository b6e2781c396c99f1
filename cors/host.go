package cors

import (
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// hostProblem tells why a host of an http or https origin is not one that the
// URL standard's host serializer could have written; "" if it is.
//
// Standard: https://url.spec.whatwg.org/#concept-host-serializer
func hostProblem(h string) string {
	switch {
	case h == "" || h == ".":
		return "it has no host"
	case len(strings.TrimSuffix(h, ".")) > maxHost:
		return "its host is longer than a domain name can be"
	case h[0] == '[':
		return ipv6Problem(h)
	case endsInNumber(h):
		return ipv4Problem(h)
	default:
		return domainProblem(h)
	}
}

// domainProblem applies the second half of the host parser: forbidden domain
// code points, and the validity of labels in Punycode.
//
// Standard: https://url.spec.whatwg.org/#concept-domain-to-ascii
func domainProblem(h string) string {
	for i := range len(h) {
		switch c := h[i]; {
		case 'A' <= c && c <= 'Z':
			return "its host has upper-case letters"
		case c >= 0x80:
			return "its host is not in ASCII form (xn--...)"
		case isForbiddenDomain(c):
			return "its host holds a character that no host may hold"
		}
	}
	return ""
}

const punycodeProblem = "its host has an xn-- label that is not valid"

// hasValidPunycode is the costly part of judging a domain, kept apart so that
// nobody pays for it before the cheap parts have passed.
func hasValidPunycode(h string) bool {
	if !hasPunycode(h) {
		return true
	}
	ascii, err := punycode.ToASCII(h)
	return err == nil && ascii == h
}

// isForbiddenDomain tells the ASCII bytes that no domain holds.
//
// Standard: https://url.spec.whatwg.org/#forbidden-domain-code-point
func isForbiddenDomain(c byte) bool {
	return c <= ' ' || c == 0x7f || strings.IndexByte(`#/:<>?@[\]^|%`, c) >= 0
}

func hasPunycode(h string) bool {
	return strings.HasPrefix(h, "xn--") || strings.Contains(h, ".xn--")
}

// punycode checks labels as the URL standard's domain-to-ASCII does when it is
// not strict: CheckHyphens, UseSTD3ASCIIRules and VerifyDnsLength are off,
// CheckBidi and CheckJoiners on.
var punycode = idna.New(
	idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false),
	idna.CheckHyphens(false), idna.CheckJoiners(true), idna.BidiRule(), idna.VerifyDNSLength(false),
)

// endsInNumber reports whether a host must be read as an IPv4 address.
//
// Standard: https://url.spec.whatwg.org/#ends-in-a-number-checker
func endsInNumber(h string) bool {
	last := strings.TrimSuffix(h, ".")
	if i := strings.LastIndexByte(last, '.'); i >= 0 {
		last = last[i+1:]
	}
	if last == "" {
		return false
	}
	if rest, ok := strings.CutPrefix(last, "0x"); ok {
		return isAll(rest, isHex)
	}
	return isAll(last, isDigit)
}

func isAll(s string, is func(byte) bool) bool {
	for i := range len(s) {
		if !is(s[i]) {
			return false
		}
	}
	return true
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isHex(c byte) bool { return isDigit(c) || 'a' <= c && c <= 'f' }

// ipv4Problem accepts dotted decimal alone: the serializer writes no other form.
func ipv4Problem(h string) string {
	if !isDottedDecimal(h) {
		return "its host ends in a number but is no IPv4 address in dotted decimal"
	}
	return ""
}

// isDottedDecimal reports whether a text is four numbers from 0 to 255 without
// leading zeros, with dots between. netip would say so too, at the price of an
// allocated error for each text that is not.
func isDottedDecimal(s string) bool {
	for part := range 4 {
		number, rest, more := strings.Cut(s, ".")
		if more != (part < 3) || !isOctet(number) {
			return false
		}
		s = rest
	}
	return true
}

func isOctet(s string) bool {
	switch {
	case !isAll(s, isDigit) || s == "" || s[0] == '0' && len(s) > 1:
		return false
	case len(s) == 3:
		return s <= "255"
	default:
		return len(s) < 3
	}
}

// ipv6Problem accepts what the IPv6 serializer writes, brackets included.
func ipv6Problem(h string) string {
	const problem = "its host is no IPv6 address in its shortest form"
	var buf [2 + 39]byte
	if len(h) > len(buf) || !isAll(h[1:len(h)-1], func(c byte) bool { return isHex(c) || c == ':' }) {
		return problem // before netip allocates an error for it
	}
	addr, err := netip.ParseAddr(h[1 : len(h)-1])
	if err != nil || !addr.Is6() || addr.Zone() != "" || string(appendIPv6(buf[:0], addr)) != h {
		return problem
	}
	return ""
}

// appendIPv6 serializes an address in brackets. netip writes IPv4-mapped
// addresses in dotted decimal, which the URL standard never does; hence our own.
//
// Standard: https://url.spec.whatwg.org/#concept-ipv6-serializer
func appendIPv6(b []byte, addr netip.Addr) []byte {
	a := addr.As16()
	piece := func(i int) uint64 { return uint64(a[2*i])<<8 | uint64(a[2*i+1]) }
	start, length := longestZeros(piece)
	b = append(b, '[')
	for i := 0; i < 8; i++ {
		if i == start {
			b = append(b, "::"...)
			i += length - 1
			continue
		}
		if i > 0 && i != start+length {
			b = append(b, ':')
		}
		b = strconv.AppendUint(b, piece(i), 16)
	}
	return append(b, ']')
}

// longestZeros finds the first longest run of at least two zero pieces; start is
// -1 where there is none.
func longestZeros(piece func(int) uint64) (start, length int) {
	start, length = -1, 1
	for i := 0; i < 8; i++ {
		n := 0
		for i+n < 8 && piece(i+n) == 0 {
			n++
		}
		if n > length {
			start, length = i, n
		}
		i += n
	}
	return start, length
}

// opaqueHostProblem judges the host of an extension's or application shell's
// origin. No standard says how such a host is written; the ones in use are
// identifiers, so nothing else is let through.
func opaqueHostProblem(h string) string {
	if h == "" {
		return "it has no host"
	}
	if len(h) > maxHost || !IsPlainName(h) {
		return "its host is not a plain lower-case identifier"
	}
	return ""
}
