package picture

import (
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"math"

	"github.com/corsage-go/corsage/album"
)

// share is the memory that one of New's places stands for: enough to decode a
// photo of 20 megapixels from a phone.
const share = 64 << 20

// thumbnailQuality of JPEG is where small pictures stop getting visibly better.
const thumbnailQuality = 82

// Thumbnail implements album.Pictures. Opaque pictures become JPEG, others PNG.
// Of an animation the first frame is shown. The pixels are those of the file,
// without the conversion that a colour profile in it asks for.
//
// Decoding needs 1 to 4 bytes for each pixel of most pictures, 6 to 12 of
// interlaced ones, PNG with 16 bits, CMYK, and WebP that is transparent or
// without loss, and up to 24 of progressive JPEG; and at most 25 for each pixel
// of the thumbnail. Together, the decodes that run at a time need at most 64 MiB
// times the number given to New, except that a picture which needs more than
// that is decoded nevertheless, alone. How many pixels a picture may have at
// all is Inspect's to say, which comes first.
//
// Errors are of type *album.Error, except that of ctx.
func (p *Pictures) Thumbnail(ctx context.Context, w io.Writer, r io.ReaderAt, size int64, edge int) (string, error) {
	if edge < 1 {
		return "", album.Errorf(album.Invalid, "a thumbnail of %d pixels cannot be made; ask for at least 1", edge)
	}
	format, found, err := look(r, size, math.MaxInt64)
	if err != nil {
		return "", err
	}
	small, err := p.shrunk(ctx, format, found, r, size, edge)
	if err != nil {
		return "", err
	}
	return encode(w, small)
}

// shrunk decodes the picture when it is its turn and returns it small and
// upright.
func (p *Pictures) shrunk(ctx context.Context, f format, found *finding, r io.ReaderAt, size int64, edge int) (*image.RGBA, error) {
	places := p.placesFor(found)
	if err := p.places.Acquire(ctx, places); err != nil {
		return nil, fmt.Errorf("waiting to decode a picture: %w", err)
	}
	defer p.places.Release(places)
	img, err := decode(ctx, f, found, r, size)
	if err != nil {
		return nil, err
	}
	canvas := image.Rect(0, 0, found.width, found.height)
	return found.orientation.turn(shrink(img, canvas, edge)), nil
}

// placesFor returns how many places a picture takes: one for each share of
// memory that it needs, but at most all.
func (p *Pictures) placesFor(found *finding) int64 {
	need := float64(found.width) * float64(found.height) * float64(found.memory)
	return min(p.decodes, 1+int64(need/share))
}

// decode returns the first frame, at its place on the canvas.
func decode(ctx context.Context, f format, found *finding, r io.ReaderAt, size int64) (image.Image, error) {
	still, err := album.Redact(r, size, found.still)
	if err != nil {
		return nil, err
	}
	in := &decoderInput{ctx: ctx, r: still}
	img, err := f.decode(in)
	switch {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("decoding a picture: %w", ctx.Err())
	case in.err != nil:
		return nil, unreadable(in.err)
	case err != nil:
		return nil, &album.Error{
			Kind:   album.Unsupported,
			Detail: fmt.Sprintf("the pixels of the %s file cannot be decoded; export it again with the program that made it", f.name),
			Err:    err,
		}
	}
	return at(img, found.origin), nil
}

// decoderInput tells a failing disk from a broken file, and ends a decode that
// nobody waits for any longer.
type decoderInput struct {
	ctx context.Context
	r   io.Reader
	err error // of reading, other than io.EOF
}

// Read implements io.Reader.
func (d *decoderInput) Read(p []byte) (int, error) {
	if err := d.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := d.r.Read(p)
	if err != nil && err != io.EOF {
		d.err = err
	}
	return n, err
}

// at moves a frame to its place on the canvas. Only WebP's decoder does not do
// that by itself; the types are the three that it returns.
func at(img image.Image, origin image.Point) image.Image {
	switch img := img.(type) {
	case *image.YCbCr:
		img.Rect = img.Rect.Add(origin)
	case *image.NYCbCrA:
		img.Rect = img.Rect.Add(origin)
	case *image.NRGBA:
		img.Rect = img.Rect.Add(origin)
	}
	return img
}

// encode writes a thumbnail and returns its media type.
func encode(w io.Writer, img *image.RGBA) (string, error) {
	mediaType, write := "image/png", png.Encode
	if img.Opaque() {
		mediaType, write = "image/jpeg", encodeJPEG
	}
	if err := write(w, img); err != nil {
		return "", &album.Error{Kind: album.Internal, Detail: "the thumbnail cannot be written; try again", Err: err}
	}
	return mediaType, nil
}

func encodeJPEG(w io.Writer, img image.Image) error {
	return jpeg.Encode(w, img, &jpeg.Options{Quality: thumbnailQuality})
}
