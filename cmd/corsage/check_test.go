package main

import (
	"bytes"
	"encoding/json"
	"encoding/pem"
	"maps"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/cors/contract"
	"github.com/corsage-go/corsage/internal/findings"
)

// typed runs the program as if it had been typed.
func typed(t *testing.T, args ...string) (code int, out, problems string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(t.Context(), args, console{in: strings.NewReader(""), out: &o, err: &e})
	return code, o.String(), e.String()
}

// The worked contract is kept by the demo, which it describes.
func TestAlbumsKeepTheirContract(t *testing.T) {
	d := startDemo(t, demoOptions{})
	code, out, problems := typed(t, "check", "../../examples/albums.yaml", "--base", d.origin, "--rate", "0",
		"--set", "GUEST="+d.guest, "--set", "UNNAMED="+d.unnamed,
		"--set", "OPEN="+d.albums.Open, "--set", "CHOSEN="+d.albums.Chosen, "--set", "PRIVATE="+d.albums.Private)
	if code != exitOK {
		t.Errorf("exit code %d\n%s%s", code, out, problems)
	}
}

// What is recorded of a server, that server keeps; and what it should not do is
// said beside it.
func TestWhatIsRecordedIsKept(t *testing.T) {
	doubts := map[string]string{
		"reflects": "lookAlikes: false", "reflects-with-credentials": "lookAlikes: false", "prefix": "lookAlikes: false",
		"no-vary": "vary: false",
	}
	doubts["redirects"] = "answers with a redirect"
	// These approve whatever header field is asked for, beside credentials, which no
	// contract can promise, or lead elsewhere.
	unkept := []string{"any-header", "redirects"}
	for _, name := range slices.Sorted(maps.Keys(servers)) {
		s := httptest.NewServer(servers[name])
		defer s.Close()
		file := filepath.Join(t.TempDir(), "cors.yaml")
		code, out, problems := typed(t, "check", file, "--record", "--base", s.URL, "--path", "/albums", "--rate", "0",
			"--origin", appOrigin, "--origin", "https://staging.example")
		if code != exitOK {
			t.Errorf("%s: recording ends with %d\n%s%s", name, code, out, problems)
			continue
		}
		text, err := os.ReadFile(file)
		must(t, err)
		if want := doubts[name]; !strings.Contains(string(text), want) {
			t.Errorf("%s: the contract does not say %q:\n%s", name, want, text)
		}
		code, out, problems = typed(t, "check", file, "--rate", "0")
		if kept := code == exitOK; kept == slices.Contains(unkept, name) {
			t.Errorf("%s: checking what was recorded ends with %d\n%s%s\n%s", name, code, out, problems, text)
		}
	}
}

// The schema has exactly the keys that are read, at each level.
func TestSchemaIsWhatIsRead(t *testing.T) {
	var schema node
	var parts struct {
		Defs map[string]node `json:"$defs"`
	}
	must(t, json.Unmarshal([]byte(contractSchema), &schema))
	must(t, json.Unmarshal([]byte(contractSchema), &parts))
	for name, c := range map[string]struct {
		node node
		is   any
	}{
		"contract": {schema, contract.Contract{}}, "route": {parts.Defs["route"], contract.Route{}},
		"rule": {parts.Defs["rule"], contract.Rule{}}, "bounds": {parts.Defs["bounds"], contract.Bounds{}},
		"failure": {parts.Defs["failure"], contract.Failure{}},
	} {
		want := map[string]string{}
		for f := range reflect.TypeOf(c.is).Fields() {
			if key := f.Tag.Get("yaml"); key != "" {
				want[key] = kindInSchema(f.Type)
			}
		}
		got := map[string]string{}
		for key, p := range c.node.Properties {
			got[key] = p.kindOf(parts.Defs)
		}
		if !maps.Equal(got, want) {
			t.Errorf("%s: the schema has %v, and what is read is %v", name, got, want)
		}
		if c.node.Additional == nil || *c.node.Additional {
			t.Errorf("%s: the schema lets unknown keys in", name)
		}
	}
	if code, out, _ := typed(t, "check", "--schema"); code != exitOK || out != contractSchema {
		t.Errorf("--schema ends with %d and prints %d bytes", code, len(out))
	}
}

// node is a schema, as far as the test looks at it.
type node struct {
	Type       any             `json:"type"`
	Const      any             `json:"const"`
	Ref        string          `json:"$ref"`
	OneOf      []node          `json:"oneOf"`
	Properties map[string]node `json:"properties"`
	Raw        json.RawMessage `json:"additionalProperties"`
	Additional *bool           `json:"-"`
}

// UnmarshalJSON notes whether unknown keys are let in.
func (n *node) UnmarshalJSON(b []byte) error {
	type plain node
	if err := json.Unmarshal(b, (*plain)(n)); err != nil {
		return err
	}
	var additional bool
	if json.Unmarshal(n.Raw, &additional) == nil && len(n.Raw) > 0 {
		n.Additional = &additional
	}
	return nil
}

// kindOf is the type that a schema allows; for several, the last.
func (n node) kindOf(defs map[string]node) string {
	switch {
	case n.Ref != "":
		return defs[strings.TrimPrefix(n.Ref, "#/$defs/")].kindOf(defs)
	case len(n.OneOf) > 0:
		return n.OneOf[len(n.OneOf)-1].kindOf(defs)
	case n.Const != nil:
		return "integer"
	}
	kind, _ := n.Type.(string)
	return kind
}

func kindInSchema(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Pointer:
		return kindInSchema(t.Elem())
	case reflect.Slice:
		return "array"
	case reflect.Struct, reflect.Map:
		return "object"
	case reflect.Int:
		return "integer"
	case reflect.Bool:
		return "boolean"
	default:
		return "string"
	}
}

// A report is written in every form that was asked for, each into its file, beside
// the one on standard output.
func TestReportsAreFiles(t *testing.T) {
	s := httptest.NewServer(servers["no-vary"])
	defer s.Close()
	folder := t.TempDir()
	file := filepath.Join(folder, "cors.yaml")
	must(t, os.WriteFile(file, []byte("version: 1\nroutes: [{path: /albums, rules: [{allowOrigins: [https://app.example], allowCredentials: true, allowMethods: [GET, PUT], allowHeaders: [Authorization, Content-Type]}]}]\n"), 0o600))
	args := []string{"check", file, "--base", s.URL, "--rate", "0"}
	for _, format := range findings.Formats {
		args = append(args, "--report", format+"="+filepath.Join(folder, format))
	}
	if code, out, problems := typed(t, args...); code != exitFailed {
		t.Fatalf("exit code %d\n%s%s", code, out, problems)
	}
	for _, format := range findings.Formats {
		text, err := os.ReadFile(filepath.Join(folder, format))
		if err != nil || !bytes.Contains(text, []byte("Caches are not told")) {
			t.Errorf("%s: %v\n%s", format, err, text)
		}
	}
}

// A private authority is trusted when it is named, and only then: there is no way to
// trust nobody knows whom.
func TestPrivateAuthority(t *testing.T) {
	s := httptest.NewTLSServer(servers["corshttp"])
	defer s.Close()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	must(t, os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}), 0o600))
	args := []string{"audit", "https://example.com/albums", "--origin", appOrigin, "--rate", "0", "--resolve", "example.com:443:" + s.Listener.Addr().String()}
	if code, out, problems := typed(t, append(args, "--ca", ca)...); code != exitOK {
		t.Errorf("with its authority: exit code %d\n%s%s", code, out, problems)
	}
	if code, out, _ := typed(t, args...); code != exitUnreachable || !strings.Contains(out, "certificate is not trusted") {
		t.Errorf("without: exit code %d\n%s", code, out)
	}
}

// --resolve is read as curl's, and an address may have a port.
func TestResolve(t *testing.T) {
	f := resolveFlag{Resolve: []string{"a.example:80:127.0.0.1", "b.example:443:127.0.0.1:8443", "c.example:80:[::1]", "[::1]:80:[::1]:81", "*:80:127.0.0.1:82"}}
	got, err := f.hosts()
	want := map[string]string{
		"a.example:80": "127.0.0.1", "b.example:443": "127.0.0.1:8443", "c.example:80": "::1", "[::1]:80": "[::1]:81", "*": "127.0.0.1:82",
	}
	if err != nil || !maps.Equal(got, want) {
		t.Errorf("read as %v, %v; want %v", got, err, want)
	}
	for _, wrong := range []string{"", "a", "a:1", "a::", ":80:127.0.0.1", "a:80:b", "[::1:80:127.0.0.1"} {
		f := resolveFlag{Resolve: []string{wrong}}
		if hosts, err := f.hosts(); err == nil {
			t.Errorf("%q is read as %v", wrong, hosts)
		}
	}
}

// Colours are for terminals whose owner wants them.
func TestColour(t *testing.T) {
	if isColorTerminal(&bytes.Buffer{}) {
		t.Error("a buffer is taken for a terminal")
	}
	s := httptest.NewServer(servers["null"])
	defer s.Close()
	for flag, want := range map[string]bool{"always": true, "never": false, "auto": false} {
		_, out, _ := typed(t, "audit", s.URL+"/albums", "--origin", appOrigin, "--rate", "0", "--color", flag)
		if strings.Contains(out, "\x1b[") != want {
			t.Errorf("--color %s: %q", flag, out)
		}
	}
}
