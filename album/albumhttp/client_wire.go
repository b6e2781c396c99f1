package albumhttp

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/corsage-go/corsage/album"
)

// The representations as a Client reads them.

type albumBody struct {
	ID      album.ID
	Name    string
	Created time.Time
	Updated time.Time
	Photos  int
	Cover   *string
	Sharing *album.Sharing
}

// album makes an album of its representation, and of the header fields that came
// with it, if it came alone.
func (b albumBody) album(header http.Header) album.Album {
	a := album.Album{
		ID: b.ID, Name: b.Name, Created: b.Created, Updated: b.Updated, Photos: b.Photos,
		Version: versionOf(header),
	}
	if b.Cover != nil { // "/photos/ID/thumbnails/320"
		cover, _, _ := strings.Cut(strings.TrimPrefix(*b.Cover, "/photos/"), "/")
		a.Cover = album.ID(cover)
	}
	if b.Sharing != nil {
		a.Sharing = *b.Sharing
	}
	return a
}

// versionOf reads the version out of an ETag, 0 if there is none.
func versionOf(header http.Header) int64 {
	v, _, _ := cutVersion(strings.Trim(header.Get("ETag"), `"`))
	return v
}

type albumListBody struct {
	Albums []albumBody
	Next   *string
}

func (b albumListBody) page() album.AlbumPage {
	p := album.AlbumPage{Albums: make([]album.Album, 0, len(b.Albums)), Next: orEmpty(b.Next)}
	for _, a := range b.Albums {
		p.Albums = append(p.Albums, a.album(nil))
	}
	return p
}

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

type photoBody struct {
	ID      album.ID
	Album   album.ID
	Name    string
	Type    string
	Size    int64
	Width   int
	Height  int
	Created time.Time
}

func (b photoBody) photo() album.Photo {
	return album.Photo{
		ID: b.ID, Album: b.Album, Name: b.Name, Type: b.Type, Size: b.Size,
		Width: b.Width, Height: b.Height, Created: b.Created,
	}
}

type photoListBody struct {
	Photos []photoBody
	Next   *string
}

func (b photoListBody) page() album.PhotoPage {
	p := album.PhotoPage{Photos: make([]album.Photo, 0, len(b.Photos)), Next: orEmpty(b.Next)}
	for _, photo := range b.Photos {
		p.Photos = append(p.Photos, photo.photo())
	}
	return p
}

// longestProblem bounds the answer of a failure.
const longestProblem = 1 << 20

// readProblem makes an Error of an answer whose status is no success.
func readProblem(res *http.Response) error {
	var p problem
	err := json.NewDecoder(io.LimitReader(res.Body, longestProblem)).Decode(&p)
	if err != nil || p.Detail == "" { // something in between that is no album service
		detail := fmt.Sprintf("%s answers with status %s", res.Request.URL.Host, res.Status)
		return &album.Error{Kind: kindOfStatus(res.StatusCode), Detail: detail, Err: err}
	}
	kind, ok := kindNamed(strings.TrimPrefix(p.Type, problemTypes))
	if !ok {
		kind = kindOfStatus(res.StatusCode)
	}
	e := &album.Error{Kind: kind, Field: p.Field, Detail: p.Detail, Limit: p.Limit}
	if kind == album.TooOften {
		e.Wait = retryAfter(res.Header)
	}
	if p.Request != "" {
		e.Err = fmt.Errorf("the service's log has it as request %s", p.Request)
	}
	return e
}

// longestWait is the longest wait that an answer is taken at its word for.
const longestWait = 24 * time.Hour

// retryAfter is how long an answer asks to wait; 0 if it does not say so in seconds.
func retryAfter(header http.Header) time.Duration {
	seconds, err := strconv.ParseUint(header.Get("Retry-After"), 10, 64)
	switch {
	case errors.Is(err, strconv.ErrRange), err == nil && seconds > uint64(longestWait/time.Second):
		return longestWait
	case err != nil:
		return 0
	}
	return time.Duration(seconds) * time.Second
}

func kindNamed(name string) (album.Kind, bool) {
	for k := range kinds {
		if kind := album.Kind(k); kind.String() == name {
			return kind, true
		}
	}
	return album.Internal, false
}

func kindOfStatus(status int) album.Kind {
	for k := range kinds {
		if kinds[k].status == status {
			return album.Kind(k)
		}
	}
	if status >= http.StatusBadRequest && status < http.StatusInternalServerError {
		return album.Invalid
	}
	return album.Internal
}
