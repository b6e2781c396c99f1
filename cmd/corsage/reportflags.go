package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/corsage-go/corsage/cors/explain"
	"github.com/corsage-go/corsage/internal/findings"
)

// reportFlags say how findings are reported.
type reportFlags struct {
	Format  string   `default:"text" enum:"text,json,junit,sarif,github" group:"report" help:"Form of the report on standard output: text, json, junit, sarif or github (annotations)."`
	Report  []string `sep:"none" placeholder:"FORMAT=FILE" group:"report" help:"Write the report into a file as well, such as --report junit=cors.xml. Repeatable."`
	Verbose bool     `short:"v" group:"report" help:"List what is in order too."`
	configFlag
	colorFlag
}

// configFlag says for which servers remedies are written.
type configFlag struct {
	Config []string `placeholder:"SERVER" group:"report" help:"Show remedies as configuration of SERVER: ${configs}, or all. Repeatable."`
}

// targets says what is wrong with the flag.
func (f *configFlag) targets() error {
	for _, c := range f.Config {
		if c != "all" && !slices.Contains(explain.Targets(), c) {
			return fmt.Errorf("--config %q is none of %s, all", c, strings.Join(explain.Targets(), ", "))
		}
	}
	return nil
}

// colorFlag says whether text is coloured.
type colorFlag struct {
	Color string `default:"auto" enum:"auto,always,never" group:"report" help:"Colour the text: auto (on a terminal, unless NO_COLOR is set), always or never."`
}

// paints reports whether what is written is to be coloured.
func (f *colorFlag) paints(w io.Writer) bool {
	return f.Color == "always" || f.Color == "auto" && isColorTerminal(w)
}

// style is how findings are written to a stream.
func (f *colorFlag) style(w io.Writer, configs ...string) explain.Style {
	s := explain.Style{Configs: configs}
	if f.paints(w) {
		s.Paint = paintTerminal
	}
	return s
}

// reportVars are the variables of the flags' help.
func reportVars() map[string]string {
	return map[string]string{"configs": strings.Join(explain.Targets(), ", ")}
}

// validate says what is wrong with the flags.
func (f *reportFlags) validate() error {
	for _, r := range f.Report {
		if format, file, ok := strings.Cut(r, "="); !ok || file == "" || !slices.Contains(findings.Formats, format) {
			return fmt.Errorf("--report %q is not FORMAT=FILE with one of %s", r, strings.Join(findings.Formats, ", "))
		}
	}
	return f.targets()
}

// write reports into files and to standard output.
func (f *reportFlags) write(con console, r *findings.Report) error {
	if err := f.writeFiles(r); err != nil {
		return err
	}
	return findings.Write(con.out, f.Format, r, f.style(con))
}

// writeFiles reports into the files that were asked for.
func (f *reportFlags) writeFiles(r *findings.Report) error {
	for _, target := range f.Report {
		format, file, _ := strings.Cut(target, "=")
		if err := writeReport(file, func(w io.Writer) error { return findings.Write(w, format, r, f.plain()) }); err != nil {
			return err
		}
	}
	return nil
}

// writeReport writes a file that others may read, whole or not at all. What is there
// and is no file, such as /dev/null, is written to and not replaced.
func writeReport(file string, write func(io.Writer) error) error {
	if isDevice(file) {
		return writeDevice(file, write)
	}
	if _, err := writeWhole(file, write); err != nil {
		return err
	}
	return os.Chmod(file, 0o644)
}

// writeRecording writes as writeReport does, for its owner's eyes only: what was sent
// and answered may hold what is nobody else's business.
func writeRecording(file string, write func(io.Writer) error) error {
	if isDevice(file) {
		return writeDevice(file, write)
	}
	_, err := writeWhole(file, write)
	return err
}

func isDevice(file string) bool {
	info, err := os.Stat(file)
	return err == nil && !info.Mode().IsRegular() && !info.IsDir()
}

func writeDevice(file string, write func(io.Writer) error) error {
	f, err := os.OpenFile(file, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}

// plain is the style of files.
func (f *reportFlags) plain() findings.Style {
	return findings.Style{Style: explain.Style{Configs: f.Config}, Verbose: f.Verbose}
}

func (f *reportFlags) style(con console) findings.Style {
	s := f.plain()
	if f.paints(con.out) {
		s.Paint = paintTerminal
	}
	return s
}

// isColorTerminal reports whether colours are wanted and shown by what is written to.
//
// Standard: https://no-color.org/
func isColorTerminal(w io.Writer) bool {
	return isScreen(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

// isScreen reports whether a stream is a terminal, or another device that is no file
// and no pipe.
func isScreen(stream any) bool {
	file, ok := stream.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// terminalPaints are the codes that stand before a piece of text.
var terminalPaints = map[explain.Paint]string{
	explain.Heading: "\x1b[1m", explain.Label: "\x1b[2m", explain.Code: "\x1b[36m", explain.Bad: "\x1b[31m", explain.Good: "\x1b[32m",
}

func paintTerminal(kind explain.Paint, text string) string {
	code, ok := terminalPaints[kind]
	if !ok {
		return text
	}
	return code + text + "\x1b[0m"
}

// toolName is what a report says made it.
func toolName() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return "corsage " + info.Main.Version
	}
	return "corsage"
}
