package picture

import (
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/sync/semaphore"

	"github.com/corsage-go/corsage/album"
)

// Pictures looks into image files. Its methods may be called concurrently.
type Pictures struct {
	decodes int64
	places  *semaphore.Weighted // see Pictures.wait
}

var _ album.Pictures = (*Pictures)(nil)

// New returns Pictures that decode at most so many pictures at a time, at least
// one. Two or so keep a machine responsive; see Thumbnail for the memory.
func New(decodes int) *Pictures {
	n := int64(max(1, decodes))
	return &Pictures{decodes: n, places: semaphore.NewWeighted(n)}
}

// Inspect implements album.Pictures. The type is that of the content. It reads
// the file once from front to back as far as the picture goes, skipping what
// can be skipped, through buffers of at most 32 KiB. Errors are of type
// *album.Error; those of kind Unsupported name the place and the cure.
func (p *Pictures) Inspect(r io.ReaderAt, size, maxPixels int64) (album.PictureInfo, error) {
	_, found, err := look(r, size, maxPixels)
	if err != nil {
		return album.PictureInfo{}, err
	}
	return found.info, nil
}

// format is a kind of picture file.
type format struct {
	name      string
	mediaType string
	window    int // bytes to read at a time: many to stream, few to jump from part to part
	matches   func(head []byte) bool
	scan      func(*scan) (*finding, error)
	decode    func(io.Reader) (image.Image, error)
}

var formats = [...]format{
	{"JPEG", "image/jpeg", 32 << 10, isJPEG, scanJPEG, jpeg.Decode},
	{"PNG", "image/png", 512, isPNG, scanPNG, png.Decode},
	{"GIF", "image/gif", 32 << 10, isGIF, scanGIF, gif.Decode},
	{"WebP", "image/webp", 512, isWebP, scanWebP, decodeWebP},
}

// finding is what a look through a file found.
type finding struct {
	info        album.PictureInfo
	width       int // pixels as stored, before the orientation is applied
	height      int
	orientation orientation
	memory      int // bytes that decoding takes for each pixel, about

	// still turns the file into one that the decoder takes and that has only
	// the first frame, which is still to be placed at origin.
	still  []album.Edit
	origin image.Point
}

// look finds out what a file is, and all that matters about it.
func look(r io.ReaderAt, size, maxPixels int64) (format, *finding, error) {
	var buf [16]byte
	head := buf[:max(0, min(size, int64(len(buf))))]
	if n, err := r.ReadAt(head, 0); n < len(head) {
		return format{}, nil, unreadable(err)
	}
	f, err := formatOf(head)
	if err != nil {
		return format{}, nil, err
	}
	s := &scan{r: r, size: size, maxPixels: maxPixels, format: f.name, buf: make([]byte, 0, f.window)}
	found, err := f.scan(s)
	if err != nil {
		return format{}, nil, err
	}
	found.info.Type = f.mediaType
	found.info.Width, found.info.Height = found.orientation.shown(found.width, found.height)
	found.info.Redaction = s.redaction()
	if found.still == nil {
		found.still = found.info.Redaction
	}
	return f, found, nil
}

// formatOf tells the format by a file's first bytes.
func formatOf(head []byte) (format, error) {
	for _, f := range formats {
		if f.matches(head) {
			return f, nil
		}
	}
	const cure = "export it as one of these and upload that"
	switch {
	case len(head) == 0:
		return format{}, album.Errorf(album.Unsupported, "the file is empty; upload it again, or choose another")
	case len(head) >= 12 && string(head[4:8]) == "ftyp":
		// HEIF and AVIF, as phones take them: they name their brand here.
		return format{}, album.Errorf(album.Unsupported,
			"the file is of the %q family (HEIC, AVIF or a video), not a JPEG, PNG, GIF or WebP picture; %s", head[8:12], cure)
	default:
		return format{}, album.Errorf(album.Unsupported,
			"the file is not a JPEG, PNG, GIF or WebP picture: it begins with %q; %s", head[:min(len(head), 8)], cure)
	}
}
