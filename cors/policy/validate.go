package policy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/corsage-go/corsage/cors"
)

// Bounds of MaxAge in seconds.
const (
	longestMaxAge  = 86400 // what Firefox remembers at most
	chromiumMaxAge = 7200
	webkitMaxAge   = 600
)

// maxName is the longest method or header name, in bytes.
const maxName = 256

// Validate returns everything that is wrong with a policy, in the order of its
// fields, warnings included; nil if there is nothing.
func Validate(p Policy) []Problem { return validate(p).problems }

func validate(p Policy) *validator {
	v := &validator{policy: p}
	v.origins()
	v.allButOrigins()
	return v
}

func (v *validator) allButOrigins() {
	v.methods()
	v.requestHeaders()
	v.exposedHeaders()
	v.maxAge()
}

type validator struct {
	policy   Policy
	patterns []cors.Pattern // of policy.AllowOrigins, as far as they are valid
	problems []Problem
}

// err is what Compile returns: nil where nothing is wrong but what is worth a
// warning.
func (v *validator) err() error {
	problems := slices.DeleteFunc(v.problems, func(p Problem) bool { return p.Warning })
	if len(problems) > 0 {
		return &InvalidError{problems}
	}
	return nil
}

func (v *validator) add(field, value string, r ProblemReason, cure string) {
	v.problems = append(v.problems, Problem{Field: field, Value: value, Reason: r, Cure: cure})
}

func (v *validator) warn(field, value string, r ProblemReason, cure string) {
	v.problems = append(v.problems, Problem{Field: field, Value: value, Reason: r, Cure: cure, Warning: true})
}

func (v *validator) origins() {
	const field = "allowOrigins"
	list := v.policy.AllowOrigins
	if list == nil {
		v.add(field, "", Missing, "Name the origins that may read, \"*\" for all of them, or use policy.Nobody for none.")
		return
	}
	v.patterns = make([]cors.Pattern, 0, len(list))
	v.list(field, list, "Name an origin, or use policy.Nobody for none.", asWritten, v.origin)
}

// asWritten is the form in which duplicates are equal where case counts.
func asWritten(s string) string { return s }

// list checks what all lists have in common, and each element by itself. same
// maps an element to the form in which duplicates are equal.
func (v *validator) list(field string, list []string, emptyCure string, same func(string) string, check func(at place, s string)) {
	if list != nil && len(list) == 0 {
		v.add(field, "", EmptyList, emptyCure)
	}
	seen := make(map[string]struct{}, len(list))
	for i, s := range list {
		at, before := place{field, i}, len(seen)
		if seen[same(s)] = struct{}{}; len(seen) == before {
			v.add(at.String(), s, Duplicate, "Remove it.")
			continue
		}
		if s == "*" {
			v.wildcard(at, len(list))
			continue
		}
		check(at, s)
	}
}

// place is where in a policy something stands. It is written out only if there is
// something to say about it.
type place struct {
	field string
	index int
}

// String gives the place as a Problem has it.
func (p place) String() string { return p.field + "[" + strconv.Itoa(p.index) + "]" }

func (v *validator) wildcard(at place, length int) {
	if v.policy.AllowCredentials {
		v.add(at.String(), "*", WildcardWithCredentials, "List what is allowed one by one, or set allowCredentials to false.")
	}
	if length > 1 && at.field != "allowHeaders" {
		v.add(at.String(), "*", WildcardNotAlone, "Keep either \"*\" or the others.")
	}
}

func (v *validator) origin(at place, s string) {
	p, err := cors.ParsePattern(s)
	if err != nil {
		v.add(at.String(), s, Malformed, sentence(err))
		return
	}
	v.patterns = append(v.patterns, p)
	if p.Null() {
		if !v.policy.DangerouslyAllowNull {
			v.add(at.String(), s, NullOrigin, "Give the page a real origin, or set dangerouslyAllowNull if this data may go to every site.")
		}
		return
	}
	if v.policy.AllowCredentials && p.Scheme() == "http" && !p.IsLoopback() && !v.policy.DangerouslyAllowInsecureOrigins {
		v.add(at.String(), s, InsecureWithCredentials, "Use https, set allowCredentials to false, or set dangerouslyAllowInsecureOrigins.")
	}
	if p.Below() && isPublicSuffix(p) && !v.policy.DangerouslyAllowPublicSuffixes {
		v.add(at.String(), s, PublicSuffix, "Name a domain that you own, or set dangerouslyAllowPublicSuffixes.")
	}
}

// sentence turns a parser's error into a cure: without the parts that the
// problem says already.
func sentence(err error) string {
	s := err.Error()
	if i := strings.LastIndex(s, `": `); i >= 0 && i+3 < len(s) {
		s = s[i+3:]
	}
	s = strings.ToUpper(s[:1]) + s[1:]
	if strings.HasSuffix(s, "?") {
		return s
	}
	return s + "."
}

// isPublicSuffix reports whether anybody can have a name below the pattern's
// domain. A last label that the list does not know counts as a suffix too.
func isPublicSuffix(p cors.Pattern) bool {
	if p.IsLoopback() {
		return false
	}
	suffix, _ := publicsuffix.PublicSuffix(p.Host())
	return suffix == p.Host()
}

func (v *validator) methods() {
	v.list("allowMethods", v.policy.AllowMethods, "Leave the field out: GET, HEAD and POST need no approval.", asWritten,
		func(at place, s string) {
			switch {
			case !cors.IsToken(s) || len(s) > maxName:
				v.add(at.String(), s, Malformed, "Write one method, such as PUT.")
			case cors.IsForbiddenMethod(s):
				v.add(at.String(), s, ForbiddenName, "Remove it.")
			case cors.NormalizeMethod(s) != s:
				v.add(at.String(), s, Malformed, fmt.Sprintf("Browsers send this method in upper case: write %s.", cors.NormalizeMethod(s)))
			case strings.ToUpper(s) != s:
				v.warn(at.String(), s, Unusual, fmt.Sprintf("Write %s, unless your pages really send %q.", strings.ToUpper(s), s))
			}
		})
}

func (v *validator) requestHeaders() {
	v.list("allowHeaders", v.policy.AllowHeaders, "Leave the field out: safelisted headers need no approval.", strings.ToLower,
		func(at place, s string) {
			switch {
			case !cors.IsToken(s) || len(s) > maxName:
				v.add(at.String(), s, Malformed, "Write one header name, such as Content-Type.")
			case cors.IsForbiddenRequestHeader(s):
				v.add(at.String(), s, ForbiddenName, "Remove it.")
			}
		})
}

func (v *validator) exposedHeaders() {
	v.list("exposeHeaders", v.policy.ExposeHeaders, "Leave the field out: safelisted headers are always readable.", strings.ToLower,
		func(at place, s string) {
			switch {
			case !cors.IsToken(s) || len(s) > maxName:
				v.add(at.String(), s, Malformed, "Write one header name, such as ETag.")
			case cors.IsForbiddenResponseHeader(s):
				v.add(at.String(), s, ForbiddenName, "Remove it.")
			}
		})
}

func (v *validator) maxAge() {
	if v.policy.MaxAge == nil {
		return
	}
	age := *v.policy.MaxAge
	value := strconv.Itoa(age)
	switch {
	case age < 0 || age > longestMaxAge:
		v.add("maxAge", value, OutOfRange, "Give seconds from 0 (do not remember) to 86400 (a day).")
	case age > chromiumMaxAge:
		v.warn("maxAge", value, BrowserCap, "Chromium caps it at 7200 seconds and Safari at 600.")
	case age > webkitMaxAge:
		v.warn("maxAge", value, BrowserCap, "Safari caps it at 600 seconds.")
	}
}
