package script

import (
	"encoding/xml"
	"slices"
	"strings"

	"github.com/corsage-go/corsage/agent/script/engine"
	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/agent/xhr"
)

func (r *Realm) documentOps() ops {
	return ops{
		"url":     func(*engine.Call) (any, error) { return r.settings().Client.URL.Href(), nil },
		"resolve": opResolve, "document": opDocument, "body": opDocumentBody,
		"cookies":   func(*engine.Call) (any, error) { return r.environment.Cookies(), nil },
		"setCookie": r.opSetCookie, "setBase": r.opSetBase,
	}
}

// opResolve returns a URL that another is the base of; null for what is none.
func opResolve(c *engine.Call) (any, error) {
	base, err := weburl.Parse(c.Text(1))
	if err != nil {
		return nil, nil //nolint:nilerr // null says it
	}
	u, err := weburl.ParseRef(base, c.Text(0))
	if err != nil {
		return nil, nil //nolint:nilerr // null says it
	}
	return u.Href(), nil
}

// opSetBase notes what relative URLs are resolved against from now on.
func (r *Realm) opSetBase(c *engine.Call) (any, error) {
	if u, err := weburl.Parse(c.Text(0)); err == nil {
		r.base = u
	}
	return engine.Undefined{}, nil
}

// opSetCookie sets a cookie. Script is not told if it is refused.
func (r *Realm) opSetCookie(c *engine.Call) (any, error) {
	if err := r.environment.SetCookie(c.Text(0)); err != nil {
		r.print("warning", err.Error())
	}
	return engine.Undefined{}, nil
}

// opDocument tells what a document of a response is: see create in document.js.
func opDocument(c *engine.Call) (any, error) {
	d, ok := c.Go(0).(*xhr.Document)
	if !ok {
		return nil, errNoDocument
	}
	mode := "CSS1Compat"
	if d.HTML != nil && isQuirky(d.HTML) {
		mode = "BackCompat"
	}
	return engine.Record{
		{Name: "list", Value: listOf(d)},
		{Name: "html", Value: d.HTML != nil},
		{Name: "url", Value: d.URL},
		{Name: "contentType", Value: d.ContentType},
		{Name: "charset", Value: charsetName(d.Charset)},
		{Name: "mode", Value: mode},
		{Name: "modified", Value: modifiedAt(d.Modified)},
	}, nil
}

// charsetName is a charset's name as script sees it.
//
// Standard: https://encoding.spec.whatwg.org/#names-and-labels
func charsetName(label string) string {
	if strings.HasPrefix(label, "utf") || label == "" {
		return strings.ToUpper(strings.Replace(label, "utf8", "utf-8", 1))
	}
	special := map[string]string{
		"big5": "Big5", "euc-jp": "EUC-JP", "euc-kr": "EUC-KR", "shift_jis": "Shift_JIS", "gbk": "GBK", "macintosh": "macintosh",
		"gb2312": "GBK", "iso-8859-1": "windows-1252", "latin1": "windows-1252", "us-ascii": "windows-1252", "ascii": "windows-1252",
		"gb18030": "gb18030",
	}
	if name, ok := special[label]; ok {
		return name
	}
	if strings.HasPrefix(label, "iso-") || strings.HasPrefix(label, "koi8") || strings.HasPrefix(label, "ibm") {
		return strings.ToUpper(label)
	}
	return label
}

// opDocumentBody makes a body of a document that script has serialized.
func opDocumentBody(c *engine.Call) (any, error) {
	return engine.Handle{Go: xhr.Markup{Text: c.Text(0), HTML: c.Bool(1)}}, nil
}

// listOf is the list of a document's nodes.
func listOf(d *xhr.Document) string {
	var l nodeList
	if d.HTML != nil {
		l.children(d.HTML)
		return l.end()
	}
	l.xml(d.Before, nil)
	l.xmlElement(d.XML, nil)
	l.xml(d.After, nil)
	return l.end()
}

// xmlList parses XML into a list of nodes.
func xmlList(text string) (string, error) {
	d, err := xhr.ParseXML(text)
	if err != nil {
		return "", err
	}
	return listOf(d), nil
}

// scopes are the namespaces that prefixes stand for, the innermost last.
type scopes []xml.Attr

// of is the namespace of a prefix; nil for none.
func (s scopes) of(prefix string) any {
	if prefix == "xml" {
		return "http://www.w3.org/XML/1998/namespace"
	}
	for _, a := range slices.Backward(s) {
		if a.Name.Local == prefix {
			if a.Value == "" {
				return nil
			}
			return a.Value
		}
	}
	return nil
}

// within adds the prefixes that an element declares.
func (s scopes) within(e *xhr.Element) scopes {
	s = s[:len(s):len(s)]
	for _, a := range e.Attributes {
		switch {
		case a.Name.Space == "xmlns":
			s = append(s, xml.Attr{Name: xml.Name{Local: a.Name.Local}, Value: a.Value})
		case a.Name.Space == "" && a.Name.Local == "xmlns":
			s = append(s, xml.Attr{Value: a.Value})
		}
	}
	return s
}

func (l *nodeList) xml(nodes []any, s scopes) {
	for _, n := range nodes {
		switch n := n.(type) {
		case string:
			l.put(nodeText, n)
		case xhr.Comment:
			l.put(nodeComment, string(n))
		case xhr.Instruction:
			l.put(nodeInstruction, n.Target, n.Data)
		case xhr.Doctype:
			l.put(nodeDoctype, n.Name, n.Public, n.System)
		case *xhr.Element:
			l.xmlElement(n, s)
		}
	}
}

func (l *nodeList) xmlElement(e *xhr.Element, s scopes) {
	s = s.within(e)
	attributes := make([]any, 0, 3*len(e.Attributes))
	for _, a := range e.Attributes {
		attributes = append(attributes, qualified(a.Name), attributeNamespace(a.Name, s), a.Value)
	}
	l.put(nodeXMLElement, qualified(e.Name), s.of(e.Name.Space), attributes)
	l.xml(e.Children, s)
	l.put(nodeEnd)
}

func attributeNamespace(n xml.Name, s scopes) any {
	switch {
	case n.Space == "xmlns", n.Space == "" && n.Local == "xmlns":
		return "http://www.w3.org/2000/xmlns/"
	case n.Space == "":
		return nil
	default:
		return s.of(n.Space)
	}
}

func qualified(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}
