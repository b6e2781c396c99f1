package layers_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/corsage-go/corsage/internal/layers"
)

// The project's imports go downwards only, and what is pure stays pure.
func TestProject(t *testing.T) {
	found, err := layers.Project.Check(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		t.Error(f)
	}
}

// The walk reaches the sources: a check of nothing would find nothing. The file
// with an unknown folder stands for the whole tree.
func TestCheckReachesTheSources(t *testing.T) {
	table := layers.Project
	table.Folders = slices.DeleteFunc(slices.Clone(table.Folders), func(f layers.Folder) bool { return f.Path == "album" })
	found, err := table.Check(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(found, func(f layers.Finding) bool { return strings.HasPrefix(f.File, "album/") }) {
		t.Errorf("album was taken out of the table and nothing was found in it; all findings: %v", found)
	}
}

// What the table forbids is reported, with the file, the line and the reason;
// what it does not forbid is not.
func TestCheck(t *testing.T) {
	const own = `"` + layers.Module + `/`
	tests := map[string]struct {
		file, source string
		want         string // the finding's beginning; "" for none
		why          string // a part of its reason
	}{
		"a part of the album may import the album": {
			file: "album/albumhttp/handler.go", source: "package albumhttp\nimport _ " + own + `album"`,
		},
		"the album never hears of CORS": {
			file: "album/albumhttp/handler.go", source: "package albumhttp\n\nimport (\n\t_ \"net/http\"\n\t_ " + own + "cors/policy\"\n)",
			want: "album/albumhttp/handler.go:5 imports cors/policy", why: "never hear of CORS",
		},
		"the album never hears of CORS, in tests neither": {
			file: "album/library_test.go", source: "package album_test\nimport _ " + own + `cors"`,
			want: "album/library_test.go:2 imports cors", why: "never hear of CORS",
		},
		"the ends do not share code": {
			file: "agent/fetch/fetch.go", source: "package fetch\nimport _ " + own + `server/corshttp"`,
			want: "agent/fetch/fetch.go:2 imports server/corshttp", why: "meet over HTTP",
		},
		"the ends do not share code, in tests neither": {
			file: "server/corshttp/law_test.go", source: "package corshttp_test\nimport _ " + own + `agent/fetch"`,
			want: "server/corshttp/law_test.go:2 imports agent/fetch", why: "meet over HTTP",
		},
		"one store does not use another": {
			file: "album/sqlite/store.go", source: "package sqlite\nimport _ " + own + `album/files"`,
			want: "album/sqlite/store.go:2 imports album/files", why: "only album (a store knows",
		},
		"a test may use what its folder may not": {
			file: "album/sqlite/store_test.go", source: "package sqlite_test\nimport _ " + own + `album/albumtest"`,
		},
		"the protocol stands on nothing": {
			file: "cors/origin.go", source: "package cors\nimport _ " + own + `cors/policy"`,
			want: "cors/origin.go:2 imports cors/policy", why: "nothing of the project",
		},
		"the program may import everything": {
			file: "cmd/corsage/main.go", source: "package main\nimport (\n_ " + own + "album\"\n_ " + own + "server/corshttp\"\n)",
		},
		"nothing imports the program": {
			file: "internal/wpt/run.go", source: "package wpt\nimport _ " + own + `cmd/corsage"`,
			want: "internal/wpt/run.go:2 imports cmd/corsage", why: "part of nothing",
		},
		"a folder must have a row": {
			file: "internal/util/util.go", source: "// Package util is a heap.\npackage util\nimport _ " + own + `cors"`,
			want: "internal/util/util.go:2 is in a folder without a row", why: "enter internal/util",
		},
		"a row is for one folder, not for those below it": {
			file: "cors/deep/deep.go", source: "package deep",
			want: "cors/deep/deep.go:1 is in a folder without a row", why: "enter cors/deep",
		},
		"the database has one folder": {
			file: "album/albumhttp/db.go", source: "package albumhttp\nimport _ \"modernc.org/sqlite\"",
			want: "album/albumhttp/db.go:2 imports modernc.org/sqlite", why: "only album/sqlite",
		},
		"a prefix ends where a path element ends": {
			file: "album/sqlite/db.go", source: "package sqlite\nimport _ \"modernc.org/sqlite3\"",
			want: "album/sqlite/db.go:2 imports modernc.org/sqlite3", why: "is entered in",
		},
		"unknown code of others must be entered": {
			file: "cmd/corsage/log.go", source: "package main\nimport _ \"example.org/logging/v2\"",
			want: "cmd/corsage/log.go:2 imports example.org/logging/v2", why: "is entered in",
		},
		"a browser is driven by tests": {
			file: "cmd/corsage/drive.go", source: "package main\nimport _ \"github.com/chromedp/chromedp\"",
			want: "cmd/corsage/drive.go:2 imports github.com/chromedp/chromedp", why: "tests only",
		},
		"tests may use any module": {
			file: "cors/origin_test.go", source: "package cors_test\nimport _ \"github.com/chromedp/chromedp\"",
		},
		"what is pure knows no net/http": {
			file: "cors/policy/decide.go", source: "package policy\nimport _ \"net/http\"",
			want: "cors/policy/decide.go:2 imports net/http", why: "Values(string) []string",
		},
		"nor what is below a forbidden package": {
			file: "album/library.go", source: "package album\nimport _ \"log/slog\"",
			want: "album/library.go:2 imports log/slog", why: "its caller decides",
		},
		"what is pure may use net/url": {
			file: "cors/origin.go", source: "package cors\nimport _ \"net/url\"",
		},
		"what is pure knows no net": {
			file: "cors/origin.go", source: "package cors\nimport _ \"net\"",
			want: "cors/origin.go:2 imports net", why: "no connections",
		},
		"what is pure may use net/http in tests": {
			file: "cors/policy/decide_test.go", source: "package policy_test\nimport _ \"net/http\"",
		},
		"what is pure reads no clock": {
			file: "album/library.go", source: "package album\nimport \"time\"\nvar started = time.Now()",
			want: "album/library.go:3 uses time.Now", why: "the time is given",
		},
		"nor under another name, nor without a call": {
			file: "album/library.go", source: "package album\nimport clock \"time\"\nvar now = clock.Now",
			want: "album/library.go:3 uses time.Now", why: "the time is given",
		},
		"nor by a dot import": {
			file: "album/library.go", source: "package album\nimport . \"time\"\nvar now = Now()",
			want: "album/library.go:2 uses time by a dot import", why: "the time is given",
		},
		"what is pure may have times": {
			file: "album/library.go", source: "package album\nimport \"time\"\nvar Life = 3 * time.Hour",
		},
		"what is pure may read a clock in tests": {
			file: "album/library_test.go", source: "package album\nimport \"time\"\nvar now = time.Now()",
		},
		"what is not pure may read a clock": {
			file: "server/corshttp/handler.go", source: "package corshttp\nimport \"time\"\nvar now = time.Now()",
		},
		"test data is not code": {
			file: "cors/testdata/bad.go", source: "package bad\nimport _ \"os\"",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			found, err := layers.Project.Check(fstest.MapFS{test.file: {Data: []byte(test.source)}})
			if err != nil {
				t.Fatal(err)
			}
			if test.want == "" {
				if len(found) > 0 {
					t.Errorf("found %v; want nothing", found)
				}
				return
			}
			if len(found) != 1 {
				t.Fatalf("found %d: %v; want one, %q", len(found), found, test.want)
			}
			if got := found[0].String(); !strings.HasPrefix(got, test.want+": ") && !strings.HasPrefix(got, test.want+" ") {
				t.Errorf("found %q; want it to begin with %q", got, test.want)
			}
			if !strings.Contains(found[0].Why, test.why) {
				t.Errorf("the reason is %q; want %q in it", found[0].Why, test.why)
			}
		})
	}
}

// A module in a folder of its own, such as tools, is judged by nobody here.
func TestCheckLeavesOtherModulesAlone(t *testing.T) {
	found, err := layers.Project.Check(fstest.MapFS{
		"tools/go.mod":       {Data: []byte("module example.org/tools")},
		"tools/gen/gen.go":   {Data: []byte("package main\nimport _ \"example.org/any\"")},
		"internal/gen/go.go": {Data: []byte("package gen")},
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != 1 || found[0].File != "internal/gen/go.go" {
		t.Errorf("found %v; want internal/gen alone, which is in this module", found)
	}
}

// A file that cannot be parsed is an error with its name, not a file without
// imports.
func TestCheckRefusesWhatIsNotGo(t *testing.T) {
	_, err := layers.Project.Check(fstest.MapFS{"cors/origin.go": {Data: []byte("package")}})
	if err == nil || !strings.Contains(err.Error(), "cors/origin.go:1") {
		t.Errorf("error is %v; want one that names cors/origin.go:1", err)
	}
}

// The table agrees with itself: each rule has its reason, each folder one row,
// what a row names has a row, and no row allows what a wall forbids.
func TestTable(t *testing.T) {
	rows := map[string]bool{}
	for _, f := range layers.Project.Folders {
		if rows[f.Path] {
			t.Errorf("%s has two rows", f.Path)
		}
		rows[f.Path] = true
	}
	for _, f := range layers.Project.Folders {
		if f.Why == "" {
			t.Errorf("the row of %s has no reason", f.Path)
		}
		if f.Any && (f.Pure || len(f.May) > 0) {
			t.Errorf("the row of %s allows everything and then less", f.Path)
		}
		for _, m := range f.May {
			if !rows[m] {
				t.Errorf("%s may import %s, which has no row", f.Path, m)
			}
			for _, w := range layers.Project.Walls {
				if within(f.Path, w.From) && within(m, w.To) {
					t.Errorf("%s may import %s, but there is a wall: %s", f.Path, m, w.Why)
				}
			}
		}
	}
	for _, d := range layers.Project.Modules {
		for _, in := range d.In {
			if !rows[in] {
				t.Errorf("%s may be imported in %s, which has no row", d.Prefix, in)
			}
		}
	}
	for _, d := range slices.Concat(layers.Project.Modules, layers.Project.Packages) {
		if d.Why == "" {
			t.Errorf("the rule about %s has no reason", d.Prefix)
		}
	}
}

func within(name, folder string) bool {
	return folder == "." || strings.HasPrefix(name+"/", folder+"/")
}
