package fetch

import (
	"encoding/base64"
	"strings"

	"github.com/corsage-go/corsage/cors"
)

// parseDataURL reads a data URL without its fragment.
//
// Standard: https://fetch.spec.whatwg.org/#data-url-processor
func parseDataURL(href string) (mime string, body []byte, ok bool) {
	mime, data, ok := strings.Cut(strings.TrimPrefix(href, "data:"), ",")
	if !ok {
		return "", nil, false
	}
	mime = strings.Trim(mime, " \t\n\f\r")
	body = percentBytes(data)
	if rest, is := cutBase64(mime); is {
		if body, ok = forgivingBase64(body); !ok {
			return "", nil, false
		}
		mime = rest
	}
	if strings.HasPrefix(mime, ";") {
		mime = "text/plain" + mime
	}
	parsed, ok := cors.ParseMIMEType(mime)
	if !ok {
		return "text/plain;charset=US-ASCII", body, true
	}
	return parsed.String(), body, true
}

// cutBase64 removes the mark of base64, before which spaces may stand.
func cutBase64(mime string) (rest string, is bool) {
	n := len(mime) - len("base64")
	if n < 0 || !strings.EqualFold(mime[n:], "base64") {
		return mime, false
	}
	rest = strings.TrimRight(mime[:n], " ")
	rest, is = strings.CutSuffix(rest, ";")
	if !is {
		return mime, false
	}
	return rest, true
}

// percentBytes decodes what is percent-encoded; a lone percent sign stands for
// itself.
//
// Standard: https://url.spec.whatwg.org/#percent-decode
func percentBytes(s string) []byte {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			high, ok := hexValue(s[i+1])
			low, okLow := hexValue(s[i+2])
			if ok && okLow {
				b = append(b, high<<4|low)
				i += 2
				continue
			}
		}
		b = append(b, s[i])
	}
	return b
}

func hexValue(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10, true
	}
	return 0, false
}

// forgivingBase64 decodes base64 with white space anywhere, and with or without
// its padding.
//
// Standard: https://infra.spec.whatwg.org/#forgiving-base64-decode
func forgivingBase64(data []byte) ([]byte, bool) {
	clean := make([]byte, 0, len(data))
	for _, c := range data {
		if strings.IndexByte(" \t\n\f\r", c) < 0 {
			clean = append(clean, c)
		}
	}
	if len(clean)%4 == 0 {
		for range 2 {
			if n := len(clean); n > 0 && clean[n-1] == '=' {
				clean = clean[:n-1]
			}
		}
	}
	body := make([]byte, base64.RawStdEncoding.DecodedLen(len(clean)))
	n, err := base64.RawStdEncoding.Decode(body, clean)
	return body[:n], err == nil
}
