// Package clients is a test: JavaScript's HTTP clients, as they are published, run in
// the asking end, each through the same stories.
//
// Adapters in testdata, a file for each library, say how the library is asked; stories.js
// has the stories. Two adapters need no library and are a part of every go test. The
// others want the libraries in a folder, and the build tag clients: make clients.
package clients
