package script

import (
	"testing"

	"github.com/corsage-go/corsage/agent"
	"github.com/corsage-go/corsage/agent/environment"
)

// A FileReader tells how far it has come, ends once, and gives what was asked for.
func TestFileReader(t *testing.T) {
	const watch = `const r = new FileReader(); const ended = new Promise((done) => r.onloadend = done);
		for (const type of ["loadstart", "progress", "load", "abort", "error"]) r["on" + type] = (e) => console.log(type, r.readyState, e.loaded, e.total); `
	inConsole(t, agent.Options{}, map[string]string{
		watch + `r.readAsText(new Blob(["hé"])); console.log(r.readyState); await ended; console.log(r.result)`:                              `1 loadstart 1 3 3 progress 1 3 3 load 2 3 3 hé`,
		watch + `r.readAsArrayBuffer(new Blob()); await ended; console.log(r.result.byteLength)`:                                             `loadstart 1 0 0 load 2 0 0 0`,
		watch + `r.readAsDataURL(new Blob(["hi"])); r.onprogress = () => r.abort(); await ended; console.log(r.result, r.error)`:             `loadstart 1 2 2 abort 2 0 0 null null`,
		watch + `r.readAsBinaryString(new Blob([new Uint8Array([0, 255])])); await ended; console.log(r.result === "\0\xff")`:                `loadstart 1 2 2 progress 1 2 2 load 2 2 2 true`,
		`const r = new FileReader(); r.readAsText(new Blob()); try { r.readAsText(new Blob()) } catch (e) { console.log(e.name) } r.abort()`: `InvalidStateError`,
		`for (const [bytes, type, label] of [[[0xe9], "", "latin1"], [[0xe9], "text/plain;charset=windows-1252"], [[0xfe, 0xff, 0, 65], "", "utf-8"], [[65], "", "nonsense"]])
			await new Promise((done) => { const r = new FileReader(); r.onload = () => done(console.log(r.result)); r.readAsText(new Blob([new Uint8Array(bytes)], { type }), label) })`: `é é A A`,
		`const r = new FileReader(); r.readAsDataURL(new Blob(["hi"], { type: "a/b" })); await new Promise((done) => r.onload = done); console.log(r.result, typeof FileReaderSync)`: `data:a/b;base64,aGk= undefined`,
	})
}

// Workers read Blobs without waiting.
func TestFileReaderSync(t *testing.T) {
	a := agent.New(agent.Options{})
	t.Cleanup(a.Close)
	page, err := a.Page("https://app.example/")
	if err != nil {
		t.Fatal(err)
	}
	child, err := page.OpenChild("https://app.example/worker.js", environment.Child{Worker: true})
	if err != nil {
		t.Fatal(err)
	}
	realm, err := New(child, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(realm.Close)
	got, err := realm.Eval(t.Context(), `const r = new FileReaderSync(), b = new Blob(["hi"]);
		[r.readAsText(b), r.readAsDataURL(b), r.readAsBinaryString(b), r.readAsArrayBuffer(b).byteLength].join(" ")`, "worker.js")
	const want = "hi data:application/octet-stream;base64,aGk= hi 2"
	if err != nil || got != want {
		t.Errorf("got %v (%v), want %s", got, err, want)
	}
}
