package script

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/corsage-go/corsage/agent/script/engine"
	"github.com/corsage-go/corsage/agent/xhr"
)

func (r *Realm) blobOps() ops {
	return ops{
		"builder": r.opBlobBuilder, "add": of(addToBlob), "finish": of(finishBlob), "keep": r.opKeepBlob,
		"size":  ofBlob(func(b *xhr.Blob, _ *engine.Call) (any, error) { return b.Size(), nil }),
		"type":  ofBlob(func(b *xhr.Blob, _ *engine.Call) (any, error) { return b.Type(), nil }),
		"slice": ofBlob(sliceBlob),
		"file":  ofBlob(makeFile), "describe": of(describeFile), "isFile": opIsFile,
		"list": opFileList, "files": of(filesOf),
		"now":   func(*engine.Call) (any, error) { return r.thread.loop.Now().UnixMilli(), nil },
		"bytes": ofBlob(func(b *xhr.Blob, c *engine.Call) (any, error) { return r.readBlob(b, c, asBytes) }),
		"text":  ofBlob(func(b *xhr.Blob, c *engine.Call) (any, error) { return r.readBlob(b, c, asUTF8) }),
		"open":  ofBlob(openBlob), "read": of(r.readFromBlob), "close": of(closeBody),
	}
}

// blobOf is the Blob behind a handle: itself, or the one that a File has.
func blobOf(v any) (*xhr.Blob, bool) {
	switch v := v.(type) {
	case *xhr.Blob:
		return v, true
	case *xhr.File:
		return v.Blob, true
	default:
		return nil, false
	}
}

// ofBlob makes an op of a function about the Blob behind the first argument.
func ofBlob(f func(b *xhr.Blob, c *engine.Call) (any, error)) engine.Op {
	return func(c *engine.Call) (any, error) {
		b, ok := blobOf(c.Go(0))
		if !ok {
			return nil, errors.New("the first argument is no Blob")
		}
		return f(b, c)
	}
}

// --- Making them

func (r *Realm) opBlobBuilder(*engine.Call) (any, error) {
	return engine.Handle{Go: &xhr.BlobBuilder{Keep: r.thread.blobs.keep}}, nil
}

// addToBlob adds a text, a Blob or bytes.
func addToBlob(b *xhr.BlobBuilder, c *engine.Call) (any, error) {
	part := c.Arg(1)
	if part.IsString() {
		b.AddText(part.Text())
		return engine.Undefined{}, nil
	}
	if blob, ok := blobOf(part.Go()); ok {
		return engine.Undefined{}, outOfMemory(b.AddBlob(blob))
	}
	b.AddBytes(part.Bytes())
	return engine.Undefined{}, nil
}

func finishBlob(b *xhr.BlobBuilder, c *engine.Call) (any, error) {
	blob, err := b.Blob(c.Text(1))
	if err != nil {
		return nil, outOfMemory(err)
	}
	return engine.Handle{Go: blob}, nil
}

// opKeepBlob counts the bytes of a Blob that Go has made.
func (r *Realm) opKeepBlob(c *engine.Call) (any, error) {
	b, ok := blobOf(c.Go(0))
	if !ok {
		return nil, errors.New("the first argument is no Blob")
	}
	if data, ok := b.InMemory(); ok && len(data) > 0 {
		return engine.Undefined{}, outOfMemory(r.thread.blobs.keep(data))
	}
	return engine.Undefined{}, nil
}

// outOfMemory is an error as what engines throw when there is no memory for a
// buffer.
func outOfMemory(err error) error {
	if err == nil {
		return nil
	}
	return &xhr.DOMException{Name: "RangeError", Message: err.Error(), Cause: err}
}

func sliceBlob(b *xhr.Blob, c *engine.Call) (any, error) {
	return engine.Handle{Go: b.Slice(c.Int(1), c.Int(2), c.Text(3))}, nil
}

func makeFile(b *xhr.Blob, c *engine.Call) (any, error) {
	return engine.Handle{Go: xhr.NewFile(b, c.Text(1), time.UnixMilli(c.Int(2)))}, nil
}

// describeFile returns the name and the time of the last change, in milliseconds.
func describeFile(f *xhr.File, _ *engine.Call) (any, error) {
	return []any{f.Name, f.LastModified.UnixMilli()}, nil
}

func opIsFile(c *engine.Call) (any, error) {
	_, ok := c.Go(0).(*xhr.File)
	return ok, nil
}

// opFileList puts the files that are its arguments behind one handle, for a message.
func opFileList(c *engine.Call) (any, error) {
	list := []*xhr.File{}
	for i := range c.Len() {
		f, ok := c.Go(i).(*xhr.File)
		if !ok {
			return nil, fmt.Errorf("argument %d is no File", i)
		}
		list = append(list, f)
	}
	return engine.Handle{Go: list}, nil
}

func filesOf(list []*xhr.File, _ *engine.Call) (any, error) {
	handles := []any{}
	for _, f := range list {
		handles = append(handles, engine.Handle{Go: f})
	}
	return handles, nil
}

// --- Reading them

// readBlob calls a function with the reason why reading failed or null, and what
// is made of all bytes.
func (r *Realm) readBlob(b *xhr.Blob, c *engine.Call, as func([]byte) any) (any, error) {
	done := r.callback(c, 1)
	go func() {
		data, err := r.bytesOf(b)
		if err != nil {
			done.complete(readFailure(err))
			return
		}
		done.complete(nil, as(data))
	}()
	return engine.Undefined{}, nil
}

func asBytes(b []byte) any { return b }
func asUTF8(b []byte) any  { return xhr.DecodeUTF8(b) }

// bytesOf reads all of a Blob, which is not to be larger than a response may be.
func (r *Realm) bytesOf(b *xhr.Blob) ([]byte, error) {
	if data, ok := b.InMemory(); ok {
		return data, nil
	}
	if limit := r.maxBytes(); b.Size() > limit {
		return nil, fmt.Errorf("it has %d bytes, and no more than %d are read at once; %w", b.Size(), limit, errTooLarge)
	}
	return b.Bytes()
}

var errTooLarge = errors.New("use stream(), or slices")

// readFailure is what script learns of why a Blob cannot be read. Where files are
// on this machine, it does not learn.
func readFailure(err error) string {
	if errors.Is(err, errTooLarge) {
		return "the blob is too large: " + err.Error()
	}
	return "the file cannot be read, or has changed since it was chosen"
}

// maxBytes is how much of anything script gets at once.
func (r *Realm) maxBytes() int64 {
	if limit := r.settings().MaxResponse; limit > 0 {
		return limit
	}
	return xhr.DefaultMaxResponse
}

// openBlob gives what "read" reads. The Blob is opened then.
func openBlob(b *xhr.Blob, _ *engine.Call) (any, error) {
	s := &stream{body: &lateBlob{blob: b}}
	return engine.Handle{Go: s, Released: s.close}, nil
}

// lateBlob opens a Blob when it is first read, on the goroutine that reads.
type lateBlob struct {
	blob *xhr.Blob
	mu   sync.Mutex // held while it is read; Close may come from elsewhere
	src  io.ReadCloser
}

func (l *lateBlob) Read(p []byte) (n int, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.src == nil {
		if l.src, err = l.blob.Open(); err != nil {
			return 0, err
		}
	}
	return l.src.Read(p)
}

func (l *lateBlob) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.src == nil {
		return nil
	}
	return l.src.Close()
}

// readFromBlob calls a function with the reason why reading failed or null, and the
// next bytes or null for the end.
func (r *Realm) readFromBlob(s *stream, c *engine.Call) (any, error) {
	done := r.callback(c, 1)
	go func() {
		b := make([]byte, chunk)
		n, err := io.ReadAtLeast(s.body, b, 1)
		switch {
		case n > 0:
			done.complete(nil, b[:n])
		case err == io.EOF:
			s.close()
			done.complete(nil, nil)
		default:
			s.close()
			done.complete(readFailure(err))
		}
	}()
	return engine.Undefined{}, nil
}
