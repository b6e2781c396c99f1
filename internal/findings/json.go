package findings

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/corsage-go/corsage/cors/probe"
)

// schemaVersion is of the form of the JSON report. It grows when a program that
// reads the old form would misread the new one.
const schemaVersion = 1

type jsonReport struct {
	Version int `json:"version"`
	*Report
	Counts Counts `json:"counts"`
}

func writeJSON(w io.Writer, r *Report) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(jsonReport{Version: schemaVersion, Report: r, Counts: r.Count()})
}

// MaxBytes is the size of the largest report that is read.
const MaxBytes = 64 << 20

// Read reads what Write has written as JSON.
func Read(src io.Reader) (*Report, error) {
	data, err := io.ReadAll(io.LimitReader(src, MaxBytes+1))
	if err != nil {
		return nil, err
	}
	if len(data) > MaxBytes {
		return nil, fmt.Errorf("a report has at most %d bytes", MaxBytes)
	}
	j := jsonReport{Report: &Report{}}
	if err := json.Unmarshal(data, &j); err != nil {
		return nil, fmt.Errorf("not a report in JSON: %w", err)
	}
	if j.Version != schemaVersion {
		return nil, fmt.Errorf("not a report of version %d, which corsage check --format json writes", schemaVersion)
	}
	for i := range j.Outcomes {
		if o := &j.Outcomes[i]; o.Severity != probe.None && o.Finding == nil {
			return nil, fmt.Errorf("not a report: outcome %d is of severity %v and has no finding", i+1, o.Severity)
		}
	}
	return j.Report, nil
}
