package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

// What the policies decide is counted where --metrics says and nowhere else, by sorts
// of things: neither the sites that ask nor what they ask for can be read there.
func TestMetrics(t *testing.T) {
	s, origin := startPlain(t, "--metrics", "127.0.0.1:0")
	d := &runningDemo{origin: origin, client: newClient(nil)}
	const album = "/albums/01m83vk2mwnw92sjt4vtgqrnrn"
	for range 3 {
		d.do(t, "GET", origin+album, "Origin: https://evil.example")
	}
	d.do(t, "GET", origin+"/healthz", "Origin: https://evil.example")
	if r := d.do(t, "GET", origin+metricsPath); r.status != http.StatusNotFound {
		t.Errorf("the albums' own address answers %d", r.status)
	}
	text := string(d.do(t, "GET", "http://"+s.metrics.listener.Addr().String()+metricsPath).body)
	for _, want := range []string{
		`corsage_requests_total{mode="enforced",policy="album",reason="origin-not-allowed",request="actual",verdict="refused"} 3`,
		`corsage_requests_total{mode="enforced",policy="open",reason="allowed",request="actual",verdict="allowed"} 1`,
		`go_goroutines `,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is missing in\n%s", want, text)
		}
	}
	if strings.Contains(text, "evil") || strings.Contains(text, "01m83") {
		t.Errorf("what was asked for can be read:\n%s", text)
	}
}

// A refused page of another site is a line in the log, unless nobody wants it.
func TestRefusalsAreLogged(t *testing.T) {
	for flag, want := range map[string]int{"10": 1, "0": 0} {
		var log bytes.Buffer
		s := newService(parseServe(t, "--listen", "127.0.0.1:0", "--data", filepath.Join(t.TempDir(), "data"), "--log-refusals", flag), console{out: io.Discard, err: &log})
		must(t, s.Open(context.Background()))
		d := &runningDemo{origin: s.sites[0].origin, client: newClient(nil)}
		d.do(t, "GET", d.origin+"/albums", "Origin: https://evil.example")
		must(t, s.Close(context.Background()))
		if got := strings.Count(log.String(), "refused a page of another site"); got != want {
			t.Errorf("--log-refusals %s: %d lines, want %d:\n%s", flag, got, want, &log)
		}
	}
}
