package script

import (
	"fmt"
	"testing"

	"github.com/corsage-go/corsage/agent"
)

// Documents are what the DOM standard says.
//
// Standard: https://dom.spec.whatwg.org/
func TestDocument(t *testing.T) {
	realm, lines := newRealm(t, agent.Options{})
	for script, want := range map[string]string{
		`document.implementation.createHTMLDocument("").documentElement.outerHTML`:                                                                                                                                `<html><head><title></title></head><body></body></html>`,
		`document.body.innerHTML = "<p class='a b'>x<br>&amp;<!--c--></p>"; document.body.firstChild.outerHTML`:                                                                                                   `<p class="a b">x<br>&amp;<!--c--></p>`,
		`const d = document.createElement("DIV"); d.id = "i"; d.tagName + d.localName + d.outerHTML`:                                                                                                              `DIVdiv<div id="i"></div>`,
		`const e = document.createElement("p"); e.classList.add("a", "b"); e.classList.toggle("a"); e.className + e.classList.length`:                                                                             "b1",
		`const e2 = document.createElement("p"); e2.dataset.fooBar = 1; e2.getAttribute("data-foo-bar") + Object.keys(e2.dataset)`:                                                                                "1fooBar",
		`const a = document.createElement("a"); a.href = "/x?y#z"; [a.href, a.host, a.search, a.hash, String(a)].join()`:                                                                                          "https://app.example/x?y#z,app.example,?y,#z,https://app.example/x?y#z",
		`const l = document.createElement("ul"); l.innerHTML = "<li>1<li>2<li>3"; [...l.children].map(c => c.textContent).join() + l.childNodes.length + l.querySelectorAll("li:nth-child(odd), li + li").length`: "1,2,333",
		`const u = document.createElement("div"); u.append("a", document.createElement("b"), "c"); u.firstChild.after("z"); u.lastChild.remove(); u.innerHTML`:                                                    "az<b></b>",
		`try { document.createElement("1") } catch (e) { e.name + e.code }`:                                                                                                                                       "InvalidCharacterError5",
		`try { document.appendChild(document.createElement("p")) } catch (e) { e.name }`:                                                                                                                          "HierarchyRequestError",
		`try { document.querySelector("p:nope") } catch (e) { e.name }`:                                                                                                                                           "SyntaxError",
		`document instanceof HTMLDocument && document instanceof Document && document instanceof Node && document instanceof EventTarget`:                                                                         "true",
		`Object.prototype.toString.call(document.createElement("blink")) + document.createElement("x-y").constructor.name`:                                                                                        "[object HTMLUnknownElement]HTMLElement",
		`try { Node.prototype.firstChild } catch (e) { e.name }`:                                                                                                                                                  "TypeError",
		`new DOMParser().parseFromString("<a xmlns='u' b='c'><!--d--><e/>f</a>", "text/xml").documentElement.namespaceURI`:                                                                                        "u",
		`const x = new DOMParser().parseFromString("<p:a xmlns:p='u' p:b='c'>&lt;</p:a>", "text/xml"); x.documentElement.getAttributeNS("u", "b") + new XMLSerializer().serializeToString(x)`:                     `c<p:a xmlns:p="u" p:b="c">&lt;</p:a>`,
		`new DOMParser().parseFromString("<a><b></a>", "text/xml").documentElement.localName`:                                                                                                                     "parsererror",
		`const t = document.createElement("template"); t.innerHTML = "<td>x"; t.content.firstChild.localName + t.childNodes.length`:                                                                               "td0",
		`let n = 0; const o = document.createElement("p"); document.body.append(o); document.addEventListener("x", e => n += e.eventPhase, true); addEventListener("x", e => n += 10 * e.eventPhase); o.addEventListener("x", e => n += 100 * e.eventPhase); o.dispatchEvent(new Event("x", {bubbles: true})); o.remove(); n`: "231",
		`const c = document.createElement("p"); c.innerHTML = "<i>1</i>"; const k = c.cloneNode(true); k.isEqualNode(c) + k.outerHTML`:                                                                                                                                                                                        "true<p><i>1</i></p>",
		`document.title = "a  b"; const head = document.head.innerHTML; document.querySelector("title").remove(); "a b" + head`:                                                                                                                                                                                               "a b<title>a  b</title>",
		`document.cookie = "k=v"; document.cookie`:                                                                                            "k=v",
		`const f = document.implementation.createHTMLDocument("T"); f.title + f.defaultView + f.body.baseURI`:                                 "Tnullhttps://app.example/",
		`const s = document.createElement("p"); s.style.fontSize = "12px"; s.style.color = "red"; s.getAttribute("style") + s.style.fontSize`: "font-size: 12px; color: red;12px",
		`const h = document.createElement("div"); h.innerHTML = "<div><p id=q class=r title='s t'></p></div>"; [h.querySelector("div > p#q.r[title~=t]:not(.z):only-child") !== null, h.firstChild.matches(":scope"), h.querySelector("p").closest("div") === h.firstChild, h.querySelector("div:has(.r)") !== null].join()`: "true,true,true,true",
		`const v = document.createElement("input"); v.type = "checkbox"; document.body.append(v); v.click(); v.remove(); [v.checked, v.value, v.matches(":checked")].join()`:                                                                                                                                                 "true,on,true",
		`const b = document.createElement("base"); b.href = "/dir/"; document.head.append(b); const i = new Image(); const got = document.baseURI; b.remove(); got + document.baseURI`:                                                                                                                                       "https://app.example/dir/https://app.example/",
	} {
		got, err := realm.Eval(t.Context(), "{"+script+"}", "test.js")
		if err != nil || fmt.Sprint(got) != want {
			t.Errorf("%s\nis %v (%v), want %s\n%s", script, got, err, want, *lines)
		}
	}
}
