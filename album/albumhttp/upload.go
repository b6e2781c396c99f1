package albumhttp

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"mime"
	"mime/multipart"
	"net/http"

	"github.com/corsage-go/corsage/album"
)

// postPhotos stores the files of a multipart form, one after the other, as they
// come in. Each is stored by itself: when one fails, those before it stay, and
// the problem lists them.
func (c *call) postPhotos() error {
	m, err := c.match(albumVersion)
	if err != nil {
		return err
	}
	form, err := c.openForm()
	if err != nil {
		return err
	}
	var stored []album.Photo
	for {
		file, err := form.next(len(stored))
		if err == io.EOF { // nothing that wraps it: that is a form which ends too early
			break
		}
		if err != nil {
			return c.stoppedAt("", stored, err)
		}
		p, _, err := c.service.AddPhoto(c.r.Context(), c.viewer, c.pathID(), file.FileName(), file, false, m)
		if err != nil {
			return c.stoppedAt(file.FileName(), stored, err)
		}
		stored = append(stored, p)
		m = album.Match{} // the condition was about the album before the first of them
	}
	if len(stored) == 0 {
		return errNoFiles
	}
	c.writeStored(stored)
	return nil
}

var errNoFiles = album.Errorf(album.Invalid, "the form holds no file; send at least one")

func (c *call) writeStored(stored []album.Photo) {
	if len(stored) == 1 {
		c.w.Header().Set("Location", photoPath(stored[0].ID))
	}
	c.json(http.StatusCreated, "", func(b []byte) []byte {
		return append(appendPhotos(append(b, `{"photos":`...), stored), '}')
	})
}

// stoppedAt is the problem of an upload that failed at a file, which is "" if it
// failed between two.
func (c *call) stoppedAt(file string, stored []album.Photo, err error) error {
	p := *problemOf(c.bodyFault(err))
	if file != "" {
		p.File, p.Detail = clip(file), fmt.Sprintf("%q: %s", clip(file), p.Detail)
	}
	if len(stored) > 0 {
		p.Stored = appendPhotos(nil, stored)
	}
	return &caused{problem: &p, cause: err}
}

// form is the multipart body of an upload.
type form struct {
	parts *multipart.Reader
	src   *allowance
	most  int   // files
	head  int64 // bytes of a part's header
}

// A multipart.Reader asks for 4 KiB at a time, which makes a system call of each.
const formBuffer = 64 << 10

func (c *call) openForm() (*form, error) {
	boundary := formBoundary(c.r.Header)
	if boundary == "" {
		return nil, &album.Error{
			Kind: album.Unsupported, Field: "Content-Type",
			Detail: "send the files as multipart/form-data with a boundary, as a form with a file input does",
		}
	}
	l := c.limits
	body, err := c.openBody(mostForm(l))
	if err != nil {
		return nil, err
	}
	src := &allowance{from: bufio.NewReaderSize(body, formBuffer)}
	return &form{parts: multipart.NewReader(src, boundary), src: src, most: l.FilesRequest, head: l.PartHeaderBytes}, nil
}

func formBoundary(header http.Header) string {
	lines := header["Content-Type"]
	if len(lines) != 1 {
		return ""
	}
	mediaType, params, err := mime.ParseMediaType(lines[0])
	if err != nil || mediaType != "multipart/form-data" {
		return ""
	}
	return params["boundary"]
}

// mostForm is how long a form can be that holds as many files as it may, each as
// long as it may be.
func mostForm(l Limits) int64 {
	file := l.PhotoBytes + l.PartHeaderBytes
	if file < 0 || file > math.MaxInt64/int64(l.FilesRequest) {
		return math.MaxInt64
	}
	return int64(l.FilesRequest) * file
}

// next goes to the next file, after done others; plain io.EOF after the last.
func (f *form) next(done int) (*multipart.Part, error) {
	f.src.limit(f.head)
	part, err := f.parts.NextRawPart()
	f.src.unlimit()
	switch {
	case err == io.EOF:
		return nil, err
	case err != nil:
		return nil, badForm(err)
	case part.FileName() == "":
		return nil, invalidField(clip(part.FormName()), "this part of the form is no file, or none was chosen; send only files")
	case done == f.most:
		return nil, &album.Error{
			Kind: album.TooLarge, Limit: int64(f.most),
			Detail: fmt.Sprintf("one request takes at most %d files; send the others in another", f.most),
		}
	}
	return part, nil
}

func badForm(err error) error {
	if _, ok := errors.AsType[*album.Error](err); ok {
		return err
	}
	return &album.Error{Kind: album.Invalid, Detail: "the form is broken or incomplete; send it again", Err: err}
}

// allowance is a reader that can be told to give only so many bytes more. It
// bounds the header of a part, of which multipart would keep 10 MiB in memory,
// to within the few KiB that multipart has read ahead.
type allowance struct {
	from io.Reader
	left int64
	most int64 // 0 without a limit
}

func (a *allowance) limit(n int64) { a.left, a.most = n, n }

func (a *allowance) unlimit() { a.most = 0 }

// Read implements io.Reader.
func (a *allowance) Read(p []byte) (int, error) {
	if a.most > 0 && a.left <= 0 {
		return 0, &album.Error{
			Kind: album.TooLarge, Limit: a.most,
			Detail: fmt.Sprintf("the header of a part of the form has more than %d bytes; shorten the file's name", a.most),
		}
	}
	n, err := a.from.Read(p)
	a.left -= int64(n)
	return n, err
}
