package main

import (
	"fmt"
	"io"
	"strings"
	"text/template"
)

// greet prints where the service is and, in the demo, what to try first.
func (s *service) greet(out io.Writer) {
	t := plainGreeting
	if s.demo != nil {
		t = demoGreeting
	}
	var b strings.Builder
	if err := t.Execute(&b, s.greetingFacts()); err != nil {
		s.log.Error("the greeting could not be made", "error", err)
		return
	}
	fmt.Fprint(out, b.String())
}

// greetingFacts is what the greetings tell.
type greetingFacts struct {
	Origin, Guest, Unnamed  string
	PlainOrigin, PlainGuest string // "" unless the demo serves http beside https
	Panel                   string // address of the panel; "" if there is none
	Folder                  string
	Owner, Password         string
	Authority               string // path of the certificate to trust; "" without --tls
}

func (s *service) greetingFacts() greetingFacts {
	g := greetingFacts{
		Origin:  s.sites[0].origin,
		Guest:   s.originOf(guestSite, s.scheme()),
		Unnamed: s.originOf(unnamedSite, s.scheme()),
		Panel:   s.panelAddress(),
		Folder:  s.data.path,
	}
	if s.demo != nil {
		g.Owner, g.Password = s.demo.owner, s.demo.password
	}
	if s.authority != nil {
		g.Authority = s.authority.path
		g.PlainOrigin, g.PlainGuest = s.originOf(albumsSite, "http"), s.originOf(guestSite, "http")
	}
	return g
}

var plainGreeting = template.Must(template.New("greeting").Parse(trustText + `corsage serves {{.Origin}} from {{.Folder}}
{{- with .Panel}}
the panel is at {{.}}
{{- end}}
{{- with .Authority}}

{{template "trust" .}}
{{- end}}
`))

var demoGreeting = template.Must(template.New("greeting").Parse(trustText + `
  Corsage: photo albums, shared with exactly the sites that their owner chooses

    the albums     {{.Origin}}
    a guest site   {{printf "%-24s" .Guest}}  which the albums' rules name
    another site   {{printf "%-24s" .Unnamed}}  which no rule names
{{- with .Panel}}
    the panel      {{.}}
{{- end}}
{{- if .PlainOrigin}}

  and without TLS

    the albums     {{.PlainOrigin}}
    a guest site   {{.PlainGuest}}
{{- end}}

  Try this first

    1. Open {{.Guest}} and press "List the albums" in S2: a script of
       that page reads a list that lives on {{.Origin}}.
    2. Press "Fetch the chosen album" in S5 there, and then the same on
       {{.Unnamed}}: here the browser keeps the answer from the script,
       and the page says why.
    3. Open {{.Origin}}, sign in, and add {{.Unnamed}} to
       the sites that may read "For the partner". It holds at the next press.

    Sign in as     {{.Owner}}
    password       {{or .Password "the one that you gave her"}}
{{- with .Authority}}

{{template "trust" .}}
{{- end}}

  Everything is kept in {{.Folder}}
  Stop with Ctrl-C.

`))

// trustText tells how to let a browser trust the local authority.
const trustText = `{{define "trust"}}  Let your browser trust this machine's own authority, once. It can vouch for
  localhost and for nothing else.

    certificate    {{.}}
    Debian         sudo cp {{.}} /usr/local/share/ca-certificates/corsage.crt
                   sudo update-ca-certificates
    macOS          security add-trusted-cert -k ~/Library/Keychains/login.keychain-db {{.}}
    Chromium       certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n corsage -i {{.}}
    Firefox        Settings, Certificates, View Certificates, Authorities, Import
{{- end}}`
