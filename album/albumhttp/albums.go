package albumhttp

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/corsage-go/corsage/album"
)

func (c *call) listAlbums() error {
	page, err := c.page()
	if err != nil {
		return err
	}
	list, err := c.service.Albums(c.r.Context(), c.viewer, page)
	if err != nil {
		return err
	}
	c.jsonHashed(func(b []byte) []byte { return appendAlbumList(b, &c.viewer, list) })
	return nil
}

// page reads which part of a list is asked for.
func (c *call) page() (album.Page, error) {
	query, err := c.query()
	if err != nil || len(query) == 0 {
		return album.Page{}, err
	}
	p := album.Page{Cursor: query.Get("cursor")}
	if query.Has("limit") {
		p.Limit, err = strconv.Atoi(query.Get("limit"))
		if err != nil || p.Limit < 1 {
			return p, invalidField("limit", "the limit is a number of rows, at least 1")
		}
	}
	return p, nil
}

func (c *call) query() (url.Values, error) {
	if c.r.URL.RawQuery == "" {
		return nil, nil
	}
	query, err := url.ParseQuery(c.r.URL.RawQuery)
	if err != nil {
		return nil, invalidField("query", "the part of the address after ? is not encoded correctly")
	}
	return query, nil
}

// named is the body of the requests that only give a name.
type named struct {
	Name string `json:"name"`
}

func (c *call) putAlbum() error { return c.createAlbum(true) }

func (c *call) postAlbum() error { return c.createAlbum(false) }

func (c *call) createAlbum(reuse bool) error {
	var body named
	if err := c.readJSON(&body); err != nil {
		return err
	}
	a, created, err := c.service.CreateAlbum(c.r.Context(), c.viewer, body.Name, reuse)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if created {
		status = http.StatusCreated
		c.w.Header().Set("Location", albumPath(a.ID))
	}
	c.writeAlbum(status, &a)
	return nil
}

func (c *call) writeAlbum(status int, a *album.Album) {
	sees := viewOf(&c.viewer, a)
	c.json(status, albumTag(a, sees), func(b []byte) []byte { return appendAlbum(b, a, sees) })
}

func (c *call) getAlbum() error {
	a, err := c.service.Album(c.r.Context(), c.viewer, c.pathID())
	if err != nil {
		return err
	}
	c.writeAlbum(http.StatusOK, &a)
	return nil
}

func (c *call) renameAlbum() error {
	m, err := c.match(albumVersion)
	if err != nil {
		return err
	}
	var body named
	if err := c.readJSON(&body); err != nil {
		return err
	}
	a, err := c.service.RenameAlbum(c.r.Context(), c.viewer, c.pathID(), body.Name, m)
	if err != nil {
		return err
	}
	c.writeAlbum(http.StatusOK, &a)
	return nil
}

func (c *call) deleteAlbum() error {
	m, err := c.match(albumVersion)
	if err != nil {
		return err
	}
	if err := c.service.DeleteAlbum(c.r.Context(), c.viewer, c.pathID(), m); err != nil {
		return err
	}
	c.empty()
	return nil
}

func (c *call) getSharing() error {
	s, err := c.service.Sharing(c.r.Context(), c.viewer, c.pathID())
	if err != nil {
		return err
	}
	c.writeSharing(s)
	return nil
}

func (c *call) putSharing() error {
	m, err := c.match(sharingVersion)
	if err != nil {
		return err
	}
	var body rulesBody
	if err := c.readJSON(&body); err != nil {
		return err
	}
	rules, err := body.complete()
	if err != nil {
		return err
	}
	s, err := c.service.SetSharing(c.r.Context(), c.viewer, c.pathID(), rules, m)
	if err != nil {
		return err
	}
	c.writeSharing(s)
	return nil
}

// rulesBody is an album's rules as they are sent.
type rulesBody struct {
	Read   *album.Rule `json:"read"`
	Change *album.Rule `json:"change"`
}

// complete refuses rules of which one was left out: by mistake that must not
// take a site's right away.
func (b rulesBody) complete() (album.Sharing, error) {
	switch {
	case b.Read == nil:
		return album.Sharing{}, invalidField("read", "the rule is missing; send both rules, as they shall be")
	case b.Change == nil:
		return album.Sharing{}, invalidField("change", "the rule is missing; send both rules, as they shall be")
	}
	return album.Sharing{Read: *b.Read, Change: *b.Change}, nil
}

func (c *call) writeSharing(s album.Sharing) {
	c.json(http.StatusOK, sharingTag(s), func(b []byte) []byte { return appendSharing(b, s) })
}
