package script_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/corsage-go/corsage/agent"
	"github.com/corsage-go/corsage/agent/script"
)

// A page's script runs in a test, against a handler in the same process.
func ExampleNew() {
	albums := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "https://app.example")
		fmt.Fprint(w, `{"albums": ["Open garden"]}`)
	})
	browser := agent.New(agent.Options{Handlers: map[string]http.Handler{"https://api.example": albums}})
	defer browser.Close()
	page, err := browser.Page("https://app.example/")
	if err != nil {
		fmt.Println(err)
		return
	}
	realm, err := script.New(page, script.Options{
		Console: func(m script.Message) { fmt.Println(m.Text) },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer realm.Close()

	err = realm.Run(context.Background(), `
		const xhr = new XMLHttpRequest();
		xhr.open("GET", "https://api.example/albums");
		xhr.responseType = "json";
		xhr.onload = () => {
			globalThis.albums = xhr.response.albums;
			console.log("status", xhr.status);
		};
		xhr.send();
	`, "app.js")
	if err != nil {
		fmt.Println(err)
		return
	}
	albumsSeen, err := realm.Eval(context.Background(), "albums", "test.js")
	fmt.Println(albumsSeen, err)
	// Output:
	// status 200
	// [Open garden] <nil>
}

// A page of HTML is loaded with its scripts, and a user's file is given to it.
func ExampleLoad() {
	site := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, `<!DOCTYPE html><title>Albums</title><input type=file><script src="app.js"></script>`)
		case "/app.js":
			w.Header().Set("Content-Type", "text/javascript")
			fmt.Fprint(w, `document.querySelector("input").onchange = async (event) => {
				const [file] = event.target.files;
				const answer = await fetch("/photos/" + file.name, {method: "PUT", body: file});
				document.title = await answer.text();
			}`)
		default:
			photo, err := io.ReadAll(r.Body)
			fmt.Fprint(w, r.Method, " ", r.URL.Path, " ", len(photo), " ", err)
		}
	})
	browser := agent.New(agent.Options{Handlers: map[string]http.Handler{"https://photos.example": site}})
	defer browser.Close()
	blank, err := browser.Page("about:blank")
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	realm, err := script.Load(ctx, blank, "https://photos.example/", script.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer realm.Close()

	photo := agent.NewFile(agent.NewBlob([]byte("pixels"), "image/jpeg"), "garden.jpg", time.Now())
	if err := realm.Choose(ctx, "input[type=file]", photo); err != nil {
		fmt.Println(err)
		return
	}
	title, err := realm.Eval(ctx, "document.title", "test.js")
	fmt.Println(title, err)
	// Output: PUT /photos/garden.jpg 6 <nil> <nil>
}

// Markup that is at hand becomes the page.
func ExampleRealm_LoadHTML() {
	browser := agent.New(agent.Options{Handlers: map[string]http.Handler{}})
	defer browser.Close()
	page, err := browser.Page("https://app.example/albums")
	if err != nil {
		fmt.Println(err)
		return
	}
	realm, err := script.New(page, script.Options{Console: func(m script.Message) { fmt.Println(m.Text) }})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer realm.Close()
	err = realm.LoadHTML(context.Background(), `<ul><li>Open garden<li>Family</ul>
		<script>console.log(document.querySelectorAll("li").length, location.pathname)</script>`)
	fmt.Println(err)
	// Output:
	// 2 /albums
	// <nil>
}
