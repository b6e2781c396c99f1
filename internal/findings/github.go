package findings

import (
	"fmt"
	"io"
	"strings"

	"github.com/corsage-go/corsage/cors/probe"
)

// writeGitHub writes a workflow command for each thing that is wrong, and the
// summary as a line of the log.
func writeGitHub(w io.Writer, r *Report) error {
	var b strings.Builder
	for i := range r.Outcomes {
		if o := &r.Outcomes[i]; !o.Holds() {
			b.WriteString(r.annotation(o) + "\n")
		}
	}
	p := &textWriter{}
	p.summary(r)
	b.WriteString(p.out.String())
	_, err := io.WriteString(w, b.String())
	return err
}

func (r *Report) annotation(o *probe.Outcome) string {
	var at []string
	if r.File != "" {
		at = append(at, "file="+property(r.File))
		if o.Line > 0 {
			at = append(at, fmt.Sprintf("line=%d,col=%d", o.Line, o.Column))
		}
	}
	at = append(at, "title="+property(o.Group+": "+o.Name))
	return "::" + level(o) + " " + strings.Join(at, ",") + "::" + message(plain(o))
}

func level(o *probe.Outcome) string {
	switch {
	case o.Unreachable != "", o.Severity >= probe.Medium:
		return "error"
	case o.Severity == probe.Low:
		return "warning"
	default:
		return "notice"
	}
}

// message and property encode what would end a command, or a part of one.
func message(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

func property(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(s)
}
