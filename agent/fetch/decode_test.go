package fetch

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"github.com/corsage-go/corsage/cors"
)

// encode applies a coding.
func encode(t testing.TB, coding string, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	var w io.WriteCloser
	var err error
	switch coding {
	case "gzip":
		w = gzip.NewWriter(&out)
	case "zlib":
		w = zlib.NewWriter(&out)
	case "flate":
		w, err = flate.NewWriter(&out, 5)
	case "br":
		w = brotli.NewWriter(&out)
	case "zstd":
		w, err = zstd.NewWriter(&out)
	default:
		return data
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Standard: https://fetch.spec.whatwg.org/#handle-content-codings
// Every coding that is offered can be undone; a body in an unknown one is left as
// it is.
func TestCodings(t *testing.T) {
	plain := []byte(strings.Repeat("some text, ", 1000))
	tests := []struct {
		value string
		apply []string
	}{
		{"gzip", []string{"gzip"}},
		{"X-GZIP", []string{"gzip"}},
		{"deflate", []string{"zlib"}},
		{"deflate", []string{"flate"}},
		{"br", []string{"br"}},
		{"zstd", []string{"zstd"}},
		{"gzip, br", []string{"gzip", "br"}},
		{"identity,, gzip", []string{"gzip"}},
		{"identity", nil},
	}
	for _, tt := range tests {
		coded := plain
		for _, c := range tt.apply {
			coded = encode(t, c, coded)
		}
		s := &script{replies: map[string]reply{app + "/r": {header: fields("Content-Encoding: "+tt.value, "Content-Length: 7"), body: string(coded)}}}
		resp, err := newEngine(s, StandardProfile).Fetch(context.Background(), request(t, "GET", app+"/r"))
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(resp.Body)
		if err != nil || !bytes.Equal(got, plain) {
			t.Errorf("%s: read %d bytes, %v", tt.value, len(got), err)
		}
		if decoded := len(tt.apply) > 0; (resp.Length == 0) != decoded {
			t.Errorf("%s: length is %d", tt.value, resp.Length)
		}
	}
	s := &script{replies: map[string]reply{app + "/r": {header: fields("Content-Encoding: gzip, rot13"), body: "abc"}}}
	if got, want := outcome(newEngine(s, StandardProfile), request(t, "GET", app+"/r")), "basic 200 "+app+"/r abc"; got != want {
		t.Errorf("an unknown coding: got %q, want %q", got, want)
	}
}

// Bodies that grow without end, or are none of what they claim, end in a Failure.
func TestBombs(t *testing.T) {
	zeros := make([]byte, 8<<20)
	limits := Limits{DecodedBytes: 4 << 20, Ratio: 100, RatioFrom: 1 << 20, Codings: 2}
	tests := []struct {
		why, value string
		body       []byte
		limits     Limits
		want       error
	}{
		{"gzip ratio", "gzip", encode(t, "gzip", zeros), limits, ErrDecodedRatio},
		{"br ratio", "br", encode(t, "br", zeros), limits, ErrDecodedRatio},
		{"zstd ratio", "zstd", encode(t, "zstd", zeros), limits, ErrDecodedRatio},
		{"twice", "gzip, gzip", encode(t, "gzip", encode(t, "gzip", zeros)), limits, ErrDecodedRatio},
		{"size", "gzip", encode(t, "gzip", zeros), Limits{DecodedBytes: 1 << 20, Ratio: 1 << 30}, ErrDecodedTooLarge},
		{"too many", "gzip, gzip, gzip", []byte("x"), limits, ErrTooManyCodings},
		{"cut off", "gzip", encode(t, "gzip", []byte("abc"))[:15], limits, io.ErrUnexpectedEOF},
		{"no gzip", "gzip", []byte("plain text, not gzip"), limits, gzip.ErrHeader},
	}
	for _, tt := range tests {
		s := &script{replies: map[string]reply{app + "/r": {header: fields("Content-Encoding: " + tt.value), body: string(tt.body)}}}
		e := newEngine(s, StandardProfile)
		e.Limits = tt.limits
		resp, err := e.Fetch(context.Background(), request(t, "GET", app+"/r"))
		if err != nil {
			t.Fatal(err)
		}
		n, err := io.Copy(io.Discard, resp.Body)
		f, ok := errors.AsType[*Failure](err)
		if !ok || f.Verdict.Reason != cors.NetworkFailed || !errors.Is(err, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.why, err, tt.want)
		}
		if n > 5<<20 {
			t.Errorf("%s: %d bytes came out", tt.why, n)
		}
		if _, again := resp.Body.Read(make([]byte, 1)); again != err {
			t.Errorf("%s: a second error %v", tt.why, again)
		}
	}
}

// What follows a coded body is dropped.
func TestRestIsDropped(t *testing.T) {
	for coding, applied := range map[string]string{"gzip": "gzip", "deflate": "zlib"} {
		body := string(encode(t, applied, []byte("abc"))) + "garbage"
		s := &script{replies: map[string]reply{app + "/r": {header: fields("Content-Encoding: " + coding), body: body}}}
		if got, want := outcome(newEngine(s, StandardProfile), request(t, "GET", app+"/r")), "basic 200 "+app+"/r abc"; got != want {
			t.Errorf("%s: got %q, want %q", coding, got, want)
		}
	}
}

// Standard: https://fetch.spec.whatwg.org/#null-body-status
// Some answers have no body, whatever follows them.
func TestNullBodies(t *testing.T) {
	for status, want := range map[int]string{204: "", 205: "", 304: "", 200: "x"} {
		s := &script{replies: map[string]reply{app + "/r": {status: status, body: "x", header: fields("Content-Length: 1")}}}
		resp, err := newEngine(s, StandardProfile).Fetch(context.Background(), request(t, "GET", app+"/r"))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(resp.Body); string(got) != want || err != nil || resp.Length != 1 {
			t.Errorf("%d: got %q, %v, length %d", status, got, err, resp.Length)
		}
	}
}

// Standard: https://fetch.spec.whatwg.org/#content-length-header
// A length may be repeated but must not differ.
func TestContentLengthOfResponse(t *testing.T) {
	for value, want := range map[string]int64{"5": 5, "5, 5": 5, "5, 6": 0, "x": 0, "-1": 0, "": 0, "99999999999999999999": 0} {
		if got := contentLength(fields("Content-Length: " + value)); got != want {
			t.Errorf("%q: got %d, want %d", value, got, want)
		}
	}
}

// FuzzDecode: no body makes decoding run away, whatever its codings.
func FuzzDecode(f *testing.F) {
	for _, c := range []string{"gzip", "zlib", "flate", "br", "zstd"} {
		f.Add(strings.NewReplacer("zlib", "deflate", "flate", "deflate").Replace(c), encode(f, c, []byte("some text")))
	}
	f.Add("gzip, br, zstd", []byte{0x1f, 0x8b})
	limits := Limits{DecodedBytes: 1 << 16, Ratio: 10, RatioFrom: 1 << 10, Codings: 3}
	f.Fuzz(func(t *testing.T, codings string, data []byte) {
		raw := io.NopCloser(bytes.NewReader(data))
		b := &body{src: raw, raw: raw, ctx: context.Background()}
		if !b.decode(codings, limits) {
			return
		}
		n, err := io.Copy(io.Discard, b)
		if _, ok := errors.AsType[*Failure](err); err != nil && !ok {
			t.Errorf("%q: %v is not a Failure", codings, err)
		}
		if n > limits.DecodedBytes {
			t.Errorf("%q: %d bytes came out", codings, n)
		}
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
}
