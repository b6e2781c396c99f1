package script

import (
	"errors"
	"fmt"

	"github.com/corsage-go/corsage/agent/script/engine"
	"github.com/corsage-go/corsage/agent/xhr"
	"github.com/corsage-go/corsage/cors"
)

func (r *Realm) formDataOps() ops {
	return ops{
		"create": func(*engine.Call) (any, error) { return engine.Handle{Go: &xhr.FormData{}}, nil },
		"append": of(appendEntry), "parse": r.opParseForm,
	}
}

// appendEntry adds a text or a File under a name.
func appendEntry(f *xhr.FormData, c *engine.Call) (any, error) {
	name, value := c.Text(1), c.Arg(2)
	if value.IsString() {
		f.Append(name, value.Text())
		return engine.Undefined{}, nil
	}
	file, ok := value.Go().(*xhr.File)
	if !ok {
		return nil, errors.New("an entry is neither a text nor a File")
	}
	f.AppendFile(name, file)
	return engine.Undefined{}, nil
}

// opParseForm reads bytes as the body of a form of a MIME type: it returns
// "urlencoded" and the text, or "multipart" and pairs of a name and a text or a File.
//
// Standard: https://fetch.spec.whatwg.org/#dom-body-formdata
func (r *Realm) opParseForm(c *engine.Call) (any, error) {
	m, _ := cors.ParseMIMEType(c.Text(1))
	switch m.Essence() {
	case "application/x-www-form-urlencoded":
		return []any{"urlencoded", xhr.DecodeUTF8KeepBOM(c.Bytes(0))}, nil
	case "multipart/form-data":
		boundary, _ := m.Parameter("boundary")
		parts, err := xhr.ParseMultipart(c.Bytes(0), boundary, r.thread.loop.Now())
		if err != nil {
			return nil, typeError(err.Error(), err)
		}
		return []any{"multipart", pairsOf(parts)}, nil
	default:
		return nil, typeError(fmt.Sprintf("a body of type %q is no form's", c.Text(1)), nil)
	}
}

func pairsOf(parts []xhr.Entry) []any {
	pairs := []any{}
	for _, p := range parts {
		var value any = p.Value
		if p.File != nil {
			value = engine.Handle{Go: p.File}
		}
		pairs = append(pairs, []any{p.Name, value})
	}
	return pairs
}
