package agent

import (
	"crypto/rand"
	"fmt"
	"sync"

	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/agent/xhr"
)

// blobStore keeps the Blobs that pages have made URLs for.
//
// Standard: https://w3c.github.io/FileAPI/#BlobURLStore
type blobStore struct {
	mu    sync.RWMutex
	blobs map[string]storedBlob // by URL without fragment; made when first needed
}

// storedBlob is a Blob with the page that has made the URL.
type storedBlob struct {
	blob *xhr.Blob
	page *fetch.Client
}

// isFor reports whether a page may have the Blob: the one that has made the URL,
// and those of the same origin.
func (b storedBlob) isFor(c *fetch.Client) bool { return b.page == c || b.page.Origin.Same(c.Origin) }

// maxObjectURLs bounds what a page that never revokes can keep.
const maxObjectURLs = 100_000

// Blob finds a Blob by its URL.
func (s *blobStore) Blob(u *weburl.URL, c *fetch.Client) (fetch.Blob, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	b, ok := s.blobs[u.HrefNoFragment()]
	if !ok || !b.isFor(c) {
		return fetch.Blob{}, false
	}
	return fetch.Blob{Type: b.blob.Type(), Body: fetch.Body{Length: b.blob.Size(), Open: b.blob.Open}}, true
}

// ObjectURL makes a URL for a Blob, which pages of the same origin can fetch until
// it is revoked.
//
// Standard: https://w3c.github.io/FileAPI/#dfn-createObjectURL
func (p *Page) ObjectURL(b *Blob) (string, error) {
	s := &p.agent.blobs
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.blobs) >= maxObjectURLs {
		return "", fmt.Errorf("there are %d object URLs already; revoke those that are no longer needed", maxObjectURLs)
	}
	if s.blobs == nil {
		s.blobs = map[string]storedBlob{}
	}
	url := "blob:" + p.client.Origin.String() + "/" + newUUID()
	s.blobs[url] = storedBlob{b, &p.client}
	return url, nil
}

// RevokeObjectURL makes a URL of ObjectURL stand for nothing.
//
// Standard: https://w3c.github.io/FileAPI/#dfn-revokeObjectURL
func (p *Page) RevokeObjectURL(url string) {
	s := &p.agent.blobs
	s.mu.Lock()
	defer s.mu.Unlock()
	if b, ok := s.blobs[url]; ok && b.isFor(&p.client) {
		delete(s.blobs, url)
	}
}

// newUUID makes a random UUID.
//
// Standard: https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-4
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: see its documentation
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
