package albumhttp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/corsage-go/corsage/album"
)

// Photos implements album.Service.
func (c *Client) Photos(ctx context.Context, _ album.Viewer, id album.ID, p album.Page) (album.PhotoPage, error) {
	var body photoListBody
	if _, err := c.exchange(ctx, request{method: "GET", path: albumPath(id) + "/photos" + pageQuery(p)}, &body); err != nil {
		return album.PhotoPage{}, err
	}
	return body.page(), nil
}

// AddPhoto implements album.Service. The body is sent as it is read; if the
// service refuses the photo before, none of it is.
func (c *Client) AddPhoto(
	ctx context.Context, _ album.Viewer, id album.ID, name string, body io.Reader, replace bool, m album.Match,
) (album.Photo, bool, error) {
	if name == "" { // would be another address
		return album.Photo{}, false, invalidField("name", "the name is empty; give the photo one")
	}
	header := http.Header{
		"Content-Type": {"application/octet-stream"},
		"Expect":       {"100-continue"},
	}
	if !replace {
		header.Set("If-None-Match", "*")
	}
	var photo photoBody
	res, err := c.exchange(ctx, request{
		method: "PUT", path: albumPath(id) + "/photos/" + pathPiece(name),
		stream: body, match: matchField(m, "p"), header: header,
	}, &photo)
	if err != nil {
		return album.Photo{}, false, err
	}
	return photo.photo(), res.StatusCode == http.StatusCreated, nil
}

// pathPiece encodes a text as one piece of a path. Dots, which would be taken
// for folders, are encoded too.
func pathPiece(s string) string {
	if s == "." || s == ".." {
		return strings.ReplaceAll(s, ".", "%2E")
	}
	return url.PathEscape(s)
}

// Photo implements album.Service.
func (c *Client) Photo(ctx context.Context, _ album.Viewer, id album.ID) (album.Photo, error) {
	var body photoBody
	if _, err := c.exchange(ctx, request{method: "GET", path: photoPath(id) + "/about"}, &body); err != nil {
		return album.Photo{}, err
	}
	return body.photo(), nil
}

// DeletePhoto implements album.Service.
func (c *Client) DeletePhoto(ctx context.Context, _ album.Viewer, id album.ID, m album.Match) error {
	_, err := c.exchange(ctx, request{method: "DELETE", path: photoPath(id), match: matchField(m, "p")}, nil)
	return err
}

// OpenPhoto implements album.Service. The bytes are fetched as they are read,
// under ctx, which must therefore last as long as the Content is read.
func (c *Client) OpenPhoto(ctx context.Context, v album.Viewer, id album.ID, edge int) (album.Content, error) {
	path := photoPath(id)
	if edge != 0 {
		path += "/thumbnails/" + strconv.Itoa(edge)
	}
	res, err := c.send(ctx, request{method: "GET", path: path})
	if err != nil {
		return album.Content{}, err
	}
	file := &remoteFile{ctx: ctx, client: c, path: path, etag: res.Header.Get("ETag"), size: res.ContentLength, body: res.Body}
	photo, err := c.Photo(ctx, v, id)
	if err == nil && file.size < 0 {
		err = fmt.Errorf("album service: GET %s: the answer does not say how long it is", path)
	}
	if err != nil {
		return album.Content{}, errors.Join(err, file.Close())
	}
	return album.Content{
		ReadSeekCloser: file,
		Photo:          photo,
		Type:           res.Header.Get("Content-Type"),
		Size:           file.size,
		Tag:            strings.TrimPrefix(strings.Trim(file.etag, `"`), string(id)+"-"),
		Public:         hasMember(res.Header["Cache-Control"], "public"),
	}, nil
}

// remoteFile reads a photo at the other end. After a Seek it asks for the bytes
// from there on, on condition that they are still those of the same photo.
type remoteFile struct {
	ctx    context.Context // of OpenPhoto: to a caller, reading goes on with that
	client *Client
	path   string
	etag   string
	size   int64
	offset int64
	body   io.ReadCloser // the bytes from offset on; nil until they are needed
	closed bool
}

// Read implements io.Reader.
func (f *remoteFile) Read(p []byte) (int, error) {
	switch {
	case f.closed:
		return 0, fs.ErrClosed
	case f.offset >= f.size:
		return 0, io.EOF
	}
	if f.body == nil {
		if err := f.open(); err != nil {
			return 0, err
		}
	}
	n, err := f.body.Read(p)
	f.offset += int64(n)
	if err == io.EOF && f.offset < f.size {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

func (f *remoteFile) open() error {
	header := http.Header{"Range": {fmt.Sprintf("bytes=%d-", f.offset)}}
	res, err := f.client.send(f.ctx, request{method: "GET", path: f.path, match: f.etag, header: header})
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusPartialContent {
		return errors.Join(fmt.Errorf("album service: GET %s: asked for a range, got status %s", f.path, res.Status), res.Body.Close())
	}
	f.body = res.Body
	return nil
}

// Seek implements io.Seeker. It asks for nothing yet.
func (f *remoteFile) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += f.offset
	case io.SeekEnd:
		offset += f.size
	}
	if offset < 0 || whence < io.SeekStart || whence > io.SeekEnd {
		return f.offset, fmt.Errorf("seek in %s: no such place", f.path)
	}
	if offset == f.offset {
		return offset, nil
	}
	err := f.drop()
	f.offset = offset
	return offset, err
}

// Close implements io.Closer.
func (f *remoteFile) Close() error {
	f.closed = true
	return f.drop()
}

func (f *remoteFile) drop() error {
	if f.body == nil {
		return nil
	}
	err := f.body.Close()
	f.body = nil
	return err
}
