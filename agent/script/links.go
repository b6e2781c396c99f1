package script

import (
	"bytes"
	"image"
	_ "image/gif" // formats that pictures on pages have
	_ "image/jpeg"
	_ "image/png"
	"strings"

	"github.com/corsage-go/corsage/agent/script/engine"
)

func (r *Realm) linkOps() ops {
	return ops{"queue": r.opQueue, "parts": opParts, "load": r.opLoadResource}
}

// opLoadResource gets what an element shows, and calls a function with whether it
// could, and the size of a picture.
func (r *Realm) opLoadResource(c *engine.Call) (any, error) {
	q, err := resourceOf(c, "")
	if err != nil {
		return nil, err
	}
	wanted := member(c.Arg(1), "type")
	done := r.callback(c, 2)
	r.later(q, func(v *received, err error) {
		switch {
		case err != nil || !v.isOK():
			done.call(false, 0, 0)
		case q.destination == "image":
			width, height := v.size()
			done.call(width > 0, width, height)
		case wanted != "" && !v.hasType(wanted):
			done.call(false, 0, 0)
		default:
			done.call(true, 0, 0)
		}
	})
	return engine.Undefined{}, nil
}

// hasType reports whether something is of a type, or does not say of which.
func (v *received) hasType(essence string) bool {
	m, ok := v.mime()
	return !ok || m.Essence() == essence
}

// size is the size of a picture; nothing for what is none. A picture in a format
// that is not known here, but that its server says is one, has the size of a point.
func (v *received) size() (width, height int) {
	if c, _, err := image.DecodeConfig(bytes.NewReader(v.body)); err == nil {
		return c.Width, c.Height
	}
	m, _ := v.mime()
	if known := m.Subtype == "png" || m.Subtype == "jpeg" || m.Subtype == "gif"; m.Type != "image" || known || len(v.body) == 0 {
		return 0, 0
	}
	if strings.HasPrefix(m.Subtype, "svg") && !bytes.Contains(v.body, []byte("<svg")) {
		return 0, 0
	}
	return 1, 1
}
