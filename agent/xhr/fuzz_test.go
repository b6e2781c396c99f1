package xhr_test

import (
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/corsage-go/corsage/agent/xhr"
	"github.com/corsage-go/corsage/cors"
)

// Another implementation reads from a form what was put into it, and nothing can
// break out of its place.
func FuzzFormData(f *testing.F) {
	f.Add("name", "value", "file.png", "image/png", "content")
	f.Add("a\"; filename=\"b", "--\r\n\r\n", "x\r\nContent-Type: y", "", "\r\n--")
	f.Add("", "", "", "te\nxt", "")
	f.Fuzz(func(t *testing.T, name, value, filename, typ, content string) {
		for _, s := range []string{name, value, filename} {
			if !utf8.ValidString(s) || strings.ContainsFunc(s, isOdd) || name == "" {
				return // the other implementation reads these differently
			}
		}
		var form xhr.FormData
		form.Append(name, value)
		form.AppendBlob(name, xhr.NewBlob([]byte(content), typ), filename)
		sent := sendBody(t, xhr.StandardProfile, "POST", "-", &form)
		got := readForm(t, sent)
		escape := strings.NewReplacer("\n", "%0A", "\r", "%0D", `"`, "%22").Replace
		key := escape(lines(name))
		if values := got.Value[key]; len(values) != 1 || values[0] != lines(value) {
			t.Fatalf("%q is read from %v, want %q", values, got.Value, lines(value))
		}
		files := got.File[key]
		if len(files) != 1 {
			t.Fatalf("%d files, in %v", len(files), got.File)
		}
		in, err := files[0].Open()
		must(t, err)
		b, err := io.ReadAll(in)
		if err != nil || string(b) != content {
			t.Errorf("the file is %q, %v; want %q", b, err, content)
		}
		if len(files[0].Header) != 2 {
			t.Errorf("the file has the header %v", files[0].Header)
		}
	})
}

// isOdd tells backslashes, and control characters but line ends.
func isOdd(r rune) bool { return r == '\\' || r < ' ' && r != '\r' && r != '\n' || r == 0x7f }

// lines makes line ends CR LF.
func lines(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	return strings.ReplaceAll(s, "\n", "\r\n")
}

// Whatever a server says of its type, there is a response, and its text is UTF-8.
func FuzzTypeAndCharset(f *testing.F) {
	f.Add("text/html;charset=latin1, text/html", "", "caf\xe9")
	f.Add("text/xml", "text/plain;charset=utf-16", "<?xml version='1.0' encoding='utf-16'?><a/>")
	f.Add("a/b;c=\"d\\\"\", */*, bogus", "x", "\xef\xbb\xbf\xff")
	f.Add("text/html", "", "<meta charset=replacement><p>")
	f.Fuzz(func(t *testing.T, contentType, override, body string) {
		for _, typ := range []xhr.ResponseType{xhr.DefaultType, xhr.DocumentType, xhr.BlobType, xhr.JSONType} {
			x := load(t, typ, override, body, "Content-Type: "+contentType)
			switch r := x.Response().(type) {
			case string:
				if !utf8.ValidString(r) {
					t.Errorf("the text %q is not UTF-8", r)
				}
			case *xhr.Blob:
				if _, ok := cors.ParseMIMEType(r.Type()); !ok || r.Size() != int64(len(body)) {
					t.Errorf("a blob of %d bytes of %q", r.Size(), r.Type())
				}
			case *xhr.Document:
				if r.HTML == nil && r.XML == nil {
					t.Error("a document without a tree")
				}
			}
		}
	})
}

// A script finds by getResponseHeader every line that getAllResponseHeaders lists,
// and the lines are sorted.
func FuzzAllResponseHeaders(f *testing.F) {
	f.Add("X-A", "1", "x-a", "2", "A_b")
	f.Add("a", "", "B", "\xe9", "a-b")
	f.Fuzz(func(t *testing.T, name1, value1, name2, value2, name3 string) {
		for _, s := range []string{name1, name2, name3} {
			if !cors.IsToken(s) {
				return // no server's header has this name
			}
		}
		if strings.ContainsAny(value1+value2, "\r\n") {
			return // no header has this value
		}
		x := load(t, xhr.DefaultType, "", "", name1+": "+value1, name2+": "+value2, name3+": 3")
		all := x.AllResponseHeaders()
		if !strings.HasSuffix(all, "\r\n") {
			t.Fatalf("%q does not end its last line", all)
		}
		var names []string
		for line := range strings.SplitSeq(strings.TrimSuffix(all, "\r\n"), "\r\n") {
			name, value, ok := strings.Cut(line, ": ")
			if got, found := x.ResponseHeader(name); !ok || !found || got != value || name != strings.ToLower(name) {
				t.Errorf("the line %q is %q by its name", line, got)
			}
			names = append(names, strings.ToUpper(name))
		}
		if !slices.IsSorted(names) || len(slices.Compact(names)) != len(names) {
			t.Errorf("names %q", names)
		}
	})
}

// What is read as XML is read again from what it is written as.
func FuzzXML(f *testing.F) {
	f.Add(`<a b="c">d<e/>&lt;</a>`)
	f.Add(`<x:a xmlns:x="y" x:b='"'><![CDATA[<]]>` + "\u00a0</x:a>")
	f.Add("<a>\r\n\t</a>")
	f.Fuzz(func(t *testing.T, markup string) {
		d, err := xhr.ParseXML(markup)
		if err != nil {
			return
		}
		again, err := xhr.ParseXML(d.String())
		if err != nil {
			t.Fatalf("%q is written as %q: %v", markup, d, err)
		}
		if again.String() != d.String() {
			t.Errorf("%q, then %q", d, again)
		}
	})
}

// A text's own Content-Type stays readable, and says UTF-8 if it says a charset.
func FuzzContentType(f *testing.F) {
	f.Add("text/plain;charset=latin1")
	f.Add(`a/b; charset="x\"y"; c=d`)
	f.Add("charset=x;charset=")
	f.Fuzz(func(t *testing.T, own string) {
		if strings.ContainsAny(own, "\x00\r\n") || !utf8.ValidString(own) {
			return // it cannot be set
		}
		if strings.ContainsFunc(own, func(r rune) bool { return r > 0xff }) {
			return // nor can this
		}
		got := sendBody(t, xhr.StandardProfile, "POST", own, xhr.Text("x")).contentType
		m, ok := cors.ParseMIMEType(got)
		if charset, has := m.Parameter("charset"); ok && has && !strings.EqualFold(charset, "utf-8") {
			t.Errorf("%q is sent as %q", own, got)
		}
		sendBody(t, xhr.ChromiumProfile, "POST", own, xhr.Text("x"))
	})
}
