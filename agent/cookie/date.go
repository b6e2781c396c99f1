package cookie

import (
	"strings"
	"time"
)

// parseDate reads the date of an Expires attribute, in whatever form and order
// its parts come.
//
// Standard: 6265bis, section 5.1.1
func parseDate(s string) (date time.Time, ok bool) {
	var d dateParts
	for token := range strings.FieldsFuncSeq(s, isDateDelimiter) {
		d.take(token)
	}
	return d.date()
}

func isDateDelimiter(r rune) bool {
	switch {
	case r == '\t':
		return true
	case r < ' ', r >= 0x7f, '0' <= r && r <= ':', 'A' <= r && r <= 'Z', 'a' <= r && r <= 'z':
		return false
	default:
		return true
	}
}

// dateParts is what has been found of a date.
type dateParts struct {
	hour, minute, second, day, month, year int

	hasTime, hasDay, hasMonth, hasYear bool
}

// take uses a token for the first part that is still missing and fits.
func (d *dateParts) take(token string) {
	if !d.hasTime && d.takeTime(token) {
		d.hasTime = true
		return
	}
	if !d.hasDay {
		if d.day, d.hasDay = wholeNumber(token, 1, 2); d.hasDay {
			return
		}
	}
	if !d.hasMonth {
		if d.month, d.hasMonth = parseMonth(token); d.hasMonth {
			return
		}
	}
	if !d.hasYear {
		d.year, d.hasYear = wholeNumber(token, 2, 4)
	}
}

func (d *dateParts) takeTime(token string) bool {
	hour, rest, ok := cutNumber(token, 1, 2)
	if !ok || !strings.HasPrefix(rest, ":") {
		return false
	}
	minute, rest, ok := cutNumber(rest[1:], 1, 2)
	if !ok || !strings.HasPrefix(rest, ":") {
		return false
	}
	second, ok := wholeNumber(rest[1:], 1, 2)
	if ok {
		d.hour, d.minute, d.second = hour, minute, second
	}
	return ok
}

// date is the date of which all parts have been found, if there is such a day.
func (d *dateParts) date() (time.Time, bool) {
	if !d.hasTime || !d.hasDay || !d.hasMonth || !d.hasYear {
		return time.Time{}, false
	}
	year := d.year
	switch {
	case year >= 70 && year <= 99:
		year += 1900
	case year < 70:
		year += 2000
	}
	if year < 1601 || d.hour > 23 || d.minute > 59 || d.second > 59 {
		return time.Time{}, false
	}
	t := time.Date(year, time.Month(d.month), d.day, d.hour, d.minute, d.second, 0, time.UTC)
	return t, t.Day() == d.day // February 30 would be in March
}

// wholeNumber reads a number of so many digits, after which anything may follow
// but another digit.
func wholeNumber(s string, least, most int) (n int, ok bool) {
	n, _, ok = cutNumber(s, least, most)
	return n, ok
}

func cutNumber(s string, least, most int) (n int, rest string, ok bool) {
	i := 0
	for i < len(s) && '0' <= s[i] && s[i] <= '9' {
		if i == most {
			return 0, s, false
		}
		n = n*10 + int(s[i]-'0')
		i++
	}
	return n, s[i:], i >= least
}

const monthNames = "janfebmaraprmayjunjulaugsepoctnovdec"

func parseMonth(token string) (month int, ok bool) {
	if len(token) < 3 {
		return 0, false
	}
	for i := 0; i < len(monthNames); i += 3 {
		if strings.EqualFold(token[:3], monthNames[i:i+3]) {
			return i/3 + 1, true
		}
	}
	return 0, false
}
