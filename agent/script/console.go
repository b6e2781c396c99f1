package script

import "github.com/corsage-go/corsage/agent/script/engine"

func (r *Realm) consoleOps() ops {
	return ops{"print": r.opPrint, "now": r.opNow}
}

func (r *Realm) opPrint(c *engine.Call) (any, error) {
	r.print(c.Text(0), c.Text(1))
	return engine.Undefined{}, nil
}

// print writes to the console.
func (r *Realm) print(level, text string) {
	if r.options.Console != nil {
		r.options.Console(Message{Level: level, Text: text})
	}
}
