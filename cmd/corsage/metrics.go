package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/corsage-go/corsage/album/albumhttp"
	"github.com/corsage-go/corsage/server/corshttp"
	"github.com/corsage-go/corsage/server/corsprom"
)

// metrics is what counts the decisions about other sites, and the server at which
// they are collected: one of its own, since what it tells is not for everybody.
type metrics struct {
	listener net.Listener
	server   *http.Server
	counts   *corsprom.Metrics
}

const metricsPath = "/metrics"

// openMetrics listens where --metrics says, if it says anything.
func (s *service) openMetrics(ctx context.Context) error {
	if s.flags.Metrics == "" {
		return nil
	}
	registry := prometheus.NewRegistry()
	counts, err := corsprom.New(registry)
	if err != nil {
		return err
	}
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	l, err := listen(ctx, s.flags.Metrics, "--metrics")
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("GET "+metricsPath, promhttp.HandlerFor(registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4}))
	s.metrics = &metrics{
		listener: l, counts: counts,
		server: &http.Server{Handler: mux, ReadHeaderTimeout: s.flags.HeaderTimeout, WriteTimeout: time.Minute, MaxHeaderBytes: int(s.flags.MaxHeaderBytes)},
	}
	s.log.Info("metrics can be collected", "address", l.Addr().String()+metricsPath)
	return nil
}

func (m *metrics) serve(failed chan<- error) {
	go func() {
		if err := m.server.Serve(m.listener); !errors.Is(err, http.ErrServerClosed) {
			failed <- fmt.Errorf("serving metrics ended: %w", err)
		}
	}()
}

func (m *metrics) close() error {
	err := m.server.Close()
	// Closed already, unless the server never began to serve.
	if e := m.listener.Close(); e != nil && !errors.Is(e, net.ErrClosed) {
		err = errors.Join(err, e)
	}
	return err
}

// observers are those who are told what the policies decide.
func (s *service) observers() []corshttp.Option {
	var options []corshttp.Option
	if s.flags.LogRefusals > 0 {
		refusals := corshttp.NewRefusalLog(s.log, slog.LevelInfo, s.flags.LogRefusals, time.Second, s.now)
		options = append(options, corshttp.Observe(refusals, policyName))
	}
	if s.metrics != nil {
		options = append(options, corshttp.Observe(s.metrics.counts, policyName))
	}
	return options
}

// policyName is what the policy of a request is called in logs and metrics: the sort
// of thing that is asked for. No album and no site is told.
func policyName(r *http.Request) string { return albumhttp.Target(r).Kind.String() }
