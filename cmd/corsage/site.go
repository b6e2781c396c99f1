package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"strings"
	"time"
)

// site is one web site that the program serves: an origin, and what listens and
// answers there.
type site struct {
	name      string
	origin    string
	derived   bool // the origin was made of the address, so it is the only one
	listeners []net.Listener
	server    *http.Server
}

// addSite makes a site without a handler. It is closed with the service.
func (s *service) addSite(name, scheme, origin string, listeners ...net.Listener) *site {
	f := s.flags
	server := &http.Server{
		ReadHeaderTimeout: f.HeaderTimeout,
		IdleTimeout:       f.IdleTimeout,
		WriteTimeout:      f.MinRateWindow, // what is long gets more, see albumhttp.Limits
		MaxHeaderBytes:    int(f.MaxHeaderBytes),
		ErrorLog:          log.New(serverLog{s.log}, "", 0),
		Protocols:         new(http.Protocols),
	}
	server.Protocols.SetHTTP1(true)
	if scheme == "https" {
		server.Protocols.SetHTTP2(true)
		server.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: s.certificates}
	}
	added := &site{name: name, origin: origin, listeners: listeners, server: server}
	s.sites = append(s.sites, added)
	return added
}

// scheme is http or https.
func (s *site) scheme() string {
	if s.server.TLSConfig != nil {
		return "https"
	}
	return "http"
}

// serve begins to answer requests. A server that ends by itself tells failed
// why.
func (s *site) serve(failed chan<- error) {
	for _, l := range s.listeners {
		go func() {
			var err error
			if s.server.TLSConfig != nil {
				err = s.server.ServeTLS(l, "", "")
			} else {
				err = s.server.Serve(l)
			}
			if !errors.Is(err, http.ErrServerClosed) {
				failed <- fmt.Errorf("serving %s ended: %w", s.origin, err)
			}
		}()
	}
}

// close lets requests under way finish until the context ends, and cuts off the
// rest.
func (s *site) close(ctx context.Context) error {
	err := s.server.Shutdown(ctx)
	if err != nil && ctx.Err() != nil {
		err = hinted(inWords(err, "requests to %s were still under way and have been cut off", s.origin),
			"give them more time with --shutdown-timeout")
		err = errors.Join(err, s.server.Close())
	}
	for _, l := range s.listeners {
		// Closed already, unless the server never began to serve.
		if e := l.Close(); e != nil && !errors.Is(e, net.ErrClosed) {
			err = errors.Join(err, e)
		}
	}
	return err
}

// dataRoutes tells apart what is served at the data origin.
type dataRoutes struct {
	service http.Handler // the albums
	pages   http.Handler // the owner's pages
	fonts   http.Handler
}

const fontsPath = "/fonts/"

// ServeHTTP implements http.Handler.
func (d *dataRoutes) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch path := r.URL.Path; {
	case path == "/" || strings.HasPrefix(path, "/assets/"):
		d.pages.ServeHTTP(w, r)
	case strings.HasPrefix(path, fontsPath):
		d.fonts.ServeHTTP(w, r)
	default:
		d.service.ServeHTTP(w, r)
	}
}

// onlyAt serves pages at their origin alone. By another name of the same machine
// they would be another site to browsers, where they do not work; and whoever
// makes a name of his own lead here gets to see nothing.
func onlyAt(origin string, pages http.Handler) http.Handler {
	_, own, _ := strings.Cut(origin, "://")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.EqualFold(r.Host, own):
			pages.ServeHTTP(w, r)
		case r.URL.Path == "/":
			http.Redirect(w, r, origin+"/", http.StatusFound)
		default:
			http.Error(w, "this page is at "+origin+"/", http.StatusMisdirectedRequest)
		}
	})
}

// patience limits for how long a request's body may keep the connection where
// nobody reads it: while a refused one is thrown away. Whoever does read it sets
// limits of its own.
func patience(limit time.Duration, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength == 0 {
			next.ServeHTTP(w, r)
			return
		}
		control := http.NewResponseController(w)
		_ = control.SetReadDeadline(time.Now().Add(limit)) // not every server can
		next.ServeHTTP(w, r)
		_ = control.SetReadDeadline(time.Now().Add(limit))
	})
}
