package contract

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	yaml "go.yaml.in/yaml/v4"
)

// Bounds of a contract.
const (
	MaxBytes  = 1 << 20
	maxValues = 50_000 // aliases count as often as they are used
	maxDepth  = 16
	maxText   = 8 << 10 // bytes of one text, variables included
	maxTexts  = 4 << 20 // bytes of all texts

	maxProblems = 200 // that are reported
)

// decoder turns YAML into the types of this package. It goes on after a problem, so
// that all of them are found.
type decoder struct {
	file     string
	lookup   func(name string) (string, bool)
	places   places
	problems []Problem
	values   int
	texts    int  // bytes of them
	full     bool // a bound was met, and has been reported
}

func (d *decoder) add(n *yaml.Node, path string, r Reason, text, cure string) {
	place := Place{}
	if n != nil {
		place = Place{n.Line, n.Column}
	}
	d.report(Problem{File: d.file, Place: place, Path: path, Text: text, Cure: cure, Reason: r})
}

// report keeps a problem, and after many of them says that there may be more.
func (d *decoder) report(p Problem) {
	switch n := len(d.problems); {
	case n < maxProblems:
		d.problems = append(d.problems, p)
	case n == maxProblems:
		d.problems = append(d.problems, Problem{
			File: d.file, Place: p.Place, Text: "There are more problems than are listed.", Cure: "Mend these first.", Reason: TooLarge,
		})
		d.full = true
	}
}

// value reads a node into what v is.
func (d *decoder) value(n *yaml.Node, path string, v reflect.Value, depth int) {
	if d.values++; d.values > maxValues || d.texts > maxTexts || depth > maxDepth {
		d.tooMuch(n, path)
		return
	}
	if _, known := d.places[path]; !known {
		d.places[path] = Place{n.Line, n.Column}
	}
	if n.Kind == yaml.AliasNode && n.Alias != nil {
		d.value(n.Alias, path, v, depth+1)
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.value(n, path, v.Elem(), depth)
	case reflect.Struct:
		d.structure(n, path, v, depth)
	case reflect.Slice:
		d.list(n, path, v, depth)
	case reflect.Map:
		d.fields(n, path, v, depth)
	default:
		d.scalar(n, path, v)
	}
}

func (d *decoder) tooMuch(n *yaml.Node, path string) {
	if !d.full {
		d.add(n, path, TooLarge, "There is more here than a contract has.", fmt.Sprintf("Keep it below %d values, %d deep, and %d bytes of text.", maxValues, maxDepth, maxTexts))
	}
	d.full = true
}

// structure reads a mapping whose keys are known.
func (d *decoder) structure(n *yaml.Node, path string, v reflect.Value, depth int) {
	if d.shorthand(n, v) {
		return
	}
	if n.Kind != yaml.MappingNode {
		d.add(n, path, WrongType, "A list of keys with values is expected, and this is "+describe(n)+".", "Write "+firstKey(v.Type())+": and its value.")
		return
	}
	keys := keysOf(v.Type())
	d.pairs(n, path, func(key, value *yaml.Node) {
		i := slices.Index(keys, key.Value)
		if i < 0 {
			d.add(key, path, UnknownKey, fmt.Sprintf("There is no key %q here.", excerpt(key.Value)), suggestion(key.Value, keys))
			return
		}
		at := join(path, key.Value)
		d.places[at] = Place{key.Line, key.Column}
		d.value(value, at, fieldOf(v, key.Value), depth+1)
	})
}

// shorthand reads a number of seconds as bounds that allow nothing else.
func (d *decoder) shorthand(n *yaml.Node, v reflect.Value) bool {
	b, ok := v.Addr().Interface().(*Bounds)
	if !ok || n.Kind != yaml.ScalarNode || n.ShortTag() != "!!int" {
		return false
	}
	seconds, err := strconv.Atoi(n.Value)
	if err != nil {
		return false
	}
	b.AtLeast, b.AtMost = &seconds, &seconds
	return true
}

func suggestion(key string, keys []string) string {
	if word := nearest(key, keys); word != "" {
		return fmt.Sprintf("Did you mean %s?", word)
	}
	return "The keys are " + strings.Join(keys, ", ") + "."
}

// pairs goes through a mapping, and reports keys that are there twice.
func (d *decoder) pairs(n *yaml.Node, path string, each func(key, value *yaml.Node)) {
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content) && !d.full; i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch {
		case key.Kind != yaml.ScalarNode:
			d.add(key, path, WrongType, "A key is a word, and this is "+describe(key)+".", "")
		case key.ShortTag() == "!!merge":
			d.add(key, path, UnknownKey, "Contracts cannot merge mappings with <<.", "Write the keys out, or name a whole value with an anchor.")
		case seen[key.Value]:
			d.add(key, path, Duplicate, fmt.Sprintf("The key %q is there already.", excerpt(key.Value)), "Remove one of them.")
		default:
			seen[key.Value] = true
			each(key, value)
		}
	}
}

func (d *decoder) list(n *yaml.Node, path string, v reflect.Value, depth int) {
	if n.Kind != yaml.SequenceNode {
		d.add(n, path, WrongType, "A list is expected, and this is "+describe(n)+".", "Write [...] around it, or \"- \" before each element.")
		return
	}
	list := reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content))
	for i, element := range n.Content {
		if d.full {
			return
		}
		d.value(element, path+"["+strconv.Itoa(i)+"]", list.Index(i), depth+1)
	}
	v.Set(list)
}

// fields reads a mapping whose keys are names of header fields.
func (d *decoder) fields(n *yaml.Node, path string, v reflect.Value, depth int) {
	if n.Kind != yaml.MappingNode {
		d.add(n, path, WrongType, "Names and values of header fields are expected, and this is "+describe(n)+".", "Write Name: value.")
		return
	}
	m := map[string]string{}
	d.pairs(n, path, func(key, value *yaml.Node) {
		at := join(path, key.Value)
		d.places[at] = Place{key.Line, key.Column}
		var text string
		d.value(value, at, reflect.ValueOf(&text).Elem(), depth+1)
		m[key.Value] = text
	})
	v.Set(reflect.ValueOf(m))
}

func (d *decoder) scalar(n *yaml.Node, path string, v reflect.Value) {
	if n.Kind != yaml.ScalarNode {
		d.add(n, path, WrongType, "One value is expected, and this is "+describe(n)+".", "")
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(d.text(n, path))
	case reflect.Bool:
		b, ok := map[string]bool{"true": true, "false": false}[n.Value]
		if !ok || n.ShortTag() != "!!bool" {
			d.add(n, path, WrongType, "True or false is expected, and this is "+describe(n)+".", "Write true or false, without quotes.")
		}
		v.SetBool(b)
	case reflect.Int:
		i, err := strconv.Atoi(n.Value)
		if err != nil || n.ShortTag() != "!!int" {
			d.add(n, path, WrongType, "A number is expected, and this is "+describe(n)+".", "Write a whole number, without quotes.")
		}
		v.SetInt(int64(i))
	}
}

// text is a text with its variables replaced. The origin null is a word that YAML
// takes for nothing, so nothing is read as what was written.
func (d *decoder) text(n *yaml.Node, path string) string {
	if n.ShortTag() == "!!null" && n.Value == "" {
		d.add(n, path, WrongType, "There is no value.", "Write one, or remove the key.")
		return ""
	}
	text, missing := expand(n.Value, d.lookup)
	d.texts += len(text)
	for _, name := range missing {
		d.add(n, path, NoVariable, fmt.Sprintf("The variable %s has no value.", name),
			fmt.Sprintf("Give it one with --set %s=VALUE, or in the environment; a $ by itself is written $$.", name))
	}
	if len(text) > maxText {
		d.add(n, path, TooLarge, fmt.Sprintf("The text is %d bytes long.", len(text)), fmt.Sprintf("Keep it to %d.", maxText))
		return ""
	}
	return text
}

// describe says what a node is.
func describe(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a list of keys"
	case yaml.SequenceNode:
		return "a list"
	case yaml.AliasNode:
		return "an alias"
	}
	switch n.ShortTag() {
	case "!!null":
		return "nothing"
	case "!!str":
		return "the text " + strconv.Quote(excerpt(n.Value))
	default:
		return excerpt(n.Value)
	}
}

func excerpt(s string) string {
	const most = 60
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "..."
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// keysOf lists the keys of a type, in its order.
func keysOf(t reflect.Type) []string {
	var keys []string
	for i := range t.NumField() {
		if key := t.Field(i).Tag.Get("yaml"); key != "" {
			keys = append(keys, key)
		}
	}
	return keys
}

func firstKey(t reflect.Type) string { return keysOf(t)[0] }

func fieldOf(v reflect.Value, key string) reflect.Value {
	for i := range v.NumField() {
		if v.Type().Field(i).Tag.Get("yaml") == key {
			return v.Field(i)
		}
	}
	return reflect.Value{} // keysOf has listed it
}
