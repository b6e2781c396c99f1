package script

import (
	"strings"

	"github.com/corsage-go/corsage/agent/script/engine"
	"github.com/corsage-go/corsage/agent/xhr"
)

func (r *Realm) scriptOps() ops {
	return ops{
		"queue": r.opQueue, "fetchScript": r.opFetchScript, "evaluate": r.opEvaluate,
		"importMap": r.opImportMap, "runModule": r.opRunModule,
	}
}

// opFetchScript gets a classic script, and calls a function with whether it could,
// its text, and whether its errors are to be hidden.
//
// Standard: https://html.spec.whatwg.org/#fetch-a-classic-script
func (r *Realm) opFetchScript(c *engine.Call) (any, error) {
	q, err := resourceOf(c, "script")
	if err != nil {
		return nil, err
	}
	done := r.callback(c, 2)
	r.later(q, func(v *received, err error) {
		if err != nil || !v.isOK() || !v.mayBeScript() {
			done.call(false, "", false)
			return
		}
		done.call(true, v.scriptText(q.charset), v.opaque)
	})
	return engine.Undefined{}, nil
}

// scriptText is the text of a script, in the charset of its type or another.
func (v *received) scriptText(charset string) string {
	if m, ok := v.mime(); ok {
		if label, ok := m.Parameter("charset"); ok {
			charset = label
		}
	}
	return xhr.DecodeLabelled(v.body, charset)
}

// opEvaluate runs a classic script that begins on a line of a file. The errors of
// one that is muted show nothing.
//
// Standard: https://html.spec.whatwg.org/#run-a-classic-script
func (r *Realm) opEvaluate(c *engine.Call) (any, error) {
	source, file, line, muted := c.Text(0), c.Text(1), int(c.Int(2)), c.Bool(3)
	if line > 1 {
		source = strings.Repeat("\n", line-1) + source // so that errors are where they are in the page
	}
	v, err := r.engine.Eval(source, file)
	switch {
	case err == nil:
		v.Free()
	case muted:
		r.reportMuted(err)
	default:
		r.report(err)
	}
	return engine.Undefined{}, nil
}

// reportMuted reports an error of a script that the page may not look into.
//
// Standard: https://html.spec.whatwg.org/#concept-script-muted-errors
func (r *Realm) reportMuted(err error) {
	e, ok := err.(*Error) //nolint:errorlint // made by the engine, just so
	if !ok || e.Unwrap() != nil {
		r.report(err)
		return
	}
	e.Forget()
	v, err := r.export("errors", "reportMuted")
	if err != nil {
		r.report(err)
		return
	}
	v.Free()
}
