package script

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/corsage-go/corsage/agent/environment"
	"github.com/corsage-go/corsage/agent/script/engine"
	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/agent/xhr"
)

// Options says how scripts are run. The zero value keeps no console.
type Options struct {
	Limits Limits

	// Console gets what scripts write to the console, and what browsers write
	// there; nil for nobody.
	Console func(Message)

	// Choose is the user in front of a file chooser that the page has opened, by a
	// click on an input: it returns the files, or false to cancel. It is called on
	// the goroutine of the script. Nil for a user who always cancels.
	Choose func(c Chooser) (files []*xhr.File, ok bool)
}

// Chooser says what a page asks files for.
type Chooser struct {
	Name     string // the input's name, or else its id; "" if it has neither
	Multiple bool   // more than one may be chosen
	Accept   string // the types that the page wants, as the input's attribute has them
}

// Message is a line in the console.
type Message struct {
	Level string // "log", "debug", "info", "warning" or "error"
	Text  string // may have several lines
}

// Realm is a global object, of a window or of a worker, with its scripts. It
// belongs to one goroutine at a time.
//
// Standard: https://html.spec.whatwg.org/#global-objects
type Realm struct {
	engine      *engine.Realm
	thread      *Thread
	environment environment.Environment
	options     Options
	scope       scope
	require     engine.Value
	ctx         context.Context // ends with the realm, and all it has under way
	cancel      context.CancelFunc
	keptAlive   int64 // bytes of requests with keepalive that are under way
	began       time.Time
	errors      []error               // that no script has caught
	requests    map[*request]struct{} // XMLHttpRequests that are under way
	ports       map[*port]struct{}    // that script listens to
	xdomains    map[*xdomain]struct{} // and XDomainRequests
	objectURLs  map[string]struct{}   // that script has made and not revoked
	url         *weburl.URL           // the document's, whose fragment may have changed
	base        *weburl.URL           // of the document's relative URLs
	requesting  xhr.Settings          // of its XMLHttpRequests: the page's, with that base
	modules     loading
	shared      bool   // the scope of a shared worker
	root        *Realm // the one that errors are kept for; nil for itself
	unloaded    bool
}

// Error is what a script has thrown, with the place. It is what Run returns for an
// error that no script has caught.
type Error = engine.Error

// New makes a window of a page, or the global object of a worker, with everything
// that scripts find there. Close it.
func New(e environment.Environment, o Options) (*Realm, error) {
	t, err := newThread(e.Settings().Clock, o.Limits)
	if err != nil {
		return nil, err
	}
	r, err := t.newRealm(e, o)
	if err != nil {
		t.close()
		return nil, err
	}
	return r, nil
}

// newRealm adds a realm to a thread.
func (t *Thread) newRealm(e environment.Environment, o Options) (*Realm, error) {
	return t.newRealmIn(e, o, nil, false)
}

// newRealmIn adds a realm that another has asked for, perhaps as a shared worker.
func (t *Thread) newRealmIn(e environment.Environment, o Options, parent *Realm, shared bool) (*Realm, error) {
	inner, err := t.runtime.NewRealm()
	if err != nil {
		return nil, err
	}
	r := &Realm{engine: inner, thread: t, environment: e, options: o, scope: window, began: t.loop.Now(), requests: map[*request]struct{}{}, xdomains: map[*xdomain]struct{}{}, ports: map[*port]struct{}{}, objectURLs: map[string]struct{}{}, url: e.Settings().Client.URL, base: e.Settings().Client.URL}
	if e.Settings().Worker {
		r.scope = worker
	}
	if r.shared = shared; parent != nil {
		r.root = parent.root
		if r.root == nil {
			r.root = parent
		}
	}
	r.requesting = *e.Settings()
	r.requesting.Base = r.baseURL
	r.requesting.Fetcher = aheadFetcher{r.requesting.Fetcher}
	inner.Owner = r
	r.ctx, r.cancel = context.WithCancel(context.Background())
	t.realms = append(t.realms, r)
	if err := r.loadPrelude(); err != nil {
		return nil, err
	}
	return r, nil
}

// realmOf is the realm that the engine's belongs to.
func realmOf(r *engine.Realm) *Realm {
	realm, _ := r.Owner.(*Realm)
	return realm
}

// Current is the window that the page shows now: another one than this when
// script or a form has led the page elsewhere. It lives as long as this one.
func (r *Realm) Current() *Realm {
	if r.thread.top == nil {
		return r
	}
	return r.thread.top
}

// Close ends what the realm has under way, and gives back its memory.
func (r *Realm) Close() { r.thread.close() }

// release ends what is under way.
func (r *Realm) release() {
	r.cancel()
	for q := range r.requests {
		q.forget()
		q.Abort()
	}
	for p := range r.ports {
		p.close()
	}
	for d := range r.xdomains {
		d.forget()
		d.Abort()
	}
	r.revokeObjectURLs()
	r.require.Free()
	r.require = engine.Value{}
}

// settings are those of the page.
func (r *Realm) settings() *xhr.Settings { return r.environment.Settings() }

// Run runs a classic script and everything that it leads to: it returns when
// nothing is pending any more. file stands for the script in errors.
//
// The error joins those that no script has caught, each an *Error, in their order.
// It is the context's if that has ended, and ErrTooLong for a script that does not
// come to its end.
func (r *Realm) Run(ctx context.Context, source, file string) error {
	release := r.thread.guard(ctx)
	defer release()
	r.thread.runTask(func() { r.runScript(source, file) })
	return r.Wait(ctx)
}

// Wait runs the event loop until nothing is pending, and returns as Run.
func (r *Realm) Wait(ctx context.Context) error {
	err := r.thread.run(ctx, never)
	list := append(r.errors, err)
	r.errors = nil
	return errors.Join(list...)
}

func never() bool { return false }

// runScript runs a script, and reports what it throws.
//
// Standard: https://html.spec.whatwg.org/#run-a-classic-script
func (r *Realm) runScript(source, file string) {
	r.thread.script(func() {
		v, err := r.engine.Eval(source, file)
		if err != nil {
			r.report(err)
			return
		}
		v.Free()
	})
}

// Eval runs a script and returns the value of its last expression; if that is a
// promise, what it is fulfilled with, until when the event loop runs. The value is as encoding/json makes it of the
// value's JSON: nil, a bool, a float64, a string, a []any or a map[string]any; nil for
// undefined. The error is what is thrown, or what the promise is rejected with, an
// *Error, or that of the context.
func (r *Realm) Eval(ctx context.Context, source, file string) (any, error) {
	release := r.thread.guard(ctx)
	defer release()
	var (
		result engine.Value
		err    error
	)
	r.thread.runTask(func() {
		r.thread.script(func() { result, err = r.engine.Eval(source, file) })
	})
	if r.thread.stopped != nil {
		return nil, r.thread.stopped
	}
	if err != nil {
		return nil, r.told(ctx, err)
	}
	defer result.Free()
	return r.settle(ctx, result)
}

// settle waits for a value that may be a promise, and takes it to Go.
func (r *Realm) settle(ctx context.Context, v engine.Value) (any, error) {
	outcome := make(chan settled, 1)
	done, err := r.engine.NewFunction("done", func(c *engine.Call) (any, error) {
		s := settled{json: c.Text(0), ok: !c.Arg(0).IsNullish()}
		if c.Bool(1) {
			s.err = c.Arg(2).Describe()
		}
		outcome <- s
		return engine.Undefined{}, nil
	})
	if err != nil {
		return nil, err
	}
	defer done.Free()
	if x, err := r.export("errors", "settle", v, done); err != nil {
		return nil, err
	} else {
		x.Free()
	}
	r.thread.checkpoint()
	if err := r.thread.run(ctx, func() bool { return len(outcome) > 0 }); err != nil {
		return nil, err
	}
	select {
	case s := <-outcome:
		return s.value()
	default:
		return nil, errors.New("the promise is never settled: nothing is pending any more")
	}
}

// settled is what has become of a promise.
type settled struct {
	json string
	ok   bool // there is JSON
	err  *Error
}

func (s settled) value() (v any, err error) {
	switch {
	case s.err != nil:
		return nil, s.err
	case !s.ok:
		return nil, nil
	}
	if err := json.Unmarshal([]byte(s.json), &v); err != nil {
		return nil, fmt.Errorf("read the value of a script: %w", err)
	}
	return v, nil
}

// told is the error of the engine, or of the context if that is behind it.
func (r *Realm) told(ctx context.Context, err error) error {
	if e, ok := errors.AsType[*Error](err); ok {
		e.Forget()
	}
	if errors.Is(err, engine.ErrInterrupted) && ctx.Err() != nil {
		return fmt.Errorf("the script was stopped: %w", context.Cause(ctx))
	}
	return err
}

// Post puts a task in the queue of the event loop. Any goroutine may call it.
func (r *Realm) Post(task func()) { r.thread.loop.Post(task) }
