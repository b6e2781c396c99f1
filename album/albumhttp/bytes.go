package albumhttp

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/corsage-go/corsage/album"
)

func (c *call) getPhoto() error { return c.serveContent(0) }

func (c *call) getThumbnail() error {
	asked := c.r.PathValue("edge")
	edge, err := strconv.Atoi(asked)
	if err != nil || edge < 1 || strconv.Itoa(edge) != asked { // 0 is the photo itself, and 0320 is no second address
		return errNoSuchAddress
	}
	return c.serveContent(edge)
}

// serveContent sends a photo or thumbnail, or a range of it. Its bytes never
// change, only who may see them does, so every condition is about its tag and
// there is no date of modification.
func (c *call) serveContent(edge int) error {
	content, err := c.service.OpenPhoto(c.r.Context(), c.viewer, c.pathID(), edge)
	if err != nil {
		return err
	}
	defer func() { c.closed(content.Close()) }()
	c.describe(&content, edge)
	if strings.Contains(c.r.Header.Get("Range"), ",") || len(c.r.Header["Range"]) > 1 {
		// Several ranges in one answer are work that no browser asks for; a
		// server may always answer with the whole.
		c.r.Header.Del("Range")
	}
	c.beginAnswer()
	w := &contentWriter{ResponseWriter: c.w, call: c, size: content.Size}
	http.ServeContent(w, c.r, "", time.Time{}, content.ReadSeekCloser)
	return nil
}

func (c *call) closed(err error) {
	if err != nil {
		c.log.Warn("close photo", "route", c.r.Pattern, "error", err)
	}
}

// describe sets the header fields of a photo's bytes. They come from strangers,
// so a browser that is led to show them as a page gets a page that can do nothing.
func (c *call) describe(content *album.Content, edge int) {
	header := c.w.Header()
	header.Set("Content-Type", content.Type)
	header.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	header.Set("Content-Disposition", disposition(fileName(content, edge)))
	header.Set("ETag", `"`+photoTag(content.Photo.ID, content.Tag)+`"`)
	if content.Public {
		header.Set("Cache-Control", "public, max-age=31536000, immutable")
		header.Set("Cross-Origin-Resource-Policy", "cross-origin")
		return
	}
	c.setPrivate()
}

// fileName is the photo's name, or for a thumbnail one made of it that has the
// right ending.
func fileName(content *album.Content, edge int) string {
	name := content.Photo.Name
	if edge == 0 {
		return name
	}
	ending := ".jpg"
	if content.Type == "image/png" {
		ending = ".png"
	}
	return strings.TrimSuffix(name, path.Ext(name)) + "-" + strconv.Itoa(edge) + ending
}

// disposition names the file that a browser saves. Names are any Unicode, so
// only the extended form will do.
//
// https://www.rfc-editor.org/rfc/rfc6266#section-4.3
// https://www.rfc-editor.org/rfc/rfc8187#section-3.2
func disposition(name string) string {
	// PathEscape leaves a few characters as they are that the form does not take.
	escaped := url.PathEscape(name)
	return "inline; filename*=UTF-8''" + attrEscaper.Replace(escaped)
}

var attrEscaper = strings.NewReplacer(
	"=", "%3D", "@", "%40", ":", "%3A", ";", "%3B", ",", "%2C",
	"'", "%27", "(", "%28", ")", "%29", "*", "%2A",
)

// contentWriter stands between http.ServeContent and the answer, to word its
// refusals as problems.
type contentWriter struct {
	http.ResponseWriter
	call    *call
	size    int64
	refused bool
}

// WriteHeader implements http.ResponseWriter.
func (w *contentWriter) WriteHeader(status int) {
	if status < http.StatusBadRequest {
		w.ResponseWriter.WriteHeader(status)
		return
	}
	w.refused = true
	header := w.Header()
	for _, name := range [...]string{"Cache-Control", "Cross-Origin-Resource-Policy", "Content-Disposition", "ETag"} {
		header.Del(name)
	}
	w.call.fail(contentRefusal(status, w.size))
}

func contentRefusal(status int, size int64) error {
	switch status {
	case http.StatusPreconditionFailed:
		return album.Errorf(album.Stale, "these are not the bytes that the condition asks for; read the photo again")
	case http.StatusRequestedRangeNotSatisfiable:
		return &problem{
			Type: problemTypes + "range", Title: "No such range", Status: status, Limit: size,
			Detail: "the photo has " + strconv.FormatInt(size, 10) + " bytes, and none of them are in that range",
		}
	default:
		return errors.New("photo content: its size cannot be found")
	}
}

// Write implements io.Writer. What is written after a refusal is the text of
// http.ServeContent, whose place the problem has taken.
func (w *contentWriter) Write(p []byte) (int, error) {
	if w.refused {
		return len(p), nil
	}
	return w.ResponseWriter.Write(p)
}

// ReadFrom implements io.ReaderFrom, so that the operating system may send a
// file by itself. Where the server limits the time of an answer, that time is
// given to each piece anew: a photo may take long, but it has to keep going out.
func (w *contentWriter) ReadFrom(r io.Reader) (sent int64, err error) {
	if w.call.writeTimeout() <= 0 {
		return io.Copy(w.ResponseWriter, r)
	}
	conn, pace := http.NewResponseController(w.ResponseWriter), w.call.limits.pace()
	most := min(max(pace.quota, leastPiece), mostPiece)
	for piece := most; piece == most; sent += piece {
		began := time.Now()
		_ = conn.SetWriteDeadline(pace.deadline(began)) // not every server can
		if piece, err = copyPiece(w.ResponseWriter, r, most); err != nil {
			return sent + piece, err
		}
		pace.note(time.Since(began), piece)
	}
	w.call.beginAnswer() // for what is still in buffers
	return sent, nil
}

// The size of a piece: what a client may take a window for, within bounds that
// keep the number of system calls small and a stalled one from being overlooked.
const (
	leastPiece = 4 << 10
	mostPiece  = 256 << 10
)

// copyPiece copies at most n bytes. The system sends a file by itself only if
// there is one limit on it at most, so that of http.ServeContent is looked through.
func copyPiece(w io.Writer, r io.Reader, n int64) (int64, error) {
	limited, ok := r.(*io.LimitedReader)
	if !ok {
		return io.Copy(w, io.LimitReader(r, n))
	}
	done, err := io.Copy(w, io.LimitReader(limited.R, min(n, limited.N)))
	limited.N -= done
	return done, err
}
