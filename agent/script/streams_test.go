package script

import (
	"strings"
	"testing"

	"github.com/corsage-go/corsage/agent"
)

// Streams give chunks in order, hold back, end, fail and are cancelled as the
// standard says.
func TestStreams(t *testing.T) {
	for name, tt := range map[string]struct{ script, want string }{
		"read": {
			`const s = new ReadableStream({ start(c) { c.enqueue("a"); c.enqueue("b"); c.close(); } });
			const r = s.getReader(); console.log(s.locked);
			for (;;) { const { value, done } = await r.read(); console.log(value, done); if (done) break; }`,
			"true|a false|b false|undefined true",
		},
		"async iteration": {
			`for await (const x of ReadableStream.from(["a", Promise.resolve("b")])) console.log(x)`, "a|b",
		},
		"tee": {
			`const [x, y] = new ReadableStream({ start(c) { c.enqueue("a"); c.close(); } }).tee();
			for await (const v of x) console.log(v); for await (const v of y) console.log(v);`, "a|a",
		},
		"pulls on demand": {
			`let n = 0; const s = new ReadableStream({ pull(c) { c.enqueue(++n); if (n === 3) c.close(); } });
			await null; await null; console.log(n); const r = s.getReader(); await r.read(); await null; console.log(n)`, "1|2",
		},
		"cancel": {
			`const s = new ReadableStream({ cancel(why) { console.log("cancel", why) } }); await s.cancel("enough");
			try { new ReadableStream().getReader().releaseLock(); const s = new ReadableStream(); s.getReader(); await s.cancel(); } catch (e) { console.log(e.name) }`,
			"cancel enough|TypeError",
		},
		"error": {
			`const s = new ReadableStream({ start(c) { c.error(new RangeError("no")) } });
			try { await s.getReader().read() } catch (e) { console.log(e.message) }`, "no",
		},
		"byob": {
			`const s = new ReadableStream({ type: "bytes", start(c) { c.enqueue(new Uint8Array([1, 2, 3])); } });
			const r = s.getReader({ mode: "byob" });
			let { value } = await r.read(new Uint8Array(2)); console.log(value);
			({ value } = await r.read(new Uint8Array(2))); console.log(value);`, "Uint8Array(2) [1, 2]|Uint8Array(1) [3]",
		},
		"byob request": {
			`const s = new ReadableStream({ type: "bytes", pull(c) { c.byobRequest.view[0] = 7; c.byobRequest.respond(1); } });
			const { value } = await s.getReader({ mode: "byob" }).read(new Uint8Array(4)); console.log(value);`, "Uint8Array(1) [7]",
		},
		"pipe": {
			`const got = []; const w = new WritableStream({ write(x) { got.push(x) }, close() { got.push("end") } });
			await ReadableStream.from(["a", "b"]).pipeTo(w); console.log(got)`, `["a", "b", "end"]`,
		},
		"pipe that fails": {
			`const w = new WritableStream({ write() { throw new RangeError("full") } });
			const s = new ReadableStream({ start(c) { c.enqueue(1); c.enqueue(2); c.enqueue(3) }, cancel(e) { console.log("cancel", e.message) } });
			try { await s.pipeTo(w) } catch (e) { console.log(e.message) }`, "cancel full|full",
		},
		"transform": {
			`const t = new TransformStream({ transform(x, c) { c.enqueue(x * 2) }, flush(c) { c.enqueue("end") } });
			for await (const x of ReadableStream.from([1, 2]).pipeThrough(t)) console.log(x)`, "2|4|end",
		},
		"writer": {
			`const w = new WritableStream({ write(x) { console.log("write", x) } }).getWriter();
			console.log(w.desiredSize); const p = w.write("a"); console.log(w.desiredSize); await p; await w.ready; await w.close(); await w.closed; console.log("closed")`,
			"1|0|write a|closed",
		},
		"writer that fails": {
			`const w = new WritableStream({ write() { throw new Error("no") } }).getWriter();
			try { await w.write(1) } catch (e) { console.log(e.message) }
			try { await w.ready } catch (e) { console.log(e.message) } try { await w.closed } catch (e) { console.log(e.message) }`, "no|no|no",
		},
	} {
		t.Run(name, func(t *testing.T) {
			realm, lines := newRealm(t, agent.Options{})
			if err := realm.Run(t.Context(), "(async () => {"+tt.script+"\n})()", "test.js"); err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(*lines, "|"); got != tt.want {
				t.Errorf("the console shows\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}
