package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/album/picture"
)

// accountCommand is `corsage account`.
type accountCommand struct {
	Add      accountAdd      `cmd:"" help:"Add a person."`
	Password accountPassword `cmd:"" help:"Give a person another password, and end all their sessions and tokens."`
	List     accountList     `cmd:"" help:"List the people."`
}

// Help implements kong.HelpProvider.
func (c *accountCommand) Help() string {
	return `People own albums. Accounts can be changed while the service runs.

Examples:

    corsage account add rosa
    corsage account password rosa --password-file new-password.txt
    pwgen -s 20 1 | corsage account add rosa
    corsage account list`
}

// passwordFlag says where the password comes from.
type passwordFlag struct {
	PasswordFile string `type:"path" placeholder:"FILE" help:"File whose first line is the password. Without it the password is read from standard input, or asked for at a terminal."`
}

type accountAdd struct {
	dataFlag
	passwordFlag
	Name string `arg:"" help:"Name that the person types to sign in."`
}

type accountPassword struct {
	dataFlag
	passwordFlag
	Name string `arg:"" help:"Name of the person."`
}

type accountList struct{ dataFlag }

// Run adds a person.
func (c *accountAdd) Run(ctx context.Context, con console) error {
	password, err := c.password(ctx, con)
	if err != nil {
		return err
	}
	return withLibrary(ctx, c.Data, func(l *album.Library) error {
		p, err := l.AddPerson(ctx, c.Name, password)
		if err != nil {
			return err
		}
		fmt.Fprintf(con.out, "added %s\n", p.Name)
		return nil
	})
}

// Run changes a password.
func (c *accountPassword) Run(ctx context.Context, con console) error {
	password, err := c.password(ctx, con)
	if err != nil {
		return err
	}
	return withLibrary(ctx, c.Data, func(l *album.Library) error {
		if err := l.SetPassword(ctx, c.Name, password); err != nil {
			return err
		}
		fmt.Fprintf(con.out, "changed the password of %s and ended all sessions and tokens\n", c.Name)
		return nil
	})
}

// Run lists the people.
func (c *accountList) Run(ctx context.Context, con console) (err error) {
	data, err := openBeside(ctx, c.Data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, data.close()) }()
	people, err := data.store.People(ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(con.out, 0, 0, 2, ' ', 0)
	for _, p := range people {
		fmt.Fprintf(w, "%s\tsince %s\n", p.Name, p.Created.UTC().Format(time.DateOnly))
	}
	return w.Flush()
}

// withLibrary opens a library beside a serving process, if there is one.
func withLibrary(ctx context.Context, folder string, do func(*album.Library) error) (err error) {
	data, err := openBeside(ctx, folder)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, data.close()) }()
	l, err := album.NewLibrary(album.Config{
		Store: data.store, Blobs: noBlobs{}, Pictures: picture.New(1), Now: time.Now, Random: rand.Reader,
	})
	if err != nil {
		return err
	}
	return explained(do(l))
}

// noBlobs stands where a library wants blobs: accounts have nothing to do with
// photos, whose folder a serving process has to itself.
type noBlobs struct{ album.Blobs }

// explained words an error of the library for the person at the terminal.
func explained(err error) error {
	e, ok := errors.AsType[*album.Error](err)
	if !ok || e.Kind == album.Internal {
		return err
	}
	switch e.Kind {
	case album.Conflict:
		return hinted(inWords(err, "%s", e.Detail), "to give somebody another password: corsage account password NAME")
	case album.NotFound:
		return hinted(inWords(err, "%s", e.Detail), "to see who there is: corsage account list")
	default:
		return inWords(err, "%s", e.Detail)
	}
}

// password reads the password from the file, the terminal or standard input.
func (f passwordFlag) password(ctx context.Context, con console) (string, error) {
	if f.PasswordFile != "" {
		file, err := os.Open(f.PasswordFile)
		if err != nil {
			return "", err
		}
		defer file.Close() //nolint:errcheck // it was only read
		return firstLine(lines(file), f.PasswordFile)
	}
	if terminal, ok := con.in.(*os.File); ok && isTerminal(terminal) {
		return askTwice(ctx, terminal, con.err)
	}
	return firstLine(lines(con.in), "standard input")
}

// longestLine is more than any password may have.
const longestLine = 64 << 10

func lines(r io.Reader) *bufio.Reader { return bufio.NewReader(io.LimitReader(r, longestLine)) }

func firstLine(r *bufio.Reader, from string) (string, error) {
	line, err := r.ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("reading the password: %w", err)
	}
	if line = strings.TrimRight(line, "\r\n"); line == "" {
		return "", misuse(fmt.Errorf("%s holds no password", from),
			"write the password into the first line, or run the command at a terminal to be asked for it")
	}
	return line, nil
}

// isTerminal reports whether somebody sits at the other end.
func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && stty(f, "-g") == nil
}

// askTwice asks for a password without showing it. An interrupt ends the asking
// and lets the terminal show again what is typed.
func askTwice(ctx context.Context, terminal *os.File, prompt io.Writer) (string, error) {
	if err := stty(terminal, "-echo"); err != nil {
		return "", hinted(fmt.Errorf("the terminal cannot hide what is typed: %w", err), "use --password-file")
	}
	defer stty(terminal, "echo") //nolint:errcheck // there is nobody else to tell
	type reply struct {
		password string
		err      error
	}
	replies := make(chan reply, 1)
	go func() {
		password, err := readTwice(lines(terminal), prompt)
		replies <- reply{password, err}
	}()
	select {
	case r := <-replies:
		return r.password, r.err
	case <-ctx.Done():
		fmt.Fprintln(prompt)
		return "", errors.New("interrupted; nothing was changed")
	}
}

func readTwice(typed *bufio.Reader, prompt io.Writer) (string, error) {
	var both [2]string
	for i, ask := range []string{"Password: ", "Once more: "} {
		fmt.Fprint(prompt, ask)
		line, err := firstLine(typed, "the terminal")
		fmt.Fprintln(prompt)
		if err != nil {
			return "", err
		}
		both[i] = line
	}
	if both[0] != both[1] {
		return "", hinted(errors.New("the two passwords are not the same"), "try again; nothing was changed")
	}
	return both[0], nil
}

// stty changes how a terminal behaves. The program of that name is wherever
// there are terminals, and spares a dependency.
func stty(terminal *os.File, mode string) error {
	c := exec.Command("stty", mode)
	c.Stdin = terminal
	return c.Run()
}
