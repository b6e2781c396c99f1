package album

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A name is shown to people and, for a photo, becomes the name of a file that
// they save. So it is text that looks like what it is. Names are compared as
// they are typed, byte by byte: two spellings of the same letters (composed and
// decomposed accents) are two names.

// cleanName returns a name without the white space around it, or says in field
// why it cannot be one. most is in bytes of UTF-8.
func cleanName(field, name string, most int) (string, error) {
	if !utf8.ValidString(name) {
		return "", badField(field, "this is not valid UTF-8; send the name as UTF-8 text")
	}
	name = strings.TrimSpace(name)
	switch {
	case name == "":
		return "", badField(field, "the name is empty; give at least one character that is no white space")
	case len(name) > most:
		return "", badField(field, "the name has %d bytes of UTF-8; shorten it to %d at most", len(name), most)
	}
	return name, checkRunes(field, name)
}

// cleanPhotoName is cleanName for a name that is also a file's.
func cleanPhotoName(name string, most int) (string, error) {
	const field = "name"
	name, err := cleanName(field, name, most)
	switch {
	case err != nil:
		return "", err
	case strings.ContainsAny(name, `/\`):
		return "", badField(field, "%q contains a slash; give the file's name without its folder", clip(name))
	case name == "." || name == "..":
		return "", badField(field, "%q means a folder; give a file's name", name)
	}
	return name, nil
}

// cleanPersonName is cleanName for a name to sign in with. HTTP Basic
// authentication ends a name at its first colon.
func cleanPersonName(name string, most int) (string, error) {
	const field = "name"
	name, err := cleanName(field, name, most)
	if err == nil && strings.Contains(name, ":") {
		return "", badField(field, "%q contains a colon, which HTTP authentication cannot carry; leave it out", clip(name))
	}
	return name, err
}

// checkRunes refuses what cannot be seen or changes how its surroundings look,
// and a name of nothing else.
func checkRunes(field, name string) error {
	visible := false
	for _, r := range name {
		if misleading(r) {
			return badField(field, "the name contains %U, which does not show or turns the text around; leave it out", r)
		}
		if unicode.IsGraphic(r) && !unicode.IsSpace(r) {
			visible = true
		}
	}
	if !visible {
		return badField(field, "nothing of the name can be seen; give at least one visible character")
	}
	return nil
}

// misleading reports control characters, line separators, the byte order mark
// and the controls of bidirectional text. The zero-width joiners stay allowed:
// Persian words and many emoji need them.
func misleading(r rune) bool {
	switch r {
	case '\u2028', '\u2029', '\ufeff':
		return true
	}
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
}

func badField(field, format string, args ...any) *Error {
	e := Errorf(Invalid, format, args...)
	e.Field = field
	return e
}

// clip shortens a text from outside for use in a sentence.
func clip(s string) string {
	const most = 120
	if len(s) <= most {
		return s
	}
	cut := most
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "..."
}
