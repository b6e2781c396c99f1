package sqlite

import (
	"context"
	"errors"
	"fmt"
)

// writer owns the one connection that writes. Its goroutine takes writes from
// turns, and answers each when the transaction that holds it is durable.
type writer struct {
	conn    *conn
	turns   chan *turn // unbuffered: what has been taken will be done
	closing chan struct{}
	closed  chan struct{}
}

// turn is one write on its way through the writer.
type turn struct {
	do       func(*conn) error
	err      error // of do
	panicked any
	done     chan error
}

// mostTurns is how many writes share a transaction. More would make the first
// ones wait without making a flush much cheaper for each.
const mostTurns = 128

func newWriter(c *conn) *writer {
	w := &writer{conn: c, turns: make(chan *turn), closing: make(chan struct{}), closed: make(chan struct{})}
	go w.run()
	return w
}

// write waits for its turn, or for the end of ctx, has do run on the writer's
// goroutine, and waits until what it did is durable.
func (w *writer) write(ctx context.Context, do func(*conn) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	t := &turn{do: do, done: make(chan error, 1)}
	select {
	case w.turns <- t:
	case <-ctx.Done():
		return ctx.Err()
	case <-w.closing:
		return errClosed
	}
	// From here on it happens, so the end of ctx is no reason to say otherwise.
	err := <-t.done
	if t.panicked != nil {
		panic(t.panicked)
	}
	return err
}

func (w *writer) close() error {
	close(w.closing)
	<-w.closed
	return w.conn.close()
}

func (w *writer) run() {
	defer close(w.closed)
	for {
		select {
		case t := <-w.turns:
			w.transact(t)
		case <-w.closing:
			return
		}
	}
}

var (
	begin    = &query{does: "begin to write", sql: "BEGIN IMMEDIATE"}
	commit   = &query{does: "make a write durable", sql: "COMMIT"}
	rollback = &query{does: "undo writes", sql: "ROLLBACK"}
	save     = &query{does: "begin a write", sql: "SAVEPOINT turn"}
	release  = &query{does: "end a write", sql: "RELEASE turn"}
	undo     = &query{does: "undo a write", sql: "ROLLBACK TO turn"}
)

// transact does the first write, and those that wait meanwhile, in one
// transaction. If that fails, it fails for all of them: also for those whose own
// error came of what a neighbour had written.
func (w *writer) transact(first *turn) {
	done, err := w.gather(first)
	if err == nil {
		err = w.conn.exec(commit)
	}
	if err != nil {
		_ = w.conn.exec(rollback) // fails if SQLite has done so itself, which is as good
	}
	for _, t := range done {
		if err != nil {
			t.done <- err
		} else {
			t.done <- t.err
		}
	}
}

// gather begins a transaction, and does the first write and those that wait. It
// fails if the transaction as a whole does.
func (w *writer) gather(first *turn) (done []*turn, err error) {
	done = append(done, first)
	if err := w.conn.exec(begin); err != nil {
		return done, plain(err)
	}
	for t := first; ; {
		if err := w.take(t); err != nil {
			return done, err
		}
		if len(done) == mostTurns {
			return done, nil
		}
		select {
		case t = <-w.turns:
			done = append(done, t)
		default:
			return done, nil
		}
	}
}

// take does one write so that it can be undone without its neighbours. It fails
// if that is not possible: after some errors, such as a full disk, SQLite takes
// back the whole transaction, and the savepoint is gone.
func (w *writer) take(t *turn) error {
	if err := w.conn.exec(save); err != nil {
		return err
	}
	if t.err = t.run(w.conn); t.err != nil {
		if err := w.conn.exec(undo); err != nil {
			return errors.Join(t.err, err)
		}
	}
	return w.conn.exec(release)
}

// run calls do, and keeps a panic for the goroutine whose function it is.
func (t *turn) run(c *conn) (err error) {
	defer func() {
		if t.panicked = recover(); t.panicked != nil {
			err = fmt.Errorf("panic: %v", t.panicked)
		}
	}()
	return t.do(c)
}
