// Package look holds what the pages of every site of this project have in common:
// colours, type and controls as CSS, the drawn marks as SVG, and small modules that
// build elements and word numbers. A site serves these files beside its own, under
// look/, and refers to them by relative addresses.
package look

import "embed"

// Files are the files, without a folder: "look.css", "dom.js" and so on.
//
//go:embed *.css *.svg *.js *.html
var Files embed.FS
