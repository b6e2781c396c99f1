package main

import (
	"context"

	"github.com/corsage-go/corsage/cors/trace"
	"github.com/corsage-go/corsage/web/panel"
)

// openPanel opens the panel of the service, if it has one.
func (s *service) openPanel(ctx context.Context) error {
	if !s.flags.withPanel() {
		return nil
	}
	var err error
	s.panel, err = openPanel(ctx, panel.Config{Source: "corsage serve, " + s.sites[0].origin, Live: true}, s.flags.PanelListen, "--panel-listen")
	return err
}

// recorder lets the panel see what the albums are asked and answer; nil if there is
// no panel. The demo's other sites only serve pages.
func (s *service) recorder(at *site) *recorder {
	if s.panel == nil || at.name != albumsSite {
		return nil
	}
	rec := &recorder{sink: trace.Linked(s.panel.Sink()), origin: at.origin, now: s.now, bodies: noBodies}
	if s.flags.Demo {
		rec.bodies = bodiesInDemo
	}
	return rec
}

// panelAddress is where the panel is, "" if there is none.
func (s *service) panelAddress() string {
	if s.panel == nil {
		return ""
	}
	return s.panel.address
}
