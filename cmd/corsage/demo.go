package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"

	"github.com/corsage-go/corsage/internal/demo"
	"github.com/corsage-go/corsage/web/photos"
)

// The sites of the demo besides the albums themselves.
const (
	albumsSite  = "albums"
	guestSite   = "guest"   // sharing rules name it, and it holds a token
	unnamedSite = "unnamed" // the same pages, and no rule names it
)

// demonstration is what `serve --demo` adds to the service. A nil one is a
// service without.
type demonstration struct {
	owner    string
	password string // "" when it is not the one that the demo made
	albums   photos.GuestAlbums
	guests   map[*site]http.Handler
}

// guest returns the handler of one of the demo's own sites, nil for the albums.
func (d *demonstration) guest(at *site) http.Handler {
	if d == nil {
		return nil
	}
	return d.guests[at]
}

// listenForDemo opens the demo's sites. 127.0.0.1 and localhost are different
// sites to every browser, so nothing has to be set up for that.
func (s *service) listenForDemo(ctx context.Context) error {
	f := s.flags
	if err := errors.Join(onlyHere(f.Listen, "--listen"), onlyHere(f.PlainListen, "--plain-listen")); err != nil {
		return err
	}
	if err := s.listenForData(ctx, f.Listen, "--listen", s.scheme(), ""); err != nil {
		return err
	}
	if err := s.listenForGuest(ctx, guestSite, s.scheme(), f.GuestPort, "--guest-port"); err != nil {
		return err
	}
	if err := s.listenForGuest(ctx, unnamedSite, s.scheme(), f.UnnamedPort, "--unnamed-port"); err != nil {
		return err
	}
	if !s.flags.TLS {
		return nil
	}
	if err := s.listenForData(ctx, f.PlainListen, "--plain-listen", "http", ""); err != nil {
		return err
	}
	return s.listenForGuest(ctx, guestSite, "http", f.PlainGuestPort, "--plain-guest-port")
}

// onlyHere refuses an address that others can reach: the demo hands out tokens
// and a sign-in to whoever opens its pages. What is no address is for listen to
// say.
func onlyHere(address, flag string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil || host == "localhost" || net.ParseIP(host).IsLoopback() {
		return nil
	}
	return misuse(fmt.Errorf("the demo is for this machine alone, and others may reach %s %q", flag, address),
		fmt.Sprintf("use 127.0.0.1 with %s, or leave out --demo", flag))
}

func (s *service) listenForGuest(ctx context.Context, name, scheme string, port int, flag string) error {
	listeners, err := listenLocalhost(ctx, port, flag)
	if err != nil {
		return err
	}
	s.addSite(name, scheme, fmt.Sprintf("%s://localhost:%d", scheme, portOf(listeners[0])), listeners...)
	return nil
}

// siteOf returns the first site of a name and scheme; nil if there is none.
func (s *service) siteOf(name, scheme string) *site {
	for _, site := range s.sites {
		if site.name == name && site.scheme() == scheme {
			return site
		}
	}
	return nil
}

// prepareDemo seeds the albums and makes the handlers of the demo's other sites.
func (s *service) prepareDemo(ctx context.Context) error {
	seed, err := newSeed(s)
	if err != nil {
		return err
	}
	ids, err := seed.plant(ctx)
	if err != nil {
		return fmt.Errorf("preparing the demo: %w", err)
	}
	s.demo = &demonstration{
		owner: demoOwner, password: seed.password, guests: map[*site]http.Handler{},
		albums: photos.GuestAlbums{
			Open: string(ids[demo.OpenGarden]), Chosen: string(ids[demo.ForPartner]),
			SignedIn: string(ids[demo.SignedInOnly]), Private: string(ids[demo.Private]),
		},
	}
	for _, site := range s.sites {
		if site.name != albumsSite {
			s.demo.guests[site] = onlyAt(site.origin, photos.Guest(s.guestConfig(site, seed)))
		}
	}
	return nil
}

// guestConfig tells the pages of one of the demo's sites where everything is. A
// site that is served over http only has no counterpart among those of https.
func (s *service) guestConfig(at *site, seed *seed) photos.GuestConfig {
	other := map[string]string{guestSite: unnamedSite, unnamedSite: guestSite}[at.name]
	c := photos.GuestConfig{
		Data:  s.siteOf(albumsSite, at.scheme()).origin,
		Self:  at.origin,
		Named: at.name == guestSite,
		HTTPS: photos.GuestOrigins{
			Data: s.originOf(albumsSite, "https"), Self: s.originOf(at.name, "https"), Other: s.originOf(other, "https"),
		},
		Albums: s.demo.albums, DemoUser: s.demo.owner, Panel: s.panelAddress(),
	}
	if c.Other = s.originOf(other, at.scheme()); c.Other == "" {
		c.Other = s.originOf(other, s.scheme())
	}
	if c.Named {
		c.Token = seed.tokens(at.origin)
	}
	return c
}

func (s *service) originOf(name, scheme string) string {
	if site := s.siteOf(name, scheme); site != nil {
		return site.origin
	}
	return ""
}
