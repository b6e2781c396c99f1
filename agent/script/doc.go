// Package script runs a page's JavaScript: XMLHttpRequest, fetch and the rest of
// what scripts find in a browser, on top of a page of package agent.
//
//	page, err := browser.Page("https://app.example/")
//	realm, err := script.New(page, script.Options{})
//	defer realm.Close()
//	err = realm.Run(ctx, `fetch("https://api.example/albums")`, "app.js")
//
// A page of HTML is loaded from its URL, or from markup, and used as by a user:
//
//	realm, err := script.Load(ctx, page, "https://app.example/albums", script.Options{})
//	err = realm.Choose(ctx, "input[type=file]", file)
//
// # Where things are
//
//	engine/      the JavaScript engine; nothing else knows which it is
//	prelude/     what scripts find, in JavaScript: a file for each subject
//	modules.go   the table of these files: which names each defines, and where;
//	             documentmodules.go has those of documents, windows and workers
//	*.go         the Go side of a subject, under the name of its file in prelude/
//
// A Realm is a global object: a window's or a worker's. Realms that can
// reach each other's objects share a Thread: a heap, and an event loop that
// runs on the goroutine which calls Run. All that is JavaScript, and all that the
// ops do, happens there. Other goroutines post tasks to the loop.
//
// # How to add an interface
//
//  1. Write prelude/subject.js. It is the body of a function (require, exports,
//     host, global), run when one of its names is first used. Interfaces are
//     classes, finished with idl.define(); prelude/webidl.js says how, and has the
//     conversions. Export what the page is to see, by its name, and what other
//     modules need.
//  2. Add a row to modules, in modules.go: the file's name, the interfaces and
//     functions that it puts on the global object, where they are exposed, and a
//     function that gives its ops.
//  3. Write the ops in subject.go. An op is a method of Realm with the type
//     engine.Op; JavaScript calls it as host.name(). Arguments are read from the
//     call by position, and the result is a Go value; see engine.Op.
//
// Rules for both sides:
//
//   - Bytes are sent as an ArrayBuffer or a view of one and come back as an
//     ArrayBuffer: call.Bytes(i) is a copy, and []byte as a result is copied.
//   - A Go value that script is to hold (a request, a blob) is returned as an
//     engine.Handle, kept in a private field, and passed as the first argument of
//     further ops, where call.Go(i) gives it back.
//   - An op that fails returns an error. An *xhr.DOMException is thrown as the
//     DOMException, or the TypeError, of that name; any other error as an
//     OperationError.
//   - An op that has to wait takes a function as its last argument and returns at
//     once. It keeps the function with realm.callback, which tells the loop that
//     something is pending, works on a goroutine of its own, and calls complete(),
//     which posts a task that calls the function.
//   - JavaScript that calls a function of the page uses idl.invoke or
//     idl.invokeAndReport, never a plain call: promises' reactions run after each.
//
// # How to add an element
//
// An element's interface is a class in one of html.js, forms.js, links.js, scripts.js
// and frames.js, finished with define(Class, local names); reflect() adds attributes that
// only reflect. What the element does when it comes into a document, or its
// attributes change, it says by hook(local name, {inserted, attributeChanged, ...}); see
// node.js. A plain one is a row of the table in html.js.
//
// # Standards
//
// The names are those of the standards: https://html.spec.whatwg.org/,
// https://dom.spec.whatwg.org/, https://xhr.spec.whatwg.org/,
// https://fetch.spec.whatwg.org/, https://webidl.spec.whatwg.org/.
package script
