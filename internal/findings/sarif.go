package findings

import (
	"encoding/json"
	"io"
	"net/url"
	"path/filepath"
	"slices"

	"github.com/corsage-go/corsage/cors/probe"
)

// SARIF 2.1.0, as far as findings need it.
//
// Standard: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool        sarifTool         `json:"tool"`
		Invocations []sarifInvocation `json:"invocations"`
		Results     []sarifResult     `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"semanticVersion,omitempty"`
		Info    string      `json:"informationUri"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID     string    `json:"id"`
		Short  sarifText `json:"shortDescription"`
		Help   sarifText `json:"help"`
		HelpAt string    `json:"helpUri,omitempty"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifInvocation struct {
		Successful    bool                `json:"executionSuccessful"`
		Notifications []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	}
	sarifNotification struct {
		Level   string    `json:"level"`
		Message sarifText `json:"message"`
	}
	sarifResult struct {
		Rule         string            `json:"ruleId"`
		Index        int               `json:"ruleIndex"`
		Level        string            `json:"level"`
		Message      sarifText         `json:"message"`
		Locations    []sarifLocation   `json:"locations"`
		Fingerprints map[string]string `json:"partialFingerprints"`
		Properties   sarifProperties   `json:"properties"`
	}
	sarifLocation struct {
		Physical sarifPhysical  `json:"physicalLocation"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		Line   int `json:"startLine"`
		Column int `json:"startColumn,omitempty"`
	}
	sarifLogical struct {
		Name string `json:"fullyQualifiedName"`
		Kind string `json:"kind"`
	}
	sarifProperties struct {
		Severity probe.Severity `json:"severity"`
		Promise  string         `json:"promise"`
	}
)

func writeSARIF(w io.Writer, r *Report) error {
	run := sarifRun{
		Tool:    sarifTool{sarifDriver{Name: "Corsage", Info: "https://github.com/corsage-go/corsage", Rules: []sarifRule{}}},
		Results: []sarifResult{},
	}
	done := sarifInvocation{Successful: true}
	for i := range r.Outcomes {
		switch o := &r.Outcomes[i]; {
		case o.Unreachable != "":
			done.Successful = false
			done.Notifications = append(done.Notifications, sarifNotification{"error", sarifText{o.Group + ": " + o.Name + ": " + o.Unreachable}})
		case o.Finding != nil:
			run.Results = append(run.Results, r.result(&run.Tool.Driver, o))
		}
	}
	run.Invocations = []sarifInvocation{done}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(sarifLog{
		Schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json", Version: "2.1.0",
		Runs: []sarifRun{run},
	})
}

func (r *Report) result(d *sarifDriver, o *probe.Outcome) sarifResult {
	return sarifResult{
		Rule: o.Finding.Rule, Index: d.rule(o), Level: map[string]string{"error": "error", "warning": "warning", "notice": "note"}[level(o)],
		Message: sarifText{o.Group + ": " + o.Name + "\n\n" + plain(o)}, Locations: []sarifLocation{r.location(o)},
		Fingerprints: map[string]string{"corsagePromise/v1": o.Group + "\n" + o.Rule + "\n" + o.Name},
		Properties:   sarifProperties{Severity: o.Severity, Promise: o.Name},
	}
}

// rule returns the index of a finding's rule, which it adds if it is new.
func (d *sarifDriver) rule(o *probe.Outcome) int {
	i := slices.IndexFunc(d.Rules, func(r sarifRule) bool { return r.ID == o.Finding.Rule })
	if i >= 0 {
		return i
	}
	help := o.Finding.Remedy.Text.Plain()
	if help == "" {
		help = o.Finding.Happened.Plain()
	}
	d.Rules = append(d.Rules, sarifRule{
		ID: o.Finding.Rule, Short: sarifText{o.Finding.Title.Plain()}, Help: sarifText{help}, HelpAt: o.Finding.Standard.URL,
	})
	return len(d.Rules) - 1
}

// location is where the promise is written, or the address that was asked.
func (r *Report) location(o *probe.Outcome) sarifLocation {
	l := sarifLocation{Logical: []sarifLogical{{Name: o.Group, Kind: "resource"}}}
	if r.File == "" {
		l.Physical.Artifact.URI = r.Target
		return l
	}
	l.Physical.Artifact.URI = (&url.URL{Path: filepath.ToSlash(r.File)}).EscapedPath()
	if o.Line > 0 {
		l.Physical.Region = &sarifRegion{o.Line, o.Column}
	}
	return l
}
