package album

import (
	"context"
	"io"
)

// Pictures looks into image files. album/picture implements it.
type Pictures interface {
	// Inspect finds out what a file of size bytes is, without decoding its
	// pixels. Unsupported if it is no picture the service takes or is broken,
	// TooLarge if it has more than maxPixels.
	Inspect(r io.ReaderAt, size, maxPixels int64) (PictureInfo, error)

	// Thumbnail writes to w a smaller JPEG or PNG that fits into a square of
	// edge pixels, upright, without metadata; a picture that is small already is
	// not enlarged. It waits while too many others are being decoded. It returns
	// the media type of what it wrote. Unsupported if the pixels are broken, and
	// will be at every other try.
	Thumbnail(ctx context.Context, w io.Writer, r io.ReaderAt, size int64, edge int) (mediaType string, err error)
}

// PictureInfo is what Inspect finds.
type PictureInfo struct {
	Type      string // media type: image/jpeg, image/png, image/gif or image/webp
	Width     int    // pixels, as shown
	Height    int
	Redaction []Edit // see Photo.Redaction
}
