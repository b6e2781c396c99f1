package xhr

import (
	"bytes"
	"io"
	"strings"

	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/wire"
)

// guessedBytes is how much of a body Chromium looks at to guess its type.
const guessedBytes = 1024

// watchHead notes whether the server forbids to guess the type. Across origins the
// page may not see that, so it is taken from the head on the wire.
func (f *flight) watchHead() {
	var hooks fetch.Hooks
	if own := f.request.Hooks; own != nil {
		hooks = *own
	}
	then := hooks.Response
	hooks.Response = func(e *fetch.Exchange, r *wire.Response) {
		if !e.Preflight {
			v, _ := combinedValue(r.Header, "X-Content-Type-Options")
			f.believes = strings.EqualFold(strings.Trim(v, httpSpace), "nosniff")
		}
		if then != nil {
			then(e, r)
		}
	}
	f.request.Hooks = &hooks
}

// isGuessed reports whether Chromium guesses the type of a response rather than
// to believe its server.
func (f *flight) isGuessed(r *fetch.Response) bool {
	if f.believes || r.URL == nil || !r.URL.IsHTTP() {
		return false
	}
	m, ok := ExtractMIMEType(r.Header)
	if !ok {
		return true
	}
	switch m.Essence() {
	case "text/plain", "text/xml", "application/xml", "application/octet-stream",
		"unknown/unknown", "application/unknown":
		return true
	}
	return false
}

// holdBack waits until so much of the body has come that its type can be guessed,
// and returns the whole of it.
func holdBack(body io.Reader) (io.Reader, error) {
	var ahead bytes.Buffer
	if _, err := io.CopyN(&ahead, body, guessedBytes); err != nil && err != io.EOF {
		return nil, err
	}
	return io.MultiReader(&ahead, body), nil
}
