package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/corsage-go/corsage/agent"
	"github.com/corsage-go/corsage/agent/script"
	"github.com/corsage-go/corsage/agent/weburl"
)

// defaultPage is where a script runs that nobody has given a place. Servers that
// log origins see what asks them, and the name leads nowhere.
const defaultPage = "https://corsage-run.example"

// maxScript is the size of the largest script or page on disk, in bytes.
const maxScript = 64 << 20

// inputKind is what an input is.
type inputKind int

const (
	isScript inputKind = iota
	isModule
	isHTML
	isAddress // of a page
)

// runInput is what is to be run.
type runInput struct {
	kind   inputKind
	name   string      // by which errors call it
	source string      // of what has no address
	page   *weburl.URL // the page that it runs in, or the module itself
	folder *os.Root    // what the page's origin has; nil for nothing
	user   *user
}

// read gets what is to be run.
func (c *runCommand) read(con console) (*runInput, error) {
	who, err := c.user()
	if err != nil {
		return nil, misuse(err)
	}
	input := &runInput{kind: c.kind(), user: who}
	err = input.place(c)
	switch {
	case err != nil || input.kind == isAddress:
	case c.Eval != "":
		input.name, input.source = "-e", c.Eval
	case c.Input == "-":
		input.name = "stdin"
		input.source, err = readScript(con.in)
	default:
		input.name = filepath.ToSlash(c.Input)
		var text []byte
		text, err = readBounded(c.Input, maxScript)
		input.source = string(text)
	}
	if err == nil {
		input.folder, err = c.folder()
	}
	if err != nil {
		return nil, misuse(err, "name a script or a page; code itself is given with -e, or on standard input with -")
	}
	return input, nil
}

// kind tells by its name what the input is.
func (c *runCommand) kind() inputKind {
	ext := strings.ToLower(filepath.Ext(c.Input))
	switch {
	case isURL(c.Input):
		return isAddress
	case c.Module || ext == ".mjs":
		return isModule
	case slices.Contains([]string{".html", ".htm", ".xhtml"}, ext):
		return isHTML
	default:
		return isScript
	}
}

// isURL reports whether an input is the URL of a page rather than a file.
func isURL(input string) bool {
	lower := strings.ToLower(input)
	return strings.HasPrefix(lower, "http://") || strings.HasPrefix(lower, "https://")
}

// start runs it until nothing is pending. The realm is nil if there was nothing to
// run.
func (i *runInput) start(ctx context.Context, page *agent.Page, o script.Options) (*script.Realm, error) {
	if i.kind == isAddress {
		return script.Load(ctx, page, i.page.Href(), o)
	}
	realm, err := script.New(filePage{page}, o)
	if err != nil {
		return nil, err
	}
	switch i.kind {
	case isHTML:
		err = realm.LoadHTML(ctx, i.source)
	case isModule:
		err = realm.RunModule(ctx, i.source, i.page.Href())
	default:
		err = realm.Run(ctx, i.source, i.name)
	}
	return realm, err
}

// place finds the URL of the page, or of the module, whose file is as if it lay at
// the top of its origin.
func (i *runInput) place(c *runCommand) error {
	if i.kind == isAddress {
		u, err := weburl.Parse(c.Input)
		i.page, i.name = u, c.Input
		return err
	}
	u, err := c.pageURL()
	if err != nil {
		return err
	}
	i.page = u
	if c.isFile() && i.kind != isScript && u.Path() == "/" {
		i.page, err = weburl.ParseRef(u, "./"+escapePath(filepath.Base(c.Input)))
	}
	return err
}

// escapePath writes the name of a file as a part of a URL.
var escapePath = strings.NewReplacer("%", "%25", "?", "%3F", "#", "%23", `\`, "%5C").Replace

// isFile reports whether the input is a file on disk.
func (c *runCommand) isFile() bool { return c.Input != "" && c.Input != "-" && !isURL(c.Input) }

// readScript reads a script of bounded size.
func readScript(r io.Reader) (string, error) {
	text, err := readAtMost(r, "standard input", maxScript)
	return string(text), err
}

// folder opens the folder that the page's origin has; nil if there is none.
func (c *runCommand) folder() (*os.Root, error) {
	switch {
	case c.Root != "":
		folder, err := os.OpenRoot(c.Root)
		if err != nil {
			return nil, fmt.Errorf("--root: %w", err)
		}
		return folder, nil
	case c.isFile():
		return os.OpenRoot(filepath.Dir(c.Input))
	default:
		return nil, nil
	}
}

// pageURL is the URL of the page, of --origin or the default.
func (c *runCommand) pageURL() (*weburl.URL, error) { return pageAt(cmp.Or(c.Origin, defaultPage)) }

// pageAt is the URL of the page that --origin names.
func pageAt(origin string) (*weburl.URL, error) {
	u, err := weburl.Parse(origin)
	switch {
	case err != nil:
		return nil, fmt.Errorf("--origin %q is no URL; write it as https://app.example", origin)
	case !u.IsHTTP():
		return nil, fmt.Errorf("--origin %q is neither http nor https; write it as https://app.example", origin)
	case u.HasCredentials():
		return nil, errors.New("--origin: an origin has neither user nor password")
	}
	return u, nil
}
