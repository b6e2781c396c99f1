package main

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/corsage-go/corsage/agent/script"
)

// runConsole shows in a terminal what browsers show in their console.
type runConsole struct {
	out, err           io.Writer
	paintOut, paintErr bool // they show colours
}

// The codes of colours.
const (
	red    = "\x1b[31m"
	yellow = "\x1b[33m"
	dim    = "\x1b[2m"
	plain  = "\x1b[0m"
)

// print shows a message: warnings and errors on standard error, anything else on
// standard output. That these cannot be written has no one to be told.
func (c *runConsole) print(m script.Message) {
	w, paint, color := c.out, c.paintOut, ""
	switch m.Level {
	case "error":
		w, paint, color = c.err, c.paintErr, red
	case "warning":
		w, paint, color = c.err, c.paintErr, yellow
	case "debug":
		color = dim
	}
	text := m.Text
	if paint || isColorTerminal(w) {
		text = harmless(text)
	}
	if paint && color != "" {
		text = color + text + plain
	}
	_, _ = fmt.Fprintln(w, text)
}

// harmless shows the codes by which a text could command the terminal, which a
// page's script is not to do.
func harmless(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || !unicode.IsControl(r):
			return r
		case r < 0x20:
			return '\u2400' + r // the control pictures
		default:
			return '\ufffd'
		}
	}, text)
}
