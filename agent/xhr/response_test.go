package xhr_test

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/agent/xhr"
)

// load gets a response of some type.
func load(t testing.TB, typ xhr.ResponseType, override, body string, header ...string) *xhr.XHR {
	t.Helper()
	x := xhr.New(settings(t, answering(t, body, header...)))
	must(t, x.Open("GET", "https://api.example/x"))
	must(t, x.SetResponseType(typ))
	if override != "" {
		must(t, x.OverrideMimeType(override))
	}
	if _, err := x.Do(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	return x
}

// describe writes a response in one line.
func describe(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return v
	case []byte:
		return fmt.Sprintf("[arraybuffer %d]", len(v))
	case *xhr.Blob:
		return fmt.Sprintf("[blob %d %s]", v.Size(), v.Type())
	case *xhr.Document:
		return fmt.Sprintf("[document %s %s]", v.ContentType, v)
	default:
		b, err := json.Marshal(v)
		if err != nil {
			return err.Error()
		}
		return string(b)
	}
}

// The response is of the type that was asked for, or nothing.
//
// Standard: https://xhr.spec.whatwg.org/#the-response-attribute
func TestResponseTypes(t *testing.T) {
	const jsonType, htmlType, xmlType = "Content-Type: application/json", "Content-Type: text/html", "Content-Type: application/rss+xml"
	tests := []struct {
		typ      xhr.ResponseType
		override string
		header   string
		body     string
		want     string
	}{
		{xhr.DefaultType, "", jsonType, `{"a":1}`, `{"a":1}`},
		{xhr.TextType, "", htmlType, "<p>x</p>", "<p>x</p>"},
		{xhr.JSONType, "", htmlType, `{"a":[1,null,"é"]}`, `{"a":[1,null,"é"]}`},
		{xhr.JSONType, "", jsonType, "\xef\xbb\xbf1", "1"},
		{xhr.JSONType, "", jsonType, "not json", "null"},
		{xhr.JSONType, "", jsonType, "", "null"},
		{xhr.ArrayBufferType, "", jsonType, "1234567", "[arraybuffer 7]"},
		{xhr.ArrayBufferType, "", jsonType, "", "[arraybuffer 0]"},
		{xhr.BlobType, "", jsonType, "1234567", "[blob 7 application/json]"},
		{xhr.BlobType, "", "Content-Type: text/plain;charset=utf-8", "x", "[blob 1 text/plain;charset=utf-8]"},
		{xhr.BlobType, "", "X-A: 1", "x", "[blob 1 text/xml]"},
		{xhr.BlobType, "", "Content-Type: bogus", "x", "[blob 1 text/xml]"},
		{xhr.BlobType, "image/PNG", jsonType, "x", "[blob 1 image/png]"},
		{xhr.BlobType, "bogus", jsonType, "x", "[blob 1 application/octet-stream]"},
		{xhr.DocumentType, "", htmlType, "<p>x", "[document text/html <html><head></head><body><p>x</p></body></html>]"},
		{xhr.DocumentType, "", xmlType, `<a xmlns:b="c"><b:d e="f">g</b:d></a>`, `[document application/rss+xml <a xmlns:b="c"><b:d e="f">g</b:d></a>]`},
		{xhr.DocumentType, "", xmlType, "<a>", "null"},
		{xhr.DocumentType, "", "Content-Type: text/plain", "<p>x", "null"},
		{xhr.DocumentType, "text/xml", "Content-Type: text/plain", "<p/>", "[document text/xml <p/>]"},
		{xhr.DocumentType, "", htmlType, "", "null"},
	}
	for _, test := range tests {
		t.Run(fmt.Sprintf("%s of %s", test.typ, test.header), func(t *testing.T) {
			x := load(t, test.typ, test.override, test.body, test.header)
			if got := describe(x.Response()); got != test.want {
				t.Errorf("response is %s, want %s", got, test.want)
			}
			if a, b := x.Response(), x.Response(); test.typ == xhr.BlobType && a != b {
				t.Error("the response object is made anew each time")
			}
		})
	}
}

// Text is decoded by the last charset that is said, and a byte order mark says it
// before all others.
//
// Standard: https://xhr.spec.whatwg.org/#text-response
func TestCharsets(t *testing.T) {
	tests := []struct{ name, override, header, body, want string }{
		{"nothing said", "", "X-A: 1", "caf\xc3\xa9", "café"},
		{"not UTF-8", "", "X-A: 1", "caf\xe9!", "caf\uFFFD!"},
		{"cut short", "", "X-A: 1", "\xf0\x9f\x92", "\uFFFD"},
		{"Latin-1", "", "Content-Type: text/plain;charset=iso-8859-1", "caf\xe9\x80", "café€"},
		{"in quotes", "", `Content-Type: text/plain; charset="latin1"`, "caf\xe9", "café"},
		{"unknown", "", "Content-Type: text/plain;charset=bogus", "caf\xc3\xa9", "café"},
		{"overridden", "text/plain;charset=windows-1251", "Content-Type: text/plain;charset=utf-8", "\xe4\xe0", "да"},
		{"overridden without", "text/html", "Content-Type: text/plain;charset=windows-1251", "\xe4\xe0", "да"},
		{"UTF-8 mark", "", "Content-Type: text/plain;charset=latin1", "\xef\xbb\xbf\xc3\xa9", "é"},
		{"UTF-16 mark", "", "Content-Type: text/plain;charset=latin1", "\xff\xfed\x00", "d"},
		{"big-endian mark", "", "X-A: 1", "\xfe\xff\x00d", "d"},
		{"Japanese", "", "Content-Type: text/plain;charset=Shift_JIS", "\x83\x65\x83\x58\x83\x67", "テスト"},
		{"two types", "", "Content-Type: text/html;charset=latin1, text/html", "\xe9", "é"},
		{"another second type", "", "Content-Type: text/html;charset=latin1, text/plain", "\xc3\xa9", "é"},
		{"XML says", "", "Content-Type: text/xml", "<?xml version='1.0' encoding='latin1'?><a>\xe9</a>", "<?xml version='1.0' encoding='latin1'?><a>é</a>"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			x := load(t, xhr.DefaultType, test.override, test.body, test.header)
			if got, err := x.ResponseText(); err != nil || got != test.want {
				t.Errorf("responseText is %q, %v; want %q", got, err, test.want)
			}
		})
	}
}

// responseXML is there for XML without being asked for, for HTML only when it is.
//
// Standard: https://xhr.spec.whatwg.org/#the-responsexml-attribute
func TestResponseXML(t *testing.T) {
	tests := []struct {
		typ          xhr.ResponseType
		header, body string
		want         bool
	}{
		{xhr.DefaultType, "Content-Type: text/xml", "<a/>", true},
		{xhr.DefaultType, "X-A: 1", "<a/>", true},
		{xhr.DefaultType, "Content-Type: text/html", "<a></a>", false},
		{xhr.DocumentType, "Content-Type: text/html", "<a></a>", true},
		{xhr.DefaultType, "Content-Type: text/plain", "<a/>", false},
	}
	for _, test := range tests {
		d, err := load(t, test.typ, "", test.body, test.header).ResponseXML()
		if err != nil || (d != nil) != test.want {
			t.Errorf("%q of %s: %v, %v", test.typ, test.header, d, err)
		}
		if d != nil && d.URL != "https://api.example/x" {
			t.Errorf("the document's URL is %q", d.URL)
		}
	}
}

// A document without a charset is read as its first bytes say.
func TestDocumentCharset(t *testing.T) {
	tests := []struct{ header, body, want string }{
		{"Content-Type: text/html", "<meta charset=windows-1251><p>\xe4\xe0", "да"},
		{"Content-Type: text/html", "<meta charset=latin1><p>\xe9", "é"},
		{"Content-Type: text/html", "<p>д", "д"},
		{"Content-Type: text/html;charset=windows-1251", "<p>\xe4\xe0", "да"},
		{"Content-Type: text/xml", "<?xml version=\"1.0\" encoding=\"windows-1251\"?><p>\xe4\xe0</p>", "да"},
	}
	for _, test := range tests {
		x := load(t, xhr.DocumentType, "", test.body, test.header)
		if got := describe(x.Response()); !strings.Contains(got, ">"+test.want+"<") {
			t.Errorf("%q is read as %s", test.body, got)
		}
	}
}

// What is not well-formed XML is no document.
//
// Standard: https://www.w3.org/TR/xml/#dt-wellformed
func TestXMLWellFormed(t *testing.T) {
	for _, bad := range []string{
		"", "text", "<a>", "</a>", "<a></b>", "<a/><b/>", "<a/>text", "<a b='1' b='2'/>", "<a:b/>", "<a b:c='1'/>",
		"<a>&nope;</a>", "<a><!CDATA[x]]></a>", "<!X y><a/>", "<a b=c/>", strings.Repeat("<a>", 6000) + strings.Repeat("</a>", 6000),
	} {
		if d, err := xhr.ParseXML(bad); err == nil {
			t.Errorf("%.30q is read as %.30s", bad, d)
		}
	}
	d, err := xhr.ParseXML("<?xml version='1.0'?><!DOCTYPE a><!-- c --><a x='&amp;\"'>1<b>2</b>&lt;<c/></a>\n")
	must(t, err)
	if want := `<!DOCTYPE a><!-- c --><a x="&amp;&quot;">1<b>2</b>&lt;<c/></a>`; d.String() != want {
		t.Errorf("got %s, want %s", d, want)
	}
	if d.XML.Text() != "12<" || d.XML.Find("b").Text() != "2" || d.XML.Find("z") != nil {
		t.Errorf("text %q, b %v", d.XML.Text(), d.XML.Find("b"))
	}
}

// Script sees header lines combined, in lower case and sorted.
//
// Standard: https://xhr.spec.whatwg.org/#the-getallresponseheaders()-method
func TestResponseHeaders(t *testing.T) {
	x := load(t, xhr.DefaultType, "", "", "X-B: 2", "foo_bar: 1", "FOO-BAR: 2", "x-b: 3", "A: ", "foobar: \xe9")
	want := "a: \r\nfoo-bar: 2\r\nfoobar: é\r\nfoo_bar: 1\r\nx-b: 2, 3\r\n"
	if got := x.AllResponseHeaders(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for name, want := range map[string]string{"X-b": "2, 3", "foobar": "é", "a": "", "z": ""} {
		if got, ok := x.ResponseHeader(name); got != want || ok != (name != "z") {
			t.Errorf("%s is %q, %v", name, got, ok)
		}
	}
	x.Abort()
	if x.AllResponseHeaders() != "" || x.Status() != 0 || x.StatusText() != "" || x.ResponseURL() != "" || x.ResponseBytes() != nil {
		t.Error("something is left of a response after abort()")
	}
}

// A Response stays what it is when its XHR goes on.
func TestResponseStays(t *testing.T) {
	x := xhr.New(settings(t, answering(t, `{"name": "Rügen"}`, "Content-Type: application/json", "X-A: 1")))
	must(t, x.Open("GET", "https://api.example/x"))
	res, err := x.Do(context.Background(), nil)
	must(t, err)
	must(t, x.Open("GET", "/other"))
	var got, want struct{ Name string }
	want.Name = "Rügen"
	if err := res.JSON(&got); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("JSON is %v, %v", got, err)
	}
	if res.Status != 200 || res.StatusText != "OK" || res.URL != "https://api.example/x" || res.Header("x-a") != "1" ||
		res.Type() != "application/json" || res.Text() != `{"name": "Rügen"}` || res.AllHeaders() != "content-type: application/json\r\nx-a: 1\r\n" {
		t.Errorf("response %+v", res)
	}
	if err := res.JSON(&[]int{}); err == nil || !strings.Contains(err.Error(), "https://api.example/x") {
		t.Errorf("the error of a wrong type is %v", err)
	}
}
