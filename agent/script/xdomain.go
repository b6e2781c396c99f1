package script

import (
	"time"

	"github.com/corsage-go/corsage/agent/script/engine"
	"github.com/corsage-go/corsage/agent/xhr"
)

// hasXDomain reports whether the profile has an XDomainRequest.
func hasXDomain(r *Realm) bool { return r.settings().Profile.XDomainRequest }

// xdomain is an XDomainRequest of script.
type xdomain struct {
	*xhr.XDomainRequest
	realm   *Realm
	hear    engine.Value  // while one is under way
	timeout time.Duration // what script has set
}

func (r *Realm) xdomainOps() ops {
	return ops{
		"create": r.opXDomain,
		"open": of(func(d *xdomain, c *engine.Call) (any, error) {
			return engine.Undefined{}, d.Open(c.Text(1), c.Text(2))
		}),
		"send": of(sendXDomain),
		"abort": of(func(d *xdomain, _ *engine.Call) (any, error) {
			d.Abort()
			d.forget()
			return engine.Undefined{}, nil
		}),
		"timeout": of(func(d *xdomain, _ *engine.Call) (any, error) { return d.timeout.Milliseconds(), nil }),
		"setTimeout": of(func(d *xdomain, c *engine.Call) (any, error) {
			d.timeout = milliseconds(c.Int(1))
			return engine.Undefined{}, d.SetTimeout(d.timeout)
		}),
		"contentType":  of(func(d *xdomain, _ *engine.Call) (any, error) { return d.ContentType(), nil }),
		"responseText": of(func(d *xdomain, _ *engine.Call) (any, error) { return d.ResponseText(), nil }),
	}
}

func (r *Realm) opXDomain(*engine.Call) (any, error) {
	x, err := xhr.NewXDomainRequestOn(r.settings(), &r.thread.loop)
	if err != nil {
		return nil, err
	}
	d := &xdomain{XDomainRequest: x, realm: r}
	for _, typ := range [...]string{xhr.EventProgress, xhr.EventLoad, xhr.EventError, xhr.EventTimeout} {
		x.On(typ, func(xhr.Event) { d.tell(typ) })
	}
	return engine.Handle{Go: d}, nil
}

// sendXDomain sends the request. What hears of events is kept until the last one.
func sendXDomain(d *xdomain, c *engine.Call) (any, error) {
	hear := c.Arg(1).Dup()
	if err := d.Send(d.realm.ctx, c.Text(2)); err != nil {
		hear.Free()
		return nil, err
	}
	d.forget()
	d.hear = hear
	d.realm.xdomains[d] = struct{}{}
	return engine.Undefined{}, nil
}

// tell calls the script's side with an event. After any but progress there are no
// more.
func (d *xdomain) tell(typ string) {
	hear := d.hear.Dup()
	defer hear.Free()
	if typ != xhr.EventProgress {
		d.forget()
	}
	if !hear.IsNullish() {
		d.realm.call(hear, "on"+typ)
	}
}

// forget gives up what hears of events.
func (d *xdomain) forget() {
	delete(d.realm.xdomains, d)
	d.hear.Free()
	d.hear = engine.Value{}
}
