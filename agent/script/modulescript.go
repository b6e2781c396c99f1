package script

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/script/engine"
	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/agent/xhr"
	"github.com/corsage-go/corsage/cors"
)

// maxModules is how many modules a realm may load.
const maxModules = 10_000

// loading is what a realm knows of its modules.
type loading struct {
	imports     importMap
	count       int
	failed      bool // one could not be got, since this was reset
	credentials fetch.Credentials
	integrity   map[string]string // of the module that an element names, by URL
}

// moduleLoader finds modules for all realms of a thread.
//
// NOTE: the thread stands still while a module comes.
type moduleLoader struct{}

// Resolve makes a URL of a specifier.
//
// Standard: https://html.spec.whatwg.org/#resolve-a-module-specifier
func (moduleLoader) Resolve(inner *engine.Realm, base, specifier string) (string, error) {
	r := realmOf(inner)
	from, err := weburl.Parse(base)
	if err != nil { // of a script that is no file
		from = r.baseURL()
	}
	if to, ok, err := r.modules.imports.resolve(specifier); ok || err != nil {
		return to, err
	}
	relative := strings.HasPrefix(specifier, "/") || strings.HasPrefix(specifier, "./") || strings.HasPrefix(specifier, "../")
	var u *weburl.URL
	if relative {
		u, err = weburl.ParseRef(from, specifier)
	} else {
		u, err = weburl.Parse(specifier)
	}
	if err != nil {
		return "", typeError(fmt.Sprintf("the module %q cannot be found: write a URL, or a path that begins with /, ./ or ../", specifier), err)
	}
	return u.Href(), nil
}

// Load gets a module.
//
// Standard: https://html.spec.whatwg.org/#fetch-a-single-module-script
func (moduleLoader) Load(inner *engine.Realm, name string, attributes engine.Value) (string, error) {
	r := realmOf(inner)
	kind := ""
	if !attributes.IsNullish() {
		kind = member(attributes, "type")
	}
	source, err := r.loadModule(name, kind)
	if err != nil {
		r.modules.failed = true
		return "", typeError("the module "+name+" cannot be loaded", err)
	}
	return source, nil
}

func (r *Realm) loadModule(name, kind string) (string, error) {
	if kind != "" && kind != "json" {
		return "", fmt.Errorf("there are no modules of the type %q", kind)
	}
	if r.modules.count++; r.modules.count > maxModules {
		return "", fmt.Errorf("a page can load %d modules and no more", maxModules)
	}
	u, err := weburl.Parse(name)
	if err != nil {
		return "", err
	}
	q := resource{url: u, destination: "script", mode: fetch.ModeCORS, credentials: r.modules.credentials, integrity: r.modules.integrity[name]}
	if kind == "json" {
		q.destination = "json"
	}
	v, err := r.get(r.waiting(), q)
	r.tellResource(q, v, err)
	if err != nil {
		return "", err
	}
	return v.moduleText(kind)
}

// moduleText is the text of a module, if its type lets it be one.
func (v *received) moduleText(kind string) (string, error) {
	if !v.isOK() {
		return "", fmt.Errorf("the server answered with status %d", v.status)
	}
	m, _ := v.mime()
	text := xhr.DecodeUTF8(v.body)
	switch {
	case kind == "json" && isJSON(m):
		quoted, err := json.Marshal(text)
		return "export default JSON.parse(" + string(quoted) + ")", err
	case kind == "" && isJavaScript(m):
		return text, nil
	default:
		return "", fmt.Errorf("its type is %q, which is none of such modules", m.Essence())
	}
}

// opRunModule runs a module script: a text, or the one of a URL. It returns
// whether it could be got with all that it imports.
//
// Standard: https://html.spec.whatwg.org/#run-a-module-script
func (r *Realm) opRunModule(c *engine.Call) (any, error) {
	url := c.Text(1)
	source, name := c.Text(0), url
	r.modules.credentials = fetch.SameOriginCredentials
	if c.Bool(2) {
		r.modules.credentials = fetch.IncludeCredentials
	}
	if c.Arg(0).IsNullish() {
		if metadata := c.Text(3); metadata != "" {
			r.modules.integrity = map[string]string{url: metadata}
		}
		quoted, err := json.Marshal(url)
		if err != nil {
			return nil, fmt.Errorf("run a module: %w", err)
		}
		source, name = "import "+string(quoted), engine.Internal+"module"
	}
	return r.runModule(source, name), nil
}

// RunModule runs a module script with all that it imports, and everything that it
// leads to, as Run does. url is the script's own: what it imports is found from
// there.
//
// Standard: https://html.spec.whatwg.org/#run-a-module-script
func (r *Realm) RunModule(ctx context.Context, source, url string) error {
	release := r.thread.guard(ctx)
	defer release()
	r.thread.runTask(func() {
		r.thread.script(func() {
			if !r.runModule(source, url) {
				r.errors = append(r.errors, fmt.Errorf("run a module: %s could not be loaded with all that it imports", url))
			}
		})
	})
	return r.Wait(ctx)
}

// runModule runs a module. Its errors are reported when they come.
func (r *Realm) runModule(source, name string) (loaded bool) {
	r.modules.failed = false
	promise, err := r.engine.EvalModule(source, name)
	switch {
	case err == nil:
		defer promise.Free()
		if v, err := r.export("errors", "watch", promise); err != nil {
			r.report(err)
		} else {
			v.Free()
		}
	case r.modules.failed:
		if e, ok := errors.AsType[*Error](err); ok {
			r.print("error", e.Error())
			e.Forget()
		}
		return false
	default:
		r.report(err)
	}
	return true
}

// --- Import maps ---

// importMap says where specifiers lead.
//
// Standard: https://html.spec.whatwg.org/#import-maps
type importMap struct{ imports map[string]string }

// opImportMap reads an import map, and returns what is wrong with it, or null.
func (r *Realm) opImportMap(c *engine.Call) (any, error) {
	base, err := weburl.Parse(c.Text(1))
	if err != nil {
		return nil, typeError("the base URL cannot be read", err)
	}
	var given struct {
		Imports map[string]string `json:"imports"`
	}
	if err := json.Unmarshal([]byte(c.Text(0)), &given); err != nil {
		return "the import map cannot be read: " + err.Error(), nil
	}
	if r.modules.imports.imports == nil {
		r.modules.imports.imports = map[string]string{}
	}
	for specifier, to := range given.Imports {
		u, err := weburl.ParseRef(base, to)
		if err != nil {
			return fmt.Sprintf("the import map leads %q to %q, which is no URL", specifier, to), nil
		}
		if strings.HasPrefix(specifier, "/") || strings.HasPrefix(specifier, "./") || strings.HasPrefix(specifier, "../") {
			if s, err := weburl.ParseRef(base, specifier); err == nil {
				specifier = s.Href()
			}
		}
		if _, known := r.modules.imports.imports[specifier]; !known {
			r.modules.imports.imports[specifier] = u.Href()
		}
	}
	return nil, nil
}

// resolve finds where a specifier leads: its own entry, or the longest one that
// ends with a slash and begins it.
func (m importMap) resolve(specifier string) (to string, ok bool, err error) {
	if to, ok = m.imports[specifier]; ok {
		return to, true, nil
	}
	best := ""
	for prefix := range m.imports {
		if strings.HasSuffix(prefix, "/") && strings.HasPrefix(specifier, prefix) && len(prefix) > len(best) {
			best = prefix
		}
	}
	if best == "" {
		return "", false, nil
	}
	base, err := weburl.Parse(m.imports[best])
	if err != nil {
		return "", false, typeError("the import map leads to no URL", err)
	}
	u, err := weburl.ParseRef(base, specifier[len(best):])
	if err != nil {
		return "", false, typeError("the import map leads to no URL", err)
	}
	return u.Href(), true, nil
}

// originOf is the origin of a URL; opaque for those that have no other.
func originOf(u *weburl.URL) cors.Origin {
	o, err := cors.ParseOrigin(u.OriginString())
	if err != nil {
		return cors.Origin{}
	}
	return o
}
