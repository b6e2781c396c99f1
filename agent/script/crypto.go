package script

import (
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"fmt"
	"strings"

	"github.com/corsage-go/corsage/agent/script/engine"
)

func (r *Realm) cryptoOps() ops {
	return ops{
		"isSecure": func(*engine.Call) (any, error) { return r.isSecureContext(), nil },
		"random":   opRandom, "uuid": opUUID, "digest": r.opDigest,
	}
}

// opRandom returns so many random bytes.
func opRandom(c *engine.Call) (any, error) {
	b := make([]byte, c.Int(0))
	_, _ = rand.Read(b) // never fails: see its documentation
	return b, nil
}

// opUUID makes a random UUID.
//
// Standard: https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-4
func opUUID(*engine.Call) (any, error) {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: see its documentation
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]), nil
}

// digests are the algorithms, by their names in upper case.
//
// Standard: https://w3c.github.io/webcrypto/#sha
var digests = map[string]func(b []byte) []byte{
	"SHA-1":   func(b []byte) []byte { sum := sha1.Sum(b); return sum[:] },
	"SHA-256": func(b []byte) []byte { sum := sha256.Sum256(b); return sum[:] },
	"SHA-384": func(b []byte) []byte { sum := sha512.Sum384(b); return sum[:] },
	"SHA-512": func(b []byte) []byte { sum := sha512.Sum512(b); return sum[:] },
}

// opDigest calls a function with the digest of bytes. It returns whether there is
// the algorithm.
func (r *Realm) opDigest(c *engine.Call) (any, error) {
	sum, ok := digests[strings.ToUpper(c.Text(0))]
	if !ok {
		return false, nil
	}
	data, done := c.Bytes(1), r.callback(c, 2)
	go func() { done.complete(sum(data)) }()
	return true, nil
}
