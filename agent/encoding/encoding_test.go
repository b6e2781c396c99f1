package encoding

import (
	"fmt"
	"testing"
	"unicode/utf8"
)

// Bytes that are no text become as many U+FFFD as the standard says, and what
// follows them is not lost.
func TestDecode(t *testing.T) {
	for _, tt := range []struct{ label, bytes, want string }{
		{"utf-8", "a\xc3\xa9\xf0\x9f\x98\x80", "aé😀"},
		{"utf-8", "\xf0\x9f\x98x\xe2\x82", "\uFFFDx\uFFFD"},
		{"utf-8", "\xed\xa0\x80\xc0\x80\xff", "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD"},
		{"utf-8", "\xe0\x9f\xbf\xf4\x90", "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD"},
		{"utf-8", "\xef\xbb\xbfa", "\uFEFFa"},
		{"utf-16", "a\x00=\xd8\x00\xde\x00", "a😀\uFFFD"},
		{"utf-16le", "\x3d\xd8a\x00\x00\xdc", "\uFFFDa\uFFFD"},
		{"utf-16be", "\xd8\x3d\xde\x00\xd8\x3d", "😀\uFFFD"},
		{"latin1", "\xe9\x80\x81", "é€\u0081"},
		{"iso-8859-8-i", "\xe0\xa1", "א\uFFFD"},
		{"x-user-defined", "a\xff", "a\uF7FF"},
		{"gb18030", "\xc4\xe3\x81\x30\x81\x30\x80a", "你\u0080€a"},
		{"gbk", "\x81\x30\x81a\xff\x81", "\uFFFD0\u4E64\uFFFD\uFFFD"},
		{"gbk", "\x81\x20\x81\x7f\x84\x31\xa4\x37", "\uFFFD \uFFFD\x7f\uFFFD"},
		{"big5", "\xa7\x41\x88\x62\x81\x40\x87\x7f\xffa", "你Ê̄\uFFFD@\uFFFD\x7f\uFFFDa"},
		{"euc-jp", "\xc6\xfc\x8e\xb1\x8f\xb0\xa1", "日ｱ丂"},
		{"euc-jp", "\xc6a\x8f\xa1a\xff\x8e", "\uFFFDa\uFFFDa\uFFFD\uFFFD"},
		{"shift_jis", "\x93\xfa\xb1\x80\xf0\x40\x81\x20\xa0\x81", "日ｱ\u0080\ue000\uFFFD \uFFFD\uFFFD"},
		{"euc-kr", "\xc7\xd1\x81\x41\xc9a\xff", "한갂\uFFFDa\uFFFD"},
		{"iso-2022-jp", "\x1b$BF|\x1b(Ba\x1b(J\\~\x1b(I1", "日a¥‾ｱ"},
		{"iso-2022-jp", "\x1b$B\x1b(Ba\x0e\x1bx\x1b(", "\uFFFDa\uFFFD\uFFFDx\uFFFD("},
		{"iso-2022-jp", "\x1b$BF\x1b(Bb\x1b$BF", "\uFFFDb\uFFFD"},
		{"hz-gb-2312", "ab", "\uFFFD"},
	} {
		e := Get(tt.label)
		if e == nil {
			t.Errorf("%s is no label", tt.label)
			continue
		}
		if got := decodeIn(t, e, tt.bytes, len(tt.bytes)); got != tt.want {
			t.Errorf("%s %x is %+q, want %+q", tt.label, tt.bytes, got, tt.want)
		}
		if got := decodeIn(t, e, tt.bytes, 1); got != tt.want {
			t.Errorf("%s %x, byte by byte, is %+q, want %+q", tt.label, tt.bytes, got, tt.want)
		}
		_, err := e.NewDecoder(true).Decode([]byte(tt.bytes), true)
		if bad := fmt.Sprintf("%+q", tt.want) != fmt.Sprintf("%+q", trimBad(tt.want)); (err != nil) != bad {
			t.Errorf("%s %x: a fatal decoder says %v", tt.label, tt.bytes, err)
		}
	}
}

// trimBad removes U+FFFD.
func trimBad(s string) string {
	out := ""
	for _, r := range s {
		if r != utf8.RuneError {
			out += string(r)
		}
	}
	return out
}

// decodeIn decodes bytes in pieces of some size.
func decodeIn(t *testing.T, e *Encoding, b string, size int) string {
	t.Helper()
	d := e.NewDecoder(false)
	out := ""
	for len(b) > 0 {
		n := min(size, len(b))
		s, err := d.Decode([]byte(b[:n]), false)
		if err != nil {
			t.Fatal(err)
		}
		out, b = out+s, b[n:]
	}
	s, err := d.Decode(nil, true)
	if err != nil {
		t.Fatal(err)
	}
	return out + s
}

// Labels are found whatever their case, with ASCII space around them and no other.
func TestGet(t *testing.T) {
	for label, want := range map[string]string{
		" UTF8\n": "utf-8", "Latin1": "windows-1252", "ascii": "windows-1252", "UTF-16": "utf-16le", "unicodefffe": "utf-16be",
		"csisolatinhebrew": "iso-8859-8", "logical": "iso-8859-8-i", "SJIS": "shift_jis", "ks_c_5601-1987": "euc-kr",
		"\vutf-8": "", "\u00a0utf-8": "", "utf 8": "", "": "", "\u212Aoi8-r": "",
	} {
		got := ""
		if e := Get(label); e != nil {
			got = e.Name()
		}
		if got != want {
			t.Errorf("%q is %q, want %q", label, got, want)
		}
	}
}

// However bytes are cut, their text is the same, and is valid.
func FuzzDecode(f *testing.F) {
	labels := []string{"utf-8", "utf-16le", "utf-16be", "gb18030", "big5", "euc-jp", "iso-2022-jp", "shift_jis", "euc-kr", "windows-874"}
	f.Add(uint8(6), "\x1b$BF|\x1b(Ba", uint8(2))
	f.Add(uint8(3), "\x81\x30\x81a\xff", uint8(1))
	f.Fuzz(func(t *testing.T, label uint8, b string, size uint8) {
		e := Get(labels[int(label)%len(labels)])
		whole, pieces := decodeIn(t, e, b, len(b)+1), decodeIn(t, e, b, int(size)+1)
		if whole != pieces || !utf8.ValidString(whole) {
			t.Errorf("%s %x: %+q whole, %+q in pieces of %d", e.Name(), b, whole, pieces, int(size)+1)
		}
	})
}

func ExampleGet() {
	e := Get("Shift-JIS")
	text, err := e.NewDecoder(false).Decode([]byte("\x93\xfa\x96\x7b\xff"), true)
	fmt.Println(e.Name(), text, err)
	// Output: shift_jis 日本� <nil>
}
