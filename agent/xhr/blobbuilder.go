package xhr

import (
	"errors"
	"fmt"
)

// BlobBuilder makes a Blob of texts, bytes and other Blobs, one after the other.
// Its zero value is ready.
//
// Standard: https://w3c.github.io/FileAPI/#process-blob-parts
type BlobBuilder struct {
	// Keep, unless it is nil, is asked before bytes are kept in memory for the
	// Blob; its error is that of Add or Blob.
	Keep func(data []byte) error

	pieces  []piece
	pending []byte // the end so far, as far as it is in memory
}

// ErrTooManyPieces is behind the error for a Blob that is put together from more
// places than anything could need.
var ErrTooManyPieces = errors.New("a blob is made of too many pieces; read some of them and make one of their bytes")

const (
	maxPieces = 1 << 16

	// smallPiece is from how many bytes on a piece is referred to, not copied.
	smallPiece = 64 << 10
)

// AddText adds a text as UTF-8.
func (b *BlobBuilder) AddText(s string) { b.pending = append(b.pending, scalar(s)...) }

// AddBytes adds a copy of the bytes.
func (b *BlobBuilder) AddBytes(data []byte) { b.pending = append(b.pending, data...) }

// AddBlob adds the bytes of a Blob, which is not read for it.
func (b *BlobBuilder) AddBlob(blob *Blob) error {
	for _, p := range blob.pieces {
		if p.open == nil && p.length < smallPiece {
			b.pending = append(b.pending, p.data...)
			continue
		}
		if err := b.flush(); err != nil {
			return err
		}
		b.pieces = append(b.pieces, p)
	}
	return nil
}

// flush makes a piece of what is pending.
func (b *BlobBuilder) flush() error {
	if len(b.pieces) >= maxPieces {
		return fmt.Errorf("make a blob: %w", ErrTooManyPieces)
	}
	if len(b.pending) == 0 {
		return nil
	}
	data := b.pending
	b.pending = nil
	if b.Keep != nil {
		if err := b.Keep(data); err != nil {
			return fmt.Errorf("make a blob: %w", err)
		}
	}
	b.pieces = append(b.pieces, piece{data: data, length: int64(len(data))})
	return nil
}

// Blob returns the Blob. The builder is of no use any more.
func (b *BlobBuilder) Blob(typ string) (*Blob, error) {
	if err := b.flush(); err != nil {
		return nil, err
	}
	return newBlob(b.pieces, typ), nil
}
