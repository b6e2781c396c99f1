package xhr

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Element is an element of an XML document, with names as they are written.
type Element struct {
	Name       xml.Name // Space is the prefix
	Attributes []xml.Attr
	Children   []any // *Element and string, in order
}

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
	root *Element
	open []*Element // from the root to where we are
}

// parseXML reads a well-formed document whose text is UTF-8 already.
func parseXML(r io.Reader) (*Element, error) {
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
			return nil, fmt.Errorf("parse xml at byte %d: %w", d.InputOffset(), err)
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
	}
	return nil
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

func (p *xmlParser) append(child any) {
	e := p.open[len(p.open)-1]
	e.Children = append(e.Children, child)
}

func (p *xmlParser) close(name xml.Name) error {
	last := len(p.open) - 1
	if last < 0 || p.open[last].Name != name {
		return fmt.Errorf("%q ends what it has not begun", name.Local)
	}
	p.open = p.open[:last]
	return nil
}

func (p *xmlParser) end() (*Element, error) {
	switch {
	case p.root == nil:
		return nil, errors.New("parse xml: there is no root element")
	case len(p.open) > 0:
		return nil, fmt.Errorf("parse xml: %q has no end", p.open[len(p.open)-1].Name.Local)
	}
	return p.root, nil
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
	for _, c := range e.Children {
		switch c := c.(type) {
		case string:
			b.WriteString(escapeXMLText(c))
		case *Element:
			c.write(b)
		}
	}
	b.WriteString("</" + written(e.Name) + ">")
}

// written is a name with its prefix.
func written(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}
