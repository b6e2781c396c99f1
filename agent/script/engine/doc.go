// Package engine runs JavaScript. It is the only place that knows which engine
// does so, modernc.org/libquickjs, and it shows as little of it as possible, so
// that another one can take its place: a Runtime is a heap, a Realm is a global
// object in it, a Value is a value, and an Op is a Go function that JavaScript
// calls.
//
// A Runtime and all that is in it belong to one goroutine at a time.
// Runtime.Interrupt alone may be called from any.
//
// A Value that a function returns is the caller's, who frees it. A Value that a
// Call gives belongs to the call and is gone when the Op has returned: keep it
// with Dup.
//
// Standard: https://tc39.es/ecma262/
package engine
