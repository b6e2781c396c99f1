package script

import (
	"testing"

	"github.com/corsage-go/corsage/agent"
)

// Texts are encoded and decoded, in pieces too, and what is no text is an error or
// U+FFFD.
func TestTextCoding(t *testing.T) {
	inConsole(t, agent.Options{}, map[string]string{
		`const e = new TextEncoder(); console.log(e.encoding, e.encode("é\ud800").join(), e.encode().length)`:                                                                                  `utf-8 195,169,239,191,189 0`,
		`const b = new Uint8Array(6), r = new TextEncoder().encodeInto("aé😀x", b); console.log(r.read, r.written, b.join())`:                                                                   `2 3 97,195,169,0,0,0`,
		`const d = new TextDecoder(); let s = ""; for (const b of [0xef, 0xbb, 0xbf, 0xe2, 0x82, 0xac]) s += d.decode(new Uint8Array([b]), { stream: true }); console.log(s + d.decode())`:     `€`,
		`const bytes = new Uint8Array([0xef, 0xbb, 0xbf, 65]); console.log(new TextDecoder().decode(bytes.buffer).length, new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes).length)`: `1 2`,
		`const d = new TextDecoder(" SJIS ", { fatal: true }); console.log(d.encoding, d.fatal, d.ignoreBOM, d.decode(new DataView(new Uint8Array([0, 0x93, 0xfa]).buffer, 1))); try { d.decode(new Uint8Array([255])) } catch (e) { console.log(e.name) }
		console.log(d.decode(new Uint8Array([65])))`: "shift_jis true false 日 TypeError A",
		`for (const f of [() => new TextDecoder("nonsense"), () => new TextDecoder("iso-2022-kr"), () => new TextDecoder().decode("x"), () => new TextEncoder().encodeInto("x", new Int8Array(1)), () => TextDecoder.prototype.fatal]) try { f() } catch (e) { console.log(e.name) }`:            `RangeError RangeError TypeError TypeError TypeError`,
		`const parts = []; const s = new ReadableStream({ start(c) { c.enqueue("a\ud83d"); c.enqueue("\ude00"); c.close() } }).pipeThrough(new TextEncoderStream()).pipeThrough(new TextDecoderStream()); for await (const p of s) parts.push(p); console.log(parts.join("|"))`:                  `a|😀`,
		`const s = new Blob([new Uint8Array([65, 0xe2])]).stream().pipeThrough(new TextDecoderStream("utf-8", { fatal: true })); try { for await (const p of s) console.log(p) } catch (e) { console.log(e.name) }`:                                                                              `A TypeError`,
		`console.log(btoa("\xff\0"), atob(" YQ = =\n") === "a", atob("/wA") === "\xff\0", btoa(""), atob("ab") === "i"); for (const f of [() => btoa("€"), () => atob("a"), () => atob("a==="), () => atob("YQ=a")]) try { f(); console.log("none") } catch (e) { console.log(e.name, e.code) }`: `/wA= true true  true InvalidCharacterError 5 InvalidCharacterError 5 InvalidCharacterError 5 InvalidCharacterError 5`,
	})
}
