package album

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"strings"
)

// A secret is 32 random bytes in base64url, with a prefix that says what it is
// for. The store has its SHA-256 only: a hash that slows nothing down will do
// where there is nothing to guess.
const (
	secretBytes = 32
	secretChars = 43

	sessionPrefix = ""
	tokenPrefix   = "cst_" // also what scanners for leaked secrets look for
)

func (c *chance) secret(prefix string) (string, error) {
	var raw [secretBytes]byte
	if err := c.read(raw[:]); err != nil {
		return "", err
	}
	return prefix + base64.RawURLEncoding.EncodeToString(raw[:]), nil
}

// hashSecret returns what the store has of a secret. What does not look like
// one has none.
func hashSecret(prefix, secret string) (hash [32]byte, ok bool) {
	text, ok := strings.CutPrefix(secret, prefix)
	if !ok || len(text) != secretChars {
		return hash, false
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) != secretBytes {
		return hash, false
	}
	return sha256.Sum256([]byte(secret)), true
}

// bySecret finds what a store keeps for a secret; not ok if there is nothing.
func bySecret[T any](
	ctx context.Context, prefix, secret string, find func(context.Context, [32]byte) (T, error),
) (found T, ok bool, err error) {
	hash, ok := hashSecret(prefix, secret)
	if !ok {
		return found, false, nil
	}
	found, err = find(ctx, hash)
	if err != nil && KindOf(err) == NotFound {
		return found, false, nil
	}
	return found, err == nil, err
}
