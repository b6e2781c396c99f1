package albumhttp

import (
	"net/http"

	"github.com/corsage-go/corsage/album"
)

// listPhotos is for everybody at first, since JSONP takes no notice of who asks.
func (c *call) listPhotos() error {
	query, err := c.query()
	if err != nil {
		return err
	}
	if query.Has("callback") {
		return c.listPhotosPadded(query.Get("callback"))
	}
	if err := c.identify(); err != nil {
		return err
	}
	list, err := c.photoPage()
	if err != nil {
		return err
	}
	c.jsonHashed(func(b []byte) []byte { return appendPhotoList(b, c.pathID(), list) })
	return nil
}

func (c *call) photoPage() (album.PhotoPage, error) {
	page, err := c.page()
	if err != nil {
		return album.PhotoPage{}, err
	}
	return c.service.Photos(c.r.Context(), c.viewer, c.pathID(), page)
}

// aboutPhoto tells in JSON what is known about a photo.
func (c *call) aboutPhoto() error {
	p, err := c.service.Photo(c.r.Context(), c.viewer, c.pathID())
	if err != nil {
		return err
	}
	text := appendPhoto(nil, &p)
	c.writeTagged(http.StatusOK, photoTag(p.ID, "about-"+hashTag(text)), text)
	return nil
}

// deletePhoto takes ETags of the photo in If-Match, and as an addition those of
// its album, for a Client.
func (c *call) deletePhoto() error {
	m, err := c.matchPhoto(c.pathID())
	if err != nil {
		return err
	}
	if err := c.service.DeletePhoto(c.r.Context(), c.viewer, c.pathID(), m); err != nil {
		return unmet(err, m, "If-Match holds no ETag of this photo; read it again, and then decide")
	}
	c.empty()
	return nil
}

// putPhoto stores the body as the photo of that name. If-Match holds ETags of
// the album, since its version counts every change of its photos; the only
// If-None-Match there can be is "*", for a name that must be new.
func (c *call) putPhoto() error {
	onlyNew, err := c.onlyNew()
	if err != nil {
		return err
	}
	m, err := c.match(albumVersion)
	if err != nil {
		return err
	}
	body, err := c.openBody(c.limits.PhotoBytes)
	if err != nil {
		return err
	}
	p, created, err := c.service.AddPhoto(c.r.Context(), c.viewer, c.pathID(), c.r.PathValue("name"), body, !onlyNew, m)
	if err != nil {
		return unlessNew(unmet(err, m, "If-Match holds no ETag of the album, of which a photo's name is a part; read the album, and then decide"), onlyNew)
	}
	status := http.StatusOK
	if created {
		status = http.StatusCreated
	}
	c.w.Header().Set("Location", photoPath(p.ID))
	c.json(status, "", func(b []byte) []byte { return appendPhoto(b, &p) })
	return nil
}

// onlyNew reports whether If-None-Match asks that nothing be replaced.
func (c *call) onlyNew() (bool, error) {
	lines := c.r.Header["If-None-Match"]
	if len(lines) == 0 {
		return false, nil
	}
	any, _ := eachTag(lines, func(entityTag) bool { return false })
	if !any {
		return false, invalidField("If-None-Match", `only "*" can stand here, for a photo that must not replace another`)
	}
	return true, nil
}

// unlessNew gives the conflict of a name that had to be new the status of a
// condition that failed; it stays a conflict by its type.
func unlessNew(err error, onlyNew bool) error {
	if !onlyNew || album.KindOf(err) != album.Conflict {
		return err
	}
	p := problemOf(err)
	p.Status = http.StatusPreconditionFailed
	return p
}
