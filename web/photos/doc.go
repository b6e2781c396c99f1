// Package photos serves the pages of the photo albums: the owner's pages, which
// belong on the service's own origin, and the guest site, which belongs on
// another one and shows what cross-origin requests can and cannot do.
//
// Everything is embedded and served as it is written: ES modules, CSS and SVG
// files below pages, without a build step. Each answer has a strong ETag made
// from its content, and a Content-Security-Policy under which no inline script
// or style runs.
//
// The folders below pages hold what one subject needs, and a site is made of
// several: stage (how a scenario is run, watched and explained), scenarios (one
// module each), upload (the queue of files), and the two sites' own, owner and
// guest. What they look like is in package look. The modules in scenarios and
// most of stage use no document, so they also run in a script engine without a
// page.
package photos
