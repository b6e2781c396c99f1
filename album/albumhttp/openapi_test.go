package albumhttp

import (
	"bytes"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

var document = sync.OnceValues(func() (*openapi3.T, error) {
	return openapi3.NewLoader().LoadFromData(openAPIDocument)
})

// loadDocument reads openapi.json as its readers do.
func loadDocument(t testing.TB) *openapi3.T {
	t.Helper()
	doc, err := document()
	if err != nil {
		t.Fatalf("openapi.json cannot be loaded: %v", err)
	}
	return doc
}

// The document is OpenAPI 3.1, and its examples follow its own schemas.
func TestOpenAPIIsValid(t *testing.T) {
	doc := loadDocument(t)
	if doc.OpenAPI != "3.1.0" {
		t.Errorf("openapi is %q, want 3.1.0", doc.OpenAPI)
	}
	if err := doc.Validate(t.Context(), openapi3.EnableExamplesValidation(), openapi3.IsOpenAPI31OrLater()); err != nil {
		t.Error(err)
	}
}

// Every route is documented in the words of the table, and every documented
// operation is routed.
func TestOpenAPIMatchesRoutes(t *testing.T) {
	var routed, documented []string
	for _, rt := range routes {
		routed = append(routed, rt.method+" "+rt.path+": "+rt.what)
	}
	for path, item := range loadDocument(t).Paths.Map() {
		for method, op := range item.Operations() {
			documented = append(documented, method+" "+path+": "+strings.ToLower(op.Summary[:1])+op.Summary[1:])
		}
	}
	slices.Sort(routed)
	slices.Sort(documented)
	if !slices.Equal(routed, documented) {
		t.Errorf("routed:\n%s\ndocumented:\n%s", strings.Join(routed, "\n"), strings.Join(documented, "\n"))
	}
}

// Every parameter in a path is described.
func TestOpenAPIDescribesPathParameters(t *testing.T) {
	for path, item := range loadDocument(t).Paths.Map() {
		for _, piece := range strings.Split(path, "/") {
			name, isParam := strings.CutPrefix(piece, "{")
			name = strings.TrimSuffix(name, "}")
			if isParam && item.Parameters.GetByInAndName("path", name) == nil {
				t.Errorf("%s: {%s} is not described", path, name)
			}
		}
	}
}

// checkAnswer checks what holds of every answer: that openapi.json has its
// status and media type for that route and describes its body, and the header
// fields that are always there, or never.
func checkAnswer(t testing.TB, r *http.Request, res *http.Response) {
	t.Helper()
	what := r.Method + " " + r.URL.Path + ": " + strconv.Itoa(res.StatusCode)
	checkFields(t, what, r, res)
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if r.Method == http.MethodHead && len(text) > 0 {
		// A recorder keeps what a server would leave out.
		text = nil
	}
	if op := operation(t, r); op != nil {
		checkDocumented(t, what, op, res, text)
	}
}

func checkFields(t testing.TB, what string, r *http.Request, res *http.Response) {
	t.Helper()
	header := res.Header
	if got := header.Get("X-Content-Type-Options"); got != "nosniff" {
		t.Errorf("%s: X-Content-Type-Options %q", what, got)
	}
	if got := header.Get("Referrer-Policy"); got != "no-referrer" {
		t.Errorf("%s: Referrer-Policy %q", what, got)
	}
	for name := range header {
		if strings.HasPrefix(name, "Access-Control-") {
			t.Errorf("%s: %s is not for this package to send", what, name)
		}
	}
	open := Target(r).Kind == Open && res.StatusCode < 400 || strings.HasPrefix(header.Get("Cache-Control"), "public")
	for _, member := range varyPrivate {
		if has := hasMember(header["Vary"], member); has == open && r.URL.Query().Get("callback") == "" {
			t.Errorf("%s: Vary %q, Cache-Control %q", what, header["Vary"], header["Cache-Control"])
		}
	}
}

// operation finds the documented operation that a request is for; nil for none,
// and for OPTIONS, which is everywhere the same.
func operation(t testing.TB, r *http.Request) *openapi3.Operation {
	t.Helper()
	if Target(r).Kind == Other {
		return nil
	}
	method, path, ok := strings.Cut(r.Pattern, " ")
	if !ok { // the pattern for all methods that the address does not have
		return nil
	}
	item := loadDocument(t).Paths.Find(path)
	if item == nil || item.GetOperation(method) == nil {
		t.Fatalf("%s is not documented", r.Pattern)
	}
	return item.GetOperation(method)
}

func checkDocumented(t testing.TB, what string, op *openapi3.Operation, res *http.Response, text []byte) {
	t.Helper()
	ref := op.Responses.Status(res.StatusCode)
	if ref == nil {
		t.Errorf("%s: openapi.json does not have this status for %s; body: %s", what, op.OperationID, text)
		return
	}
	mediaType, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	content := ref.Value.Content.Get(mediaType)
	if content == nil && mediaType != "" {
		t.Errorf("%s: openapi.json does not have media type %q", what, mediaType)
		return
	}
	if strings.HasSuffix(mediaType, "json") && len(text) > 0 && content.Schema != nil {
		checkSchema(t, what, content.Schema.Value, text)
	}
}

func checkSchema(t testing.TB, what string, schema *openapi3.Schema, text []byte) {
	t.Helper()
	var v any
	d := json.NewDecoder(bytes.NewReader(text))
	if err := d.Decode(&v); err != nil {
		t.Errorf("%s: no JSON: %v: %s", what, err, text)
		return
	}
	if err := schema.VisitJSON(v, openapi3.EnableJSONSchema2020()); err != nil {
		t.Errorf("%s: the body does not follow openapi.json: %v", what, err)
	}
}
