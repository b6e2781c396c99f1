package layers

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// source is a Go file, parsed.
type source struct {
	name    string
	test    bool
	first   token.Pos // of the package clause
	imports []place
	file    *ast.File
	set     *token.FileSet
}

// place is an import path, or a function of one, and where it stands.
type place struct {
	path string
	pos  token.Pos
}

// readSource parses a file. It reads through the file system it is given, which
// in the test is the os package's: only what the os package opened is known to
// the test cache.
func readSource(project fs.FS, name string) (source, error) {
	text, err := fs.ReadFile(project, name)
	if err != nil {
		return source{}, err
	}
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, text, parser.SkipObjectResolution)
	if err != nil {
		return source{}, err
	}
	s := source{name: name, test: strings.HasSuffix(name, "_test.go"), first: file.Package, file: file, set: set}
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return source{}, err
		}
		s.imports = append(s.imports, place{path: imported, pos: spec.Pos()})
	}
	return s, nil
}

func (s source) finding(pos token.Pos, does, why string) Finding {
	return Finding{File: s.name, Line: s.set.Position(pos).Line, Does: does, Why: why}
}

// uses finds where a file names the functions of a rule, called or not. Types
// are not known here: a variable that has the package's name counts as the
// package, and had better be called something else. A dot import hides the names
// and is itself a use.
func (s source) uses(c Call) []place {
	local := s.localName(c.Package)
	if local == nil {
		return nil
	}
	if local.path == "." {
		return []place{{path: c.Package + " by a dot import", pos: local.pos}}
	}
	var found []place
	ast.Inspect(s.file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok && x.Name == local.path && slices.Contains(c.Names, sel.Sel.Name) {
			found = append(found, place{path: c.Package + "." + sel.Sel.Name, pos: sel.Pos()})
		}
		return true
	})
	return found
}

// localName returns the name that the file has for a package of the standard
// library, or nil if it does not import it.
func (s source) localName(pkg string) *place {
	for _, spec := range s.file.Imports {
		if spec.Path.Value != strconv.Quote(pkg) {
			continue
		}
		if spec.Name != nil {
			return &place{path: spec.Name.Name, pos: spec.Pos()}
		}
		return &place{path: path.Base(pkg), pos: spec.Pos()}
	}
	return nil
}
