package script_test

import (
	"context"
	"fmt"
	"net/http"

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
