package script

import (
	"fmt"
	"strconv"

	"github.com/corsage-go/corsage/agent/script/engine"
	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/agent/xhr"
	"github.com/corsage-go/corsage/cors"
)

func (r *Realm) urlOps() ops {
	return ops{
		"parse": opParseAddress, "tryParse": opTryParseAddress,
		"href":   of(func(u *weburl.URL, _ *engine.Call) (any, error) { return u.Href(), nil }),
		"origin": of(func(u *weburl.URL, _ *engine.Call) (any, error) { return u.OriginString(), nil }),
		"get": of(func(u *weburl.URL, c *engine.Call) (any, error) {
			return u.Get(weburl.Part(c.Text(1))), nil
		}),
		"with": of(func(u *weburl.URL, c *engine.Call) (any, error) {
			return engine.Handle{Go: u.With(weburl.Part(c.Text(1)), c.Text(2))}, nil
		}),
		"createObjectURL": ofBlob(r.createObjectURL), "revokeObjectURL": r.opRevokeObjectURL,
	}
}

// opParseAddress reads a URL, with a base if there is a second argument.
//
// Standard: https://url.spec.whatwg.org/#api-url-parser
func opParseAddress(c *engine.Call) (any, error) {
	var base *weburl.URL
	if c.Len() > 1 {
		var err error
		if base, err = weburl.Parse(c.Text(1)); err != nil {
			return nil, typeError("the base URL "+cors.Excerpt(c.Text(1))+" cannot be read", err)
		}
	}
	u, err := weburl.ParseRef(base, c.Text(0))
	if err != nil {
		return nil, typeError("the URL "+cors.Excerpt(c.Text(0))+" cannot be read", err)
	}
	return engine.Handle{Go: u}, nil
}

// opTryParseAddress is opParseAddress that gives null for what is no URL.
func opTryParseAddress(c *engine.Call) (any, error) {
	u, err := opParseAddress(c)
	if err != nil {
		return nil, nil // that there is none is the answer
	}
	return u, nil
}

// createObjectURL makes a URL for a Blob, which lasts as long as the realm.
func (r *Realm) createObjectURL(b *xhr.Blob, _ *engine.Call) (any, error) {
	u, err := r.environment.ObjectURL(b)
	if err != nil {
		return nil, fmt.Errorf("make an object URL: %w", err)
	}
	r.objectURLs[u] = struct{}{}
	return u, nil
}

// opRevokeObjectURL takes back an object URL; any other is left alone.
//
// Standard: https://w3c.github.io/FileAPI/#dfn-revokeObjectURL
func (r *Realm) opRevokeObjectURL(c *engine.Call) (any, error) {
	if u, err := weburl.Parse(c.Text(0)); err == nil && u.Scheme() == "blob" {
		delete(r.objectURLs, u.Href())
		r.environment.RevokeObjectURL(u.Href())
	}
	return engine.Undefined{}, nil
}

// revokeObjectURLs takes back the realm's object URLs, because it comes to its end.
//
// Standard: https://w3c.github.io/FileAPI/#lifeTime
func (r *Realm) revokeObjectURLs() {
	for u := range r.objectURLs {
		r.environment.RevokeObjectURL(u)
	}
	clear(r.objectURLs)
}

func (r *Realm) searchParamsOps() ops {
	return ops{
		"percentDecode": func(c *engine.Call) (any, error) { return percentDecode(c.Text(0)), nil },
		"body": func(c *engine.Call) (any, error) {
			return engine.Handle{Go: xhr.URLEncoded(c.Text(0))}, nil
		},
	}
}

// percentDecode decodes what is percent-encoded, and reads the bytes as UTF-8.
//
// Standard: https://url.spec.whatwg.org/#string-percent-decode
func percentDecode(s string) string {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if v, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil && s[i+1] != '+' {
				b = append(b, byte(v))
				i += 2
				continue
			}
		}
		b = append(b, s[i])
	}
	return xhr.DecodeUTF8KeepBOM(b)
}
