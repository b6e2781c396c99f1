package script

import (
	"errors"
	"sync"

	"github.com/corsage-go/corsage/agent/script/engine"
)

// message is a value on its way from one realm to another; see clone.js.
type message struct {
	text    string
	buffers [][]byte
	natives []any // Go values
}

// messageOf reads a message from the arguments of an op from the i-th on: the
// text, the number of buffers, the buffers, and the handles.
func messageOf(c *engine.Call, i int) (message, error) {
	m := message{text: c.Text(i)}
	buffers := int(c.Int(i + 1))
	i += 2
	for ; buffers > 0 && i < c.Len(); buffers-- {
		m.buffers = append(m.buffers, c.Bytes(i))
		i++
	}
	for ; i < c.Len(); i++ {
		v := c.Go(i)
		if v == nil {
			return message{}, errors.New("a message holds what no other realm can have")
		}
		m.natives = append(m.natives, v)
	}
	return m, nil
}

// args are the text, the buffers and the handles, for a function of script.
func (m message) args() []any {
	buffers, natives := []any{}, []any{}
	for _, b := range m.buffers {
		buffers = append(buffers, b)
	}
	for _, v := range m.natives {
		natives = append(natives, engine.Handle{Go: v})
	}
	return []any{m.text, buffers, natives}
}

// channel is what two ports share. The realms that hold them are of one thread.
type channel struct{ mu sync.Mutex }

// port is one end of a channel. Its messages wait until somebody listens.
//
// Standard: https://html.spec.whatwg.org/#message-ports
type port struct {
	channel *channel
	other   *port

	// Of these the channel's lock is held.
	realm  *Realm // which listens; nil for none
	hear   engine.Value
	queue  []message
	closed bool
}

// newChannel returns two entangled ports.
func newChannel() (a, b *port) {
	c := &channel{}
	a, b = &port{channel: c}, &port{channel: c}
	a.other, b.other = b, a
	return a, b
}

// post sends a message to the other end. Any goroutine may call it.
func (p *port) post(m message) {
	p.channel.mu.Lock()
	defer p.channel.mu.Unlock()
	other := p.other
	if p.closed || other.closed {
		return
	}
	other.queue = append(other.queue, m)
	if other.realm != nil {
		other.realm.Post(other.deliver)
	}
}

// deliver hands one message to script. It is a task of the realm that listens.
func (p *port) deliver() {
	p.channel.mu.Lock()
	if p.realm == nil || p.closed || len(p.queue) == 0 {
		p.channel.mu.Unlock()
		return
	}
	m, realm, hear := p.queue[0], p.realm, p.hear.Dup()
	p.queue = p.queue[1:]
	p.channel.mu.Unlock()
	defer hear.Free()
	realm.call(hear, m.args()...)
}

// listen makes a realm get the messages, those that wait first.
func (p *port) listen(r *Realm, hear engine.Value) {
	p.channel.mu.Lock()
	defer p.channel.mu.Unlock()
	p.realm, p.hear = r, hear.Dup()
	r.ports[p] = struct{}{}
	for range p.queue {
		r.Post(p.deliver)
	}
}

// leave makes the realm that listens listen no more. Its goroutine calls it.
func (p *port) leave() {
	p.channel.mu.Lock()
	defer p.channel.mu.Unlock()
	if p.realm == nil {
		return
	}
	delete(p.realm.ports, p)
	p.hear.Free()
	p.realm, p.hear = nil, engine.Value{}
}

// close ends the channel.
func (p *port) close() {
	p.leave()
	p.channel.mu.Lock()
	defer p.channel.mu.Unlock()
	p.closed, p.queue = true, nil
}

func (r *Realm) messageOps() ops {
	return ops{
		"channel": func(*engine.Call) (any, error) {
			a, b := newChannel()
			return []any{engine.Handle{Go: &portHolder{a}}, engine.Handle{Go: &portHolder{b}}}, nil
		},
		"post": of(func(h *portHolder, c *engine.Call) (any, error) {
			m, err := messageOf(c, 1)
			if err == nil && h.port != nil {
				h.port.post(m)
			}
			return engine.Undefined{}, err
		}),
		"listen": of(func(h *portHolder, c *engine.Call) (any, error) {
			if h.port != nil {
				h.port.listen(r, c.Arg(1))
			}
			return engine.Undefined{}, nil
		}),
		"close": of(func(h *portHolder, _ *engine.Call) (any, error) {
			if h.port != nil {
				h.port.close()
			}
			return engine.Undefined{}, nil
		}),
		"take": of(takePort),
	}
}

// portHolder is what a MessagePort object holds: its port until that is
// transferred.
type portHolder struct{ port *port }

// takePort transfers a port: the object has none any more.
func takePort(h *portHolder, _ *engine.Call) (any, error) {
	if h.port == nil {
		return nil, dataCloneError("a port was transferred already")
	}
	p := h.port
	h.port = nil
	p.leave()
	return engine.Handle{Go: &portHolder{p}}, nil
}
