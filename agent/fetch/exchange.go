package fetch

import "github.com/corsage-go/corsage/agent/wire"

// begin tells the hooks that a request is about to be sent, and prepares what is
// to be reported of it. It returns nil, and costs nothing, without hooks.
func (f *fetching) begin(asking *wire.Request, preflight bool, attempt int) *Exchange {
	hooks := f.asked.Hooks
	var x *Exchange
	if hooks != nil {
		x = &Exchange{URL: f.url, Preflight: preflight, Hops: f.hops, Attempt: attempt}
		if hooks.Trace != nil {
			asking.Trace = hooks.Trace(x)
		}
	}
	if !preflight && f.body != nil {
		asking.Trace = f.upload.watch(asking.Trace, asking.Length)
	}
	if x != nil && hooks.Request != nil {
		hooks.Request(x, asking)
	}
	return x
}

// arrived tells the hooks that the head of an answer is there.
func (f *fetching) arrived(x *Exchange, resp *wire.Response) {
	if x != nil && f.asked.Hooks.Response != nil {
		f.asked.Hooks.Response(x, resp)
	}
}

// lost tells the hooks that there is no answer.
func (f *fetching) lost(x *Exchange, err error) {
	if x != nil && f.asked.Hooks.Failed != nil {
		f.asked.Hooks.Failed(x, err)
	}
}

// uploadReport tells the page how much of its body has left.
type uploadReport struct {
	sent  func(n int64)
	end   func()
	left  int64 // until the end; -1 if that is not known
	ended bool
}

// watch returns a trace that reports, on top of one that may be nil.
func (u *uploadReport) watch(t *wire.Trace, length int64) *wire.Trace {
	if u.sent == nil && u.end == nil {
		return t
	}
	var both wire.Trace
	if t != nil {
		both = *t
	}
	theirs := both.WroteBody
	u.left = length
	both.WroteBody = func(n int64) {
		if theirs != nil {
			theirs(n)
		}
		u.wrote(n)
	}
	return &both
}

func (u *uploadReport) wrote(n int64) {
	if u.sent != nil && !u.ended && n > 0 {
		u.sent(n)
	}
	if u.left > 0 {
		if u.left -= n; u.left <= 0 {
			u.finish()
		}
	}
}

// finish reports the end of the body, once in a fetch: a body that is sent again after a
// redirect is no news.
func (u *uploadReport) finish() {
	if u.end != nil && !u.ended {
		u.end()
	}
	u.ended = true
}
