package script

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/agent"
	"github.com/corsage-go/corsage/agent/script/engine"
)

// inConsole runs the scripts of a table, each in a realm of its own, and compares
// what they write to the console.
func inConsole(t *testing.T, o agent.Options, table map[string]string) {
	t.Helper()
	for script, want := range table {
		realm, lines := newRealm(t, o)
		if err := realm.Run(t.Context(), "(async () => {"+script+"\n})()", "test.js"); err != nil {
			t.Errorf("%s: %v", script, err)
		}
		if got := strings.Join(*lines, " "); got != want {
			t.Errorf("%s\nshows %q\nwant  %q", script, got, want)
		}
	}
}

// Blobs and Files hold the bytes of their parts, and give them in every form.
func TestBlob(t *testing.T) {
	inConsole(t, agent.Options{}, map[string]string{
		`const b = new Blob(["a\r\nb\rc\n", new Uint8Array([100, 101]).subarray(1), new Blob(["f"])], { type: "Text/Plain", endings: "native" });
		console.log(b.size, b.type, JSON.stringify(await b.text()))`: `8 text/plain "a\nb\nc\nef"`,
		`const b = new Blob(["0123456789"]).slice(2, -2, "x").slice(-3, undefined); console.log(b.size, b.type, await b.text())`:                         `3  567`,
		`console.log(new Uint8Array(await new Blob(["é\ud800"]).arrayBuffer()).join(), (await new Blob(["a"]).bytes())[0])`:                              `195,169,239,191,189 97`,
		`let b = new Blob(); for (let i = 0; i < 2000; i++) b = new Blob([b, String(i % 10)]).slice(0); console.log(b.size, (await b.text()).slice(-3))`: `2000 789`,
		`let n = 0; for await (const c of new Blob(["x".repeat(200000)]).stream()) n += c.byteLength; console.log(n)`:                                    `200000`,
		`const r = new Blob(["abc"]).stream().getReader({ mode: "byob" }); const { value } = await r.read(new Uint8Array(2)); console.log(value.join());
		console.log((await r.read(new Uint8Array(2))).value.join(), (await r.read(new Uint8Array(2))).done)`: `97,98 99 true`,
		`const f = new File(["x"], "a/b.txt", { type: "text/x", lastModified: 5 }); console.log(f.name, f.lastModified, f.size, f instanceof Blob, String(f), f.webkitRelativePath === "")`: `a/b.txt 5 1 true [object File] true`,
		`const now = Date.now(), at = new File([], "").lastModified; console.log(at - now < 1000, Blob.length, File.length)`:                                                                `true 0 2`,
		`for (const f of [() => new Blob("no"), () => new Blob({}), () => new File([]), () => new FileList(), () => new Blob([], { endings: "x" }), () => Blob.prototype.size]) try { f(); console.log("none") } catch (e) { console.log(e.name) }
		try { await Blob.prototype.text() } catch (e) { console.log(e.name) }`: `TypeError TypeError TypeError TypeError TypeError TypeError TypeError`,
		`const f = structuredClone([new File(["x"], "n", { lastModified: 7 }), new Blob(["y"], { type: "t" })]); console.log(f[0].name, f[0].lastModified, await f[0].text(), f[1].type, f[1] instanceof File, await f[1].text())`: `n 7 x t false y`,
		`console.log(await (await fetch("data:text/html,hi")).blob().then((b) => b.type + b.size))`:                                                                                                                                `text/html2`,
		`console.log(await new Response(new Blob(["sent"])).text())`:                                                                                                                                                               `sent`,
	})
}

// The memory of Blobs is bounded by what is reachable, and what is not is forgotten.
func TestBlobMemory(t *testing.T) {
	a := agent.New(agent.Options{})
	t.Cleanup(a.Close)
	page, err := a.Page("https://app.example/")
	if err != nil {
		t.Fatal(err)
	}
	realm, err := New(page, Options{Limits: Limits{Blobs: 10 << 20}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(realm.Close)
	got, err := realm.Eval(t.Context(), `const part = new Uint8Array(1 << 20); for (let i = 0; i < 100; i++) new Blob([part]);
		const kept = []; let name; try { for (;;) kept.push(new Blob([part])) } catch (e) { name = e.name }
		kept.length > 3 && kept.length <= 10 && name`, "test.js")
	if err != nil || got != "RangeError" {
		t.Errorf("got %v (%v), want a RangeError after 10 blobs", got, err)
	}
}

// A file from disk is read when its bytes are wanted, and not if it has changed.
func TestFileOnDisk(t *testing.T) {
	for script, want := range map[string]string{
		`console.log(file.name, file.size, await file.slice(3).text(), await new Blob(["it is ", file]).text())`: "photo.txt 7 disk it is on disk",
		`console.log(list.length, list[0].name, list.item(0) === list[0], list[1], list.item(1), String(list), Object.keys(list).join(), [...list].length, 0 in list);
		const copy = structuredClone(list); console.log(copy[0].name, copy.length)`: "1 photo.txt true undefined null [object FileList] 0 1 true photo.txt 1",
		`change(); for (const f of [() => file.text(), () => file.stream().getReader().read()]) try { await f() } catch (e) { console.log(e.name, e.message.includes("/")) }`: "NotReadableError false NotReadableError false",
	} {
		realm, lines := newRealm(t, agent.Options{})
		path := filepath.Join(t.TempDir(), "photo.txt")
		write := func(text string) error { return os.WriteFile(path, []byte(text), 0o600) }
		if err := write("on disk"); err != nil {
			t.Fatal(err)
		}
		file, err := agent.OpenFile(path)
		if err != nil {
			t.Fatal(err)
		}
		give(t, realm, file, func() error { return write("changed since") })
		if err := realm.Run(t.Context(), "(async () => {"+script+"\n})()", "test.js"); err != nil {
			t.Errorf("%s: %v", script, err)
		}
		if got := strings.Join(*lines, " "); got != want {
			t.Errorf("%s\nshows %q\nwant  %q", script, got, want)
		}
	}
}

// give lets script have a file, a list with it, and a function that changes it.
func give(t *testing.T, r *Realm, file *agent.File, change func() error) {
	t.Helper()
	global := r.engine.Global()
	defer global.Free()
	wrapped, err := r.export("blob", "wrap", engine.Handle{Go: file})
	if err != nil {
		t.Fatal(err)
	}
	list, err := r.export("blob", "createList", []any{wrapped})
	if err != nil {
		t.Fatal(err)
	}
	op, err := r.engine.NewFunction("change", func(*engine.Call) (any, error) { return engine.Undefined{}, change() })
	if err != nil {
		t.Fatal(err)
	}
	for name, v := range map[string]engine.Value{"file": wrapped, "list": list, "change": op} {
		if err := global.Set(name, v.Give()); err != nil {
			t.Fatal(err)
		}
	}
}
