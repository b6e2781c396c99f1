package cookie

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

var now = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// A date is found in whatever form its parts come, and in no other text.
// Standard: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.1.1
func TestParseDate(t *testing.T) {
	const none = ""
	for _, test := range []struct{ why, in, want string }{
		{"as HTTP writes it", "Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06 08:49:37"},
		{"the old form, a year of two digits", "Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06 08:49:37"},
		{"that of asctime", "Sun Nov  6 08:49:37 1994", "1994-11-06 08:49:37"},
		{"69 is 2069", "06-Nov-69 08:49:37", "2069-11-06 08:49:37"},
		{"70 is 1970", "06-Nov-70 08:49:37", "1970-11-06 08:49:37"},
		{"any order", "08:49:37 1994 november 6", "1994-11-06 08:49:37"},
		{"the day goes before a year of two digits", "94 06 Nov 8:49:37", none},
		{"single digits", "6 Nov 1994 8:4:3", "1994-11-06 08:04:03"},
		{"zones do not count", "6 Nov 1994 08:49:37 -0800", "1994-11-06 08:49:37"},
		{"what follows digits", "6th Nov 1994ad 08:49:37pm", "1994-11-06 08:49:37"},
		{"a third digit of a second", "6 Nov 1994 08:49:371", none},
		{"a leap day", "29 Feb 2028 00:00:00", "2028-02-29 00:00:00"},
		{"no such day", "29 Feb 2026 00:00:00", none},
		{"no day 0", "0 Nov 1994 00:00:00", none},
		{"no day 32", "32 Nov 1994 00:00:00", none},
		{"1601 is the first year", "1 Jan 1601 00:00:00", "1601-01-01 00:00:00"},
		{"1600 is not", "1 Jan 1600 00:00:00", none},
		{"five digits are no year", "1 Jan 12026 00:00:00", none},
		{"hour 24", "1 Jan 2026 24:00:00", none},
		{"minute 60", "1 Jan 2026 00:60:00", none},
		{"leap seconds", "1 Jan 2026 00:00:60", none},
		{"no time", "1 Jan 2026", none},
		{"no month", "1 2026 00:00:00", none},
		{"no year", "1 Jan 00:00:00", none},
		{"nothing", "", none},
		{"bytes that are not ASCII belong to words", "1 Jan\xff 2026 00:00:00", "2026-01-01 00:00:00"},
	} {
		got := none
		if date, ok := parseDate(test.in); ok {
			got = date.Format(time.DateTime)
		}
		if got != test.want {
			t.Errorf("%s: parseDate(%q) = %q, want %q", test.why, test.in, got, test.want)
		}
	}
}

// A Set-Cookie field is read leniently, and what cannot be understood does not
// count.
// Standard: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.6
func TestParse(t *testing.T) {
	long := strings.Repeat("x", MaxAttribute)
	for _, test := range []struct {
		line   string
		want   described
		reason string
	}{
		{line: "a=b", want: described{name: "a", value: "b"}},
		{line: " a\t= b c ;", want: described{name: "a", value: "b c"}},
		{line: "a=b=c", want: described{name: "a", value: "b=c"}},
		{line: "a=", want: described{name: "a"}},
		{line: "=b", want: described{value: "b"}},
		{line: "b", want: described{value: "b"}},
		{line: `a="b;c"`, want: described{name: "a", value: `"b`}},
		{line: "a=b; SECURE; httponly; PARTITIONED", want: described{name: "a", value: "b", secure: true, httpOnly: true, partitioned: true}},
		{line: "a=b; Secure=false", want: described{name: "a", value: "b", secure: true}},
		{line: "a=b; Domain=.Example.COM", want: described{name: "a", value: "b", domain: "example.com"}},
		{line: "a=b; Domain=a.test; Domain=", want: described{name: "a", value: "b"}},
		{line: "a=b; Path=/x; Path=y", want: described{name: "a", value: "b", hasPath: true}},
		{line: "a=b; Path=/x y", want: described{name: "a", value: "b", path: "/x y", hasPath: true}},
		{line: "a=b; Path=/" + long, want: described{name: "a", value: "b"}},
		{line: "a=b; Path=/" + long[1:], want: described{name: "a", value: "b", path: "/" + long[1:], hasPath: true}},
		{line: "a=b; SameSite=STRICT", want: described{name: "a", value: "b", sameSite: Strict}},
		{line: "a=b; SameSite=Strict; SameSite=odd", want: described{name: "a", value: "b"}},
		{line: "a=b; Max-Age=60; Expires=Sun, 06 Nov 1994 08:49:37 GMT", want: described{name: "a", value: "b", expires: now.Add(time.Minute), hasMaxAge: true}},
		{line: "a=b; Expires=Sun, 06 Nov 1994 08:49:37 GMT; Max-Age=60", want: described{name: "a", value: "b", expires: now.Add(time.Minute), hasMaxAge: true}},
		{line: "a=b; Max-Age=1.5; Expires=3 Jan 2026 00:00:00", want: described{name: "a", value: "b", expires: time.Date(2026, 1, 3, 0, 0, 0, 0, time.UTC)}},
		{line: "a=b; Expires=3 Jan 2026 00:00:00; Expires=never", want: described{name: "a", value: "b", expires: time.Date(2026, 1, 3, 0, 0, 0, 0, time.UTC)}},
		{line: "a=b; Max-Age=0", want: described{name: "a", value: "b", expires: now, hasMaxAge: true}},
		{line: "a=b; Max-Age=-99999999999999999999", want: described{name: "a", value: "b", expires: now, hasMaxAge: true}},
		{line: "a=b; Max-Age=99999999999999999999", want: described{name: "a", value: "b", expires: now.Add(MaxAge), hasMaxAge: true}},
		{line: "a=b; Expires=1 Jan 2099 00:00:00", want: described{name: "a", value: "b", expires: now.Add(MaxAge)}},
		{line: "a=b; Max-Age=", want: described{name: "a", value: "b"}},
		{line: "a=b; Max-Age=-", want: described{name: "a", value: "b"}},
		{line: "a=b; Max-Age=+1", want: described{name: "a", value: "b"}},
		{line: "", reason: Empty},
		{line: " = ; Secure", reason: Empty},
		{line: "a=b\x00", want: described{name: "a", value: "b\x00"}, reason: BadCharacter},
		{line: "a=b; x=\x7f", want: described{name: "a", value: "b"}, reason: BadCharacter},
		{line: "a=b\tc", want: described{name: "a", value: "b\tc"}},
		{line: "a=\xe9", want: described{name: "a", value: "\xe9"}},
		{line: "a=" + strings.Repeat("x", MaxPair-1), want: described{name: "a", value: strings.Repeat("x", MaxPair-1)}},
		{line: "a=" + strings.Repeat("x", MaxPair), want: described{name: "a", value: strings.Repeat("x", MaxPair)}, reason: TooLarge},
	} {
		got, why := parse(test.line, now)
		reason := ""
		if why != nil {
			reason = why.Reason
		}
		if got != test.want || reason != test.reason {
			t.Errorf("parse(%.80q) = %+v, %q\nwant %+v, %q", test.line, got, reason, test.want, test.reason)
		}
	}
}

// A date that has been read is written and read again as the same.
func FuzzParseDate(f *testing.F) {
	for _, s := range []string{
		"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
		"1 Jan 1601 0:0:0", "29 Feb 2026 0:0:0", "00:00:00:00", "1-1-1", "\x80\xff:", "99999999999999999999 a:b:c",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		date, ok := parseDate(s)
		if !ok {
			return
		}
		if date.Year() < 1601 || date.Year() > 9999 {
			t.Fatalf("parseDate(%q) is in the year %d", s, date.Year())
		}
		written := date.Format(http.TimeFormat)
		if again, ok := parseDate(written); !ok || !again.Equal(date) {
			t.Errorf("parseDate(%q) = %v, and of %q %v", s, date, written, again)
		}
	})
}

// Whatever is sent, what is read of it is within the limits, and reading what was
// read gives the same.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"a=b", "a", "=", "a=b; Secure; HttpOnly; SameSite=None; Partitioned; Path=/; Domain=.a.test",
		"a=b; Max-Age=60; Expires=Sun, 06 Nov 1994 08:49:37 GMT", ";;;", "a=b;=c;d=;==", "__Host-a=b; Secure; Path=/", "a=\xff;Domain=\xc3\x89",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		d, why := parse(line, now)
		if why != nil {
			if why.Reason == "" || why.Detail == "" {
				t.Errorf("parse(%q): refused without a word: %+v", line, why)
			}
			return
		}
		switch {
		case len(d.name)+len(d.value) > MaxPair, d.name == "" && d.value == "":
			t.Errorf("parse(%q): name %q and value %q", line, d.name, d.value)
		case strings.ContainsAny(d.name, "=;") || strings.Contains(d.value, ";"):
			t.Errorf("parse(%q): name %q and value %q could set another cookie", line, d.name, d.value)
		case d.path != "" && d.path[0] != '/', len(d.path) > MaxAttribute, len(d.domain) > MaxAttribute:
			t.Errorf("parse(%q): path %q, domain %q", line, d.path, d.domain)
		case d.expires.After(now.Add(MaxAge)):
			t.Errorf("parse(%q): expires %v", line, d.expires)
		}
		again, why := parse(d.name+"="+d.value, now)
		if why != nil || again.name != d.name || again.value != d.value {
			t.Errorf("parse(%q) = %q, %q, and again %q, %q, %v", line, d.name, d.value, again.name, again.value, why)
		}
	})
}
