package contract

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"

	yaml "go.yaml.in/yaml/v4"
)

// Parse reads a contract. file is its name in messages; lookup gives the values of
// variables (${NAME}), and may be nil. The error is an *InvalidError with everything
// that is wrong.
func Parse(file string, text []byte, lookup func(name string) (string, bool)) (*Contract, error) {
	d := &decoder{file: file, lookup: lookup, places: places{}}
	c := &Contract{}
	if root := d.read(text); root != nil {
		d.value(root, "", reflect.ValueOf(c).Elem(), 0)
		c.places = d.places
		if !d.full {
			d.validate(c)
		}
	}
	if len(d.problems) > 0 {
		inOrder(d.problems)
		return nil, &InvalidError{Problems: d.problems}
	}
	for i := range c.Routes {
		for j := range c.Routes[i].Rules {
			r := &c.Routes[i].Rules[j]
			r.patterns = parsed(r.AllowOrigins)
		}
	}
	return c, nil
}

// read finds the one document of a text.
func (d *decoder) read(text []byte) *yaml.Node {
	if len(text) > MaxBytes {
		d.add(nil, "", TooLarge, fmt.Sprintf("The file has %d bytes.", len(text)), fmt.Sprintf("Keep it to %d.", MaxBytes))
		return nil
	}
	if len(bytes.TrimSpace(text)) == 0 {
		d.empty()
		return nil
	}
	var document yaml.Node
	if err := yaml.Load(text, &document); err != nil {
		d.notYAML(err)
		return nil
	}
	if document.Kind != yaml.DocumentNode || len(document.Content) != 1 {
		d.empty()
		return nil
	}
	return document.Content[0]
}

func (d *decoder) empty() {
	d.add(nil, "", Missing, "The file is empty.", `Begin with "version: 1" and "routes:".`)
}

// notYAML reports what the YAML reader says, with its place.
func (d *decoder) notYAML(err error) {
	place, text := Place{}, err.Error()
	if e, ok := errors.AsType[*yaml.LoadError](err); ok {
		place = Place{e.Mark.Line, e.Mark.Column}
		text = e.Message
	}
	text = strings.TrimPrefix(strings.ReplaceAll(text, "\n", " "), "yaml: ")
	d.report(Problem{
		File: d.file, Place: place, Text: "This is not YAML: " + excerpt(text) + ".",
		Cure: "Look at the indentation, quotes and colons just before it.", Reason: NotYAML,
	})
}
