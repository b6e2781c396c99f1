package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/corsage-go/corsage/agent"
	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/trace"
)

// maxStdin is how many bytes of standard input a request may send. Files may be of
// any size.
const maxStdin = 64 << 20

// body is what the request sends; nil for nothing.
func (c *xhrCommand) body(con console) (agent.Body, error) {
	switch {
	case len(c.Form) > 0:
		return c.form()
	case len(c.Data) == 0:
		return nil, nil
	case len(c.Data) == 1 && c.Data[0] == "@-":
		return readStdin(con.in)
	case len(c.Data) == 1 && strings.HasPrefix(c.Data[0], "@"):
		file, err := agent.OpenFile(c.Data[0][1:])
		if err != nil {
			return nil, fmt.Errorf("-d: %w", err)
		}
		return file, nil
	}
	for _, d := range c.Data {
		if strings.HasPrefix(d, "@") {
			return nil, fmt.Errorf("-d %s: a file is sent alone; use one -d, or -F for a form with files", d)
		}
	}
	return agent.Text(strings.Join(c.Data, "&")), nil
}

func readStdin(in io.Reader) (agent.Body, error) {
	data, err := readAtMost(in, "standard input", maxStdin)
	if err != nil {
		return nil, fmt.Errorf("-d @-: %w; what is longer is sent from a file, with -d @FILE", err)
	}
	return agent.Bytes(data), nil
}

// form is a form's entries. Files are read when they are sent.
func (c *xhrCommand) form() (agent.Body, error) {
	form := &agent.FormData{}
	for _, entry := range c.Form {
		name, value, ok := strings.Cut(entry, "=")
		if !ok || name == "" {
			return nil, fmt.Errorf("-F %q is neither NAME=VALUE nor NAME=@FILE", entry)
		}
		path, isFile := strings.CutPrefix(value, "@")
		if !isFile {
			form.Append(name, value)
			continue
		}
		file, err := agent.OpenFile(path)
		if err != nil {
			return nil, fmt.Errorf("-F %s: %w", name, err)
		}
		form.AppendFile(name, file)
	}
	return form, nil
}

// method is what is asked for.
func (c *xhrCommand) method() string {
	switch {
	case c.Method != "":
		return c.Method
	case c.sends():
		return "POST"
	default:
		return "GET"
	}
}

// open prepares the request of the page.
func (c *xhrCommand) open(con console, browser *agent.Agent) (*agent.XHR, error) {
	at, err := c.page()
	if err != nil {
		return nil, misuse(err)
	}
	page, err := browser.Page(at.Href())
	if err != nil {
		return nil, misuse(err)
	}
	for _, cookie := range c.Cookie {
		if err := browser.SetCookie(c.URL, cookie); err != nil {
			return nil, misuse(fmt.Errorf("--cookie %s: %w", cookieName(cookie), err))
		}
	}
	x := page.XHR()
	if err := x.OpenWith(c.method(), c.URL, c.login()); err != nil {
		return nil, c.notOpened(err)
	}
	for _, h := range c.Header {
		if cors.IsForbiddenRequestField(h.Name, h.Value) {
			c.note(con, "%s is left out: no script may set it, only the browser does%s", h.Name, insteadOf(h.Name))
		}
		if err := x.SetRequestHeader(h.Name, h.Value); err != nil {
			return nil, misuse(fmt.Errorf("-H %s: %w", h.Name, err))
		}
	}
	if c.User != "" && trace.OriginOf(c.URL) != page.Origin().String() && strings.Contains(c.URL, "://") {
		c.note(con, "browsers do not sign in to other origins by themselves; send -H 'Authorization: ...' instead of --user")
	}
	return x, errors.Join(x.SetWithCredentials(c.WithCredentials), x.SetTimeout(c.Timeout))
}

// login is who signs in when the server asks.
func (c *xhrCommand) login() agent.OpenOptions {
	if c.User == "" {
		return agent.OpenOptions{}
	}
	name, password, _ := strings.Cut(c.User, ":")
	return agent.OpenOptions{Username: &name, Password: &password}
}

// notOpened says why there is no request.
func (c *xhrCommand) notOpened(err error) error {
	if c.Profile == "ie9" {
		return hinted(err, "Internet Explorer 9 asks other origins with XDomainRequest, which scripts find in corsage run --profile ie9")
	}
	return misuse(err)
}

// insteadOf names the flag for what a header field cannot do.
func insteadOf(field string) string {
	switch strings.ToLower(field) {
	case "cookie":
		return "; cookies are given with --cookie"
	case "origin", "referer":
		return "; the page is given with --origin"
	case "host":
		return "; --resolve says where a host's connections lead"
	default:
		return ""
	}
}

func cookieName(cookie string) string {
	name, _, _ := strings.Cut(cookie, "=")
	return strings.TrimSpace(name)
}

// note tells something that is no error.
func (c *xhrCommand) note(con console, format string, args ...any) {
	if !c.Silent {
		fmt.Fprintf(con.err, "note: "+format+"\n", args...)
	}
}
