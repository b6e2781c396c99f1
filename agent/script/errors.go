package script

import (
	"errors"
	"slices"

	"github.com/corsage-go/corsage/agent/script/engine"
	"github.com/corsage-go/corsage/agent/xhr"
)

// maxErrors is how many errors that nobody has caught are kept.
const maxErrors = 100

func (r *Realm) errorOps() ops {
	return ops{"describe": r.opDescribe, "uncaught": r.opUncaught, "forget": r.opForget}
}

// opDescribe tells what an error is and where it was thrown.
func (r *Realm) opDescribe(c *engine.Call) (any, error) {
	e := c.Arg(0).Describe()
	return engine.Record{
		{Name: "message", Value: e.Error()},
		{Name: "file", Value: e.File},
		{Name: "line", Value: e.Line},
		{Name: "column", Value: e.Column},
	}, nil
}

// opUncaught takes an error that no script has caught.
func (r *Realm) opUncaught(c *engine.Call) (any, error) {
	r.keep(c.Arg(0).Describe(), c.Text(1))
	return engine.Undefined{}, nil
}

// keep keeps an error for whoever runs the script, and shows it in the console.
func (r *Realm) keep(e *Error, how string) {
	keeper := r
	if r.root != nil {
		keeper = r.root
	}
	if len(keeper.errors) < maxErrors {
		keeper.errors = append(keeper.errors, e)
	}
	text := how + e.Error()
	if own := engine.OwnFrames(e.Stack); own != "" {
		text += "\n" + own
	}
	r.print("error", text)
}

// opForget forgets the rejections whose reason has been reported already.
//
// NOTE: the engine makes promises for the modules that it runs, which nobody sees.
// They are rejected as well when a module throws.
func (r *Realm) opForget(c *engine.Call) (any, error) {
	reason := c.Arg(0)
	r.thread.rejected = slices.DeleteFunc(r.thread.rejected, func(known rejection) bool {
		same := known.reason.Same(reason) || !reason.IsObject() && !known.reason.IsObject() && known.reason.Text() == reason.Text()
		if same {
			known.free()
		}
		return same
	})
	return engine.Undefined{}, nil
}

// report reports an error of the engine as a script's.
//
// Standard: https://html.spec.whatwg.org/#report-an-exception
func (r *Realm) report(err error) {
	e, ok := errors.AsType[*Error](err)
	if !ok || errors.Is(err, engine.ErrInterrupted) {
		r.thread.cut = true // what has stopped it says so itself
		return
	}
	thrown := e.Take()
	defer thrown.Free()
	v, err := r.export("errors", "report", thrown)
	if err != nil {
		r.keep(e, "Uncaught ")
		return
	}
	v.Free()
}

// tellRejected tells script of a promise that was rejected.
func (r *Realm) tellRejected(promise, reason engine.Value) {
	v, err := r.export("errors", "rejected", promise, reason)
	if err != nil {
		r.report(err)
		return
	}
	v.Free()
}

// tellHandled tells script that a promise is handled after all.
func (r *Realm) tellHandled(promise, reason engine.Value) {
	v, err := r.export("errors", "handled", promise.Give(), reason.Give())
	if err != nil {
		r.report(err)
		return
	}
	v.Free()
}

// makeException makes what is thrown for the error of an op.
func (r *Realm) makeException(err error) (engine.Value, bool) {
	name, message := "OperationError", err.Error()
	if e, ok := errors.AsType[*xhr.DOMException](err); ok {
		name, message = e.Name, e.Message
	}
	v, err := r.export("exception", "make", name, message)
	return v, err == nil
}
