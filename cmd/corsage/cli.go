package main

import (
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"

	"github.com/alecthomas/kong"
)

// console is where the program talks to whoever started it.
type console struct {
	in       io.Reader
	out, err io.Writer
}

// grammar is the command line. Each command is in a file of its own.
type grammar struct {
	Serve   serveCommand   `cmd:"" help:"Serve photo albums."`
	Account accountCommand `cmd:"" help:"Add people, change their passwords, list them."`
	Panel   panelCommand   `cmd:"" help:"Show a HAR file in a network panel."`
	Backup  backupCommand  `cmd:"" help:"Write everything into one file, while the service runs."`
	Restore restoreCommand `cmd:"" help:"Make a data folder of a backup."`
	Run     runCommand     `cmd:"" help:"Run a page's JavaScript without a browser, under the rules of CORS."`
	XHR     xhrCommand     `cmd:"" name:"xhr" help:"Ask as the script of a page would: curl's habits, a browser's rules."`
	Explain explainCommand `cmd:"" help:"Say why requests of a HAR file, of a console message or of heads were blocked."`
	Check   checkCommand   `cmd:"" help:"Check that an API keeps its contract about other sites."`
	Audit   auditCommand   `cmd:"" help:"Look for known CORS misconfigurations of an address."`
	Version versionCommand `cmd:"" help:"Print the program's version."`
}

// run is the program: it reads the command line, does what it says, and returns
// the exit code.
func run(ctx context.Context, args []string, con console) int {
	parser, err := newParser(grammarFor(args), con)
	if err != nil {
		return report(con.err, err)
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		return report(con.err, badUsage(err))
	}
	parsed.BindTo(ctx, (*context.Context)(nil))
	return report(con.err, parsed.Run(con))
}

// grammarFor returns the part of the grammar that a command line needs. To read the
// whole, with the help of every flag, takes longer than many a command does.
func grammarFor(args []string) any {
	all := reflect.TypeFor[grammar]()
	for i := range all.NumField() {
		if f := all.Field(i); len(args) > 0 && args[0] == strings.ToLower(f.Name) {
			return reflect.New(reflect.StructOf([]reflect.StructField{f})).Interface()
		}
	}
	return &grammar{}
}

// newParser returns the parser of a grammar.
func newParser(g any, con console) (*kong.Kong, error) {
	defaults := kong.Vars{"data": defaultData()}
	maps.Copy(defaults, limitDefaults())
	maps.Copy(defaults, reportVars())
	defaults["origin"], defaults["xhrpage"] = defaultPage, xhrPage
	return kong.New(g,
		kong.Name("corsage"),
		kong.Description("Corsage serves photo albums to exactly the web sites that their owners choose."),
		kong.Writers(con.out, con.err),
		kong.DefaultEnvars("CORSAGE"),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		// The names of all those variables can be told from the flags'.
		kong.ValueFormatter(func(v *kong.Value) string { return v.Help }),
		kong.ExplicitGroups([]kong.Group{
			{Key: "demo", Title: "Demo:"},
			{Key: "limits", Title: "Limits:"},
			{Key: "user", Title: "The user in front of the page:"},
			{Key: "record", Title: "Recording:"},
			{Key: "probes", Title: "Sending:"},
			{Key: "report", Title: "Reporting:"},
		}),
		defaults,
	)
}

// badUsage turns the parser's error into one with a hint where help is.
func badUsage(err error) error {
	command := "corsage"
	if p, ok := errors.AsType[*kong.ParseError](err); ok {
		if node := p.Context.Selected(); node != nil {
			command = node.FullPath()
		}
	}
	return misuse(err, "see "+command+" --help")
}

// dataFlag names the data folder.
type dataFlag struct {
	Data string `default:"${data}" type:"path" placeholder:"DIR" help:"Folder with all albums, photos and accounts (${default})."`
}

// defaultData returns the folder for what a program keeps for its user.
func defaultData() string {
	if base := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(base) {
		return filepath.Join(base, "corsage")
	}
	if runtime.GOOS == "darwin" || runtime.GOOS == "windows" {
		if base, err := os.UserConfigDir(); err == nil {
			return filepath.Join(base, "corsage")
		}
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "corsage-data"
	}
	return filepath.Join(home, ".local", "share", "corsage")
}
