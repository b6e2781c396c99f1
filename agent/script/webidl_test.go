package script

import (
	"fmt"
	"testing"

	"github.com/corsage-go/corsage/agent"
)

// Interfaces look as Web IDL says: to whoever lists their members, calls them on
// the wrong object, or gives them too little.
func TestInterfaces(t *testing.T) {
	realm, _ := newRealm(t, agent.Options{})
	for script, want := range map[string]string{
		`Object.keys(XMLHttpRequest.prototype).includes("open")`:                                                         "true",
		`Object.getOwnPropertyDescriptor(XMLHttpRequest, "prototype").writable`:                                          "false",
		`Object.getOwnPropertyDescriptor(self, "XMLHttpRequest").enumerable`:                                             "false",
		`XMLHttpRequest.DONE + new XMLHttpRequest().DONE`:                                                                "8",
		`Object.getOwnPropertyDescriptor(XMLHttpRequest, "DONE").writable`:                                               "false",
		`Object.prototype.toString.call(new XMLHttpRequest())`:                                                           "[object XMLHttpRequest]",
		`XMLHttpRequest.length + XMLHttpRequest.prototype.open.length + XMLHttpRequestUpload.length + "" + Event.length`: "21",
		`Object.getOwnPropertyDescriptor(XMLHttpRequest.prototype, "status").get.name`:                                   "get status",
		`Object.getPrototypeOf(XMLHttpRequestUpload) === XMLHttpRequestEventTarget`:                                      "true",
		`try { XMLHttpRequest.prototype.status } catch (e) { e.name }`:                                                   "TypeError",
		`try { new XMLHttpRequest().open("GET") } catch (e) { e.name }`:                                                  "TypeError",
		`try { new AbortSignal() } catch (e) { e.message }`:                                                              "Illegal constructor",
		`try { new Event("x", 1) } catch (e) { e.name }`:                                                                 "TypeError",
		`try { new Headers({ a: "\u0100" }) } catch (e) { e.name }`:                                                      "TypeError",
		`try { AbortSignal.timeout(-1) } catch (e) { e.name }`:                                                           "TypeError",
		`const x = new XMLHttpRequest(); x.timeout = 2 ** 32 + 5; x.timeout`:                                             "5",
		`Object.getOwnPropertyDescriptor(new Event("x"), "isTrusted").configurable`:                                      "false",
		`new DOMException("m", "AbortError") instanceof Error && new DOMException("m", "AbortError").code`:               "20",
		`Object.prototype.toString.call(new Headers().entries())`:                                                        "[object Headers Iterator]",
		`typeof Event("x")`: "error: TypeError",
	} {
		got, err := realm.Eval(t.Context(), "(() => { "+returning(script)+" })()", "test.js")
		shown := fmt.Sprint(got)
		if e, ok := err.(*Error); ok { //nolint:errorlint // as Eval says
			shown = "error: " + e.Name
		}
		if shown != want {
			t.Errorf("%s is %s (%v), want %s", script, shown, err, want)
		}
	}
}

// returning is a script as the body of a function that returns its last value.
func returning(script string) string { return "return eval(" + fmt.Sprintf("%q", script) + ")" }
