package fetch

import "github.com/corsage-go/corsage/agent/weburl"

// BlobStore knows the blobs that pages have made URLs for.
//
// Standard: https://w3c.github.io/FileAPI/#BlobURLStore
type BlobStore interface {
	// Blob finds a blob by its URL, whose fragment does not count; ok is false
	// if there is none, or if the client may not have it.
	Blob(u *weburl.URL, c *Client) (b Blob, ok bool)
}

// Blob is what a blob URL stands for.
type Blob struct {
	Type string // its MIME type, may be ""
	Body Body   // its Length is known
}
