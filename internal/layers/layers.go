// Package layers checks which folder imports what: the direction of imports is
// part of the design, and the table in table.go writes it down with the reason
// for each rule.
//
// The check reads the source files itself. Asking the go command in a
// subprocess would be shorter, but the test cache does not see what a subprocess
// reads, and a passed test would stay passed after a forbidden import.
package layers

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Table says what may be imported.
type Table struct {
	Module   string       // what imports of the project begin with
	Folders  []Folder     // every folder with Go files
	Walls    []Wall       // what never meets
	Modules  []Dependency // other people's code
	Packages []Dependency // of the standard library: what pure folders may not import
	Calls    []Call       // what pure folders may not call
}

// Folder is the rule for the Go files in one folder, not in those below it.
type Folder struct {
	Path string   // from the root of the project, with slashes
	May  []string // folders of the project that it may import
	Any  bool     // it may import all of them
	Pure bool     // no I/O and no clock: Packages and Calls hold
	Why  string
}

// Wall keeps a folder, and all below it, from importing another, or anything
// below that. Unlike the other rules it holds in test files too.
type Wall struct {
	From string // "." is the whole project, except To itself
	To   string
	Why  string
}

// Dependency is a rule about import paths that are not the project's own.
type Dependency struct {
	Prefix string   // a path, and what is below it
	Exact  bool     // only the path itself
	In     []string // folders that may import it; in Packages it has no meaning
	Why    string
}

// Call is a rule about functions of one package of the standard library.
type Call struct {
	Package string
	Names   []string
	Why     string
}

// Finding is something that the table forbids.
type Finding struct {
	File string // from the root of the project, with slashes
	Line int
	Does string // such as "imports cors/policy"
	Why  string
}

// String gives the finding as one line that editors can follow.
func (f Finding) String() string {
	return fmt.Sprintf("%s:%d %s: %s", f.File, f.Line, f.Does, f.Why)
}

// Check reads the Go files of a project and returns what the table forbids, in
// the order of the files. An error means that a file could not be read or is not
// Go.
func (t Table) Check(project fs.FS) ([]Finding, error) {
	var found []Finding
	unknown := map[string]bool{} // folders without a row that have been reported
	err := fs.WalkDir(project, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return enter(project, name)
		case path.Ext(name) != ".go":
			return nil
		}
		src, err := readSource(project, name)
		if err != nil {
			return err
		}
		folder, ok := t.folder(path.Dir(name))
		if !ok && !unknown[folder.Path] {
			unknown[folder.Path] = true
			found = append(found, src.finding(src.first, "is in a folder without a row in internal/layers/table.go",
				"enter "+folder.Path+" there, with what it may import and why"))
		}
		found = append(found, t.judge(folder, src)...)
		return nil
	})
	return found, err
}

// enter tells WalkDir which folders the go command would not read either.
func enter(project fs.FS, name string) error {
	if name == "." {
		return nil
	}
	base := path.Base(name)
	if base == "testdata" || base == "vendor" || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") {
		return fs.SkipDir
	}
	if _, err := fs.Stat(project, path.Join(name, "go.mod")); err == nil {
		return fs.SkipDir // a module of its own
	}
	return nil
}

// folder returns the row of a folder. Where there is none, the row of one that
// may import everything, so that a missing row is reported once and not at
// every import.
func (t Table) folder(name string) (Folder, bool) {
	i := slices.IndexFunc(t.Folders, func(f Folder) bool { return f.Path == name })
	if i < 0 {
		return Folder{Path: name, Any: true}, false
	}
	return t.Folders[i], true
}

// judge holds one file against all the rules.
func (t Table) judge(folder Folder, src source) []Finding {
	var found []Finding
	for _, imp := range src.imports {
		if why := t.forbidden(folder, src.test, imp.path); why != "" {
			found = append(found, src.finding(imp.pos, "imports "+t.short(imp.path), why))
		}
	}
	if !folder.Pure || src.test {
		return found
	}
	for _, c := range t.Calls {
		for _, use := range src.uses(c) {
			found = append(found, src.finding(use.pos, "uses "+use.path, c.Why))
		}
	}
	return found
}

// forbidden says why a file of a folder may not import a path, or "".
func (t Table) forbidden(folder Folder, test bool, imported string) string {
	if own, ok := t.own(imported); ok {
		return t.forbiddenOwn(folder, test, own)
	}
	if test {
		return ""
	}
	first, _, _ := strings.Cut(imported, "/")
	if strings.Contains(first, ".") {
		return t.forbiddenModule(folder, imported)
	}
	if !folder.Pure {
		return ""
	}
	return why(longest(t.Packages, imported))
}

func (t Table) forbiddenOwn(folder Folder, test bool, imported string) string {
	for _, w := range t.Walls {
		if below(folder.Path, w.From) && below(imported, w.To) && !below(folder.Path, w.To) {
			return w.Why
		}
	}
	if test || folder.Any || slices.Contains(folder.May, imported) {
		return ""
	}
	may := "nothing of the project"
	if len(folder.May) > 0 {
		may = "of the project only " + strings.Join(folder.May, ", ")
	}
	return fmt.Sprintf("%s may import %s (%s)", folder.Path, may, folder.Why)
}

func (t Table) forbiddenModule(folder Folder, imported string) string {
	d := longest(t.Modules, imported)
	switch {
	case d == nil:
		return "other people's code is entered in internal/layers/table.go, with who may import it and why"
	case slices.Contains(d.In, folder.Path):
		return ""
	case len(d.In) == 0:
		return "no folder may import it outside of tests (" + d.Why + ")"
	default:
		return "only " + strings.Join(d.In, ", ") + " may import it (" + d.Why + ")"
	}
}

// own cuts the module's path off an import of the project itself.
func (t Table) own(imported string) (folder string, ok bool) {
	if imported == t.Module {
		return ".", true
	}
	return strings.CutPrefix(imported, t.Module+"/")
}

func (t Table) short(imported string) string {
	if own, ok := t.own(imported); ok {
		return own
	}
	return imported
}

// longest returns the most specific rule about a path, or nil.
func longest(rules []Dependency, imported string) *Dependency {
	var best *Dependency
	for i, d := range rules {
		hit := imported == d.Prefix || !d.Exact && below(imported, d.Prefix)
		if hit && (best == nil || len(d.Prefix) > len(best.Prefix)) {
			best = &rules[i]
		}
	}
	return best
}

func why(d *Dependency) string {
	if d == nil {
		return ""
	}
	return d.Why
}

// below reports whether name is folder or lies in it.
func below(name, folder string) bool {
	return folder == "." || name == folder || strings.HasPrefix(name, folder+"/")
}
