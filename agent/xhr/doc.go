// Package xhr is XMLHttpRequest, and the XDomainRequest that came before it,
// without a script engine.
//
// An [XHR] does what the standard says step by step: its states, its events and
// their order, its exceptions. What goes over the network it leaves to a
// [Fetcher], and what CORS allows is decided there.
//
// A script has one owner: an XHR belongs to one goroutine at a time, the one that
// runs its [Loop]. Listeners are called there and nowhere else; what happens on
// the network comes back as a task of the loop. XHR.Do runs the whole request on
// the goroutine that calls it.
//
// Standard: https://xhr.spec.whatwg.org/
package xhr
