package script

import (
	"testing"

	"github.com/corsage-go/corsage/agent"
)

// Randomness is bounded and of integers; digests are there where nobody could have
// changed the page on its way.
func TestCrypto(t *testing.T) {
	inConsole(t, agent.Options{}, map[string]string{
		`const a = new Uint32Array(8); console.log(crypto.getRandomValues(a) === a, a.some((x) => x > 255), crypto === self.crypto, String(crypto))`:                                                                                             `true true true [object Crypto]`,
		`console.log(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID()), crypto.randomUUID() === crypto.randomUUID())`:                                                                            `true false`,
		`for (const x of [new Uint8Array(65537), new Float32Array(1), new DataView(new ArrayBuffer(1)), {}]) try { crypto.getRandomValues(x) } catch (e) { console.log(e.name) }`:                                                                `QuotaExceededError TypeMismatchError TypeMismatchError TypeError`,
		`for (const name of ["SHA-1", "sha-256", { name: "SHA-384" }, "SHA-512"]) console.log(new Uint8Array(await crypto.subtle.digest(name, new TextEncoder().encode("abc"))).toHex().slice(0, 8))`:                                            `a9993e36 ba7816bf cb00753f ddaf35a1`,
		`for (const args of [["MD5", new Uint8Array()], [{}, new Uint8Array()], ["SHA-1", "x"], ["SHA-1"]]) await crypto.subtle.digest(...args).catch((e) => console.log(e.name)); try { new SubtleCrypto() } catch (e) { console.log(e.name) }`: `NotSupportedError TypeError TypeError TypeError TypeError`,
	})
	a := agent.New(agent.Options{})
	t.Cleanup(a.Close)
	for url, want := range map[string]string{
		"http://app.example/": "undefined undefined undefined object", "http://localhost/": "object function function object",
	} {
		realm := openAt(t, a, url)
		got, err := realm.Eval(t.Context(), `[typeof crypto.subtle, typeof crypto.randomUUID, typeof SubtleCrypto, typeof crypto].join(" ")`, "test.js")
		if err != nil || got != want {
			t.Errorf("at %s: %v (%v), want %s", url, got, err, want)
		}
	}
}
