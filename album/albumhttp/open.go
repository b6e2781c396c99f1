package albumhttp

import (
	"context"
	_ "embed" // openapi.json
	"net/http"
	"time"
)

//go:embed openapi.json
var openAPIDocument []byte

var openAPITag = hashTag(openAPIDocument)

// readyTimeout is how long the service may think about whether it is ready.
const readyTimeout = 5 * time.Second

// health tells whoever watches over the service whether it works.
func (c *call) health() error {
	if c.ready != nil {
		ctx, cancel := context.WithTimeout(c.r.Context(), readyTimeout)
		defer cancel()
		if err := c.ready(ctx); err != nil {
			return &caused{problem: errNotReady, cause: err}
		}
	}
	c.setOpen("no-store")
	c.write(http.StatusOK, "application/json", []byte(`{"status":"ok"}`))
	return nil
}

func (c *call) openAPI() error {
	c.setOpen("no-cache")
	c.writeUnlessKnown(http.StatusOK, openAPITag, openAPIDocument)
	return nil
}

// setOpen says that an answer is the same for everybody.
func (c *call) setOpen(cache string) {
	header := c.w.Header()
	header.Set("Cache-Control", cache)
	header.Set("Cross-Origin-Resource-Policy", "cross-origin")
}
