package script

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"time"

	"github.com/corsage-go/corsage/agent/script/engine"
	"github.com/corsage-go/corsage/agent/xhr"
	"github.com/corsage-go/corsage/cors"
)

func (r *Realm) readerOps() ops {
	return ops{
		"start": ofBlob(r.startReading), "next": of(nextStep), "stop": of(stopReading),
		"readNow": ofBlob(r.readNow),
	}
}

// progressInterval is how often a FileReader tells how far it has come.
//
// Standard: https://w3c.github.io/FileAPI/#readOperation, step 10.4
const progressInterval = 50 * time.Millisecond

// reading is a FileReader at work. Script asks for one step after the other, so
// only one goroutine at a time has it.
type reading struct {
	realm  *Realm
	blob   *xhr.Blob
	kind   string // of the result: "buffer", "binary", "text" or "url"
	label  string // of the encoding of a text; "" for none
	body   *stream
	ctx    context.Context
	cancel context.CancelFunc

	data     []byte
	started  bool
	told     int       // bytes of which the last "progress" has told
	toldAt   time.Time // when that was
	finished bool
}

func (r *Realm) startReading(b *xhr.Blob, c *engine.Call) (any, error) {
	g := &reading{realm: r, blob: b, kind: c.Text(1), label: labelOf(c, 2), body: &stream{body: &lateBlob{blob: b}}}
	g.ctx, g.cancel = context.WithCancel(r.ctx)
	return engine.Handle{Go: g, Released: g.stop}, nil
}

func labelOf(c *engine.Call, i int) string {
	if label := optional(c, i); label != nil {
		return *label
	}
	return ""
}

func stopReading(g *reading, _ *engine.Call) (any, error) {
	g.stop()
	return engine.Undefined{}, nil
}

// stop makes the step that is under way the last, without an end of its own.
func (g *reading) stop() {
	g.cancel()
	g.body.close()
}

// nextStep calls a function with the next event, how many bytes were read, and the
// result or the reason of the failure.
func nextStep(g *reading, c *engine.Call) (any, error) {
	done := g.realm.callback(c, 1)
	go func() { done.complete(g.step()...) }()
	return engine.Undefined{}, nil
}

// step reads until there is something to tell.
//
// Standard: https://w3c.github.io/FileAPI/#readOperation, step 10
func (g *reading) step() []any {
	if !g.started {
		g.started, g.toldAt = true, g.realm.thread.loop.Now()
		err := g.read()
		if err == nil || err == io.EOF {
			return g.event("loadstart", nil)
		}
		return g.event("error", readFailure(err))
	}
	for !g.finished {
		if err := g.read(); err != nil && err != io.EOF {
			return g.event("error", readFailure(err))
		}
		if now := g.realm.thread.loop.Now(); now.Sub(g.toldAt) >= progressInterval && len(g.data) > g.told {
			return g.progress(now)
		}
	}
	if len(g.data) > g.told {
		return g.progress(g.toldAt)
	}
	g.stop()
	return g.event("load", packaged(g.data, g.kind, g.blob.Type(), g.label))
}

func (g *reading) event(name string, result any) []any {
	return []any{name, len(g.data), result}
}

func (g *reading) progress(now time.Time) []any {
	g.told, g.toldAt = len(g.data), now
	return g.event("progress", nil)
}

// read reads the next chunk.
func (g *reading) read() error {
	if g.blob.Size() > g.realm.maxBytes() {
		return errTooLarge
	}
	if g.ctx.Err() != nil {
		return g.ctx.Err()
	}
	if g.data == nil {
		g.data = make([]byte, 0, g.blob.Size()+1) // with room to find the end
	}
	space := g.data[len(g.data):min(cap(g.data), len(g.data)+chunk)]
	n, err := io.ReadAtLeast(g.body.body, space, 1)
	g.data = g.data[:len(g.data)+n]
	g.finished = errors.Is(err, io.EOF)
	return err
}

// readNow returns the reason why reading failed, or null and the result.
//
// Standard: https://w3c.github.io/FileAPI/#FileReaderSync
func (r *Realm) readNow(b *xhr.Blob, c *engine.Call) (any, error) {
	data, err := r.bytesOf(b)
	if err != nil {
		return []any{readFailure(err), nil}, nil
	}
	return []any{nil, packaged(data, c.Text(1), b.Type(), labelOf(c, 2))}, nil
}

// packaged makes a result of what was read.
//
// Standard: https://w3c.github.io/FileAPI/#blob-package-data
func packaged(data []byte, kind, typ, label string) any {
	switch kind {
	case "binary":
		return xhr.Isomorphic(string(data))
	case "text":
		return xhr.DecodeLabelled(data, label, charsetOf(typ))
	case "url":
		if typ == "" {
			typ = "application/octet-stream"
		}
		return "data:" + typ + ";base64," + base64.StdEncoding.EncodeToString(data)
	default:
		return data
	}
}

// charsetOf is the charset that a MIME type names.
func charsetOf(typ string) string {
	m, ok := cors.ParseMIMEType(typ)
	if !ok {
		return ""
	}
	charset, _ := m.Parameter("charset")
	return charset
}
