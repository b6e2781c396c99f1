package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/corsage-go/corsage/agent"
	"github.com/corsage-go/corsage/agent/script"
)

// scriptPage is a page in the asking end: its scripts run as they are, without a
// browser.
type scriptPage struct {
	t       *testing.T
	browser *agent.Agent
	realm   *script.Realm
	console *lockedBuffer
}

// openScriptPage starts an asking end like Chromium. It ends with the test.
func openScriptPage(t *testing.T, o agent.Options) *scriptPage {
	t.Helper()
	p := &scriptPage{t: t, browser: agent.New(o), console: &lockedBuffer{}}
	t.Cleanup(func() {
		p.leave()
		p.browser.Close()
	})
	return p
}

func (p *scriptPage) leave() {
	if p.realm != nil {
		p.realm.Close()
		p.realm = nil
	}
}

func (p *scriptPage) open(url string) {
	p.t.Helper()
	p.leave()
	from, err := p.browser.Page("about:blank")
	must(p.t, err)
	ctx, cancel := context.WithTimeout(p.t.Context(), time.Minute)
	defer cancel()
	p.realm, err = script.Load(ctx, from, url, script.Options{
		Console: func(m script.Message) { fmt.Fprintln(p.console, m.Text) },
	})
	if p.realm == nil || err != nil {
		p.t.Fatalf("the page %s: %v\nits console:\n%s", url, err, p.console)
	}
}

// script runs the body of an async function in the page, as tab.script does.
func (p *scriptPage) script(out any, body string, args ...any) {
	p.t.Helper()
	given, err := json.Marshal(append([]any{}, args...))
	must(p.t, err)
	call := fmt.Sprintf("(async (...args) => JSON.stringify(await (async () => {%s})()) ?? 'null')(...%s)", body, given)
	ctx, cancel := context.WithTimeout(p.t.Context(), time.Minute)
	defer cancel()
	text, err := p.realm.Eval(ctx, call, "test.js")
	if err != nil {
		p.t.Fatalf("the page's script: %v\nthe console:\n%s", err, p.console)
	}
	if out != nil {
		must(p.t, json.Unmarshal([]byte(fmt.Sprint(text)), out))
	}
}

func (p *scriptPage) play(scenario, demo string, fields map[string]string) played {
	p.t.Helper()
	var got played
	p.script(&got, playScript, scenario, demo, fields)
	return got
}

func (p *scriptPage) choose(selector string, paths ...string) {
	p.t.Helper()
	var files []*agent.File
	for _, path := range paths {
		f, err := agent.OpenFile(path)
		must(p.t, err)
		files = append(files, f)
	}
	must(p.t, p.realm.Choose(p.t.Context(), selector, files...))
}

func (p *scriptPage) said() string { return p.console.String() }

// S16: the guest site's page, as it is, comes to the same in the asking end as in
// Chromium: TestBrowserScenarios plays this table there.
func TestScenariosInScript(t *testing.T) {
	playScenarios(t, func(t *testing.T, d *runningDemo) engine {
		return openScriptPage(t, agent.Options{Profile: agent.Chromium, Roots: d.roots()})
	})
}

// S10: in the engine of Internet Explorer 9 the detection finds XDomainRequest, and
// it runs; in one without it, JSONP does. The modules are those of the page.
func TestOldEnginesInScript(t *testing.T) {
	d := startDemo(t, demoOptions{})
	for _, test := range []struct{ engine, album, demo, state, transport string }{
		{"this", "open", "", "read", "xdr"},
		{"this", "open", "silent", "blocked", "xdr"},
		{"this", "chosen", "", "read", "xdr"},
		{"none", "open", "", "read", "jsonp"},
		{"none", "chosen", "", "blocked", "jsonp"},
	} {
		t.Run(strings.Join([]string{test.engine, test.album, test.demo}, " "), func(t *testing.T) {
			p := openScriptPage(t, agent.Options{Profile: agent.IE9})
			page, err := p.browser.Page(d.guest + "/")
			must(t, err)
			p.realm, err = script.New(page, script.Options{})
			must(t, err)
			var got struct{ State, Transport string }
			p.script(&got, `
				const [config, demo, fields] = args;
				const s10 = await import("/assets/scenarios/s10.js");
				const { makeEnv } = await import("/assets/stage/env.js");
				const record = () => ({ event() {}, end() {} });
				const outcome = await s10.run(makeEnv(config, { demo, fields, record }, { XMLHttpRequest, window, document }));
				return { State: outcome.state, Transport: outcome.transport };`,
				map[string]any{"data": d.origin, "albums": d.albums}, test.demo, map[string]string{"engine": test.engine, "album": test.album})
			if got.State != test.state || got.Transport != test.transport {
				t.Errorf("%+v, want %s by %s", got, test.state, test.transport)
			}
		})
	}
}
