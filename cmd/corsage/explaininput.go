package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/corsage-go/corsage/cors/explain"
	"github.com/corsage-go/corsage/cors/trace"
)

// How large what is to be explained may be, in bytes. A HAR file is read entry by
// entry, and so of any size.
const (
	maxPasted = 4 << 20
	maxTrace  = 256 << 20
)

// formsTaken are what is understood.
var formsTaken = []string{
	"give a HAR file, a trace, or the output of corsage xhr --json",
	"or a line of a browser's console, whole: Access to XMLHttpRequest at 'https://api.example/albums' from origin 'https://app.example' has been blocked by CORS policy: ...",
	"or heads, such as curl -v prints them: > GET /albums HTTP/1.1, > Host: api.example, > Origin: https://app.example, and the answer's < HTTP/1.1 200 OK",
}

// read gets what is to be explained as a trace.
func (c *explainCommand) read(con console) (*trace.Trace, error) {
	in := con.in
	switch {
	case c.File == "" && isScreen(con.in):
		return nil, misuse(errors.New("expected something to explain, such as session.har, or a text on standard input"), formsTaken...)
	case c.File != "" && c.File != "-":
		f, err := os.Open(c.File)
		if err != nil {
			return nil, misuse(err, formsTaken...)
		}
		defer f.Close() //nolint:errcheck // it was read only
		in = f
	}
	t, err := c.understand(bufio.NewReaderSize(in, 64<<10))
	if err != nil {
		return nil, misuse(fmt.Errorf("%s: %w", c.name(), err), formsTaken...)
	}
	return t, nil
}

func (c *explainCommand) name() string {
	if c.File == "" || c.File == "-" {
		return "standard input"
	}
	return filepath.Base(c.File)
}

// understand tells by its beginning what an input is.
func (c *explainCommand) understand(in *bufio.Reader) (*trace.Trace, error) {
	start, err := in.Peek(4 << 10)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return nil, err
	}
	start = bytes.TrimLeft(bytes.TrimPrefix(start, []byte("\ufeff")), " \t\r\n")
	switch {
	case len(start) == 0:
		return nil, errors.New("there is nothing in it")
	case start[0] != '{':
		return c.text(in)
	case firstKey(start) == "log":
		return trace.ReadHAR(in, c.options())
	default:
		return c.trace(in)
	}
}

func (c *explainCommand) options() trace.ReadOptions {
	return trace.ReadOptions{Redaction: trace.Redaction{Off: c.ShowSecrets}}
}

// firstKey is the first name in a JSON object, of which the beginning is there.
func firstKey(start []byte) string {
	d := json.NewDecoder(bytes.NewReader(start))
	if _, err := d.Token(); err != nil {
		return ""
	}
	key, err := d.Token()
	name, ok := key.(string)
	if err != nil || !ok {
		return ""
	}
	return name
}

// trace reads a trace, by itself or as corsage xhr --json has it.
func (c *explainCommand) trace(in io.Reader) (*trace.Trace, error) {
	data, err := readAtMost(in, "it", maxTrace)
	if err != nil {
		return nil, err
	}
	var outcome struct{ Trace json.RawMessage }
	if err := json.Unmarshal(data, &outcome); err == nil && outcome.Trace != nil {
		data = outcome.Trace
	}
	t, err := trace.ReadJSON(bytes.NewReader(data), c.options())
	if err == nil && len(t.Exchanges) == 0 {
		err = errors.New("this JSON holds no exchanges")
	}
	return t, err
}

// text reads heads, or what was pasted from a console.
func (c *explainCommand) text(in io.Reader) (*trace.Trace, error) {
	data, err := readAtMost(in, "it", maxPasted)
	if err != nil {
		return nil, err
	}
	o := trace.HeadsOptions{ReadOptions: c.options(), URL: c.URL, Origin: c.Origin}
	if c.WithCredentials {
		o.Credentials = "include"
	}
	t, asHeads := trace.ParseHeads(string(data), o)
	if asHeads == nil && len(t.Exchanges) > 0 {
		return t, nil
	}
	messages, asConsole := explain.ParseConsole(string(data))
	switch {
	case asConsole == nil:
		return explain.ConsoleTrace(messages, c.Origin, o.Redaction), nil
	case asHeads != nil && strings.Contains(string(data), "HTTP/"):
		return nil, asHeads
	default:
		return nil, asConsole
	}
}
