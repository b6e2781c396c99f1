package main

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"sync"
	"time"

	"github.com/corsage-go/corsage/album"
	"github.com/corsage-go/corsage/album/albumhttp"
	"github.com/corsage-go/corsage/album/picture"
	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/policy"
	"github.com/corsage-go/corsage/internal/demo"
	"github.com/corsage-go/corsage/server/corshttp"
	"github.com/corsage-go/corsage/web/photos"
)

// service is `corsage serve` as it runs: everything is put together here. Open
// starts it and Close ends it; tests start the same type.
type service struct {
	flags *serveCommand
	log   *slog.Logger
	now   func() time.Time

	photoWidth int // of the photos that the demo draws, in pixels

	data     *dataFolder
	rules    *rulebook
	library  *album.Library
	policies *policies

	certificates func(*tls.ClientHelloInfo) (*tls.Certificate, error) // nil without https
	authority    *authority                                           // nil unless --tls
	sites        []*site
	demo         *demonstration // nil unless --demo
	metrics      *metrics       // nil unless --metrics
	panel        *shownPanel    // nil unless there is one
	failed       chan error     // of servers that end by themselves

	sweeping context.CancelFunc
	swept    sync.WaitGroup
}

func newService(flags *serveCommand, con console) *service {
	return &service{
		flags:      flags,
		log:        newLog(con.err, flags.LogFormat, flags.logLevel()),
		now:        time.Now,
		photoWidth: demo.Width,
		failed:     make(chan error, 8),
	}
}

// Open opens the data folder, listens, and serves. When it fails nothing stays
// open.
func (s *service) Open(ctx context.Context) (err error) {
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close(ctx))
		}
	}()
	for _, step := range []func(context.Context) error{
		s.openData, s.openCertificates, s.listen, s.openMetrics, s.openPanel, s.putTogether, s.handle,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	for _, site := range s.sites {
		site.serve(s.failed)
	}
	if s.metrics != nil {
		s.metrics.serve(s.failed)
	}
	s.warnOfPlainHTTP()
	s.sweep(ctx)
	return nil
}

// warnOfPlainHTTP says in time what would puzzle people at the sign-in form.
func (s *service) warnOfPlainHTTP() {
	o, err := cors.ParseOrigin(s.sites[0].origin)
	if err == nil && !o.IsTrustworthy() {
		s.log.Warn("browsers keep no sign-in of an origin over plain http: serve https, or put a proxy in front that does, and say so with --origin", "origin", o.String())
	}
}

// Wait returns when the context ends, or with the error of a server that ended
// by itself.
func (s *service) Wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-s.failed:
		return err
	case err := <-s.panel.failure():
		return err
	}
}

// Close ends the service: requests under way may finish until the context ends,
// then they are cut off.
func (s *service) Close(ctx context.Context) error {
	var all sync.WaitGroup
	var panelErr error
	errs := make([]error, len(s.sites))
	for i, site := range s.sites {
		all.Go(func() { errs[i] = site.close(ctx) })
	}
	all.Go(func() { panelErr = s.panel.close(ctx) })
	all.Wait()
	if s.metrics != nil {
		errs = append(errs, s.metrics.close())
		s.metrics = nil
	}
	errs = append(errs, panelErr)
	if s.sweeping != nil {
		s.sweeping()
		s.swept.Wait()
	}
	if s.data != nil {
		errs = append(errs, s.data.close())
		s.data = nil
	}
	return errors.Join(errs...)
}

func (s *service) openData(ctx context.Context) error {
	folder, err := s.flags.folder()
	if err != nil {
		return err
	}
	s.data, err = openToServe(ctx, folder)
	return err
}

func (s *service) openCertificates(context.Context) error {
	switch {
	case s.flags.TLS:
		a, err := openAuthority(filepath.Join(s.data.path, "tls"), s.now)
		if err != nil {
			return err
		}
		s.authority, s.certificates = a, a.certificate
	case s.flags.TLSCert != "":
		f, err := openCertificate(s.flags.TLSCert, s.flags.TLSKey, s.now)
		if err != nil {
			return err
		}
		s.certificates = f.certificate
	}
	return nil
}

// scheme is that of the service's own addresses.
func (s *service) scheme() string {
	if s.certificates != nil {
		return "https"
	}
	return "http"
}

func (s *service) listen(ctx context.Context) error {
	if s.flags.Demo {
		return s.listenForDemo(ctx)
	}
	return s.listenForData(ctx, s.flags.Listen, "--listen", s.scheme(), s.flags.Origin)
}

// listenForData adds a site for the albums. Without an origin it is made of the
// address.
func (s *service) listenForData(ctx context.Context, address, flag, scheme, origin string) error {
	l, err := listen(ctx, address, flag)
	if err != nil {
		return err
	}
	site := s.addSite(albumsSite, scheme, origin, l)
	if origin != "" {
		return nil
	}
	site.derived = true
	if site.origin, err = originOf(scheme, l); err != nil {
		return err
	}
	if s.authority != nil && scheme == "https" && !vouches(hostname(site.origin)) {
		return misuse(fmt.Errorf("--tls is for this machine alone and cannot vouch for %s", site.origin),
			"listen on 127.0.0.1, or use --tls-cert")
	}
	return nil
}

// putTogether makes the library and the policies over the data folder.
func (s *service) putTogether(context.Context) error {
	rules, err := newRulebook(s.data.store, policyForm{maxAge: new(s.flags.preflightMaxAge())})
	if err != nil {
		return err
	}
	s.rules = rules
	library, err := album.NewLibrary(album.Config{
		Store: s.rules, Blobs: s.data.blobs, Pictures: picture.New(s.flags.MaxDecodes),
		Limits: s.flags.limitFlags.album(), Now: s.now, Random: rand.Reader,
		CheckSharing: s.rules.checkSharing, CheckOrigin: checkOrigin,
	})
	if err != nil {
		return misuse(err, "see the limits in corsage serve --help")
	}
	s.library = library
	s.policies, err = newPolicies(s.rules, s.data.store, s.trustedSites(), s.now, s.log)
	if problems := policy.Problems(err); len(problems) > 0 {
		p := problems[0]
		return misuse(fmt.Errorf("--trusted-site %s: %s", cors.Excerpt(p.Value), p.Reason.Sentence()), p.Cure)
	}
	return err
}

// trustedSites are the ones of the command line, and in the demo the guests.
func (s *service) trustedSites() []string {
	trusted := s.flags.TrustedSite
	for _, site := range s.sites {
		if site.name == guestSite {
			trusted = append(trusted[:len(trusted):len(trusted)], site.origin)
		}
	}
	return trusted
}

// handle gives every site its handler.
func (s *service) handle(ctx context.Context) error {
	if s.flags.Demo {
		if err := s.prepareDemo(ctx); err != nil {
			return err
		}
	}
	for _, site := range s.sites {
		rec := s.recorder(site)
		handler := s.demo.guest(site)
		if handler == nil {
			handler = s.albums(site, rec.option()...)
		}
		handler = rec.wrap(patience(s.flags.MinRateWindow, handler))
		site.server.Handler = accessLog{s.log, site.name}.wrap(handler)
	}
	return nil
}

// albums is the handler of the data origin. A request's way is: the policy of
// its target, then the owner's pages, the fonts, or the service.
func (s *service) albums(at *site, options ...corshttp.Option) http.Handler {
	handler := albumhttp.New(albumhttp.Config{
		Service: s.library, Access: s.library, Origins: []string{at.origin}, Patterns: patternsNaming,
		Ambient: s.policies.ambient, Verdict: s.policies.verdict, Limits: s.flags.limitFlags.http(), Ready: s.data.ready, ProxyHeader: s.flags.ProxyHeader,
		Now: s.now, Log: s.log,
	})
	routes := &dataRoutes{service: handler, pages: photos.Owner(), fonts: photos.Fonts()}
	if at.derived {
		routes.pages = onlyAt(at.origin, routes.pages)
	}
	options = append(append(options, s.observers()...), corshttp.Enforce(at.origin))
	cross := corshttp.NewPerRequest(s.policies.of, options...).Wrap
	if s.flags.Demo {
		return newRefusals(routes, cross, options...)
	}
	return cross(routes)
}

// patternsNaming has the form of albumhttp.Config.Patterns: a text that is no
// origin has no patterns.
func patternsNaming(origin string) []string {
	if !cors.IsOrigin(origin) {
		return nil
	}
	return cors.PatternsNaming(origin)
}

// sweepEvery is how often what nobody can reach any more is removed.
const sweepEvery = time.Hour

// sweep removes expired sessions and tokens and forgotten files, now and every
// so often, until the service is closed.
func (s *service) sweep(ctx context.Context) {
	ctx, s.sweeping = context.WithCancel(context.WithoutCancel(ctx))
	s.swept.Go(func() {
		tick := time.NewTicker(sweepEvery)
		defer tick.Stop()
		for ctx.Err() == nil {
			removed, err := s.library.Sweep(ctx)
			switch {
			case ctx.Err() != nil:
			case err != nil:
				s.log.ErrorContext(ctx, "sweeping failed", "error", err)
			case removed > 0:
				s.log.InfoContext(ctx, "swept", "photos", removed)
			}
			select {
			case <-ctx.Done():
			case <-tick.C:
			}
		}
	})
}
