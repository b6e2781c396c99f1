package script

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/xhr"
)

// verified is a response whose bytes have been held against what the script
// expects of them.
//
// Standard: https://w3c.github.io/webappsec-subresource-integrity/#does-response-match-metadatalist
func verified(resp *fetch.Response, metadata string) (*fetch.Response, error) {
	wanted, digest := strongest(metadata)
	if len(wanted) == 0 {
		return resp, nil
	}
	defer resp.Body.Close() //nolint:errcheck // what was wanted of it has been read
	if resp.Type == fetch.OpaqueResponse || resp.Type == fetch.OpaqueRedirectResponse {
		return nil, errors.New("the integrity of a response that the page may not read cannot be verified")
	}
	b, err := io.ReadAll(io.LimitReader(resp.Body, xhr.DefaultMaxResponse))
	if err != nil {
		return nil, fmt.Errorf("verify the integrity of a response: %w", err)
	}
	if !slices.Contains(wanted, digest(b)) {
		return nil, errors.New("the response is not the one that integrity names")
	}
	checked := *resp
	checked.Body = io.NopCloser(bytes.NewReader(b))
	return &checked, nil
}

// algorithms are the hashes of integrity metadata, the strongest last.
var algorithms = []struct {
	name   string
	digest func(b []byte) string
}{
	{"sha256", func(b []byte) string { d := sha256.Sum256(b); return base64.RawStdEncoding.EncodeToString(d[:]) }},
	{"sha384", func(b []byte) string { d := sha512.Sum384(b); return base64.RawStdEncoding.EncodeToString(d[:]) }},
	{"sha512", func(b []byte) string { d := sha512.Sum512(b); return base64.RawStdEncoding.EncodeToString(d[:]) }},
}

// strongest finds the digests of the strongest hash that metadata names, and that
// hash.
//
// Standard: https://w3c.github.io/webappsec-subresource-integrity/#get-the-strongest-metadata
func strongest(metadata string) (digests []string, digest func([]byte) string) {
	level := -1
	for item := range strings.FieldsSeq(metadata) {
		expression, _, _ := strings.Cut(item, "?")
		name, value, _ := strings.Cut(expression, "-")
		value = strings.TrimRight(strings.NewReplacer("-", "+", "_", "/").Replace(value), "=")
		for i := range algorithms {
			if !strings.EqualFold(algorithms[i].name, name) || i < level {
				continue
			}
			if i > level {
				level, digests, digest = i, nil, algorithms[i].digest
			}
			digests = append(digests, value)
		}
	}
	return digests, digest
}
