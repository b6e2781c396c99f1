package script

import (
	"encoding/base64"
	"strings"

	"github.com/corsage-go/corsage/agent/encoding"
	"github.com/corsage-go/corsage/agent/script/engine"
	"github.com/corsage-go/corsage/agent/xhr"
	"github.com/corsage-go/corsage/cors"
)

func (r *Realm) encodingOps() ops {
	return ops{
		"encode":  func(c *engine.Call) (any, error) { return []byte(c.Text(0)), nil },
		"decoder": opDecoder, "decode": of(decodeText),
	}
}

// textDecoder is a TextDecoder.
type textDecoder struct {
	encoding         *encoding.Encoding
	fatal, ignoreBOM bool

	decoder *encoding.Decoder // of the text that is being decoded; nil between two
	begun   bool              // there was a character, so that no byte order mark follows
}

// opDecoder returns a decoder for a label, and the name of its encoding.
//
// Standard: https://encoding.spec.whatwg.org/#dom-textdecoder
func opDecoder(c *engine.Call) (any, error) {
	e := encoding.Get(c.Text(0))
	if e == nil || e.Name() == "replacement" {
		return nil, &xhr.DOMException{Name: "RangeError", Message: cors.Excerpt(c.Text(0)) + " is the label of no encoding"}
	}
	return []any{engine.Handle{Go: &textDecoder{encoding: e, fatal: c.Bool(1), ignoreBOM: c.Bool(2)}}, e.Name()}, nil
}

// decodeText decodes bytes, which others follow if the last argument is true.
//
// Standard: https://encoding.spec.whatwg.org/#dom-textdecoder-decode
func decodeText(d *textDecoder, c *engine.Call) (any, error) {
	if d.decoder == nil {
		d.decoder, d.begun = d.encoding.NewDecoder(d.fatal), false
	}
	stream := c.Bool(2)
	text, err := d.decoder.Decode(c.Bytes(1), !stream)
	if err != nil || !stream {
		defer func() { d.decoder = nil }()
	}
	if err != nil {
		return nil, typeError("the bytes are no "+d.encoding.Name(), err)
	}
	if text != "" && !d.begun {
		d.begun = true
		if d.encoding.IsUnicode() && !d.ignoreBOM {
			text = strings.TrimPrefix(text, "\uFEFF")
		}
	}
	return text, nil
}

func (r *Realm) base64Ops() ops {
	return ops{"btoa": opBtoa, "atob": opAtob}
}

// opBtoa encodes characters that are bytes; null if some are not.
func opBtoa(c *engine.Call) (any, error) {
	b, ok := xhr.ByteString(c.Text(0))
	if !ok {
		return nil, nil
	}
	return base64.StdEncoding.EncodeToString([]byte(b)), nil
}

// opAtob decodes base64 to characters that are bytes; null if it is none.
//
// Standard: https://infra.spec.whatwg.org/#forgiving-base64-decode
func opAtob(c *engine.Call) (any, error) {
	s := strings.NewReplacer("\t", "", "\n", "", "\f", "", "\r", "", " ", "").Replace(c.Text(0))
	if len(s)%4 == 0 {
		s = strings.TrimSuffix(strings.TrimSuffix(s, "="), "=")
	}
	b, err := base64.RawStdEncoding.DecodeString(s)
	if err != nil {
		return nil, nil // that it is none is the answer
	}
	return xhr.Isomorphic(string(b)), nil
}
