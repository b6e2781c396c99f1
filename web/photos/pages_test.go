package photos

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/web/look"
)

// files returns the files of the pages and of their look whose names end with
// ending, by their path as it is below /assets.
func files(t *testing.T, ending string) map[string]string {
	t.Helper()
	out := map[string]string{}
	gather := func(from fs.FS, root, place string) {
		err := fs.WalkDir(from, root, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(name, ending) {
				return err
			}
			text, err := fs.ReadFile(from, name)
			out[place+strings.TrimPrefix(name, root+"/")] = string(text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	gather(pages, "pages", "")
	gather(look.Files, ".", "look/")
	if len(out) == 0 {
		t.Fatalf("there are no files %s", ending)
	}
	return out
}

// code returns the modules without comments and texts.
func code(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for name, text := range files(t, ".js") {
		blanked, err := scan(text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		out[name] = blanked
	}
	return out
}

var (
	imports    = regexp.MustCompile(`(?m)^import (?:\{([^}]*)\}|\* as \w+) from "([^"]+)";`)
	typeImport = regexp.MustCompile(`import\("([^"]+)"\)`) // in comments
	strange    = regexp.MustCompile(`(?m)^import *;|^export [{*].* from|\bimport\(`)
	exported   = regexp.MustCompile(`(?m)^export (?:async )?(?:const|function|class) (\w+)`)
	references = regexp.MustCompile(`(?:href|src)="([^"]+)"`)
	urls       = regexp.MustCompile(`url\(([^)]*)\)`)
)

// Every module that is imported is there, in a form this test understands, and
// exports what is taken from it.
func TestImportsResolve(t *testing.T) {
	modules, blanked := files(t, ".js"), code(t)
	for name, text := range modules {
		if found := strange.FindString(blanked[name]); found != "" {
			t.Errorf("%s: %q is a form of import that this test does not follow", name, found)
		}
		for _, m := range typeImport.FindAllStringSubmatch(text, -1) {
			if _, ok := modules[path.Join(path.Dir(name), m[1])]; !ok {
				t.Errorf("%s takes a type from %s, which is not there", name, m[1])
			}
		}
		for _, m := range imports.FindAllStringSubmatch(text, -1) {
			from := path.Join(path.Dir(name), m[2])
			target, ok := modules[from]
			if !ok {
				t.Errorf("%s imports %s, which is not there", name, m[2])
				continue
			}
			var names []string
			for _, e := range exported.FindAllStringSubmatch(target, -1) {
				names = append(names, e[1])
			}
			for wanted := range strings.SplitSeq(m[1], ",") {
				wanted, _, _ = strings.Cut(strings.TrimSpace(wanted), " as ")
				if wanted != "" && !slices.Contains(names, wanted) {
					t.Errorf("%s takes %s from %s, which exports %v", name, wanted, m[2], names)
				}
			}
		}
	}
}

// Each site serves all that its page refers to, directly or by way of other
// files.
func TestReferencesAreServed(t *testing.T) {
	for site, handler := range sites {
		seen := map[string]bool{}
		var visit func(from, address string)
		visit = func(from, address string) {
			if seen[address] {
				return
			}
			seen[address] = true
			r := ask(handler, "GET", address)
			if r.StatusCode != 200 {
				t.Errorf("%s: %s refers to %s: status %d", site, from, address, r.StatusCode)
				return
			}
			for _, next := range referencesIn(address, body(t, r)) {
				visit(address, next)
			}
		}
		visit("the address bar", "/")
		if len(seen) < 30 {
			t.Errorf("%s: only %d files found; does this test still see the references?", site, len(seen))
		}
	}
}

func referencesIn(address, text string) (out []string) {
	add := func(reference string) {
		if !path.IsAbs(reference) {
			reference = path.Join(path.Dir(address), reference)
		}
		out = append(out, reference)
	}
	switch path.Ext(address) {
	case ".js":
		for _, m := range imports.FindAllStringSubmatch(text, -1) {
			add(m[2])
		}
	case ".css":
		for _, m := range urls.FindAllStringSubmatch(text, -1) {
			add(strings.Trim(m[1], `"'`))
		}
	case "", ".html": // a page; what it links to on the service is not this site's
		for _, m := range references.FindAllStringSubmatch(text, -1) {
			if strings.HasPrefix(m[1], "/assets/") {
				add(m[1])
			}
		}
	}
	return out
}

// The pages ask for nothing that their Content-Security-Policy would stop: no
// inline script or style, no text made into markup or code, nothing from
// elsewhere.
func TestContentPolicyIsKept(t *testing.T) {
	markup := regexp.MustCompile(`(?i)\sstyle=|\son\w+=|<style|<script(?:>| [^>]*>[^<])|javascript:|(?:src|href)="(?:https?:)?//`)
	for name, text := range files(t, ".html") {
		if found := markup.FindString(text); found != "" {
			t.Errorf("%s: %q", name, found)
		}
	}
	script := regexp.MustCompile(`\b(?:innerHTML|outerHTML|insertAdjacentHTML|DOMParser|eval|Function)\b|document\.write|\bstyle:|setTimeout\(\s*["']`)
	for name, text := range code(t) {
		if found := script.FindString(text); found != "" {
			t.Errorf("%s: %q", name, found)
		}
	}
	elsewhere := regexp.MustCompile(`@import|url\(["']?(?:https?:|//|data:)`)
	for name, text := range files(t, ".css") {
		if found := elsewhere.FindString(text); found != "" {
			t.Errorf("%s: %q", name, found)
		}
		if strings.Count(text, "{") != strings.Count(text, "}") {
			t.Errorf("%s: braces do not match", name)
		}
	}
}

// Scenarios, and what runs and explains them, can be run by a script engine that
// has no page; the exceptions are those that show what only pages have.
func TestScenariosNeedNoPage(t *testing.T) {
	withPage := []string{"scenarios/s10.js", "scenarios/s14.js", "scenarios/s15.js", "scenarios/transport.js"}
	engineToo := []string{"stage/xhr.js", "stage/outcome.js", "stage/env.js", "stage/play.js", "stage/console-line.js", "upload/queue.js", "look/words.js"}
	page := regexp.MustCompile(`\b(?:document|window|location|navigator|FontFace|localStorage)\b`)
	for name, text := range code(t) {
		scenario := strings.HasPrefix(name, "scenarios/") && !slices.Contains(withPage, name)
		if found := page.FindString(text); found != "" && (scenario || slices.Contains(engineToo, name)) {
			t.Errorf("%s uses %s", name, found)
		}
	}
	for name, text := range files(t, ".js") {
		if !strings.HasPrefix(name, "scenarios/") && !slices.Contains(engineToo, name) {
			continue
		}
		for _, m := range imports.FindAllStringSubmatch(text, -1) {
			from := path.Join(path.Dir(name), m[2])
			if !strings.HasPrefix(from, "scenarios/") && !slices.Contains(engineToo, from) {
				t.Errorf("%s imports %s, which needs a page", name, from)
			}
		}
	}
}

// Each scenario has the parts that the page shows.
func TestScenariosAreComplete(t *testing.T) {
	modules := files(t, ".js")
	for _, number := range []string{"01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13", "14", "15"} {
		name := "scenarios/s" + number + ".js"
		for _, part := range []string{"title", "story", "action", "run", "explain"} {
			found := slices.ContainsFunc(exported.FindAllStringSubmatch(modules[name], -1), func(m []string) bool { return m[1] == part })
			if !found {
				t.Errorf("%s exports no %s", name, part)
			}
		}
		if !strings.Contains(modules["scenarios/all.js"], `"./s`+number+`.js"`) {
			t.Errorf("%s is not on the page", name)
		}
	}
}

// S2 is the script of S1, with only the URL changed.
func TestOnlyTheAddressChanges(t *testing.T) {
	modules := files(t, ".js")
	run := regexp.MustCompile(`(?s)export function run\(.*?\n}\n`)
	first := strings.Split(run.FindString(modules["scenarios/s01.js"]), "\n")
	second := strings.Split(run.FindString(modules["scenarios/s02.js"]), "\n")
	if len(first) < 6 || len(first) != len(second) {
		t.Fatalf("the scripts have %d and %d lines", len(first), len(second))
	}
	var changed []string
	for i := range first {
		if first[i] != second[i] {
			changed = append(changed, second[i])
		}
	}
	// Besides the address itself, the script is given what makes it.
	want := []string{`export function run({ XMLHttpRequest, watch, url }) {`, `  xhr.open("GET", url("/albums"));`}
	if !slices.Equal(changed, want) {
		t.Errorf("changed:\n%s", strings.Join(changed, "\n"))
	}
}

// No file has grown beyond what one sitting can take in, and every script asks
// editors to check its types.
func TestFilesAreSmall(t *testing.T) {
	const most = 300
	for _, ending := range []string{".js", ".css", ".html"} {
		for name, text := range files(t, ending) {
			if lines := strings.Count(text, "\n"); lines > most {
				t.Errorf("%s has %d lines; %d are enough for one subject", name, lines, most)
			}
			if ending == ".js" && !strings.HasPrefix(text, "// @ts-check\n") {
				t.Errorf("%s does not begin with // @ts-check", name)
			}
		}
	}
}

// Every file that is embedded is of a kind whose type is known.
func TestKindsOfFiles(t *testing.T) {
	for name := range files(t, "") {
		if mediaTypes[path.Ext(name)] == "" {
			t.Errorf("%s would be served without a type", name)
		}
	}
}

// The scanner on which the tests above rely sees code, and not text, as code.
func TestScan(t *testing.T) {
	cases := []struct{ src, want, fault string }{
		{`a = "b" + 'c' // d`, `a =     +         `, ""},
		{"a = `b ${c + `${d}`} $ \\` e` + f", "a = `   {c + ` {d}`}       ` + f", ""},
		{`a = b / c / d; e = /[/"]+\//g`, `a = b / c / d; e =           `, ""},
		{"return /x/.test(y) /* z */", "return    .test(y)        ", ""},
		{"f(a[0)]", "", "line 1: ')' closes nothing"},
		{"f(\n{\n)", "", "line 3: ')' closes nothing"},
		{"f(", "", `"(" is never closed`},
		{`a = "b`, "", "line 1: a string is never closed"},
		{"a = `b ${c", "", `"` + "`{" + `" is never closed`},
		{"a = `b", "", "line 1: a template is never closed"},
	}
	for _, c := range cases {
		got, err := scan(c.src)
		fault := ""
		if err != nil {
			fault = err.Error()
		}
		if got != c.want || fault != c.fault {
			t.Errorf("%s\n got %q %s\nwant %q %s", c.src, got, fault, c.want, c.fault)
		}
	}
}
