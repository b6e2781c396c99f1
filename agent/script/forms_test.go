package script

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/corsage-go/corsage/agent"
	"github.com/corsage-go/corsage/agent/xhr"
)

// Files that the user chooses or drops come to the page's script, and go out with
// its form.
func TestFiles(t *testing.T) {
	s := site{
		"app.example/page": `<div id=zone>here</div><form method=post enctype="multipart/form-data" action="https://other.example/echo"><input type=file name=photo multiple></form>
			<script>const input = document.querySelector("input");
			input.onchange = () => console.log([...input.files].map(f => f.name + f.size + f.type).join());
			zone.ondragover = e => e.preventDefault();
			zone.ondrop = e => { console.log(e.dataTransfer.types.join(), e.dataTransfer.files[0].name, e.dataTransfer.items[0].kind) };</script>`,
		"other.example/echo": `<p>%s%s</p><pre>%s %s</pre>%s%s`,
	}
	a := agent.New(agent.Options{Handlers: s.handlers()})
	defer a.Close()
	from, err := a.Page("https://app.example/")
	if err != nil {
		t.Fatal(err)
	}
	photo := xhr.NewFile(xhr.NewBlob([]byte("pixels"), "image/png"), "a.png", time.Time{})
	other := xhr.NewFile(xhr.NewBlob([]byte("more"), "image/gif"), "b.gif", time.Time{})
	var lines []string
	asked := 0
	realm, err := Load(t.Context(), from, "https://app.example/page", Options{
		Console: func(m Message) { lines = append(lines, m.Text) },
		Choose: func(c Chooser) ([]*xhr.File, bool) {
			asked++
			return []*xhr.File{other}, c.Multiple
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer realm.Close()
	for _, use := range []func(ctx context.Context) error{
		func(ctx context.Context) error { return realm.Choose(ctx, "input", photo, other) },
		func(ctx context.Context) error { return realm.Drop(ctx, "#zone", photo) },
		func(ctx context.Context) error { return realm.Click(ctx, "input") },
	} {
		if err := use(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := strings.Join(lines, "|"), "a.png6image/png,b.gif4image/gif|Files a.png file|b.gif4image/gif"; got != want || asked != 1 {
		t.Errorf("the console shows %s, and files were asked for %d times; want %s, once", got, asked, want)
	}
	if err := realm.Choose(t.Context(), "#nothing", photo); err == nil || !strings.Contains(err.Error(), "#nothing") {
		t.Errorf("files for what is not there: %v", err)
	}
	if err := realm.Run(t.Context(), `document.querySelector("form").submit()`, "test.js"); err != nil {
		t.Fatal(err)
	}
	got, err := realm.Current().Eval(t.Context(), `location.href + document.querySelector("pre").textContent`, "test.js")
	text, _ := got.(string)
	if err != nil || !strings.Contains(text, "https://other.example/echomultipart/form-data") || !strings.Contains(text, `filename="b.gif"`) || !strings.Contains(text, "more") {
		t.Errorf("the page that the form has led to shows %v (%v)", got, err)
	}
}

// Forms are sent as their attributes say, unless script prevents it.
//
// Standard: https://html.spec.whatwg.org/#form-submission-algorithm
func TestForms(t *testing.T) {
	echo := site{"other.example/echo": "<script>parent.postMessage('%s %s %s %s %s %s', '*')</script>"}
	frame := `<iframe name=t></iframe><script>onmessage = e => console.log(e.data)</script>`
	runPages(t, map[string]struct {
		page string
		more site
		want string
	}{
		"get": {
			page: frame + `<form target=t action="https://other.example/echo?gone"><input name=q value="a b"><input type=checkbox name=c><input type=radio name=r value=1 checked><select name=s><option>x<option selected>y</select><textarea name=ta>t</textarea><input name=d disabled value=0><button name=n value=v></button></form><script>document.forms[0].requestSubmit()</script>`,
			more: echo, want: "GET q=a+b&r=1&s=y&ta=t    navigate",
		},
		"text/plain": {
			page: frame + `<form target=t method=post enctype=text/plain action="https://other.example/echo"><input name=q value="a b"></form><script>document.forms[0].submit()</script>`,
			more: site{"other.example/echo": "<script>parent.postMessage(`%s %s %s %s%s%s`.replace(/\\s+/g, ' '), '*')</script>"},
			want: "POST text/plain q=a b https://app.examplenavigate",
		},
		"prevented": {
			page: frame + `<form target=t action="https://other.example/echo" onsubmit="console.log(event.submitter.name); return false"><button name=b></button></form><script>document.querySelector("button").click()</script>`,
			more: echo, want: "b",
		},
		"changed on the way": {
			page: frame + `<form target=t action="https://other.example/echo"><input name=a value=1></form><script>document.forms[0].onformdata = e => e.formData.append("b", "2"); document.forms[0].submit()</script>`,
			more: echo, want: "GET a=1&b=2    navigate",
		},
		"invalid": {
			page: `<form><input name=a required oninvalid="console.log('missing')"></form><script>document.forms[0].requestSubmit(); console.log(document.forms[0].elements.a.validity.valueMissing, new FormData(document.forms[0]).get("a") === "")</script>`,
			want: "missing|true true",
		},
		"a picture is asked for": {
			page: `<img src="https://other.example/p.txt" onerror="console.log('error', this.complete)">`,
			more: site{"other.example/p.txt": "x"}, want: "error true",
		},
		"a picture is there": {
			page: `<img src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=" onload="console.log('load', this.naturalWidth)">`,
			want: "load 1",
		},
		"a style is there": {
			page: `<link rel=stylesheet href=s.css onload="console.log('styled')">`,
			more: site{"app.example/s.css": ""}, want: "styled",
		},
	})
}
