package httpcache

import (
	"io"
	"sync"

	"github.com/corsage-go/corsage/agent/wire"
)

// recorder is the body of a response that is being stored as it is read.
type recorder struct {
	io.ReadCloser
	cache  *Cache
	key    key
	length int64 // of the body; -1 if that is not known
	most   int64 // a longer body is not stored

	request []wire.Field // of which the response is the answer

	mu    sync.Mutex
	entry *entry // nil once it is decided
	body  []byte
}

// Read reads on, and keeps what it has read. The body is stored when it has ended.
func (r *recorder) Read(p []byte) (int, error) {
	n, err := r.ReadCloser.Read(p)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.entry == nil {
		return n, err
	}
	if int64(len(r.body)+n) > r.most {
		r.decide(false)
		return n, err
	}
	r.append(p[:n])
	if err != nil {
		r.decide(err == io.EOF && (r.length < 0 || int64(len(r.body)) == r.length))
	}
	return n, err
}

// append makes room for no more than the body can have.
func (r *recorder) append(p []byte) {
	if need := len(r.body) + len(p); need > cap(r.body) {
		room := max(need, 2*cap(r.body))
		if r.length >= int64(need) {
			room = min(max(room, firstRoom), int(r.length))
		}
		r.body = append(make([]byte, 0, min(room, int(r.most))), r.body...)
	}
	r.body = append(r.body, p...)
}

// firstRoom is how much room is made at once for a body of known length: not all
// of it, since a server could promise much and send little.
const firstRoom = 32 << 10

// Close ends the response. What has not arrived whole is not stored; of a body of
// known length that can be told without reading its end.
func (r *recorder) Close() error {
	r.mu.Lock()
	if r.entry != nil {
		r.decide(int64(len(r.body)) == r.length)
	}
	r.mu.Unlock()
	return r.ReadCloser.Close()
}

// decide stores the response, or gives it up.
func (r *recorder) decide(whole bool) {
	e := r.entry
	e.body = r.body
	r.entry, r.body = nil, nil
	r.cache.finish(r, e, whole)
}
