package docs

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
)

// root is the project, seen from the folder in which go test runs.
const root = "../.."

const standard = "docs/standard.md"

// How the document names things.
var (
	// [`fetching.http`](../agent/fetch/http.go): what is declared, and in which file.
	declared = regexp.MustCompile("\\[`([^`]+)`\\]\\(\\.\\./([^)]+\\.go)\\)")

	// `fetch.TestModes`: a test, by the last part of its folder.
	tested = regexp.MustCompile("`([a-z]+)\\.((?:Test|Fuzz)\\w+)`")

	// *Recorded:* `cache`, `redirect`: groups of recorded scenarios.
	recorded = regexp.MustCompile(`^\*Recorded:\*(.*)$`)
	quoted   = regexp.MustCompile("`([^`]+)`")

	// [text](target), unless the target is somewhere else or in the same file.
	linked = regexp.MustCompile(`\]\(([^)#:]+)(?:#[^)]*)?\)`)

	groupOf = regexp.MustCompile(`"group": ?"([^"]+)"`)
)

// What docs/standard.md says is where it says: each function in its file, each
// test in its package, each group among the recordings.
func TestStandard(t *testing.T) {
	project := os.DirFS(root)
	files, tests := declarations(t, project)
	groups := recordedGroups(t, project)
	rows := 0
	eachLine(t, project, standard, func(place, line string) {
		for _, m := range declared.FindAllStringSubmatch(line, -1) {
			if !files[m[2]][m[1]] {
				t.Errorf("%s: %s does not declare %s", place, m[2], m[1])
			}
		}
		for _, m := range tested.FindAllStringSubmatch(line, -1) {
			if !tests[m[1]][m[2]] {
				t.Errorf("%s: package %s has no test %s", place, m[1], m[2])
			}
		}
		if m := recorded.FindStringSubmatch(line); m != nil {
			for _, group := range quoted.FindAllStringSubmatch(m[1], -1) {
				if !groups[group[1]] {
					t.Errorf("%s: no scenario is of group %s", place, group[1])
				}
			}
		}
		if strings.HasPrefix(line, "|") && declared.MatchString(line) {
			rows++
			if !tested.MatchString(line) {
				t.Errorf("%s: a row without a test", place)
			}
		}
	})
	if rows < 100 {
		t.Errorf("%s has %d rows of functions and tests; are they written in another way now?", standard, rows)
	}
}

// No link from a document to a file of the project leads nowhere.
func TestLinks(t *testing.T) {
	project := os.DirFS(root)
	documents := 0
	walk(t, project, func(name string) {
		if path.Ext(name) != ".md" {
			return
		}
		documents++
		eachLine(t, project, name, func(place, line string) {
			for _, m := range linked.FindAllStringSubmatch(line, -1) {
				target := path.Join(path.Dir(name), m[1])
				if _, err := fs.Stat(project, target); err != nil {
					t.Errorf("%s: the link to %s leads nowhere: %v", place, m[1], err)
				}
			}
		})
	})
	if documents < 5 {
		t.Errorf("%d documents were found", documents)
	}
}

// walk calls visit for the files of the project, but for hidden folders and test
// data.
func walk(t *testing.T, project fs.FS, visit func(name string)) {
	t.Helper()
	err := fs.WalkDir(project, ".", func(name string, d fs.DirEntry, err error) error {
		switch base := path.Base(name); {
		case err != nil:
			return err
		case d.IsDir() && (base == "testdata" || len(base) > 1 && base[0] == '.'):
			return fs.SkipDir
		case !d.IsDir():
			visit(name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// eachLine calls visit for the lines of a document that are no code, each with its
// place.
func eachLine(t *testing.T, project fs.FS, name string, visit func(place, line string)) {
	t.Helper()
	text, err := fs.ReadFile(project, name)
	if err != nil {
		t.Fatal(err)
	}
	n, code := 0, false
	for line := range strings.Lines(string(text)) {
		n++
		if fence := strings.HasPrefix(strings.TrimLeft(line, " "), "```"); fence || code {
			code = code != fence
			continue
		}
		visit(fmt.Sprintf("%s:%d", name, n), strings.TrimRight(line, "\r\n"))
	}
}

// names is a set.
type names map[string]bool

// declarations lists what each Go file declares, methods as "type.method", and
// the tests of each package, by the last part of its folder.
func declarations(t *testing.T, project fs.FS) (files, tests map[string]names) {
	t.Helper()
	files, tests = map[string]names{}, map[string]names{}
	walk(t, project, func(name string) {
		if path.Ext(name) != ".go" {
			return
		}
		all := declaredIn(t, project, name)
		if !strings.HasSuffix(name, "_test.go") {
			files[name] = all
			return
		}
		pkg := path.Base(path.Dir(name))
		if tests[pkg] == nil {
			tests[pkg] = names{}
		}
		for test := range all {
			tests[pkg][test] = true
		}
	})
	return files, tests
}

func declaredIn(t *testing.T, project fs.FS, name string) names {
	t.Helper()
	text, err := fs.ReadFile(project, name)
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	all := names{}
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			all[functionName(d)] = true
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				if s, ok := spec.(*ast.TypeSpec); ok {
					all[s.Name.Name] = true
				}
			}
		}
	}
	return all
}

// functionName is "name", or "type.name" for a method.
func functionName(d *ast.FuncDecl) string {
	if d.Recv == nil {
		return d.Name.Name
	}
	receiver := d.Recv.List[0].Type
	if star, ok := receiver.(*ast.StarExpr); ok {
		receiver = star.X
	}
	if id, ok := receiver.(*ast.Ident); ok {
		return id.Name + "." + d.Name.Name
	}
	return d.Name.Name
}

// recordedGroups are the groups that recorded scenarios are of.
func recordedGroups(t *testing.T, project fs.FS) names {
	t.Helper()
	packed, err := project.Open("internal/vectors/testdata/cors-browser.jsonl.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close() //nolint:errcheck // it was only read
	unpacked, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	groups := names{}
	lines := bufio.NewScanner(unpacked)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if m := groupOf.FindSubmatch(lines.Bytes()); m != nil {
			groups[string(m[1])] = true
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return groups
}
