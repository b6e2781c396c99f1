package script

import (
	"bytes"

	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/script/engine"
	"github.com/corsage-go/corsage/agent/weburl"
)

func (r *Realm) fontOps() ops {
	return ops{
		"queue": r.opQueue, "parse": r.opParseOrNull, "loadFont": r.opLoadFont,
		"isFont": func(c *engine.Call) (any, error) { return isFont(c.Bytes(0)), nil },
	}
}

// opLoadFont gets a font, and calls a function with whether it could: fonts of
// other origins need their permission.
//
// Standard: https://drafts.csswg.org/css-fonts-4/#font-fetching-requirements
func (r *Realm) opLoadFont(c *engine.Call) (any, error) {
	u, err := weburl.Parse(c.Text(0))
	if err != nil {
		return nil, typeError("the URL cannot be read", err)
	}
	done := r.callback(c, 1)
	q := resource{url: u, destination: "font", mode: fetch.ModeCORS, credentials: fetch.SameOriginCredentials}
	r.later(q, func(v *received, err error) {
		done.call(err == nil && (v.isOK() || !u.IsHTTP()) && isFont(v.body))
	})
	return engine.Undefined{}, nil
}

// isFont reports whether bytes begin as a font does.
//
// Standard: https://mimesniff.spec.whatwg.org/#matching-a-font-type-pattern
func isFont(b []byte) bool {
	for _, mark := range []string{"\x00\x01\x00\x00", "OTTO", "ttcf", "true", "wOFF", "wOF2"} {
		if bytes.HasPrefix(b, []byte(mark)) {
			return true
		}
	}
	return false
}
