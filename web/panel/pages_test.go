package panel

import (
	"io/fs"
	"path"
	"regexp"
	"strings"
	"testing"
)

// files returns the panel's files whose names end with ending.
func files(t *testing.T, ending string) map[string]string {
	t.Helper()
	out := map[string]string{}
	entries, err := fs.ReadDir(pages, "pages")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ending) {
			continue
		}
		b, err := fs.ReadFile(pages, "pages/"+e.Name())
		if err != nil {
			t.Fatal(err)
		}
		out[e.Name()] = string(b)
	}
	if len(out) == 0 {
		t.Fatalf("there are no files %s", ending)
	}
	return out
}

// The page gets everything that it refers to, by way of other files too, and each
// file has a type.
func TestReferencesAreServed(t *testing.T) {
	h := New(Config{}).Handler(testOrigin, testToken)
	refers := regexp.MustCompile(`(?:href|src)="((?:look|panel)/[^"]+)"|(?m)^import [^"]* from "([^"]+)";|url\("?([^)"]+)"?\)`)
	seen := map[string]bool{}
	var visit func(address string)
	visit = func(address string) {
		if seen[address] {
			return
		}
		seen[address] = true
		r := ask(h, "GET", address)
		if r.StatusCode != 200 || r.Header.Get("Content-Type") == "" {
			t.Errorf("%s: status %d, type %q", address, r.StatusCode, r.Header.Get("Content-Type"))
			return
		}
		folder := path.Dir(address)
		if address == "/TOKEN/" {
			folder = "/TOKEN"
		}
		for _, m := range refers.FindAllStringSubmatch(string(read(t, r)), -1) {
			visit(path.Join(folder, m[1]+m[2]+m[3]))
		}
	}
	visit("/TOKEN/")
	if len(seen) < 25 {
		t.Errorf("only %d files were found; does this test still see the references?", len(seen))
	}
	for name := range files(t, "") {
		if name != "index.html" && !seen["/TOKEN/panel/"+name] {
			t.Errorf("nothing uses %s", name)
		}
	}
}

// The page asks for nothing that its Content-Security-Policy would stop, and makes
// no markup of text.
func TestContentPolicyIsKept(t *testing.T) {
	markup := regexp.MustCompile(`(?i)\sstyle=|\son\w+=|<style|<script(?:>| [^>]*>[^<])|javascript:|(?:src|href)="(?:https?:)?//`)
	for name, text := range files(t, ".html") {
		if found := markup.FindString(text); found != "" {
			t.Errorf("%s: %q", name, found)
		}
	}
	script := regexp.MustCompile(`\b(?:innerHTML|outerHTML|insertAdjacentHTML|setHTMLUnsafe|DOMParser|eval|Function)\b|document\.write|\bstyle:|setTimeout\(\s*["']|\bimport\(`)
	comment := regexp.MustCompile(`(?s)/\*.*?\*/`)
	for name, text := range files(t, ".js") {
		if found := script.FindString(comment.ReplaceAllString(text, "")); found != "" {
			t.Errorf("%s: %q", name, found)
		}
	}
}

// No file has grown beyond what one sitting can take in, and every script asks
// editors to check its types.
func TestFilesAreSmall(t *testing.T) {
	for name, text := range files(t, "") {
		if lines := strings.Count(text, "\n"); lines > 400 {
			t.Errorf("%s has %d lines; 400 are enough for one subject", name, lines)
		}
		if path.Ext(name) == ".js" && !strings.HasPrefix(text, "// @ts-check\n") {
			t.Errorf("%s does not begin with // @ts-check", name)
		}
	}
}
