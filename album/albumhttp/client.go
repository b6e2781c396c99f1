package albumhttp

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/corsage-go/corsage/album"
)

// Credentials is how a Client shows who asks, and from where. The zero value is
// nobody, from no site.
type Credentials struct {
	// Name and Password go along as HTTP Basic authentication.
	Name, Password string

	// Token goes along instead, if it is not empty; it counts only with the
	// Origin that it is bound to.
	Token string

	// Origin makes the requests those of that site's pages, "" those of a
	// program.
	Origin string
}

// Client is an album.Service that asks a Handler elsewhere. It is safe for
// concurrent use. Make it with Dial.
//
// The service decides who the viewer is, by the Credentials: the Viewer given to
// a method is ignored. What the service does not send stays zero: of an album
// the Owner, and in lists its Version too; of its rules there the Version; of a
// photo the Owner, the Hash and the Redaction.
//
// A failure that the service told is an *album.Error as the service had it,
// except that one of kind Internal says no more than the service does to anyone.
type Client struct {
	base string
	as   Credentials
	http *http.Client
}

var _ album.Service = (*Client)(nil)

// Dial makes a Client of the service at a base URL, such as
// "https://photos.example", without asking it anything yet. transport may be
// nil, for http.DefaultTransport.
//
// It fails if base is not the beginning of an http or https URL. Credentials
// over http can be read by everybody in between; that is for one's own machine.
func Dial(base string, as Credentials, transport http.RoundTripper) (*Client, error) {
	u, err := url.Parse(base)
	if err != nil {
		return nil, fmt.Errorf("dial album service: %w", err)
	}
	alone := url.URL{Scheme: u.Scheme, Host: u.Host}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.TrimSuffix(base, "/") != alone.String() {
		return nil, fmt.Errorf("dial album service: %q is no base URL; give scheme and host alone, as https://photos.example", u.Redacted())
	}
	return &Client{
		base: alone.String(),
		as:   as,
		http: &http.Client{Transport: transport, CheckRedirect: stay},
	}, nil
}

// stay follows no redirect: the credentials are for this service, not for where
// it might point to.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// Albums implements album.Service.
func (c *Client) Albums(ctx context.Context, _ album.Viewer, p album.Page) (album.AlbumPage, error) {
	var body albumListBody
	if _, err := c.exchange(ctx, request{method: "GET", path: "/albums" + pageQuery(p)}, &body); err != nil {
		return album.AlbumPage{}, err
	}
	return body.page(), nil
}

// CreateAlbum implements album.Service.
func (c *Client) CreateAlbum(ctx context.Context, _ album.Viewer, name string, reuse bool) (album.Album, bool, error) {
	method := "POST"
	if reuse {
		method = "PUT"
	}
	var body albumBody
	res, err := c.exchange(ctx, request{method: method, path: "/albums", json: named{name}}, &body)
	if err != nil {
		return album.Album{}, false, err
	}
	return body.album(res.Header), res.StatusCode == http.StatusCreated, nil
}

// Album implements album.Service.
func (c *Client) Album(ctx context.Context, _ album.Viewer, id album.ID) (album.Album, error) {
	return c.oneAlbum(ctx, request{method: "GET", path: albumPath(id)})
}

// RenameAlbum implements album.Service.
func (c *Client) RenameAlbum(ctx context.Context, _ album.Viewer, id album.ID, name string, m album.Match) (album.Album, error) {
	return c.oneAlbum(ctx, request{method: "PATCH", path: albumPath(id), json: named{name}, match: matchField(m, "p")})
}

func (c *Client) oneAlbum(ctx context.Context, r request) (album.Album, error) {
	var body albumBody
	res, err := c.exchange(ctx, r, &body)
	if err != nil {
		return album.Album{}, err
	}
	return body.album(res.Header), nil
}

// DeleteAlbum implements album.Service.
func (c *Client) DeleteAlbum(ctx context.Context, _ album.Viewer, id album.ID, m album.Match) error {
	_, err := c.exchange(ctx, request{method: "DELETE", path: albumPath(id), match: matchField(m, "p")}, nil)
	return err
}

// Sharing implements album.Service.
func (c *Client) Sharing(ctx context.Context, _ album.Viewer, id album.ID) (album.Sharing, error) {
	return c.rules(ctx, request{method: "GET", path: albumPath(id) + "/sharing"})
}

// SetSharing implements album.Service.
func (c *Client) SetSharing(ctx context.Context, _ album.Viewer, id album.ID, s album.Sharing, m album.Match) (album.Sharing, error) {
	return c.rules(ctx, request{method: "PUT", path: albumPath(id) + "/sharing", json: s, match: matchField(m, rulesTag)})
}

func (c *Client) rules(ctx context.Context, r request) (album.Sharing, error) {
	var s album.Sharing
	res, err := c.exchange(ctx, r, &s)
	if err != nil {
		return album.Sharing{}, err
	}
	s.Version = versionOf(res.Header)
	return s, nil
}

// request is what a Client asks.
type request struct {
	method string
	path   string // with its query, encoded
	json   any    // the body, unless it is nil
	stream io.Reader
	match  string // the value of If-Match, "" for none
	header http.Header
}

// exchange asks, and decodes an answer of JSON into v if that is not nil.
func (c *Client) exchange(ctx context.Context, r request, v any) (*http.Response, error) {
	res, err := c.send(ctx, r)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if v == nil {
		return res, nil
	}
	if err := json.NewDecoder(io.LimitReader(res.Body, longestAnswer)).Decode(v); err != nil {
		return nil, fmt.Errorf("album service: %s %s: read the answer: %w", r.method, r.path, err)
	}
	return res, nil
}

// longestAnswer bounds the JSON that a Client takes: far more than the longest
// list has.
const longestAnswer = 16 << 20

// send asks, and returns an answer whose body is still to be read and closed, or
// the Error that the service answered with.
func (c *Client) send(ctx context.Context, r request) (*http.Response, error) {
	req, err := c.newRequest(ctx, r)
	if err != nil {
		return nil, fmt.Errorf("album service: %w", err)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("album service: %w", err)
	}
	if res.StatusCode >= http.StatusMultipleChoices {
		defer res.Body.Close()
		return nil, readProblem(res)
	}
	return res, nil
}

func (c *Client) newRequest(ctx context.Context, r request) (*http.Request, error) {
	body := r.stream
	if r.json != nil {
		text, err := json.Marshal(r.json)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, r.method, c.base+r.path, body)
	if err != nil {
		return nil, err
	}
	if r.header != nil {
		req.Header = r.header
	}
	if r.json != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if r.match != "" {
		req.Header.Set("If-Match", r.match)
	}
	c.authorize(req)
	return req, nil
}

func (c *Client) authorize(req *http.Request) {
	if c.as.Origin != "" {
		req.Header.Set("Origin", c.as.Origin)
	}
	switch {
	case c.as.Token != "":
		req.Header.Set("Authorization", "Bearer "+c.as.Token)
	case c.as.Name != "":
		req.SetBasicAuth(c.as.Name, c.as.Password)
	}
}

func pageQuery(p album.Page) string {
	q := url.Values{}
	if p.Cursor != "" {
		q.Set("cursor", p.Cursor)
	}
	if p.Limit != 0 {
		q.Set("limit", strconv.Itoa(p.Limit))
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

// matchField is the If-Match field of a condition: ETags as the service makes
// them. A condition that nothing meets is the tag of nothing.
func matchField(m album.Match, suffix string) string {
	if m.Versions == nil {
		return ""
	}
	tags := make([]string, 0, len(m.Versions))
	for _, v := range m.Versions {
		tags = append(tags, `"`+strconv.FormatInt(v, 10)+"-"+suffix+`"`)
	}
	if len(tags) == 0 {
		return `""`
	}
	return strings.Join(tags, ", ")
}
