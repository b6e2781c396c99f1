//go:build browser

package main

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// S6: the browser asks first, and the PUT creates the album; an unnamed site is
// refused at the question.
func TestBrowserS6Preflight(t *testing.T) {
	d, b := startDemo(t, demoOptions{}), openTab(t)
	b.open(d.guest)
	got := b.play("s6", "", map[string]string{"album": "Made by a guest"})
	b.wantState("S6, allowed", got, "read")
	if !slices.Contains(got.Statuses, "201 Created") {
		t.Errorf("S6 ended with %q, want 201 Created", got.Statuses)
	}
	if again := b.play("s6", "", map[string]string{"album": "Made by a guest"}); !slices.Contains(again.Statuses, "200 OK") {
		t.Errorf("S6 again ended with %q, want 200 OK", again.Statuses)
	}
	if !slices.Contains(d.ownAlbums(t), "Made by a guest") {
		t.Errorf("the owner has %q", d.ownAlbums(t))
	}
	b.open(d.unnamed)
	b.wantState("S6 on the unnamed site", b.play("s6", "", map[string]string{"album": "Made by nobody"}), "blocked")
	if slices.Contains(d.ownAlbums(t), "Made by nobody") {
		t.Error("an unnamed site has made an album")
	}
}

// S7: whatever is missing or wrong in the answer to the preflight, the PUT is
// never sent, and the console names it.
func TestBrowserS7PreflightRefused(t *testing.T) {
	d, b := startDemo(t, demoOptions{}), openTab(t)
	b.open(d.guest)
	for demo, said := range map[string]string{
		"no-methods":         "Method PUT is not allowed by Access-Control-Allow-Methods in preflight response",
		"no-headers":         "is not allowed by Access-Control-Allow-Headers in preflight response",
		"preflight-401":      "It does not have HTTP ok status",
		"preflight-redirect": "Redirect is not allowed for a preflight request",
		"refuse":             "Response to preflight request doesn't pass access control check",
	} {
		got := b.play("s7", demo, nil)
		b.wantState("S7, "+demo, got, "blocked")
		b.wantConsole("S7, "+demo, said)
		if !strings.Contains(got.Console, said) {
			t.Errorf("S7, %s: the page promises %q, want it to hold %q", demo, got.Console, said)
		}
	}
	if slices.Contains(d.ownAlbums(t), "Only if allowed") {
		t.Error("a PUT was sent after its preflight was refused")
	}
	b.wantState("S7, answered well", b.play("s7", "", nil), "read")
	if !slices.Contains(d.ownAlbums(t), "Only if allowed") {
		t.Error("with a good answer the album was not made")
	}
}

// S8: an accepted PUT whose answer lacks the field has stored its album all the
// same; only the script does not learn of it.
func TestBrowserS8DoneButUnheard(t *testing.T) {
	d, b := startDemo(t, demoOptions{}), openTab(t)
	b.open(d.guest)
	before := len(d.ownAlbums(t))
	mute := b.play("s8", "mute", nil)
	b.wantState("S8, mute", mute, "blocked")
	if n := len(d.ownAlbums(t)); n != before+1 || !strings.Contains(mute.Words, "had stored it") {
		t.Errorf("S8, mute: %d albums after %d; the page says %q", n, before, mute.Words)
	}
	b.wantState("S8, heard", b.play("s8", "", nil), "read")
	b.wantState("S8, refused", b.play("s8", "refuse", nil), "blocked")
	if n := len(d.ownAlbums(t)); n != before+2 {
		t.Errorf("S8: %d albums in the end, want %d", n, before+2)
	}
}

// S11: files go to the other origin with progress events; what is refused or
// cancelled leaves nothing.
func TestBrowserS11Upload(t *testing.T) {
	d, b := startDemo(t, demoOptions{}), openTab(t)
	b.open(d.guest)
	before := len(d.photos(t, d.albums.Chosen))
	for _, as := range []string{"form", "raw"} {
		got := b.play("s11", "", map[string]string{"to": "chosen", "as": as})
		b.wantState("S11 as "+as, got, "read")
		for _, event := range []string{"upload loadstart", "upload progress", "upload load", "upload loadend"} {
			if !slices.Contains(got.Events, event) {
				t.Errorf("S11 as %s: no %s among %q", as, event, got.Events)
			}
		}
	}
	if n := len(d.photos(t, d.albums.Chosen)); n != before+2 {
		t.Errorf("S11: %d photos after %d", n, before)
	}
	b.wantState("S11, refused", b.play("s11", "refuse", map[string]string{"to": "chosen", "as": "form"}), "blocked")
	if n := len(d.photos(t, d.albums.Chosen)); n != before+2 {
		t.Errorf("S11, refused: %d photos after %d", n, before)
	}
}

// S11: several files travel from one choice, an upload can be cancelled while it
// runs, and a file that is too large is refused in words the script can read.
func TestBrowserS11FromThePage(t *testing.T) {
	d, b := startDemo(t, demoOptions{flags: []string{"--max-photo-bytes", "6MiB"}}), openTab(t)
	b.open(d.guest)
	url := d.origin + "/albums/" + d.albums.Chosen + "/photos"
	var ends []string
	b.script(&ends, `
		const [url, token] = args;
		const canvas = Object.assign(document.createElement("canvas"), { width: 40, height: 30 });
		canvas.getContext("2d").fillRect(5, 5, 20, 10);
		const picture = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
		const send = (name, content, act = () => {}) => new Promise((resolve) => {
			const xhr = new XMLHttpRequest();
			const form = new FormData();
			form.append("photo", new File([content], name), name);
			for (const type of ["load", "error", "abort"]) xhr.addEventListener(type, () => resolve(type + " " + xhr.status));
			xhr.upload.addEventListener("loadstart", () => act(xhr));
			xhr.open("POST", url);
			xhr.setRequestHeader("Authorization", "Bearer " + token);
			xhr.send(form);
		});
		const large = new Blob([picture, new Uint8Array(7 << 20)]);
		return [
			...(await Promise.all(["one.png", "two.png", "three.png"].map((name) => send(name, picture)))),
			await send("cancelled.png", picture, (xhr) => xhr.abort()),
			await send("large.png", large),
			await send("words.png", new Blob(["no picture"])),
		];`, url, d.token)
	want := []string{"load 201", "load 201", "load 201", "abort 0", "load 413", "load 415"}
	if !slices.Equal(ends, want) {
		t.Errorf("the uploads ended in %q, want %q", ends, want)
	}
	list := string(d.do(t, "GET", url, d.basic()).body)
	for _, name := range []string{"cancelled.png", "large.png", "words.png"} {
		if strings.Contains(list, name) {
			t.Errorf("%s is in the album", name)
		}
	}
}

// S14: a plain form is sent without asking anybody; the service refuses it unless
// the rule names the site, and a form brings no token.
func TestBrowserS14PlainForm(t *testing.T) {
	d, b := startDemo(t, demoOptions{}), openTab(t)
	for _, site := range []string{d.guest, d.unnamed} {
		b.open(site)
		for album, id := range map[string]string{"open": d.albums.Open, "chosen": d.albums.Chosen} {
			before := d.photos(t, id)
			got := b.play("s14", "", map[string]string{"album": album})
			if after := d.photos(t, id); !slices.Equal(before, after) {
				t.Errorf("S14 on %s: the form changed the album %s", site, album)
			}
			if !strings.Contains(got.Headline, "refused") {
				t.Errorf("S14 on %s: the page says %q", site, got.Headline)
			}
		}
	}
}

// S14: a form that comes with the visitor's own sign-in is refused too, with 403
// and before anything is stored; from the service's own page it is accepted.
func TestBrowserS14FormWithSignIn(t *testing.T) {
	d, b := startDemo(t, demoOptions{}), openTab(t)
	b.open(d.origin)
	signIn := request{Method: "POST", URL: "/session", Headers: map[string]string{"Content-Type": "application/json"}, Body: `{"name":"` + d.owner + `","password":"` + d.password + `"}`}
	if got := b.asked(signIn); got.Status != http.StatusCreated {
		t.Fatalf("signing in at home: %+v", got)
	}
	before := d.photos(t, d.albums.Open)
	plant := `
		const input = Object.assign(document.createElement("input"), { type: "file", name: "photo" });
		const gif = Uint8Array.from(atob("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"), (c) => c.charCodeAt(0));
		const files = new DataTransfer();
		files.items.add(new File([gif], args[1]));
		input.files = files.files;
		const form = Object.assign(document.createElement("form"), { method: "post", enctype: "multipart/form-data", action: args[0] });
		form.append(input);
		document.body.append(form);
		setTimeout(() => form.submit());`
	url := d.origin + "/albums/" + d.albums.Open + "/photos"
	b.open(d.unnamed)
	if status := b.navigating(plant, url, "foreign.gif"); status != http.StatusForbidden {
		t.Errorf("the foreign form got %d, want 403", status)
	}
	if after := d.photos(t, d.albums.Open); !slices.Equal(before, after) {
		t.Error("the foreign form changed the album")
	}
	b.open(d.origin)
	if status := b.navigating(plant, url, "own.gif"); status != http.StatusCreated {
		t.Errorf("the own form got %d, want 201", status)
	}
}
