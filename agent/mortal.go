package agent

import (
	"context"
	"io"

	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/wire"
)

// mortal is a Transport whose exchanges end with an Agent's life. The network does
// without: closing a connection ends what goes over it.
type mortal struct {
	fetch.Transport
	life context.Context
}

// RoundTrip carries a request out, unless the Agent is closed first.
func (m *mortal) RoundTrip(ctx context.Context, r *wire.Request) (*wire.Response, error) {
	ctx, end := bound(ctx, m.life)
	resp, err := m.Transport.RoundTrip(ctx, r)
	if err != nil {
		end()
		return nil, m.explain(err, "round trip", r.Host)
	}
	resp.Body = &mortalBody{ReadCloser: resp.Body, mortal: m, end: end, addr: r.Host}
	return resp, nil
}

// explain says that the Agent was closed where that is why something failed.
func (m *mortal) explain(err error, op, addr string) error {
	if err == io.EOF || m.life.Err() == nil {
		return err
	}
	return &wire.Error{Kind: wire.ClientClosed, Op: op, Addr: addr}
}

// mortalBody is the body of an answer.
type mortalBody struct {
	io.ReadCloser
	mortal *mortal
	end    func()
	addr   string
}

func (b *mortalBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil {
		b.end()
		err = b.mortal.explain(err, "read body", b.addr)
	}
	return n, err
}

func (b *mortalBody) Close() error {
	b.end()
	return b.ReadCloser.Close()
}

// bound is a context that ends with another one too. end frees what it takes.
func bound(ctx, life context.Context) (both context.Context, end func()) {
	both, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(life, func() { cancel(context.Cause(life)) })
	return both, func() {
		stop()
		cancel(nil)
	}
}

// mortalPrompt asks the user no longer than the Agent lives.
func (a *Agent) mortalPrompt(ask func(context.Context, fetch.Challenge) (string, string, bool)) func(context.Context, fetch.Challenge) (string, string, bool) {
	if ask == nil {
		return nil
	}
	return func(ctx context.Context, c fetch.Challenge) (user, password string, ok bool) {
		ctx, end := bound(ctx, a.life)
		defer end()
		return ask(ctx, c)
	}
}
