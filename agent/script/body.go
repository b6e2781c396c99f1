package script

import (
	"errors"
	"io"

	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/script/engine"
	"github.com/corsage-go/corsage/agent/wire"
	"github.com/corsage-go/corsage/agent/xhr"
)

func (r *Realm) bodyOps() ops {
	return ops{
		"extract": of(extract), "typeOf": opTypeOf,
		"encode":  func(c *engine.Call) (any, error) { return []byte(c.Text(0)), nil },
		"decode":  func(c *engine.Call) (any, error) { return xhr.DecodeUTF8(c.Bytes(0)), nil },
		"readAll": r.opReadAll, "open": opOpenBody, "read": r.opReadBody, "watch": r.opWatchBody, "close": of(closeBody),
	}
}

// extract returns the bytes of a body for further ops, their number and their type.
func extract(b xhr.Body, _ *engine.Call) (any, error) {
	body, contentType := xhr.Extract(b)
	return []any{engine.Handle{Go: body}, body.Length, contentType}, nil
}

// opTypeOf returns the MIME type that a value of Content-Type says.
func opTypeOf(c *engine.Call) (any, error) {
	value, _ := xhr.ByteString(c.Text(0)) // it comes from a header
	m, ok := xhr.ExtractMIMEType([]wire.Field{{Name: "Content-Type", Value: value}})
	if !ok {
		return "", nil
	}
	return m.String(), nil
}

// openBody opens what is behind a handle: bytes that a request sends, or the body
// of a response.
func openBody(v any) (*stream, error) {
	switch b := v.(type) {
	case *stream:
		return b, nil
	case *fetch.Body:
		r, err := b.Open()
		if err != nil {
			return nil, err
		}
		return &stream{r}, nil
	default:
		return nil, errors.New("there is no body to read")
	}
}

func opOpenBody(c *engine.Call) (any, error) {
	s, err := openBody(c.Go(0))
	if err != nil {
		return nil, err
	}
	return engine.Handle{Go: s, Released: s.close}, nil
}

// chunk is how much of a body script gets at a time, at most.
const chunk = 64 << 10

// opReadBody calls a function with whether reading failed, and the next bytes or
// null for the end.
func (r *Realm) opReadBody(c *engine.Call) (any, error) {
	s, ok := c.Go(0).(*stream)
	if !ok {
		return nil, errors.New("there is no body to read")
	}
	done := r.callback(c, 1)
	go func() {
		b := make([]byte, chunk)
		n, err := s.body.Read(b)
		for n == 0 && err == nil {
			n, err = s.body.Read(b)
		}
		switch {
		case n > 0:
			done.complete(false, b[:n])
		case err == io.EOF: // itself: a failure may wrap one
			s.close()
			done.complete(false, nil)
		default:
			s.close()
			done.complete(true)
		}
	}()
	return engine.Undefined{}, nil
}

// opWatchBody calls a function when a response has ended and everything before its
// end has been read, with whether it has failed.
func (r *Realm) opWatchBody(c *engine.Call) (any, error) {
	s, ok := c.Go(0).(*stream)
	if !ok {
		return nil, errors.New("there is no body to watch")
	}
	body, ok := s.body.(*readAhead)
	if !ok {
		return engine.Undefined{}, nil // it is here, and ends when it is read
	}
	done := r.callback(c, 1)
	go func() { done.complete(body.wait() != io.EOF) }()
	return engine.Undefined{}, nil
}

// opReadAll calls a function with whether reading failed, and all bytes.
func (r *Realm) opReadAll(c *engine.Call) (any, error) {
	s, err := openBody(c.Go(0))
	if err != nil {
		return nil, err
	}
	limit := r.settings().MaxResponse
	if limit <= 0 {
		limit = xhr.DefaultMaxResponse
	}
	done := r.callback(c, 1)
	go func() {
		b, err := io.ReadAll(io.LimitReader(s.body, limit+1))
		s.close()
		if err != nil || int64(len(b)) > limit {
			done.complete(true)
			return
		}
		done.complete(false, b)
	}()
	return engine.Undefined{}, nil
}

func closeBody(s *stream, _ *engine.Call) (any, error) {
	s.close()
	return engine.Undefined{}, nil
}
