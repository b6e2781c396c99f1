package script

import (
	"strings"
	"testing"

	"github.com/corsage-go/corsage/agent"
)

// URL reads, changes and writes addresses by the standard, and its parameters are
// its query.
func TestURL(t *testing.T) {
	inConsole(t, agent.Options{}, map[string]string{
		`const u = new URL("../b?c=d#e", "https://u:p@Example.org:444/a/x"); console.log(u.href, u.origin, u.protocol, u.username, u.password, u.host, u.hostname, u.port, u.pathname, u.search, u.hash, String(u) === u.toJSON())`:                           `https://u:p@example.org:444/b?c=d#e https://example.org:444 https: u p example.org:444 example.org 444 /b ?c=d #e true`,
		`const u = new URL("http://a/"); u.protocol = "https"; u.username = "é"; u.host = "b:81"; u.port = "443"; u.pathname = "x y"; u.search = "q"; u.hash = "h"; console.log(u.href); u.port = "x"; u.host = ""; u.protocol = "data"; console.log(u.href)`: `https://%C3%A9@b/x%20y?q#h https://%C3%A9@b/x%20y?q#h`,
		`const u = new URL("http://a/?x=1&y=2#z"), p = u.searchParams; p.append("x", "a b"); p.delete("y"); console.log(u.href, p === u.searchParams);
		u.search = "?n=1"; console.log(String(p)); u.href = "http://b/?m=%26"; console.log(p.get("m")); p.delete("m"); console.log(u.href)`: `http://a/?x=1&x=a+b#z true n=1 & http://b/`,
		`console.log(URL.canParse("x"), URL.canParse("x", "http://a"), URL.parse("http://b").href, URL.parse("no"), new URL("blob:http://a/1").origin, webkitURL === URL)`:                                                                                                         `false true http://b/ null http://a true`,
		`for (const f of [() => new URL("x"), () => new URL("x", "y"), () => { new URL("http://a").href = "x" }, () => URL("http://a"), () => URL.createObjectURL({})]) try { f(); console.log("none") } catch (e) { console.log(e.name) }`:                                        `TypeError TypeError TypeError TypeError TypeError`,
		`const p = new URLSearchParams([["b", "1"], ["a", "é&"], ["b", "2"]]); p.set("b", "3"); p.append("c", ""); p.sort(); console.log(String(p), p.size, p.has("b", "3"), p.has("b", "1"), p.getAll("b").join(), [...p.keys()].join()); p.forEach((v, k) => console.log(k, v))`: `a=%C3%A9%26&b=3&c= 3 true false 3 a,b,c a é& b 3 c `,
		`console.log(String(new URLSearchParams("?a=%zz+%ff&&=x")), String(new URLSearchParams({ a: "~!'()*" })), await new Response(new URLSearchParams("a=b")).text(), new Response(new URLSearchParams()).headers.get("content-type"))`:                                         `a=%25zz+%EF%BF%BD&=x a=%7E%21%27%28%29* a=b application/x-www-form-urlencoded;charset=UTF-8`,
	})
}

// An object URL gives the Blob to pages of its origin, until it is revoked or its
// page is gone.
func TestObjectURLInScript(t *testing.T) {
	inConsole(t, agent.Options{}, map[string]string{
		`const u = URL.createObjectURL(new Blob(["hi"], { type: "text/x" })); console.log(/^blob:https:\/\/app\.example\/[0-9a-f-]{36}$/.test(u), new URL(u).origin);
		const r = await fetch(u + "#f"); console.log(r.headers.get("content-type"), await r.text());
		URL.revokeObjectURL(u + "#f"); console.log(await (await fetch(u)).text());`: `true https://app.example text/x hi hi`,
		`const x = new XMLHttpRequest(); x.open("GET", URL.createObjectURL(new Blob(["hi"])), false); x.send(); console.log(x.status, x.responseText)`: `200 hi`,
		`const u = URL.createObjectURL(new Blob(["kept"])), v = URL.createObjectURL(new Blob(["too"])); const r = new Request(u), x = new XMLHttpRequest(); x.open("GET", v); x.onload = () => console.log(x.responseText);
		const now = fetch(u); URL.revokeObjectURL(u); URL.revokeObjectURL(v); console.log(await (await now).text(), await (await fetch(r.clone())).text()); x.send()`: `kept kept too`,
	})
	a := agent.New(agent.Options{})
	t.Cleanup(a.Close)
	first, stranger := openAt(t, a, "https://app.example/"), openAt(t, a, "https://other.example/")
	u, err := first.Eval(t.Context(), `URL.createObjectURL(new Blob(["mine"]))`, "a.js")
	if err != nil {
		t.Fatal(err)
	}
	read := `fetch("` + u.(string) + `").then((r) => r.text(), (e) => e.name)`
	expect := func(when string, r *Realm, want string) {
		t.Helper()
		if got, err := r.Eval(t.Context(), read, "b.js"); err != nil || got != want {
			t.Errorf("%s: got %v (%v), want %s", when, got, err, want)
		}
	}
	second := openAt(t, a, "https://app.example/second")
	expect("same origin", second, "mine")
	expect("another origin", stranger, "TypeError")
	if _, err := stranger.Eval(t.Context(), `URL.revokeObjectURL("`+u.(string)+`")`, "c.js"); err != nil {
		t.Fatal(err)
	}
	expect("after a stranger has revoked it", second, "mine")
	first.Close()
	expect("after its page is gone", second, "TypeError")
	if u, err = second.Eval(t.Context(), `const u = URL.createObjectURL(new Blob(["mine"])); URL.revokeObjectURL(u); u`, "d.js"); err != nil {
		t.Fatal(err)
	}
	read = `fetch("` + u.(string) + `").then((r) => r.text(), (e) => e.name)`
	expect("after it was revoked", second, "TypeError")
}

// openAt opens a page for scripts. It may be closed more than once.
func openAt(t *testing.T, a *agent.Agent, url string) *Realm {
	t.Helper()
	page, err := a.Page(url)
	if err != nil {
		t.Fatal(err)
	}
	realm, err := New(page, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if realm.require.Realm() != nil {
			realm.Close()
		}
	})
	return realm
}

// FormData keeps its entries in order, goes out as multipart/form-data, and comes
// back from it.
func TestFormData(t *testing.T) {
	inConsole(t, agent.Options{}, map[string]string{
		`const f = new FormData(); f.append("a", 1); f.append("b", new Blob(["x"], { type: "t/x" })); f.append("a", new File(["y"], "n"), "m"); f.set("c", "z");
		console.log([...f].map(([k, v]) => k + "=" + (v instanceof File ? v.name + ":" + v.type + ":" + v.size : v)).join()); f.set("a", "only"); f.delete("b"); console.log([...f.keys()].join(), f.get("a"), f.has("b"), f.getAll("c").length, f.get("x"))`: `a=1,b=blob:t/x:1,a=m::1,c=z a,c only false 1 null`,
		`const f = new FormData(); f.append('q"\n', "a\nb"); f.append("f", new File(["body"], 'é"\r\n.txt'));
		const r = new Response(f), [, boundary] = r.headers.get("content-type").split("boundary="); console.log(JSON.stringify((await r.text()).replaceAll(boundary, "B")))`: `"--B\r\nContent-Disposition: form-data; name=\"q%22%0D%0A\"\r\n\r\na\r\nb\r\n--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"é%22%0D%0A.txt\"\r\nContent-Type: application/octet-stream\r\n\r\nbody\r\n--B--\r\n"`,
		`const f = new FormData(); f.append("ü", "é"); f.append("f", new File(["\0x"], "a\".b", { type: "t/y" })); const g = await new Response(f).formData(); const file = g.get("f");
		console.log(g.get("ü"), file.name, file.type, (await file.text()) === "\0x")`: `é a".b t/y true`,
		`const g = await new Request("/", { method: "POST", body: new URLSearchParams("a=1&b=%C3%A9") }).formData(); console.log([...g].join())`: `a,1,b,é`,
		`for (const [type, body] of [["text/plain", "a=b"], ["multipart/form-data", "--b--"], ["multipart/form-data; boundary=b", "x"], ["multipart/form-data; boundary=b", "--b\r\n\r\nx\r\n--b--"]])
			await new Response(body, { headers: { "Content-Type": type } }).formData().catch((e) => console.log(e.name))`: `TypeError TypeError TypeError TypeError`,
		`for (const f of [() => new FormData({}), () => new FormData().append("a"), () => new FormData().append("a", "b", "c"), () => FormData.prototype.get("a")]) try { f() } catch (e) { console.log(e.name) }`: `TypeError TypeError TypeError TypeError`,
	})
}

// A form's data are what it would send, with the button that is named; files that
// are chosen in it are in a FileList.
func TestFormDataOfForm(t *testing.T) {
	const page = `<form id=f><input name=a value=1><input type=checkbox name=b><select name=c><option selected>x</select><textarea name=d>t</textarea>
		<input type=file name=e id=e><button name=s value=1></button><button name=s value=2 id=two></button></form><button id=other></button><script>
		const show = (...args) => console.log([...new FormData(...args)].map(([k, v]) => k + "=" + (v.name ?? v)).join("&"));
		show(f); show(f, two);
		console.log(e.files.length, e.files instanceof FileList, e.files === e.files);
		f.onformdata = (e) => { e.formData.append("more", 1); try { new FormData(f) } catch (x) { console.log(x.name) } }; show(f);
		for (const args of [[document.body], [f, other], [f, f]]) try { new FormData(...args) } catch (x) { console.log(x.name) }
		</script>`
	_, lines, err := loadPage(t, site{"app.example/page": page}, "https://app.example/page")
	want := "a=1&c=x&d=t&e= a=1&c=x&d=t&e=&s=2 0 true true InvalidStateError a=1&c=x&d=t&e=&more=1 TypeError NotFoundError TypeError"
	if got := strings.Join(lines, " "); err != nil || got != want {
		t.Errorf("the console shows %q (%v), want %q", got, err, want)
	}
}

// A page of an opaque origin has its own object URLs, and nobody else's.
func TestObjectURLOfOpaqueOrigin(t *testing.T) {
	a := agent.New(agent.Options{})
	t.Cleanup(a.Close)
	var realms []*Realm
	for range 2 {
		page, err := a.PageWith("https://app.example/", agent.PageOptions{Sandboxed: true})
		if err != nil {
			t.Fatal(err)
		}
		realm, err := New(page, Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(realm.Close)
		realms = append(realms, realm)
	}
	u, err := realms[0].Eval(t.Context(), `URL.createObjectURL(new Blob(["mine"]))`, "a.js")
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"mine", "TypeError"} {
		got, err := realms[i].Eval(t.Context(), `fetch("`+u.(string)+`").then((r) => r.text(), (e) => e.name)`, "b.js")
		if err != nil || got != want {
			t.Errorf("page %d gets %v (%v), want %s", i, got, err, want)
		}
	}
}
