package album

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

const testNameBytes = 40

// A name is what people typed, without the white space around it.
func TestGoodNames(t *testing.T) {
	for _, tt := range []struct{ name, want string }{
		{"New Album", "New Album"},
		{"  summer \t\n", "summer"},
		{"Ελλάδα 2026 🏖️", "Ελλάδα 2026 🏖️"},
		{"👩‍🚀", "👩‍🚀"},                     // held together by a zero-width joiner
		{"می\u200cخواهم", "می\u200cخواهم"}, // with a zero-width non-joiner
		{"O'Neil & <b>", "O'Neil & <b>"},
		{"a\u0301", "a\u0301"}, // not composed
		{strings.Repeat("x", testNameBytes), strings.Repeat("x", testNameBytes)},
		{"...", "..."},
	} {
		for what, clean := range cleaners {
			if got, err := clean(tt.name); err != nil || got != tt.want {
				t.Errorf("%s %q: %q, %v; want %q", what, tt.name, got, err, tt.want)
			}
		}
	}
}

var cleaners = map[string]func(string) (string, error){
	"album":  func(s string) (string, error) { return cleanName("name", s, testNameBytes) },
	"photo":  func(s string) (string, error) { return cleanPhotoName(s, testNameBytes) },
	"person": func(s string) (string, error) { return cleanPersonName(s, testNameBytes) },
}

// What cannot be seen, or makes a name look like another, is refused with a
// sentence that says what to do.
func TestBadNames(t *testing.T) {
	for _, tt := range []struct{ kinds, name, want string }{
		{"album photo person", "", "empty"},
		{"album photo person", " \t\u3000 ", "empty"},
		{"album photo person", "a\xffb", "UTF-8"},
		{"album photo person", strings.Repeat("x", testNameBytes+1), "shorten it to 40"},
		{"album photo person", strings.Repeat("é", testNameBytes/2+1), "42 bytes"},
		{"album photo person", "a\x00b", "U+0000"},
		{"album photo person", "a\nb", "U+000A"},
		{"album photo person", "a\x7fb", "U+007F"},
		{"album photo person", "a\u0085b", "U+0085"},
		{"album photo person", "a\u2028b", "U+2028"},
		{"album photo person", "photo\u202egpj.exe", "U+202E"},
		{"album photo person", "a\u2066b", "U+2066"},
		{"album photo person", "a\u200fb", "U+200F"},
		{"album photo person", "a\ufeffb", "U+FEFF"},
		{"album photo person", "\u200d\u200d", "visible"},
		{"photo", "a/b.jpg", "slash"},
		{"photo", `a\b.jpg`, "slash"},
		{"photo", "/", "slash"},
		{"photo", ".", "folder"},
		{"photo", " .. ", "folder"},
		{"person", "ann:secret", "colon"},
	} {
		for kind := range strings.FieldsSeq(tt.kinds) {
			_, err := cleaners[kind](tt.name)
			e, ok := errors.AsType[*Error](err)
			if !ok || e.Kind != Invalid || e.Field != "name" || !strings.Contains(e.Detail, tt.want) {
				t.Errorf("%s %q: %v, want Invalid with %q", kind, tt.name, err, tt.want)
			}
		}
	}
}

// A name that is accepted stays as it is when it is cleaned again, and is safe
// to print on one line.
func FuzzNames(f *testing.F) {
	for _, s := range []string{"", "New Album", " a ", "a\x00", "\u202e", "👩\u200d🚀", "..", "a/b", "\xff", "\u2028"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for what, clean := range cleaners {
			got, err := clean(s)
			if err != nil {
				if KindOf(err) != Invalid || !utf8.ValidString(err.Error()) {
					t.Errorf("%s %q: %v", what, s, err)
				}
				continue
			}
			again, err := clean(got)
			if err != nil || again != got {
				t.Errorf("%s %q became %q, and then %q, %v", what, s, got, again, err)
			}
			if got == "" || len(got) > testNameBytes || !utf8.ValidString(got) || strings.ContainsAny(got, "\r\n\x00\u202e") {
				t.Errorf("%s %q became %q", what, s, got)
			}
		}
	})
}
