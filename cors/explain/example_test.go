package explain_test

import (
	"fmt"
	"os"

	"github.com/corsage-go/corsage/cors/explain"
	"github.com/corsage-go/corsage/cors/trace"
)

func ExampleTrace() {
	t, err := trace.ParseHeads(`GET https://api.example/albums
Origin: https://app.example

HTTP/1.1 200 OK
Access-Control-Allow-Origin: https://app.example/
`, trace.HeadsOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range explain.Trace(t) {
		fmt.Println(f.Rule)
		fmt.Println(f.Happened.Plain())
		fmt.Println(f.Details[0].Plain())
		fmt.Println(f.Remedy.Send[0])
	}
	// Output:
	// allow-origin-mismatch
	// The answer may be read by https://app.example/, and the page at https://app.example is not that.
	// There is a slash at the end of the value. An origin ends with its host or port.
	// Access-Control-Allow-Origin: https://app.example
}

func ExampleParseConsole() {
	messages, err := explain.ParseConsole(`Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://api.example/me. (Reason: CORS header ‘Access-Control-Allow-Origin’ missing). Status code: 401.`)
	if err != nil {
		fmt.Println(err)
		return
	}
	t := explain.ConsoleTrace(messages, "https://app.example", trace.Redaction{})
	fmt.Println(explain.Trace(t)[0].Title.Plain())
	// Output:
	// 401 Unauthorized, hidden from the script because it lacks Access-Control-Allow-Origin
}

func ExampleWriteText() {
	findings := []explain.Finding{{
		Title: "`*` is not enough", Happened: "The request has credentials.",
		Remedy: explain.Remedy{Text: "Name the origin:", Send: []string{"Access-Control-Allow-Origin: https://app.example"}},
	}}
	mark := func(p explain.Paint, text string) string { return "<" + p.String() + ">" + text + "</>" }
	if err := explain.WriteText(os.Stdout, findings, explain.Style{Paint: mark}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// <heading>* is not enough</>
	//   <prose>The request has credentials.</>
	//
	//   <label>What to do:</>
	//   <prose>Name the origin:</>
	//     <good>Access-Control-Allow-Origin: https://app.example</>
}
