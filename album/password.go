package album

import (
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// shortestPassword is in bytes; the longest is in Limits.
const shortestPassword = 8

// checkPassword says what is wrong with a new password.
func checkPassword(name, password string, most int) error {
	const field = "password"
	switch {
	case len(password) < shortestPassword:
		return badField(field, "the password has %d bytes; take at least %d", len(password), shortestPassword)
	case len(password) > most:
		return badField(field, "the password has %d bytes; take at most %d", len(password), most)
	case !utf8.ValidString(password):
		return badField(field, "the password is not valid UTF-8; type it as text")
	case password == name:
		return badField(field, "the password is the name; take one that nobody would try first")
	default:
		return nil
	}
}

// passwordHash is an argon2id hash and what it was made with.
//
// https://www.rfc-editor.org/rfc/rfc9106
type passwordHash struct {
	memory uint32 // KiB
	passes uint32
	lanes  uint8
	salt   []byte
	key    []byte
}

// defaultCost takes 64 MiB and about a tenth of a second of one core. RFC 9106
// (section 4) would spread three passes over four lanes, which is more than a
// small server can spend on a stranger's guess.
var defaultCost = passwordHash{memory: 64 << 10, passes: 2, lanes: 1}

const (
	saltBytes = 16
	keyBytes  = 32
)

// What a stored hash may ask for, so that a damaged one cannot stop the service.
const (
	mostMemory = 256 << 10 // KiB
	mostPasses = 16
	mostLanes  = 16
	leastBytes = 8 // of salt and key
	mostBytes  = 64
)

// String writes the hash in PHC string format.
func (h passwordHash) String() string {
	enc := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version,
		h.memory, h.passes, h.lanes, enc.EncodeToString(h.salt), enc.EncodeToString(h.key))
}

// parsePasswordHash reads what String writes.
func parsePasswordHash(s string) (h passwordHash, err error) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" {
		return h, errors.New("the stored password is no argon2id hash in PHC format")
	}
	if parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return h, fmt.Errorf("the stored password is of another version of argon2: %q", clip(parts[2]))
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &h.memory, &h.passes, &h.lanes); err != nil {
		return h, fmt.Errorf("the stored password has parameters that cannot be read: %w", err)
	}
	enc := base64.RawStdEncoding.Strict()
	var badSalt, badKey error
	h.salt, badSalt = enc.DecodeString(parts[4])
	h.key, badKey = enc.DecodeString(parts[5])
	if err := errors.Join(badSalt, badKey); err != nil {
		return h, fmt.Errorf("the stored password cannot be read: %w", err)
	}
	if h.String() != s { // spaces, signs, leading zeros
		return h, errors.New("the stored password is not written as a hash is")
	}
	return h, h.check()
}

// check bounds what the hash asks for. Argon2 wants 8 KiB for each lane.
func (h passwordHash) check() error {
	switch {
	case h.passes < 1 || h.passes > mostPasses,
		h.lanes < 1 || h.lanes > mostLanes,
		h.memory < 8*uint32(h.lanes) || h.memory > mostMemory,
		len(h.salt) < leastBytes || len(h.salt) > mostBytes,
		len(h.key) < leastBytes || len(h.key) > mostBytes:
		return errors.New("the stored password asks for more, or less, than a hash may")
	}
	return nil
}

func (h passwordHash) derive(password string) []byte {
	return argon2.IDKey([]byte(password), h.salt, h.passes, h.memory, h.lanes, uint32(len(h.key)))
}

func (h passwordHash) matches(password string) bool {
	return subtle.ConstantTimeCompare(h.derive(password), h.key) == 1
}
