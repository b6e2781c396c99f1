package albumhttp

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/corsage-go/corsage/album"
)

// The representations are appended to a buffer by hand: lists are asked for
// often, and this takes a quarter of the time of encoding/json, and no memory.

// view is how much of an album a viewer gets to see.
type view struct {
	own     bool // the viewer counts as its owner
	sharing bool // and is at the service's own pages, where its rules are shown
}

// viewOf relies on the service, which names the owner only to the owner, and
// only where the proof of that counts.
func viewOf(v *album.Viewer, a *album.Album) view {
	own := v.Person != "" && v.Person == a.Owner
	return view{own: own, sharing: own && !v.Site.Foreign && v.Via != album.ViaToken}
}

func (s view) tag() string {
	switch {
	case s.sharing:
		return "s"
	case s.own:
		return "o"
	default:
		return "p"
	}
}

func appendAlbumList(b []byte, v *album.Viewer, p album.AlbumPage) []byte {
	b = append(b, `{"albums":[`...)
	for i := range p.Albums {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendAlbum(b, &p.Albums[i], viewOf(v, &p.Albums[i]))
	}
	return appendNext(b, p.Next)
}

func appendAlbum(b []byte, a *album.Album, sees view) []byte {
	b = append(b, `{"id":`...)
	b = appendString(b, string(a.ID))
	b = append(b, `,"name":`...)
	b = appendString(b, a.Name)
	b = append(b, `,"created":`...)
	b = appendTime(b, a.Created)
	b = append(b, `,"updated":`...)
	b = appendTime(b, a.Updated)
	b = append(b, `,"photos":`...)
	b = strconv.AppendInt(b, int64(a.Photos), 10)
	b = append(b, `,"cover":`...)
	b = appendCover(b, a.Cover)
	b = append(b, `,"own":`...)
	b = strconv.AppendBool(b, sees.own)
	if sees.sharing {
		b = append(b, `,"sharing":`...)
		b = appendSharing(b, a.Sharing)
	}
	return append(b, '}')
}

func appendCover(b []byte, photo album.ID) []byte {
	if photo == "" {
		return append(b, "null"...)
	}
	return appendThumbnail(b, photo, album.ThumbnailEdges[0])
}

func appendSharing(b []byte, s album.Sharing) []byte {
	b = append(b, `{"read":`...)
	b = appendRule(b, s.Read)
	b = append(b, `,"change":`...)
	b = appendRule(b, s.Change)
	return append(b, '}')
}

func appendRule(b []byte, r album.Rule) []byte {
	if r.Sites == "" {
		r.Sites = album.Nobody
	}
	b = append(b, `{"sites":`...)
	b = appendString(b, string(r.Sites))
	if r.Sites == album.ChosenSites {
		b = append(b, `,"origins":`...)
		b = appendStrings(b, r.Origins)
	}
	b = append(b, `,"credentials":`...)
	b = strconv.AppendBool(b, r.Credentials)
	return append(b, '}')
}

func appendPhotoList(b []byte, id album.ID, p album.PhotoPage) []byte {
	b = append(b, `{"album":`...)
	b = appendString(b, string(id))
	b = append(b, `,"photos":`...)
	b = appendPhotos(b, p.Photos)
	b = b[:len(b)-1] // appendNext closes the array
	return appendNext(b, p.Next)
}

func appendPhotos(b []byte, photos []album.Photo) []byte {
	b = append(b, '[')
	for i := range photos {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendPhoto(b, &photos[i])
	}
	return append(b, ']')
}

func appendPhoto(b []byte, p *album.Photo) []byte {
	b = append(b, `{"id":`...)
	b = appendString(b, string(p.ID))
	b = append(b, `,"album":`...)
	b = appendString(b, string(p.Album))
	b = append(b, `,"name":`...)
	b = appendString(b, p.Name)
	b = append(b, `,"type":`...)
	b = appendString(b, p.Type)
	b = append(b, `,"size":`...)
	b = strconv.AppendInt(b, p.Size, 10)
	b = append(b, `,"width":`...)
	b = strconv.AppendInt(b, int64(p.Width), 10)
	b = append(b, `,"height":`...)
	b = strconv.AppendInt(b, int64(p.Height), 10)
	b = append(b, `,"created":`...)
	b = appendTime(b, p.Created)
	b = append(b, `,"url":"/photos/`...)
	b = append(b, p.ID...)
	b = append(b, `","thumbnails":{`...)
	for i, edge := range album.ThumbnailEdges {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '"')
		b = strconv.AppendInt(b, int64(edge), 10)
		b = append(b, `":`...)
		b = appendThumbnail(b, p.ID, edge)
	}
	return append(b, "}}"...)
}

func appendThumbnail(b []byte, photo album.ID, edge int) []byte {
	b = append(b, `"/photos/`...)
	b = append(b, photo...)
	b = append(b, "/thumbnails/"...)
	b = strconv.AppendInt(b, int64(edge), 10)
	return append(b, '"')
}

// appendNext ends a list, whose array is still open, with its cursor.
func appendNext(b []byte, next string) []byte {
	b = append(b, `],"next":`...)
	if next == "" {
		return append(b, "null}"...)
	}
	b = appendString(b, next)
	return append(b, '}')
}

func appendSession(b []byte, p album.Person, until time.Time, origin string) []byte {
	b = append(b, `{"person":{"id":`...)
	b = appendString(b, string(p.ID))
	b = append(b, `,"name":`...)
	b = appendString(b, p.Name)
	b = append(b, `},"expires":`...)
	if until.IsZero() { // a password does not end
		b = append(b, "null"...)
	} else {
		b = appendTime(b, until)
	}
	b = append(b, `,"origin":`...)
	if origin == "" {
		b = append(b, "null"...)
	} else {
		b = appendString(b, origin)
	}
	return append(b, '}')
}

func appendTokens(b []byte, tokens []album.Token) []byte {
	b = append(b, `{"tokens":[`...)
	for i := range tokens {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendToken(b, &tokens[i], "")
	}
	return append(b, "]}"...)
}

// appendToken appends the secret too, which is known only when the token is new.
func appendToken(b []byte, t *album.Token, secret string) []byte {
	b = append(b, `{"id":`...)
	b = appendString(b, string(t.ID))
	b = append(b, `,"label":`...)
	b = appendString(b, t.Label)
	b = append(b, `,"origin":`...)
	b = appendString(b, t.Origin)
	b = append(b, `,"scopes":`...)
	b = appendStrings(b, t.Scopes.Names())
	b = append(b, `,"created":`...)
	b = appendTime(b, t.Created)
	b = append(b, `,"expires":`...)
	b = appendTime(b, t.Expires)
	if secret != "" {
		b = append(b, `,"token":`...)
		b = appendString(b, secret)
	}
	return append(b, '}')
}

func appendStrings(b []byte, list []string) []byte {
	b = append(b, '[')
	for i, s := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, s)
	}
	return append(b, ']')
}

// appendString appends a JSON string which is safe within a script element and a
// script: encoding/json escapes <, > and & as well as U+2028 and U+2029. Most
// texts need no escape and are copied.
func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		if !plain[s[i]] {
			return appendEscaped(b, s)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

func appendEscaped(b []byte, s string) []byte {
	text, err := json.Marshal(s)
	if err != nil { // never for a string; an empty one keeps the text valid
		return append(b, `""`...)
	}
	return append(b, text...)
}

// plain are the bytes that stand for themselves in a JSON string anywhere.
var plain = func() (t [256]bool) {
	for c := ' '; c < 0x7f; c++ {
		t[c] = true
	}
	for _, c := range `"\<>&` {
		t[c] = false
	}
	return t
}()

// timeLayout is RFC 3339 in UTC with milliseconds.
const timeLayout = "2006-01-02T15:04:05.000Z"

func appendTime(b []byte, t time.Time) []byte {
	b = append(b, '"')
	b = t.UTC().AppendFormat(b, timeLayout)
	return append(b, '"')
}
