//go:build browser

package main

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// These tests run the real program and a real Chromium, and ask from inside its
// pages. They need the build tag browser: make browser.

// tab is a page in a Chromium of its own profile.
type tab struct {
	t       *testing.T
	ctx     context.Context
	console *lockedBuffer // what the browser's console says, a line each
}

// openTab starts a Chromium with one blank page. It ends with the test.
func openTab(t *testing.T, flags ...chromedp.ExecAllocatorOption) *tab {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium(t)), chromedp.DisableGPU, chromedp.WindowSize(1280, 900),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.WSURLReadTimeout(time.Minute))
	if os.Getuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), append(options, flags...)...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	b := &tab{t: t, ctx: ctx, console: &lockedBuffer{}}
	must(t, chromedp.Listen(ctx, b.listen))
	return b
}

// chromium finds the browser as scripts/setup does.
func chromium(t *testing.T) string {
	t.Helper()
	names := []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"}
	if chosen := os.Getenv("CHROME"); chosen != "" {
		names = []string{chosen}
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("no Chromium found; run make setup, or name one in CHROME")
	return ""
}

// listen keeps what the console says.
func (b *tab) listen(event any) {
	switch e := event.(type) {
	case *log.EventEntryAdded:
		fmt.Fprintln(b.console, e.Entry.Text)
	case *runtime.EventExceptionThrown:
		fmt.Fprintln(b.console, "uncaught:", e.ExceptionDetails.Text)
	}
}

// stepLimit is how long one step may take. A step that would take for ever, since
// what it waits for does not come, so ends the test with the console's text.
const stepLimit = 40 * time.Second

// step takes one step in the browser, or ends the test.
func step[T any](b *tab, action chromedp.Action[T]) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, stepLimit)
	defer cancel()
	value, err := chromedp.Run(ctx, action)
	if err != nil {
		b.t.Fatalf("the browser: %v\nits console:\n%s", err, b.console)
	}
	return value
}

// open loads a page.
func (b *tab) open(url string) {
	b.t.Helper()
	step(b, chromedp.Navigate(url))
}

// script runs the body of an async function in the page, with args as JSON, and
// decodes what it returns into out, which may be nil.
func (b *tab) script(out any, body string, args ...any) {
	b.t.Helper()
	given, err := json.Marshal(append([]any{}, args...))
	must(b.t, err)
	call := fmt.Sprintf("(async (...args) => JSON.stringify(await (async () => {%s})()) ?? 'null')(...%s)", body, given)
	text := step(b, chromedp.Evaluate[string](call, chromedp.EvalAwaitPromise))
	if out != nil {
		must(b.t, json.Unmarshal([]byte(text), out))
	}
}

// wait returns when a selector finds something that is not hidden.
func (b *tab) wait(selector string) {
	b.t.Helper()
	b.script(nil, `
		const there = () => { const e = document.querySelector(args[0]); return e && !e.closest("[hidden]"); };
		if (there()) return;
		await new Promise((resolve) => new MutationObserver((_, o) => there() && (o.disconnect(), resolve()))
			.observe(document, { subtree: true, childList: true, attributes: true, characterData: true }));`, selector)
}

// waitText returns when an element's text holds a part.
func (b *tab) waitText(selector, part string) {
	b.t.Helper()
	b.script(nil, `
		const there = () => document.querySelector(args[0])?.textContent.includes(args[1]);
		if (there()) return;
		await new Promise((resolve) => new MutationObserver((_, o) => there() && (o.disconnect(), resolve()))
			.observe(document, { subtree: true, childList: true, characterData: true }));`, selector, part)
}

// click waits for an element and clicks it.
func (b *tab) click(selector string) {
	b.t.Helper()
	b.wait(selector)
	b.script(nil, `document.querySelector(args[0]).click()`, selector)
}

// fill waits for a control and gives it a value as typing would.
func (b *tab) fill(selector, value string) {
	b.t.Helper()
	b.wait(selector)
	b.script(nil, `
		const control = document.querySelector(args[0]);
		control.value = args[1];
		control.dispatchEvent(new Event("input", { bubbles: true }));
		control.dispatchEvent(new Event("change", { bubbles: true }));`, selector, value)
}

// asked makes an XMLHttpRequest from the page and waits for its end.
func (b *tab) asked(r request) reading {
	b.t.Helper()
	var got reading
	b.script(&got, askScript, r)
	return got
}

// play presses a scenario's button, after choosing how the service behaves
// (a value of demo, "" for as its rules say) and filling in fields, and waits for
// the outcome.
func (b *tab) play(scenario, demo string, fields map[string]string) played {
	b.t.Helper()
	b.wait("#" + scenario + " [data-run]")
	var got played
	b.script(&got, playScript, scenario, demo, fields)
	return got
}

// choose gives files to an input.
func (b *tab) choose(selector string, paths ...string) {
	b.t.Helper()
	step(b, chromedp.SetUploadFiles(selector, paths))
}

func (b *tab) said() string { return b.console.String() }

// S16: the scenarios come to the same in Chromium as in the asking end, where
// TestScenariosInScript plays this table.
func TestBrowserScenarios(t *testing.T) {
	playScenarios(t, func(t *testing.T, d *runningDemo) engine {
		if d.service.authority != nil {
			return openTab(t, trusting(t, d))
		}
		return openTab(t)
	})
}

// wantState fails the test unless a scenario has ended as it should, and the page
// shows the events that belong to that end.
func (b *tab) wantState(why string, got played, state string) {
	b.t.Helper()
	if got.State != state {
		b.t.Errorf("%s: the page says %s (%s: %s), want %s", why, got.State, got.Headline, got.Words, state)
	}
	event := map[string]string{"read": "load", "blocked": "error"}[state]
	if len(got.Events) > 0 && !slices.Contains(got.Events, event) {
		b.t.Errorf("%s: among the events %q is no %s", why, got.Events, event)
	}
}

// wantConsole fails the test unless the browser's console has said each of parts.
func (b *tab) wantConsole(why string, parts ...string) {
	b.t.Helper()
	said := b.console.String()
	for _, part := range parts {
		if !strings.Contains(said, part) {
			b.t.Errorf("%s: the console does not say %q:\n%s", why, part, said)
		}
	}
}

// trusting makes Chromium accept the demo's own certificate, and nothing else that
// it would not accept anyway.
func trusting(t *testing.T, d *runningDemo) chromedp.ExecAllocatorOption {
	t.Helper()
	certificate, err := d.service.authority.certificate(nil)
	must(t, err)
	hash := sha256.Sum256(certificate.Leaf.RawSubjectPublicKeyInfo)
	return chromedp.Flag("ignore-certificate-errors-spki-list", base64.StdEncoding.EncodeToString(hash[:]))
}

// navigating runs a script that makes the tab go to another page, and returns the
// status of what came.
func (b *tab) navigating(body string, args ...any) int {
	b.t.Helper()
	given, err := json.Marshal(append([]any{}, args...))
	must(b.t, err)
	ctx, cancel := context.WithTimeout(b.ctx, stepLimit)
	defer cancel()
	action := chromedp.Evaluate[chromedp.Void](fmt.Sprintf("((...args) => {%s})(...%s)", body, given))
	response, err := chromedp.RunResponse(ctx, action)
	if err != nil {
		b.t.Fatalf("the browser: %v\nits console:\n%s", err, b.console)
	}
	return int(response.Status)
}
