// Package agent lets a Go program be the page: it asks as the script of a page
// asks in a browser, and is refused where the script would be refused, with the
// reason that no script is told.
//
// An [Agent] is one browser: connections, cookies, caches and a clock. A [Page]
// is a document of an origin on it. A page makes XMLHttpRequests:
//
//	a := agent.New(agent.Options{})
//	defer a.Close()
//	page, err := a.Page("https://app.example/")
//	...
//	res, err := page.Get(ctx, "https://api.example/albums")
//
// The error of a blocked request unwraps to its cors.Verdict. For anything more
// than a GET there is page.XHR, with the blocking Do for Go and with the events
// of the standard for what wants them.
//
// An Agent and its pages may be used by many goroutines, an XHR by one at a time.
package agent
