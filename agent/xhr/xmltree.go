package xhr

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

// Element is an element of an XML document, with names as they are written.
type Element struct {
	Name       xml.Name // Space is the prefix
	Attributes []xml.Attr
	Children   []any // *Element, string, Comment and Instruction, in order
}

// Comment is a comment in an XML document.
type Comment string

// Instruction is a processing instruction in an XML document.
type Instruction struct{ Target, Data string }

// Doctype is a document type declaration. What stands between its brackets is
// left out.
type Doctype struct{ Name, Public, System string }

// maxXMLDepth bounds how deep elements may be nested, since a tree is walked by
// recursion.
const maxXMLDepth = 5000

// Text returns the text in the element and below.
func (e *Element) Text() string {
	var b strings.Builder
	e.writeText(&b)
	return b.String()
}

func (e *Element) writeText(b *strings.Builder) {
	for _, c := range e.Children {
		switch c := c.(type) {
		case string:
			b.WriteString(c)
		case *Element:
			c.writeText(b)
		}
	}
}

// Find returns the first element of that local name, e included, in the order of
// the document; nil for none.
func (e *Element) Find(local string) *Element {
	if e.Name.Local == local {
		return e
	}
	for _, c := range e.Children {
		if child, ok := c.(*Element); ok {
			if found := child.Find(local); found != nil {
				return found
			}
		}
	}
	return nil
}

// xmlParser builds a tree. It works on raw tokens, which keep prefixes, and so
// checks itself that tags match and prefixes are declared.
type xmlParser struct {
	root          *Element
	before, after []any      // the root
	open          []*Element // from the root to where we are
}

// parseXML reads a well-formed document whose text is UTF-8 already.
func parseXML(r io.Reader) (*Document, error) {
	d := xml.NewDecoder(r)
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	var p xmlParser
	for {
		token, err := d.RawToken()
		if err == nil {
			err = p.take(token)
		} else if err == io.EOF {
			return p.end()
		}
		if err != nil {
			line, column := d.InputPos()
			return nil, fmt.Errorf("parse xml: line %d, column %d: %w", line, column, err)
		}
	}
}

func (p *xmlParser) take(token xml.Token) error {
	switch t := token.(type) {
	case xml.StartElement:
		return p.start(t.Copy())
	case xml.EndElement:
		return p.close(t.Name)
	case xml.CharData:
		if len(p.open) > 0 {
			p.append(string(t))
		} else if strings.Trim(string(t), httpSpace) != "" {
			return errors.New("there is text outside of the root element")
		}
	case xml.Comment:
		p.append(Comment(t))
	case xml.ProcInst:
		if t.Target != "xml" {
			p.append(Instruction{t.Target, string(t.Inst)})
		}
	case xml.Directive:
		return p.declare(string(t))
	}
	return nil
}

// declare takes what begins with "<!", which can only be a document type, before
// the root.
func (p *xmlParser) declare(directive string) error {
	d := parseDoctype(directive)
	if d.Name == "" || p.root != nil {
		return fmt.Errorf("<!%.20s is no document type before the root element", directive)
	}
	p.before = append(p.before, d)
	return nil
}

// doctype is a document type declaration: its name, and its identifiers.
var doctype = regexp.MustCompile(`^DOCTYPE\s+([^\s\[]+)(?:\s+(?:PUBLIC\s+(?:"([^"]*)"|'([^']*)')|SYSTEM)(?:\s+(?:"([^"]*)"|'([^']*)'))?)?`)

func parseDoctype(directive string) Doctype {
	m := doctype.FindStringSubmatch(directive)
	if m == nil {
		return Doctype{}
	}
	return Doctype{Name: m[1], Public: m[2] + m[3], System: m[4] + m[5]}
}

func (p *xmlParser) start(t xml.StartElement) error {
	e := &Element{Name: t.Name, Attributes: t.Attr}
	switch {
	case len(p.open) == 0 && p.root != nil:
		return fmt.Errorf("there is a second root element, %q", t.Name.Local)
	case len(p.open) >= maxXMLDepth:
		return fmt.Errorf("elements are nested more than %d deep", maxXMLDepth)
	case len(p.open) == 0:
		p.root = e
	default:
		p.append(e)
	}
	p.open = append(p.open, e)
	return p.checkNames(e)
}

// append adds a child where we are: to an element, or before or after the root.
func (p *xmlParser) append(child any) {
	switch {
	case len(p.open) > 0:
		e := p.open[len(p.open)-1]
		e.Children = append(e.Children, child)
	case p.root == nil:
		p.before = append(p.before, child)
	default:
		p.after = append(p.after, child)
	}
}

func (p *xmlParser) close(name xml.Name) error {
	last := len(p.open) - 1
	if last < 0 || p.open[last].Name != name {
		return fmt.Errorf("%q ends what it has not begun", name.Local)
	}
	p.open = p.open[:last]
	return nil
}

func (p *xmlParser) end() (*Document, error) {
	switch {
	case p.root == nil:
		return nil, errors.New("parse xml: there is no root element")
	case len(p.open) > 0:
		return nil, fmt.Errorf("parse xml: %q has no end", p.open[len(p.open)-1].Name.Local)
	}
	return &Document{XML: p.root, Before: p.before, After: p.after}, nil
}

// checkNames refuses prefixes that are not declared, and attributes given twice.
//
// Standard: https://www.w3.org/TR/xml-names/#nsc-NSDeclared
func (p *xmlParser) checkNames(e *Element) error {
	if !p.declared(e.Name.Space) {
		return fmt.Errorf("the prefix %q is not declared", e.Name.Space)
	}
	for i, a := range e.Attributes {
		if !p.declared(a.Name.Space) {
			return fmt.Errorf("the prefix %q is not declared", a.Name.Space)
		}
		if slices.ContainsFunc(e.Attributes[:i], func(b xml.Attr) bool { return b.Name == a.Name }) {
			return fmt.Errorf("the attribute %q is there twice", a.Name.Local)
		}
	}
	return nil
}

// declared looks for a prefix in the open elements.
func (p *xmlParser) declared(prefix string) bool {
	if prefix == "" || prefix == "xml" || prefix == "xmlns" {
		return true
	}
	return slices.ContainsFunc(p.open, func(e *Element) bool {
		return slices.ContainsFunc(e.Attributes, func(a xml.Attr) bool {
			return a.Name.Space == "xmlns" && a.Name.Local == prefix
		})
	})
}

// Escapes of the two places where text stands.
var (
	escapeXMLText  = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\u00a0", "&#xA0;").Replace
	escapeXMLValue = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;",
		"\t", "&#9;", "\n", "&#xA;", "\r", "&#xD;").Replace
)

// write serializes the element.
func (e *Element) write(b *strings.Builder) {
	b.WriteString("<" + written(e.Name))
	for _, a := range e.Attributes {
		b.WriteString(" " + written(a.Name) + `="` + escapeXMLValue(a.Value) + `"`)
	}
	if len(e.Children) == 0 {
		b.WriteString("/>")
		return
	}
	b.WriteByte('>')
	writeXML(b, e.Children)
	b.WriteString("</" + written(e.Name) + ">")
}

// writeXML serializes nodes.
func writeXML(b *strings.Builder, nodes []any) {
	for _, n := range nodes {
		switch n := n.(type) {
		case string:
			b.WriteString(escapeXMLText(n))
		case *Element:
			n.write(b)
		case Comment:
			b.WriteString("<!--" + string(n) + "-->")
		case Instruction:
			b.WriteString("<?" + n.Target + " " + n.Data + "?>")
		case Doctype:
			b.WriteString("<!DOCTYPE " + n.Name + n.identifiers() + ">")
		}
	}
}

func (d Doctype) identifiers() string {
	switch {
	case d.Public != "":
		return ` PUBLIC "` + d.Public + `" "` + d.System + `"`
	case d.System != "":
		return ` SYSTEM "` + d.System + `"`
	default:
		return ""
	}
}

// written is a name with its prefix.
func written(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}
