package albumhttp

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/corsage-go/corsage/album"
)

// readJSON reads the request's body, one JSON value and nothing else, into v.
//
// A body must say that it is application/json. Forms and scripts of any site can
// send other types, and none at all, without the browser asking first; this one
// they cannot.
func (c *call) readJSON(v any) error {
	if !isJSON(c.r.Header) {
		return &album.Error{
			Kind: album.Unsupported, Field: "Content-Type",
			Detail: "the body must be JSON, sent with Content-Type: application/json",
		}
	}
	b, err := c.openBody(c.limits.JSONBytes)
	if err != nil {
		return err
	}
	text, err := io.ReadAll(b)
	if err != nil {
		return fmt.Errorf("read JSON: %w", err)
	}
	return decodeStrictly(text, v)
}

func isJSON(header http.Header) bool {
	lines := header["Content-Type"]
	if len(lines) != 1 {
		return false
	}
	mediaType, params, err := mime.ParseMediaType(lines[0])
	if err != nil || mediaType != "application/json" {
		return false
	}
	charset, given := params["charset"]
	return !given || strings.EqualFold(charset, "utf-8")
}

// decodeStrictly refuses what encoding/json lets pass: bytes that are no UTF-8,
// members named twice or in capitals, unknown members and a second value.
func decodeStrictly(text []byte, v any) error {
	if !utf8.Valid(text) {
		return invalidField("", "the body is not UTF-8; encode the JSON as UTF-8")
	}
	if err := checkMembers(json.NewDecoder(bytes.NewReader(text)), 0); err != nil {
		return badJSON(err)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return badJSON(err)
	}
	if _, err := d.Token(); err != io.EOF {
		return invalidField("", "something follows the JSON value; send one value only")
	}
	return nil
}

// deepest is how deep a body may be nested; the deepest that makes sense, rules
// with their origins, has 3 levels.
const deepest = 8

// checkMembers walks through one value.
func checkMembers(d *json.Decoder, depth int) error {
	t, err := d.Token()
	if err != nil {
		return err
	}
	if depth > deepest {
		return invalidField("", "the JSON is nested too deeply; see /openapi.json for its form")
	}
	switch t {
	case json.Delim('{'):
		return checkObject(d, depth)
	case json.Delim('['):
		for d.More() {
			if err := checkMembers(d, depth+1); err != nil {
				return err
			}
		}
		_, err = d.Token()
	}
	return err
}

func checkObject(d *json.Decoder, depth int) error {
	seen := make(map[string]bool)
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return err
		}
		name, _ := t.(string)
		switch {
		case seen[name]:
			return invalidField(clip(name), "this member is there twice; send it once")
		case strings.ContainsFunc(name, func(r rune) bool { return r < 'a' || r > 'z' }):
			return unknownMember(name)
		}
		seen[name] = true
		if err := checkMembers(d, depth+1); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}

func unknownMember(name string) error {
	return invalidField(clip(name), "there is no such member here; see /openapi.json for those there are")
}

// badJSON words an error of encoding/json for whoever sent the text.
func badJSON(err error) error {
	if _, ok := errors.AsType[*album.Error](err); ok {
		return err
	}
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return invalidField(e.Field, fmt.Sprintf("a JSON %s cannot stand here; see /openapi.json for what can", e.Value))
	}
	if e, ok := errors.AsType[*json.SyntaxError](err); ok {
		return invalidField("", fmt.Sprintf("the body is no JSON: %s, at byte %d", e, e.Offset))
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		if unquoted, err := strconv.Unquote(name); err == nil {
			return unknownMember(unquoted)
		}
	}
	return invalidField("", "the body is no JSON: it ends too early")
}

// clip shortens a text from outside for use in an answer.
func clip(s string) string {
	const most = 100
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "..."
}
