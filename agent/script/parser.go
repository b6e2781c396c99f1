package script

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/corsage-go/corsage/agent/script/engine"
)

// How a node begins in the list that script makes nodes of: see parser.js. The
// numbers of nodes that are no elements are their nodeType.
const (
	nodeEnd         = 0
	nodeHTMLElement = 1 // local name, number of the namespace, [name, value, ...]
	nodeXMLElement  = 2 // qualified name, namespace, [qualified name, namespace, value, ...]
	nodeText        = 3 // text
	nodeInstruction = 7 // target, data
	nodeComment     = 8 // text
	nodeDoctype     = 10
)

// maxMarkup is how many bytes of markup are parsed at once.
const maxMarkup = 64 << 20

var errMarkupTooLong = fmt.Errorf("there is more markup than %d bytes", maxMarkup)

func (r *Realm) parserOps() ops {
	return ops{
		"parse": opParse, "parseFragment": opParseFragment, "parseXML": opParseXML,
		"splitAfterScript": opSplitAfterScript,
	}
}

// opParse parses an HTML document. Besides the nodes it tells on which line each
// script begins that has an end.
//
// Standard: https://html.spec.whatwg.org/#parsing
func opParse(c *engine.Call) (any, error) {
	text := c.Text(0)
	if len(text) > maxMarkup {
		return nil, errMarkupTooLong
	}
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("parse html: %w", err)
	}
	var l nodeList
	l.children(root)
	lines := []any{}
	for _, line := range scriptLines(text) {
		lines = append(lines, line)
	}
	return engine.Record{
		{Name: "list", Value: l.end()},
		{Name: "lines", Value: lines},
		{Name: "quirks", Value: isQuirky(root)},
	}, nil
}

// isQuirky reports whether a document has no doctype, or not the usual one.
//
// Standard: https://html.spec.whatwg.org/#the-initial-insertion-mode
func isQuirky(root *html.Node) bool {
	for c := root.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.DoctypeNode {
			return c.Data != "html"
		}
	}
	return true
}

// opParseFragment parses what is set as an element's content.
//
// Standard: https://html.spec.whatwg.org/#html-fragment-parsing-algorithm
func opParseFragment(c *engine.Call) (any, error) {
	text := c.Text(0)
	if len(text) > maxMarkup {
		return nil, errMarkupTooLong
	}
	name := c.Text(1)
	context := &html.Node{Type: html.ElementNode, Data: name, DataAtom: atom.Lookup([]byte(name))}
	if n := int(c.Int(2)); n > 0 && n < len(foreign) {
		context.Namespace = foreign[n]
	}
	nodes, err := html.ParseFragment(strings.NewReader(text), context)
	if err != nil {
		return nil, fmt.Errorf("parse html: %w", err)
	}
	var l nodeList
	for _, n := range nodes {
		l.node(n)
	}
	return l.end(), nil
}

// foreign are the parser's names of namespaces, by the numbers of script.
var foreign = []string{"", "svg", "math"}

// nodeList writes the list that script makes nodes of, as JSON.
type nodeList struct{ bytes.Buffer }

func (l *nodeList) put(values ...any) {
	for _, v := range values {
		if l.Len() > 0 {
			l.WriteByte(',')
		}
		switch v := v.(type) {
		case int:
			fmt.Fprint(l, v)
		case []any:
			l.array(v)
		default:
			l.json(v)
		}
	}
}

// json writes a string, or null.
func (l *nodeList) json(v any) {
	b, err := json.Marshal(v)
	if err != nil {
		b = []byte("null") // a string is always written
	}
	l.Write(b)
}

func (l *nodeList) array(list []any) {
	l.WriteByte('[')
	for i, v := range list {
		if i > 0 {
			l.WriteByte(',')
		}
		l.json(v)
	}
	l.WriteByte(']')
}

func (l *nodeList) end() string { return "[" + l.String() + "]" }

func (l *nodeList) children(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		l.node(c)
	}
}

func (l *nodeList) node(n *html.Node) {
	switch n.Type {
	case html.TextNode:
		l.put(nodeText, n.Data)
	case html.CommentNode:
		l.put(nodeComment, n.Data)
	case html.DoctypeNode:
		l.put(nodeDoctype, n.Data, attribute(n, "public"), attribute(n, "system"))
	case html.ElementNode:
		l.put(nodeHTMLElement, n.Data, namespaceNumber(n.Namespace), attributesOf(n))
		l.children(n)
		l.put(nodeEnd)
	}
}

func namespaceNumber(name string) int {
	for i, known := range foreign {
		if known == name {
			return i
		}
	}
	return 0
}

func attributesOf(n *html.Node) []any {
	list := make([]any, 0, 2*len(n.Attr))
	for _, a := range n.Attr {
		key := a.Key
		if a.Namespace != "" {
			key = a.Namespace + ":" + key
		}
		list = append(list, key, a.Val)
	}
	return list
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// scriptLines tells where the scripts begin that have an end.
func scriptLines(text string) []int {
	var lines []int
	if !strings.Contains(text, "</") {
		return nil
	}
	line, begun := 1, 1
	for z := html.NewTokenizer(strings.NewReader(text)); ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			return lines
		}
		line += bytes.Count(z.Raw(), []byte("\n"))
		if name, _ := z.TagName(); string(name) == "script" {
			switch kind {
			case html.StartTagToken:
				begun = line
			case html.EndTagToken:
				lines = append(lines, begun)
			}
		}
	}
}

// opSplitAfterScript cuts a text after the end of the script of a number, counted
// from 1.
func opSplitAfterScript(c *engine.Call) (any, error) {
	text, number := c.Text(0), int(c.Int(1))
	at := scriptEnd(text, number)
	return []any{text[:at], text[at:]}, nil
}

// scriptEnd is where the script of a number ends in bytes, or the whole text.
func scriptEnd(text string, number int) int {
	at, seen := 0, 0
	for z := html.NewTokenizer(strings.NewReader(text)); ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			return len(text)
		}
		at += len(z.Raw())
		if name, _ := z.TagName(); kind == html.EndTagToken && string(name) == "script" {
			if seen++; seen == number {
				return at
			}
		}
	}
}

// opParseXML parses an XML document. What is wrong with it is told as a text.
func opParseXML(c *engine.Call) (any, error) {
	text := c.Text(0)
	if len(text) > maxMarkup {
		return nil, errMarkupTooLong
	}
	list, err := xmlList(text)
	if err != nil {
		return engine.Record{{Name: "error", Value: err.Error()}, {Name: "list", Value: "[]"}}, nil
	}
	return engine.Record{{Name: "error", Value: nil}, {Name: "list", Value: list}}, nil
}

var errNoDocument = errors.New("the argument is no document")
