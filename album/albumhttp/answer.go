package albumhttp

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// varyPrivate are the request header fields on which an answer depends that is
// not the same for everybody.
var varyPrivate = [...]string{"Origin", "Cookie", "Authorization"}

// json answers with what encode appends, under a strong ETag, if tag is not
// empty. The tag is without its quotes.
func (c *call) json(status int, tag string, encode func([]byte) []byte) {
	b := buffers.Get().(*[]byte)
	*b = encode((*b)[:0])
	c.writeTagged(status, tag, *b)
	putBuffer(b)
}

// jsonHashed is json with a tag made of the text itself, for lists, which have
// no version.
func (c *call) jsonHashed(encode func([]byte) []byte) {
	b := buffers.Get().(*[]byte)
	*b = encode((*b)[:0])
	c.writeTagged(http.StatusOK, hashTag(*b), *b)
	putBuffer(b)
}

func (c *call) writeTagged(status int, tag string, text []byte) {
	c.setPrivate()
	c.writeUnlessKnown(status, tag, text)
}

// writeUnlessKnown sends JSON under an ETag, or only says that the client has
// it already.
func (c *call) writeUnlessKnown(status int, tag string, text []byte) {
	if tag != "" {
		c.w.Header().Set("ETag", `"`+tag+`"`)
		if status == http.StatusOK && c.unchanged(tag) {
			c.beginAnswer()
			c.w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	c.write(status, "application/json", text)
}

func (c *call) write(status int, mediaType string, text []byte) {
	header := c.w.Header()
	header.Set("Content-Type", mediaType)
	header.Set("Content-Length", strconv.Itoa(len(text)))
	c.beginAnswer()
	c.w.WriteHeader(status)
	c.w.Write(text) // a failed write is a client that has gone: there is nobody to tell
}

// empty answers 204.
func (c *call) empty() {
	c.setPrivate()
	c.beginAnswer()
	c.w.WriteHeader(http.StatusNoContent)
}

// setPrivate says that an answer depends on who asks, and from where. Other
// sites' pages may not embed it; reading it with CORS is another matter.
func (c *call) setPrivate() {
	header := c.w.Header()
	addVary(header, varyPrivate[:]...)
	setDefault(header, "Cache-Control", "private, no-cache")
	setDefault(header, "Cross-Origin-Resource-Policy", "same-origin")
}

func setDefault(header http.Header, name, value string) {
	if len(header[name]) == 0 {
		header.Set(name, value)
	}
}

// addVary adds members to Vary which are not there yet. What others have put
// there stays.
func addVary(header http.Header, members ...string) {
	lines := header["Vary"]
	var missing []string
	for _, m := range members {
		if !hasMember(lines, m) {
			missing = append(missing, m)
		}
	}
	if len(missing) > 0 {
		header.Add("Vary", strings.Join(missing, ", "))
	}
}

// hasMember reports whether a list-valued field holds a member, or "*".
func hasMember(lines []string, member string) bool {
	for _, line := range lines {
		for m := range strings.SplitSeq(line, ",") {
			m = strings.Trim(m, " \t")
			if m == "*" || strings.EqualFold(m, member) {
				return true
			}
		}
	}
	return false
}

// hashTag makes an ETag of half a SHA-256, which is as far from being met twice
// as a tag needs to be.
func hashTag(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:len(sum)/2])
}

// buffers holds the texts of answers, to be used again.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

// mostBuffer is the largest buffer worth keeping.
const mostBuffer = 256 << 10

func putBuffer(b *[]byte) {
	if cap(*b) <= mostBuffer {
		buffers.Put(b)
	}
}
