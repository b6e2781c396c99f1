package explain_test

import (
	"strings"
	"testing"

	"github.com/corsage-go/corsage/cors/explain"
)

// A remedy is ready configuration for each kind of server, whatever is missing,
// and says so where one cannot do it.
func TestConfigs(t *testing.T) {
	for _, test := range []struct{ file, golden string }{
		{"testdata/cases/headers.txt", "testdata/configs/headers.golden"},
		{"testdata/cases/credentials.txt", "testdata/configs/credentials.golden"},
		{"testdata/cases/multiple.txt", "testdata/configs/multiple.golden"},
		{"testdata/configs/patch.txt", "testdata/configs/patch.golden"},
	} {
		var b strings.Builder
		for _, f := range explain.Trace(readCase(t, test.file)) {
			for _, c := range f.Remedy.Configs {
				b.WriteString("== " + c.Name + "\n" + string(c.Note) + "\n\n" + c.Code + "\n")
			}
		}
		wantGolden(t, test.golden, b.String())
	}
}
