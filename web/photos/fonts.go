package photos

import (
	_ "embed" // for the licence
	"net/http"

	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/gosmallcaps"
)

//go:embed fonts/LICENSE.txt
var fontLicence []byte

// Fonts serves web fonts of the Go font family below /fonts/, with their
// licence beside them: go-smallcaps.ttf, go-mono.ttf and LICENSE.txt. A browser
// lets a page of another origin use them only with CORS permission, which is
// the caller's to add.
func Fonts() http.Handler {
	return &site{
		assets: map[string]asset{
			"/fonts/go-smallcaps.ttf": newAsset("go-smallcaps.ttf", gosmallcaps.TTF),
			"/fonts/go-mono.ttf":      newAsset("go-mono.ttf", gomono.TTF),
			"/fonts/LICENSE.txt":      newAsset("LICENSE.txt", fontLicence),
		},
		missing: newAsset("missing.txt", []byte("there is no such font\n")),
		safety: map[string]string{
			"Content-Security-Policy":      "default-src 'none'; sandbox",
			"Cross-Origin-Resource-Policy": "same-origin", // loading by CORS is not subject to it
			"X-Content-Type-Options":       "nosniff",
		},
	}
}
